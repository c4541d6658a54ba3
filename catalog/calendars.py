"""Events as iCalendar (RFC 5545, 7986), as Outlook, Google and Apple read it.

Moments are written in UTC, so that no reader needs to know a time zone; the clock of the place
is said in words. An event keeps its UID whatever changes, its SEQUENCE rises when a fact of it
does (models/in_calendars.py), and a cancelled one stays, because a calendar that no longer
names an event may go on showing it. A course has an event for each run.

The calendar of a list takes all of its filters but "availability": an event must not leave a
calendar because it has begun, is over or was cancelled. What ended longer ago than DAYS_KEPT
is left out, unless the list shows everything.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from icalendar import Calendar, Event, vText

from portal.search.backend.querysets import with_keys

from .counting import Listing
from .models import CourseRun, ResourcePage, WebinarPage
from .models.wall_clock import in_zone, zone_words

DAYS_KEPT = 60
MOST_EVENTS = 1000
REFRESH = timedelta(hours=6)
# An event longer than that is a course over weeks: it must not fill the days it lasts.
LONGEST_BUSY = timedelta(hours=12)
NOT_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029]")

PREFIXES = {
    ResourcePage.EventStatus.CANCELLED: gettext_lazy("Cancelled: %(title)s"),
    ResourcePage.EventStatus.POSTPONED: gettext_lazy("Postponed: %(title)s"),
}


@dataclass(frozen=True)
class CalendarEvent:
    """One event with its moments in UTC; `status` is one of RFC 5545."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    status: str
    url: str
    description: str
    location: str
    labels: tuple


def events_of_list(selection, user, now=None):
    """Return the CalendarEvents of a filtered list, soonest first, in a fixed number of queries."""
    webinars, runs = rows_of_list(selection, user, now)
    order = "-starts_at" if selection.show_all else "starts_at"
    webinars = (
        webinars.select_related("provider")
        .prefetch_related("topics")
        .defer("body")
        .order_by(order, "pk")[:MOST_EVENTS]
    )
    runs = (
        runs.select_related("page__provider")
        .prefetch_related("page__topics")
        .defer("page__body")
        .order_by(order, "pk")[:MOST_EVENTS]
    )
    events = [of_webinar(webinar) for webinar in webinars] + [of_run(run) for run in runs]
    return sorted(events, key=lambda event: (event.starts_at, event.uid))


def count_of_list(selection, user, now=None):
    """Return how many events the calendar of a filtered list has."""
    return sum(rows.count() for rows in rows_of_list(selection, user, now))


def rows_of_list(selection, user, now=None):
    """Return the webinars and the course runs that the calendar of a list shows, as querysets."""
    now = now or timezone.now()
    # What is over is left out below, by its date: a calendar keeps it for a while.
    keys = Listing(selection.without("availability").with_all()).ids()
    resources = with_keys(ResourcePage.objects.visible_to(user), keys).order_by()
    dated = {"starts_at__isnull": False}
    if not selection.show_all:
        resources = resources.exclude(ResourcePage.objects.archived_condition(now))
        dated["ends_at__gte"] = now - timedelta(days=DAYS_KEPT)
    found = resources.values("pk")
    return (
        WebinarPage.objects.filter(pk__in=found, **dated),
        CourseRun.objects.filter(page__in=found, **dated),
    )


def events_of(page):
    """Return the CalendarEvents of one listing of its concrete kind, [] where it has no date."""
    if page.KIND == ResourcePage.Kind.WEBINAR:
        return [of_webinar(page)] if page.starts_at else []
    if page.KIND == ResourcePage.Kind.COURSE:
        runs = [run for run in page.runs.all() if run.starts_at]
        for run in runs:
            run.page = page
        return [of_run(run) for run in sorted(runs, key=lambda run: (run.starts_at, run.pk))]
    return []


def of_webinar(webinar):
    tentative = webinar.event_status == webinar.EventStatus.POSTPONED
    return CalendarEvent(
        uid=str(webinar.translation_key),
        title=titled(webinar.title, webinar.event_status),
        status=status_of(webinar.event_status, tentative),
        location=webinar.venue or webinar.held_on or online(webinar),
        description=description(webinar, webinar, webinar.registration_url),
        **facts(webinar, webinar),
    )


def of_run(run):
    """Return the event of a course's run; its `page` is fetched with provider and topics."""
    course = run.page
    tentative = run.state in {run.State.PLANNED, run.State.POSTPONED}
    title = course.title
    if run.label:
        title = _("%(course)s: %(run)s") % {"course": course.title, "run": run.label}
    return CalendarEvent(
        # A course is known for good, and the key of a run stays while others come and go.
        uid=str(uuid.uuid5(course.translation_key, f"run-{run.pk}")),
        title=titled(title, run.event_status),
        status=status_of(run.event_status, tentative),
        location=online(course),
        description=description(course, run, run.registration_url, note=run.note),
        **facts(course, run),
    )


def facts(page, dated):
    """Return what webinar and run have in common; `dated` has the moments and the sequence."""
    changes = [dated.calendar_changed_at, page.last_published_at, page.first_published_at]
    return {
        "starts_at": dated.starts_at,
        "ends_at": dated.ends_at,
        "changed_at": max(filter(None, changes), default=dated.starts_at),
        "sequence": dated.calendar_sequence,
        "url": f"{settings.BASE_URL}{page.get_absolute_url()}",
        "labels": tuple(sorted((topic.title for topic in page.topics.all()), key=str.casefold)),
    }


def titled(title, event_status):
    """Say a change in the title, too: many calendars show nothing else."""
    return PREFIXES.get(event_status, "%(title)s") % {"title": title}


def status_of(event_status, tentative):
    if event_status == ResourcePage.EventStatus.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if tentative else "CONFIRMED"


def online(page):
    """Return the words for a place that is none, "" where nobody stated how it is held."""
    return _("Online") if page.delivery == ResourcePage.Delivery.LIVE_ONLINE else ""


def description(page, dated, registration_url, note=""):
    """Say what one wants to know in the calendar: the clock there, who, where to register."""
    start, end = in_zone(dated.starts_at, dated.zone), in_zone(dated.ends_at, dated.zone)
    lines = [
        page.summary,
        note,
        _("When: %(when)s %(zone)s")
        % {"when": clock_words(start, end), "zone": zone_words(dated.zone)},
        _("Offered by: %(provider)s") % {"provider": page.provider.name} if page.provider else "",
        _("Cost: %(cost)s") % {"cost": page.get_cost_display()} if page.cost else "",
        _("Register: %(url)s") % {"url": registration_url} if registration_url else "",
        _("Details: %(url)s") % {"url": f"{settings.BASE_URL}{page.get_absolute_url()}"},
    ]
    return "\n".join(str(line) for line in lines if line)


def clock_words(start, end):
    """Say a span on the clock where it is held, in words that the year of reading cannot change."""
    same_day = start.date() == end.date()
    return _("%(start)s to %(end)s") % {
        "start": date_format(start, "l, F j, Y, g:i a"),
        "end": date_format(end, "g:i a" if same_day else "l, F j, Y, g:i a"),
    }


def write(events, *, name, address, many=True):
    """Return the bytes of a calendar. `address` is its own; `many`: it is for subscribing."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if many:
        name = vText(plain(f"{settings.SITE_NAME}: {name}"))
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
        calendar.add("source", address, parameters={"VALUE": "URI"})
    for event in events:
        calendar.add_component(component(event, many=many))
    return calendar.to_ical()


def component(event, *, many):
    """Return the VEVENT of a CalendarEvent."""
    long = event.ends_at - event.starts_at > LONGEST_BUSY
    vevent = Event()
    vevent.add("uid", event.uid)
    # The moment of the change and not of the request: the same calendar has the same bytes.
    for name in ("dtstamp", "last-modified"):
        vevent.add(name, event.changed_at.astimezone(UTC).replace(microsecond=0))
    vevent.add("sequence", event.sequence)
    vevent.add("status", event.status)
    vevent.add("dtstart", event.starts_at.astimezone(UTC))
    vevent.add("dtend", event.ends_at.astimezone(UTC))
    vevent.add("summary", plain(event.title))
    vevent.add("description", plain(event.description))
    vevent.add("url", event.url)
    if event.location:
        vevent.add("location", plain(event.location))
    if event.labels:
        vevent.add("categories", [plain(label) for label in event.labels])
    # A list that one looks at makes nobody busy; an event that one adds does.
    vevent.add("transp", "TRANSPARENT" if many or long else "OPAQUE")
    return vevent


def plain(text):
    """Return `text` without what iCalendar cannot hold."""
    return NOT_TEXT.sub(" ", str(text).replace("\r\n", "\n").replace("\r", "\n"))
