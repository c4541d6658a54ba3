"""Any filtered list as feed, calendar or file, and the page that leads to them.

All take the parameters of /resources/ and ignore what they do not know.
"""

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.page_cache.versions import depends_on

from .. import calendars, downloads, feeds
from ..answering import answer
from ..counting import Listing
from ..importers.problems import FileProblem
from ..models import ResourcePage, SavedSearch
from ..selection import Selection

JSON_FEED = "application/feed+json; charset=utf-8"
CALENDAR = "text/calendar; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked(request):
    """Return the answer to the filters in the address; nothing in it is an error."""
    depends_on(request, "catalog")
    return Listing(Selection.read(request.GET))


@require_safe
def atom(request):
    """/resources.atom: what was listed last."""
    feed = feeds.feed_of(asked(request), request.user, suffix="atom")
    return answer(request, feeds.atom(feed), feeds.ATOM, modified=feed.updated)


@require_safe
def json_feed(request):
    """/resources.json: the same as JSON Feed."""
    feed = feeds.feed_of(asked(request), request.user, suffix="json")
    return answer(request, feeds.json_feed(feed), JSON_FEED, modified=feed.updated)


@require_safe
def calendar(request):
    """/resources.ics: the events of a list. No date of change: a calendar also loses events."""
    listing = asked(request)
    body = calendars.write(
        calendars.events_of_list(listing.selection, request.user),
        name=feeds.list_name(listing),
        address=f"{settings.BASE_URL}/resources.ics{feeds.list_query(listing.selection)}",
    )
    return answer(request, body, CALENDAR, name="resources.ics")


@require_safe
def event(request, slug):
    """/resources/<slug>/event.ics: one event, or each run of a course."""
    depends_on(request, "catalog")
    resources = ResourcePage.objects.visible_to(request.user).select_related("provider")
    page = get_object_or_404(resources, slug=slug).specific
    events = calendars.events_of(page)
    if not events:
        raise Http404(_("No date is known for this."))
    address = request.build_absolute_uri(request.path)
    body = calendars.write(events, name=page.title, address=address, many=False)
    return answer(request, body, CALENDAR, name=f"{page.slug}.ics")


@require_safe
def csv_file(request):
    """/resources.csv: the list as a table, sent while it is read."""
    listing = asked(request)
    rows = downloads.file_rows(listing, request.user, suffix="csv")
    response = StreamingHttpResponse(
        downloads.csv_lines(rows), content_type="text/csv; charset=utf-8"
    )
    return as_file(response, listing, "csv")


@require_safe
def xlsx_file(request):
    """/resources.xlsx: the same as a workbook that explains its columns."""
    listing = asked(request)
    try:
        body = downloads.workbook(downloads.file_rows(listing, request.user, suffix="xlsx"))
    except FileProblem as problem:
        return subscribing(request, listing, problem=problem, status=406)
    return as_file(HttpResponse(body, content_type=XLSX), listing, "xlsx")


def as_file(response, listing, suffix):
    """Make of a response one that browsers save, under a name that says the filters."""
    name = downloads.file_name(listing, suffix=suffix)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def subscribe(request):
    """/subscribe/: the ways to follow a list, or to take it along."""
    return subscribing(request, asked(request))


def subscribing(request, listing, *, problem="", status=200):
    query = feeds.list_query(listing.selection)
    address = f"{settings.BASE_URL}/resources"
    context = {
        "listing": listing,
        "list_name": feeds.list_name(listing),
        "list_url": f"/resources/{query}",
        "query": query,
        "event_count": calendars.count_of_list(listing.selection, request.user),
        "calendar_url": f"{address}.ics{query}",
        "webcal_url": f"webcal://{address.partition('://')[2]}.ics{query}",
        "feed_url": f"{address}.atom{query}",
        "json_url": f"{address}.json{query}",
        "files": [
            (f"/resources.{suffix}{query}", name, downloads.too_many(listing, suffix=suffix))
            for suffix, name in (("csv", _("CSV file")), ("xlsx", _("Excel workbook (XLSX)")))
        ],
        "save_url": SavedSearch.save_url(SavedSearch.Place.RESOURCES, query.removeprefix("?")),
        "problem": problem,
        "crumbs": [(_("Resources"), "/resources/")],
        "canonical": f"{settings.BASE_URL}/subscribe/{query}",
    }
    return render(request, "catalog/subscribe.html", context, status=status)
