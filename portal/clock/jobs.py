"""What a line of the schedule says: which function, and when."""

from calendar import day_name
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class Job:
    """A function or management command that the clock runs, with its rhythm.

    Every job is idempotent: one that was missed runs late, one that was cut short runs again,
    and running twice does no harm.

    name      what the log, the table and `manage.py work --job` call it
    function  dotted path of a function without required arguments, imported when it runs
    command   or a management command, as a list of its words
    every     run at each multiple of this span
    at        or once a day at this hour of the site's time zone (TIME_ZONE)
    weekday   with `at`: only on this day, Monday is 0
    patience  after this long a run that did not end is taken for dead
    """

    name: str
    function: str = ""
    command: list = field(default_factory=list)
    every: timedelta | None = None
    at: time | None = None
    weekday: int | None = None
    patience: timedelta = timedelta(hours=2)

    def __post_init__(self):
        if bool(self.function) == bool(self.command) or bool(self.every) == bool(self.at):
            raise ValueError(f"{self.name}: give function or command, and every or at")

    @property
    def rhythm(self):
        """Return the rhythm in words, for `manage.py work --list`."""
        if self.every:
            return f"every {self.every}"
        day = f"on {day_name[self.weekday]} " if self.weekday is not None else "daily "
        return f"{day}at {self.at:%H:%M}"

    def latest_due(self, now):
        """Return the latest moment, not after `now`, for which the job should have run."""
        if self.every:
            epoch = datetime(1970, 1, 1, tzinfo=UTC)
            return now - (now - epoch) % self.every
        zone = timezone.get_default_timezone()
        day = now.astimezone(zone).date()
        while True:
            due = datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)
            if due <= now and self.weekday in (None, day.weekday()):
                return due
            day -= timedelta(days=1)

    def run(self):
        """Do the work, once, now."""
        if self.command:
            name, *arguments = self.command
            # Some commands talk whatever the verbosity; the worker is silent when all is well.
            return call_command(name, *arguments, verbosity=0, stdout=StringIO())
        return import_string(self.function)()
