"""The real documents that benchmarks search: Digital.gov's resources and articles.

They are not part of the repository; docs/search.md says what they look like.
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Where they are looked for unless a benchmark is told.
DATA = ROOT.parent / "shared" / "data" / "digitalgov"
FILES = ("resources.jsonl", "articles.jsonl")
#: The exit status of a benchmark that has no documents to search.
LEFT_OUT = 77


def are_in(folder: Path) -> bool:
    """Say whether the documents are in `folder`."""
    return all((folder / name).exists() for name in (*FILES, "topics.jsonl"))


def read(path: Path) -> list[dict]:
    """Return the objects of a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def documents(folder: Path) -> list[dict]:
    """Return all rows but the drafts, resources first."""
    rows = [row for name in FILES for row in read(folder / name)]
    return [row for row in rows if not row.get("draft")]
