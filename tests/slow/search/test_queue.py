"""Savers, the queue and its worker, each in a process of its own."""

import json
import time

import pytest

from tests.search.standalone import process

pytestmark = pytest.mark.slow

WORKER = """
import sys
from django.core.management import call_command
call_command("db_worker", interval=0.2, startup_delay=False, reload=False, verbosity=0)
"""

SAVER = """
import time
from tests.search.standalone.models import Note
took = []
for number in range({start}, {start} + 250):
    started = time.perf_counter()
    Note.objects.create(title=f"Note {{number}}", text="plain words " * 20, number=number)
    took.append(time.perf_counter() - started)
print(sorted(took)[len(took) // 2] * 1000)
"""

WATCHER = """
import json, time
from django_tasks_db.models import DBTaskResult
from modelsearch.backends import get_search_backend
from portal.search.models import PendingChange
from tests.search.standalone.models import Note
started = time.monotonic()
while PendingChange.objects.exists() and time.monotonic() - started < 20:
    time.sleep(0.02)
waited = time.monotonic() - started
backend = get_search_backend()
folder = backend.get_index_for_model(Note).folder
generations = [int(f.stem.rsplit("_", 1)[1]) for f in folder.current().glob("*.toc")]
print(json.dumps({
    "waited": waited,
    "found": backend.search("plain", Note).count(),
    "rows": Note.objects.count(),
    "commits": max(generations),
    "tasks": DBTaskResult.objects.count(),
    "failed": DBTaskResult.objects.filter(status="FAILED").count(),
}))
"""


def test_500_saves_of_two_processes_are_found_in_two_seconds(tmp_path):
    process.migrate(tmp_path, outbox=True)
    process.run("from portal.search import health\nhealth.heal()", tmp_path, outbox=True)
    worker = process.start(WORKER, tmp_path, outbox=True)
    try:
        time.sleep(2)
        savers = [process.start(SAVER.format(start=n), tmp_path, outbox=True) for n in (0, 1000)]
        for saver in savers:
            _, errors = saver.communicate(timeout=120)
            assert saver.returncode == 0, errors
        result = json.loads(process.run(WATCHER, tmp_path, outbox=True))
    finally:
        worker.kill()
        worker.communicate(timeout=30)
    assert result["found"] == result["rows"] == 500
    assert result["failed"] == 0
    # The watcher itself needs a moment to start, which is part of the two seconds.
    assert result["waited"] < 2
    assert result["commits"] <= 40, result
    assert result["tasks"] <= 60, result
