"""What the first page shows: everything on it is counted or listed, nothing is written."""

from django.utils import timezone

from catalog.counting import totals
from catalog.models import ResourcePage
from forum.models import Thread
from portal.page_cache.versions import depends_on

EVENTS = 3
THREADS = 4


def front(request, page):
    """Return the context of the home page for this reader, in a fixed number of queries."""
    depends_on(request, "catalog", "forum")
    now = timezone.now()
    points = list(page.starting_points.all())
    *counts, listings = totals([*(point.query for point in points), ""])
    scheduled = ResourcePage.EventStatus.SCHEDULED
    events = (
        ResourcePage.objects.visible_to(request.user).to_come(now).filter(event_status=scheduled)
    )
    threads = Thread.objects.visible_to(request.user)
    return {
        "starting_points": [
            (point.label, f"/resources/?{point.query}", count)
            for point, count in zip(points, counts, strict=True)
        ],
        "events": events.filter(next_starts_at__gt=now).with_card_data()[:EVENTS],
        "event_count": events.count(),
        "threads": threads.with_row_data().latest()[:THREADS],
        "thread_count": threads.count(),
        "listing_count": listings,
        "checked_count": checked_this_month(now),
    }


def checked_this_month(now):
    """Return how many public listings an editor found right since the first of the month."""
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return ResourcePage.objects.live().filter(reviewed_at__gte=first).count()
