"""Lay the demo's events around the moment it is made, by the clock of the place they are at."""

from datetime import timedelta
from zoneinfo import ZoneInfo

EASTERN = "America/New_York"


def event_times(row, now):
    """Return starts_local and ends_local (naive) of an event as its table in TOML says.

    `live`: began within the last hour and goes on for eight. `in_days`: that many days from
    today at `at`, on Monday rather than at a weekend.
    """
    here = now.astimezone(ZoneInfo(row.get("zone", EASTERN)))
    if row.get("live"):
        starts = here.replace(minute=0, second=0, microsecond=0, tzinfo=None)
        return starts, starts + timedelta(hours=8)
    starts = _at(here, row["in_days"], row["at"])
    return starts, starts + timedelta(minutes=row["minutes"])


def run_times(row, now):
    """Return starts_local and ends_local of a course's run, both None where nothing is set."""
    if "in_days" not in row:
        return None, None
    here = now.astimezone(ZoneInfo(row.get("zone", EASTERN)))
    starts = _at(here, row["in_days"], row.get("at", "18:00"))
    return starts, starts + timedelta(
        days=row.get("for_days", 0), minutes=row.get("for_minutes", 90)
    )


def _at(here, days, clock):
    day = here.date() + timedelta(days=days)
    if day.weekday() >= 5:
        day += timedelta(days=7 - day.weekday())
    hour, minute = clock.split(":")
    return here.replace(
        year=day.year,
        month=day.month,
        day=day.day,
        hour=int(hour),
        minute=int(minute),
        second=0,
        microsecond=0,
        tzinfo=None,
    )
