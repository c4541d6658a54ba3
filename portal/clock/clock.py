"""The clock: runs each job of the schedule when it is due, in one worker of all that run."""

import logging
import threading

from django.db import close_old_connections
from django.utils import timezone

from .models import ScheduledRun

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 5


class Clock(threading.Thread):
    """Looks at the schedule every few seconds, beside the queue and without delaying it."""

    def __init__(self, jobs):
        super().__init__(name="clock", daemon=True)
        self.jobs = jobs
        self._stopping = threading.Event()

    def run(self):
        """Run what is due until `stop`; nothing that a job does ends the clock."""
        while not self._stopping.is_set():
            try:
                run_due(self.jobs, stopping=self._stopping)
            except Exception:
                # The database may be away for a while; look again.
                logger.exception("The clock could not look at its schedule")
            finally:
                close_old_connections()
            self._stopping.wait(SECONDS_BETWEEN_LOOKS)

    def stop(self, timeout):
        """Start no further job, and give the one that runs `timeout` seconds to end."""
        self._stopping.set()
        self.join(timeout)


def run_due(jobs, *, now=None, stopping=None):
    """Run the jobs that are due at `now`; return the names of those that ran.

    A job that was never seen before waits for its next moment: a new site does not begin by
    purging and checking.
    """
    now = now or timezone.now()
    seen = ScheduledRun.objects.in_bulk()
    ran = []
    for job in jobs:
        due_at = job.latest_due(now)
        row = seen.get(job.name)
        if row is None:
            ScheduledRun.objects.get_or_create(name=job.name, defaults={"due_at": due_at})
        elif row.is_wanted(due_at=due_at, now=now, patience=job.patience):
            # Another worker may have seen the same: one of them claims it.
            is_ours = ScheduledRun.objects.claim(row, due_at=due_at, now=now)
            if is_ours:
                run_logged(job)
                ran.append(job.name)
        if stopping is not None and stopping.is_set():
            break
    return ran


def run_logged(job):
    """Run a job; its failure is logged and kept in its row, and ends nothing else."""
    error = ""
    try:
        job.run()
    except Exception as failure:
        logger.exception("The scheduled job %s failed", job.name)
        error = f"{type(failure).__name__}: {failure}"
    ScheduledRun.objects.filter(name=job.name).update(finished_at=timezone.now(), error=error)
    return not error
