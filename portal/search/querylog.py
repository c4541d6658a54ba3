"""What people search for, so that editors can see what is missing. Never who searched."""

import re
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

#: Longer queries are not logged: nobody searches twice for the same sentence.
LONGEST = 100

#: Days after which a row is deleted.
KEPT = 90

# What may be about a person: addresses, and numbers as long as a telephone's.
_PERSONAL = re.compile(r"@|(?:\d[\s().-]*){7,}")


def record(query: str, found: int) -> None:
    """Count one search for `query` that found so many results, unless it may name a person.

    Call it for the first page of what a person submitted, not for robots, pages or filters.
    """
    from portal.search.models import QueryLog

    query = " ".join(query.replace("\0", " ").casefold().split())
    if not query or len(query) > LONGEST or _PERSONAL.search(query):
        return
    today = QueryLog.objects.filter(query=query, day=timezone.localdate())
    if not today.update(searches=F("searches") + 1, found=found):
        # A race here loses one count, which is no harm.
        QueryLog.objects.bulk_create([QueryLog(query=query, found=found)], ignore_conflicts=True)


def purge() -> int:
    """Delete old rows and return how many there were. For the clock."""
    from portal.search.models import QueryLog

    day = timezone.localdate() - timedelta(days=KEPT)
    return QueryLog.objects.filter(day__lt=day).delete()[0]
