"""Dates as a copied page shows them: in full, or only how long ago."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

FORMATS = (
    "%B %d, %Y at %I:%M %p",
    "%B %d, %Y at %H:%M",
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y",
    "%d %B %Y at %H:%M",
    "%d %B %Y",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
)
DAYS = {"year": 365.2425, "month": 30.436875, "week": 7, "day": 1}
SECONDS = {"hour": 3600, "minute": 60, "second": 1}
_AGE_PART = r"(?:\d{1,4}|an?) (?:year|month|week|day|hour|minute|second)s?"
AGE = re.compile(rf"(?P<age>{_AGE_PART}(?:, {_AGE_PART})*) ago", re.IGNORECASE)
_PART = re.compile(r"(\d{1,4}|an?) (year|month|week|day|hour|minute|second)", re.IGNORECASE)
LONGEST = 40


def read_date(text):
    """Return the moment that `text` names on the clock of the site, or None."""
    text = " ".join(text.split())
    if len(text) > LONGEST:
        return None
    for form in FORMATS:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes next
        except ValueError:
            continue
        return moment.replace(tzinfo=timezone.get_default_timezone())
    return None


def read_age(text):
    """Return the timedelta of "8 years, 1 month ago", or None. Months are of middling length."""
    found = AGE.search(text)
    if not found:
        return None
    age = timedelta()
    for number, unit in _PART.findall(found["age"]):
        count = int(number) if number.isdigit() else 1
        unit = unit.lower()
        if unit in DAYS:
            age += timedelta(days=DAYS[unit] * count)
        else:
            age += timedelta(seconds=SECONDS[unit] * count)
    return age if age < timedelta(days=365 * 200) else None
