"""How often somebody may do something, counted in one table by one upsert.

Counts are shared by all workers, because they are rows of the main database. Ask only on
POST: a page that is merely read writes nothing.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from .models import RateCount


@dataclass(frozen=True)
class Limit:
    """At most `times` within `seconds`, for what `name` says."""

    name: str
    times: int
    seconds: int

    def take(self, who, now=None):
        """Count one more for `who` and return whether that was still within the limit.

        `who` is an account's primary key, or a client address where nobody is logged in.
        The window is fixed, not sliding: it begins anew at each multiple of `seconds`.
        """
        now = now or timezone.now()
        window = int(now.timestamp()) // self.seconds * self.seconds
        table = RateCount._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO {table} ("key", "window", "count") VALUES (%s, %s, 1) '  # noqa: S608
                f'ON CONFLICT ("key", "window") DO UPDATE SET "count" = {table}."count" + 1 '
                f'RETURNING "count"',
                [f"{self.name}:{who}"[:120], window],
            )
            (count,) = cursor.fetchone()
        return count <= self.times

    def seconds_left(self, now=None):
        """How long until the window ends, for the answer that says when to try again."""
        now = now or timezone.now()
        return self.seconds - int(now.timestamp()) % self.seconds


def purge(now=None):
    """Delete the counts of windows that ended more than two days ago."""
    now = now or timezone.now()
    return RateCount.objects.filter(window__lt=int(now.timestamp()) - 2 * 24 * 3600).delete()[0]
