"""The worker of the queue: django-tasks' own, made to last."""

import logging
import os
import signal
import socket
import threading
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connections, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.25
SECONDS_BETWEEN_RESCUES = 60
SECONDS_AFTER_FAILURE = 2
# A task that a worker on another machine began so long ago is taken for abandoned.
LONGEST_TASK = timedelta(hours=2)
MOST_STARTS = 3


class Abandoned(Exception):
    """The worker ended while it ran the task, and did so each time it was tried."""


class QueueWorker(Worker):
    """Runs waiting tasks one after another, within half a second of their commit.

    Beside what it inherits it looks for work without taking SQLite's write lock, outlives a
    database that goes away, takes up tasks whose worker was killed, and lets the running task
    end when it is told to stop.
    """

    def __init__(self, *, batch=False):
        super().__init__(
            queue_names=["default"],
            interval=SECONDS_BETWEEN_LOOKS,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{socket.gethostname()[:40]}:{os.getpid()}",
            excluded_queue_names=[],
        )
        self._wake = threading.Event()
        self._last_rescue = None

    def shutdown(self, signum, frame):
        """Stop after the running task; the second signal stops at once (the task runs again)."""
        if not self.running:
            os._exit(1)
        self.running = False
        self._wake.set()

    def run(self):
        """Run tasks until told to stop; in a batch, until none waits."""
        while self.running:
            try:
                if not self.batch:
                    close_old_connections()  # as between two requests
                self.rescue_now_and_then()
                ran = self.run_next()
            except DatabaseError:
                if self.batch:
                    raise
                logger.exception("The queue cannot be read; trying again")
                connections.close_all()
                self._wake.wait(SECONDS_AFTER_FAILURE)
                continue
            if not ran:
                if self.batch:
                    return
                self._wake.wait(self.interval)

    def waiting(self):
        """Return the tasks that may run now, first things first."""
        return DBTaskResult.objects.ready().filter(
            backend_name=self.backend_name, queue_name__in=self.queue_names
        )

    def run_next(self):
        """Run the next task, if any; tell whether there was one."""
        if not self.waiting().exists():
            return False
        with transaction.atomic():  # on SQLite IMMEDIATE: one worker claims at a time
            task = self.waiting().get_locked()
            if task is None:
                return False
            task.claim(self.worker_id)
        self.run_task(task)
        return True

    def rescue_now_and_then(self):
        """Put abandoned tasks back into the queue: at the start, and once a minute."""
        now = timezone.now()
        if (
            self._last_rescue
            and (now - self._last_rescue).total_seconds() < SECONDS_BETWEEN_RESCUES
        ):
            return
        self._last_rescue = now
        for task in DBTaskResult.objects.running().filter(backend_name=self.backend_name):
            if not self.is_abandoned(task, now):
                continue
            if len(task.worker_ids) >= MOST_STARTS:
                task.set_failed(Abandoned(f"started {len(task.worker_ids)} times"))
                logger.error("Task %s (%s) is given up", task.id, task.task_path)
            else:
                DBTaskResult.objects.running().filter(
                    id=task.id, started_at=task.started_at
                ).update(status=TaskResultStatus.READY)
                logger.warning("Task %s (%s) was cut short; it runs again", task.id, task.task_path)

    def is_abandoned(self, task, now):
        """Tell whether nobody runs this running task any more; called between two tasks."""
        worker = (task.worker_ids or [""])[-1]
        host, _, process = worker.rpartition(":")
        if worker == self.worker_id:
            return True
        if host == self.worker_id.rpartition(":")[0] and process.isdigit():
            return not is_alive(int(process))
        return task.started_at is None or now - task.started_at > LONGEST_TASK


def is_alive(process):
    """Tell whether a process of this machine runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def listen_to_signals(worker):
    """Have `kill` and Ctrl-C stop the worker in order."""
    signal.signal(signal.SIGTERM, worker.shutdown)
    signal.signal(signal.SIGINT, worker.shutdown)
