"""The worker as a process: quick to begin, sure to end, and nothing is lost with it."""

import json
import sqlite3
import subprocess
import sys
import time

import pytest
from django_tasks_db.models import DBTaskResult

from tests.serving import ROOT, Site

ENQUEUE = """
import statistics, sys, time, django
django.setup()
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.slow.tasks import sleep
waits = []
for _ in range(int(sys.argv[1])):
    result = sleep.enqueue(float(sys.argv[2]))
    if len(sys.argv) > 3:
        continue
    while not (row := DBTaskResult.objects.get(pk=result.id)).finished_at:
        time.sleep(0.02)
    waits.append((row.started_at - row.enqueued_at).total_seconds())
    time.sleep(0.13)
print(statistics.median(waits or [0]))
"""


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A migrated database."""
    site = Site(tmp_path_factory.mktemp("migrated"))
    site.manage("migrate", "--verbosity", "0")
    return site.var_dir / "db.sqlite3"


@pytest.fixture
def folder(tmp_path, migrated):
    """A folder with a database of its own, and nothing that runs."""
    source, target = sqlite3.connect(migrated), sqlite3.connect(tmp_path / "db.sqlite3")
    source.backup(target)
    source.close()
    target.close()
    return Site(tmp_path)


def run(folder, code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=folder.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def start_worker(folder):
    return subprocess.Popen(
        [sys.executable, "manage.py", "work"],
        cwd=ROOT,
        env=folder.environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def ask(folder, column):
    """Return a column of the tasks' rows, read without starting Django."""
    database = sqlite3.connect(folder.var_dir / "db.sqlite3", timeout=20)
    try:
        rows = database.execute(
            f"SELECT {column} FROM {DBTaskResult._meta.db_table} WHERE task_path = ?",
            ["tests.slow.tasks.sleep"],
        ).fetchall()
    finally:
        database.close()
    return sorted(value for (value,) in rows)


def wait_for(folder, states):
    """Return when the tasks are in these states."""
    deadline = time.monotonic() + 60
    while (now := ask(folder, "status")) != sorted(states):
        assert time.monotonic() < deadline, now
        time.sleep(0.05)


def test_a_task_begins_within_half_a_second_and_sigterm_ends_the_worker(folder):
    worker = start_worker(folder)
    run(folder, ENQUEUE, "1", "0")  # it is up
    assert float(run(folder, ENQUEUE, "9", "0")) < 0.5
    worker.terminate()
    started = time.monotonic()
    assert worker.communicate(timeout=10) == (None, "")
    assert time.monotonic() - started < 5
    assert worker.returncode == 0


def test_sigterm_lets_the_running_task_end(folder):
    run(folder, ENQUEUE, "2", "3", "and go")
    worker = start_worker(folder)
    wait_for(folder, ["RUNNING", "READY"])
    worker.terminate()
    worker.communicate(timeout=20)
    assert worker.returncode == 0
    wait_for(folder, ["SUCCESSFUL", "READY"])


def test_what_a_killed_worker_was_doing_runs_again(folder):
    run(folder, ENQUEUE, "1", "2", "and go")
    worker = start_worker(folder)
    wait_for(folder, ["RUNNING"])
    worker.kill()
    worker.communicate()
    folder.manage("work", "--batch")
    wait_for(folder, ["SUCCESSFUL"])


def test_two_workers_run_each_task_once(folder):
    run(folder, ENQUEUE, "40", "0.02", "and go")
    workers = [start_worker(folder) for _ in range(2)]
    wait_for(folder, ["SUCCESSFUL"] * 40)
    assert {len(json.loads(ids)) for ids in ask(folder, "worker_ids")} == {1}
    for worker in workers:
        worker.terminate()
        worker.communicate(timeout=10)
        assert worker.returncode == 0
