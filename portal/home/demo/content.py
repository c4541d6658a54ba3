"""Read what was written for the demo: TOML files below content/."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "content"
SPAN = re.compile(r"(\d+)([dhm])")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def read(name):
    """Return the tables of content/<name>.toml as a dict."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read_folder(name):
    """Return a list of the files below content/<name>/, each as a dict, by file name."""
    files = sorted((FOLDER / name).glob("*.toml"))
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]


def span(text):
    """Return the time that `text` such as "21d 4h" names; ValueError for anything else."""
    parts = text.split()
    found = [SPAN.fullmatch(part) for part in parts]
    if not parts or not all(found):
        raise ValueError(f"“{text}” is no time such as 21d 4h.")
    return timedelta(**{UNITS[unit]: int(number) for number, unit in (m.groups() for m in found)})
