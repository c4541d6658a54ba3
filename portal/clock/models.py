from django.db import models


class ScheduledRunQuerySet(models.QuerySet):
    def claim(self, row, *, due_at, now):
        """Claim a run, as `row` stood when it was read; True for exactly one of those who try."""
        claimed = self.filter(name=row.name, due_at=row.due_at, started_at=row.started_at).update(
            due_at=due_at, started_at=now, finished_at=None, error=""
        )
        return claimed == 1


class ScheduledRun(models.Model):
    """The latest run of a job of the clock; one row a job, kept by portal/clock/clock.py."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField(help_text="The moment for which it ran, or was first seen.")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True, help_text="Empty while it runs.")
    error = models.TextField(help_text="Empty when it went well.")

    objects = ScheduledRunQuerySet.as_manager()

    def __str__(self):
        return self.name

    def is_wanted(self, *, due_at, now, patience):
        """Tell whether the run for `due_at` is still to be made.

        A run that was begun and never ended (its worker was killed) is made again after
        `patience`.
        """
        never_ended = self.started_at and not self.finished_at and self.started_at < now - patience
        return self.due_at < due_at or bool(never_ended)
