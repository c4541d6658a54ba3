"""/events/: what is coming, by month, and what is past."""

from itertools import groupby

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ..counting import Listing
from ..keeping import kept_among
from ..models import ResourcePage
from ..paging import page_number, paged
from ..selection import Selection

MOST_EVENTS = 200


def events(request):
    """List what is on now, events to come by month, and past ones in pages below."""
    now = timezone.now()
    listed = ResourcePage.objects.visible_to(request.user).with_card_data()
    coming = list(listed.to_come(now)[:MOST_EVENTS])
    counts = listed.to_come(now).counts_by_status()
    past = listed.ended(now)
    total = past.count()
    pages = paged(
        total,
        per_page=settings.RESOURCES_PER_PAGE,
        number=page_number(request.GET),
        url=lambda number: (f"?page={number}" if number > 1 else ".") + "#past",
    )
    past_events = past[pages.start : pages.stop]
    everything = Listing(Selection())
    on_now = [event for event in coming if is_on_now(event, now)]
    later = [event for event in coming if event not in on_now]
    context = {
        "on_now": on_now,
        "on_now_count": len(on_now),
        "months": [(month, list(rows)) for month, rows in groupby(later, key=month_of)],
        "coming": coming,
        "coming_count": counts[ResourcePage.EventStatus.SCHEDULED] - len(on_now),
        "postponed_count": counts[ResourcePage.EventStatus.POSTPONED],
        "cancelled_count": counts[ResourcePage.EventStatus.CANCELLED],
        "more_count": sum(counts.values()) - len(coming),
        "planned_count": everything.total_of(Selection.read("availability=planned")),
        "ways": ways_on(everything) if not coming else [],
        "past": past_events,
        "kept": kept_among(request.user, [*coming, *past_events]),
        "past_count": total,
        "pages": pages,
        "canonical": f"{settings.BASE_URL}/events/"
        + (f"?page={pages.number}" if pages.number > 1 else ""),
    }
    return render(request, "catalog/events.html", context)


def ways_on(everything):
    """Return (words, url, count) of what can be used while no event is coming."""
    ways = [
        (_("Recordings"), "availability=recording"),
        (_("Courses"), "kind=course"),
        (_("Everything"), ""),
    ]
    counted = [
        (words, f"/resources/{selection.url()}", everything.total_of(selection))
        for words, selection in ((words, Selection.read(query)) for words, query in ways)
    ]
    return [way for way in counted if way[2]]


def is_on_now(event, now):
    """Tell whether it has begun and takes place: what is postponed or cancelled does not."""
    return event.next_starts_at <= now and event.event_status == ResourcePage.EventStatus.SCHEDULED


def month_of(event):
    """Return the first day of the month in which the event begins, where it is held."""
    return event.starts_there.replace(day=1, hour=0, minute=0)
