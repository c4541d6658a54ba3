from django.core.management.base import BaseCommand, CommandError

from portal.clock.clock import Clock, run_logged
from portal.clock.queue import QueueWorker, listen_to_signals
from portal.schedule import JOBS

SECONDS_FOR_THE_LAST_JOB = 5


class Command(BaseCommand):
    help = "Run the tasks of the queue, and the clock's jobs when they are due, until stopped."

    def add_arguments(self, parser):
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--batch", action="store_true", help="Run what waits, then end.")
        how.add_argument("--job", metavar="NAME", help="Run one job of the clock now, then end.")
        how.add_argument("--list", action="store_true", help="List the clock's jobs.")

    def handle(self, *, batch, job, **options):
        if options["list"]:
            for line in JOBS:
                self.stdout.write(f"{line.name:24} {line.rhythm}")
        elif job:
            self.run_job(job)
        elif batch:
            QueueWorker(batch=True).run()
        else:
            self.work()

    def run_job(self, name):
        """Run one job by name, whether it is due or not."""
        jobs = {job.name: job for job in JOBS}
        if name not in jobs:
            raise CommandError(f"There is no job {name}. There are: {', '.join(jobs)}")
        if not run_logged(jobs[name]):
            raise CommandError(f"The job {name} failed; what it said stands above.")

    def work(self):
        """Run queue and clock side by side until SIGTERM or Ctrl-C."""
        worker = QueueWorker()
        listen_to_signals(worker)
        clock = Clock(JOBS)
        clock.start()
        worker.run()
        clock.stop(timeout=SECONDS_FOR_THE_LAST_JOB)
