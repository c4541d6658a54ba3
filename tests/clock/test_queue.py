import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.clock.queue import LONGEST_TASK, QueueWorker
from portal.schedule import JOBS
from tests.clock import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _queue_in_database(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    tasks.ran.clear()


def test_batch_runs_what_waits_in_order_and_ends():
    for text in ("one", "two"):
        tasks.note.enqueue(text)
    call_command("work", "--batch")
    assert tasks.ran == ["one", "two"]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_batch_runs_what_a_task_enqueues():
    tasks.note_twice.enqueue("one")
    call_command("work", "--batch")
    assert tasks.ran == ["one", "one again"]


def test_a_task_exists_exactly_when_its_change_does():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tasks.note.enqueue("undone")
        1 / 0  # noqa: B018
    call_command("work", "--batch")
    assert tasks.ran == []


def test_a_task_of_the_future_waits():
    tasks.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    call_command("work", "--batch")
    assert tasks.ran == []


def test_a_failing_task_is_logged_and_stops_nothing(caplog):
    tasks.break_down.enqueue()
    tasks.note.enqueue("next")
    call_command("work", "--batch")
    assert tasks.ran == ["broken", "next"]
    assert "broken on purpose" in caplog.text
    assert DBTaskResult.objects.failed().count() == 1


def test_an_idle_look_takes_one_query(django_assert_num_queries):
    worker = QueueWorker()
    with django_assert_num_queries(1):
        assert worker.run_next() is False


def dead_process():
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def begin(worker_ids, started_at=None):
    """Leave a task as a worker leaves it that is killed while it runs it."""
    tasks.note.enqueue("again")
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING,
        worker_ids=worker_ids,
        started_at=started_at or timezone.now(),
    )


def here(process):
    return f"{QueueWorker().worker_id.rpartition(':')[0]}:{process}"


def test_a_killed_workers_task_runs_again(caplog):
    begin([here(dead_process())])
    call_command("work", "--batch")
    assert tasks.ran == ["again"]
    assert "it runs again" in caplog.text


def test_a_task_that_killed_three_workers_is_given_up(caplog):
    begin([here(dead_process())] * 3)
    call_command("work", "--batch")
    assert tasks.ran == []
    assert DBTaskResult.objects.get().status == "FAILED"
    assert "is given up" in caplog.text


@pytest.mark.parametrize(
    ("worker_id", "age", "rescued"),
    [
        (here(1), timedelta(0), False),  # process 1 runs always
        ("elsewhere:1", timedelta(0), False),
        ("elsewhere:1", LONGEST_TASK + timedelta(minutes=1), True),
    ],
)
def test_a_running_task_is_left_alone_until_its_time_is_over(worker_id, age, rescued):
    begin([worker_id], timezone.now() - age)
    call_command("work", "--batch")
    assert bool(tasks.ran) is rescued


def test_the_worker_outlives_a_database_that_goes_away(monkeypatch, caplog):
    worker = QueueWorker()
    looks = []

    def look():
        looks.append(len(looks))
        if len(looks) == 1:
            raise OperationalError("the database is away")
        worker.shutdown(signal.SIGTERM, None)
        return False

    monkeypatch.setattr(worker, "run_next", look)
    monkeypatch.setattr("portal.clock.queue.SECONDS_AFTER_FAILURE", 0.01)
    monkeypatch.setattr("portal.clock.queue.connections.close_all", lambda: None)
    worker.run()
    assert looks == [0, 1]
    assert "trying again" in caplog.text


def test_shutdown_wakes_an_idle_worker_at_once(monkeypatch):
    worker = QueueWorker()
    monkeypatch.setattr(worker, "interval", 60)
    monkeypatch.setattr(worker, "run_next", lambda: False)
    timer = threading.Timer(0.1, worker.shutdown, (signal.SIGTERM, None))
    timer.start()
    worker.run()
    timer.join()
    assert not worker.running


def test_list_names_every_job_and_its_rhythm(capsys):
    call_command("work", "--list")
    out = capsys.readouterr().out
    for job in JOBS:
        assert f"{job.name:24} {job.rhythm}" in out


@pytest.mark.parametrize("job", [job.name for job in JOBS])
def test_every_job_runs_on_an_empty_site_and_says_nothing(job, capfd):
    call_command("work", "--job", job)
    call_command("work", "--job", job)
    assert capfd.readouterr() == ("", "")


def test_an_unknown_job_is_named():
    with pytest.raises(CommandError, match="There is no job nonsense. There are: "):
        call_command("work", "--job", "nonsense")


def test_names_of_jobs_are_unique():
    assert len({job.name for job in JOBS}) == len(JOBS)
