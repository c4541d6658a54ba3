"""Writers that die, and many commits."""

import json
import random
import time
from pathlib import Path

import pytest

from tests.search.standalone import process

pytestmark = pytest.mark.slow

# Saves rows in batches, each batch one transaction, and applies them; tells what is safe.
WRITER = """
from django.db import transaction
from portal.search import outbox
from tests.search.standalone.models import Note
number = {start}
while True:
    with transaction.atomic():
        for _ in range(20):
            Note.objects.create(title=f"Note {{number}}", text="plain words " * 20, number=number)
            number += 1
    print("saved", number, flush=True)
    outbox.apply_pending()
    print("indexed", number, flush=True)
"""

# Without applying anything: what is in the index that the last process left?
READER = """
import json
from modelsearch.backends import get_search_backend
from portal.search import health
from portal.search.models import PendingChange
from tests.search.standalone.models import Note
backend = get_search_backend()
numbers = set()
results = backend.search("plain", Note)
print(json.dumps({
    "ready": health.is_ready(Note),
    "found": sorted(note.number for note in results),
    "rows": Note.objects.count(),
    "waiting": PendingChange.objects.count(),
}))
"""

# What the next worker does.
WORKER = """
import json
from portal.search import outbox
from portal.search.backend.folder import IndexFolder
from portal.search.backend.schema import layout_of
from portal.search import checking, health
from tests.search.standalone.models import Note
healed = health.heal()
outbox.apply_pending()
(backend,) = health.whoosh_backends()
differences = checking.compare(backend, layout_of("standalone.note"))
folder = IndexFolder(backend.path, layout_of("standalone.note"))
print(json.dumps({
    "healed": healed,
    "differences": list(differences),
    "copies": sum(entry.is_dir() for entry in folder.path.iterdir()),
}))
"""

REBUILDER = """
from portal.search import health, rebuilding
from portal.search.backend.schema import layout_of
(backend,) = health.whoosh_backends()
print("started", flush=True)
while True:
    rebuilding.rebuild(backend, layout_of("standalone.note"))
    print("rebuilt", flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    process.migrate(tmp_path, outbox=True)
    process.run("from portal.search import health\nhealth.heal()", tmp_path, outbox=True)
    return tmp_path


def kill_after(started, seconds):
    """Let the process get going, then kill it; return the lines that it printed."""
    first = started.stdout.readline()
    time.sleep(seconds)
    started.kill()
    out, _ = started.communicate(timeout=120)
    return [line for line in (first + out).splitlines(keepends=True) if line.endswith("\n")]


def last(lines, word):
    numbers = [int(line.split()[1]) for line in lines if line.startswith(word)]
    return max(numbers, default=0)


def test_50_killed_writers_lose_nothing(folder):
    chance = random.Random(42)
    saved = indexed = 0
    for _ in range(50):
        writer = process.start(WRITER.format(start=saved), folder, outbox=True)
        lines = kill_after(writer, chance.uniform(0.0, 0.5))
        state = json.loads(process.run(READER, folder, outbox=True))
        assert state["ready"], "the index can be read right after the crash"
        indexed = max(indexed, last(lines, "indexed"))
        found = set(state["found"])
        assert set(range(indexed)) <= found, "what was indexed is found"
        assert len(found) % 20 == 0, "no batch is there in part"
        assert state["rows"] >= last(lines, "saved")
        assert state["rows"] - len(found) <= state["waiting"], "the rest still waits"
        saved = state["rows"]
    after = json.loads(process.run(WORKER, folder, outbox=True))
    assert after == {"healed": [], "differences": [], "copies": 1}
    assert saved >= 200, "the writers got something done"


def test_killed_rebuilds_leave_the_old_index(folder):
    writer = process.start(WRITER.format(start=0), folder, outbox=True)
    kill_after(writer, 1.5)
    process.run(WORKER, folder, outbox=True)
    before = json.loads(process.run(READER, folder, outbox=True))
    chance = random.Random(7)
    for _ in range(10):
        rebuilder = process.start(REBUILDER, folder, outbox=True)
        kill_after(rebuilder, chance.uniform(0.0, 0.4))
        assert json.loads(process.run(READER, folder, outbox=True)) == before
    process.run(
        "from portal.search import health, rebuilding\n"
        "from portal.search.backend.schema import layout_of\n"
        "rebuilding.rebuild(health.whoosh_backends()[0], layout_of('standalone.note'))",
        folder,
        outbox=True,
    )
    after = json.loads(process.run(WORKER, folder, outbox=True))
    assert after == {"healed": [], "differences": [], "copies": 1}
    assert json.loads(process.run(READER, folder, outbox=True)) == before


def test_2000_commits_leak_no_descriptor_and_little_memory(folder):
    out = process.run(
        """
import json, resource
from pathlib import Path
from modelsearch.backends import get_search_backend
from tests.search.standalone.models import Note
backend = get_search_backend()
index = backend.get_index_for_model(Note)
notes = [Note.objects.create(title=f"Note {n}", text="plain words", number=n) for n in range(20)]
def state():
    descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return descriptors, pages * resource.getpagesize() // 1024
states = []
for commit in range(2000):
    note = notes[commit % 20]
    note.title = f"Note number{commit}"
    index.add_item(note)
    assert [found.pk for found in backend.search(f"number{commit}", Note)] == [note.pk]
    if commit % 200 == 199:
        states.append(state())
files = sum(1 for _ in index.folder.current().iterdir())
print(json.dumps({"states": states, "files": files}))
""",
        folder,
    )
    result = json.loads(out)
    descriptors = [state[0] for state in result["states"]]
    memory = [state[1] for state in result["states"]]
    assert max(descriptors) <= descriptors[0] + 8, descriptors
    assert memory[-1] <= memory[0] + 16_000, memory
    assert result["files"] < 40


def test_readers_and_writers_do_not_disturb_each_other(folder):
    writer = process.start(WRITER.format(start=0), folder, outbox=True)
    reader = process.start(
        """
import time
from modelsearch.backends import get_search_backend
from tests.search.standalone.models import Note
backend = get_search_backend()
until = time.monotonic() + 5
searches = most = 0
while time.monotonic() < until:
    found = backend.search("plain", Note).count()
    assert found % 20 == 0 or found >= most, (found, most)
    assert found >= most, (found, most)
    most = found
    searches += 1
print(searches, most)
""",
        folder,
        outbox=True,
    )
    out, errors = reader.communicate(timeout=120)
    writer.kill()
    writer.communicate(timeout=120)
    assert reader.returncode == 0, errors
    assert "cannot answer" not in errors
    searches, most = map(int, out.split())
    assert searches > 20
    assert most > 0
    assert Path(folder / "index").exists()
