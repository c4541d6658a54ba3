"""The search page, suggestions while typing, and the site as a search engine of the browser."""

import re
from html import unescape

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.keeping import kept_among
from catalog.models import SavedSearch, Topic
from forum.models import Category, Thread
from portal.home.models import StartingPoint
from portal.search import querylog

from . import offering, wording
from .asking import SORTS, Question, tidy
from .filters import ROW
from .finding import find
from .showing import hits
from .suggesting import suggestions

MOST_STARTING_POINTS = 8
# Programs that fetch pages by themselves say so; what they search is no demand.
ROBOT = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|scan|monitor|curl|wget|python|java/|http", re.IGNORECASE
)


@require_safe
def search(request):
    """Answer one address of the search page."""
    question = Question.read(request.GET)
    place = _place(question.filters, request.user)
    if not question.words:
        return render(request, "search/start.html", _start(place, question))
    found = find(
        question.words,
        user=request.user,
        tab=question.tab,
        sort=question.sort,
        page=question.page,
        filters=question.filters,
        as_typed=question.as_typed,
    )
    if question.is_first_submit and not is_robot(request):
        querylog.record(found.typed, found.complete_as_typed)
    return render(request, "search/results.html", _context(request, question, place, found))


def is_robot(request):
    """Tell whether a program asks, or a browser ahead of its reader."""
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        return True
    agent = request.headers.get("User-Agent", "")
    return not agent or ROBOT.search(agent) is not None


def _place(filters, user):
    """Return the thread or category that is searched, if only one is; 404 for the invisible."""
    if filters.thread is not None:
        return get_object_or_404(Thread.objects.visible_to(user), pk=filters.thread)
    if filters.category:
        return get_object_or_404(Category.objects.visible_to(user), slug=filters.category)
    return None


def _start(place, question):
    """What the page offers before anybody has typed a word."""
    return {
        "place": place,
        "place_key": question.filters.place,
        "topics": Topic.objects.roots().order_by("title"),
        "starting_points": StartingPoint.objects.filter(page__live=True).order_by("sort_order")[
            :MOST_STARTING_POINTS
        ],
    }


def _context(request, question, place, found):
    in_thread = question.filters.thread is not None
    heading = wording.heading(
        found,
        question.tab,
        in_thread=in_thread,
        is_filtered=bool(question.filters.forum or question.filters.resources.chosen),
    )
    rows = found.rows
    context = {
        "question": question,
        "place": place,
        "found": found,
        "heading": heading,
        "page_title": unescape(wording.title(heading, found.page)),
        "tabs": [] if place else _tabs(question, found),
        "hits": hits(rows, words=found.words, user=request.user),
        "sorts": [
            (label, question.url(sort=key), key == question.sort) for key, label in SORTS.items()
        ],
        "save_url": SavedSearch.save_url(
            SavedSearch.Place.SEARCH, question.url().removeprefix("?")
        ),
        "as_typed_url": question.url(as_typed=True),
        "suggestion_url": question.url(words=found.suggestion, as_typed=False),
        "everywhere_url": question.everywhere(),
        **_filters(question, found),
        **_pages(question, found),
    }
    if found.page == 1 and not place and not context["active_filters"]:
        context["named"] = offering.exactly(found.words)
        context["picks"] = _picks(request, question, found, context)
    found_resources = [hit.resource for hit in context["hits"] if hit.resource]
    context["kept"] = kept_among(request.user, found_resources) if found_resources else None
    if not found.total:
        context["ways"] = _ways(question, found, request.user)
    return context


def _tabs(question, found):
    totals = found.totals
    tabs = [
        (_("All"), totals.all, "all"),
        (_("Resources"), totals.resources, "resources"),
        (_("Forum"), totals.conversations, "forum"),
    ]
    if totals.pages or question.tab == "pages":
        tabs.append((_("Pages"), totals.pages, "pages"))
    return [(text, count, question.in_tab(tab), tab == question.tab) for text, count, tab in tabs]


def _filters(question, found):
    """What the filters of this tab show: a row of lists, or the facets of the catalog."""
    listing = found.forum or found.resources
    active = [
        (listing.label(key, value), less.url(), key, value)
        for key, value, less in (question.narrowed() if listing else ())
    ]
    context = {
        "active_filters": [(text, url) for text, url, _key, _value in active],
        "filter_count": len(active),
        "clear_url": question.without_filters(),
    }
    if found.forum:
        selects = [
            select
            for select in found.forum.selects_now
            if active or any(option["count"] < found.total for option in select["options"])
        ]
    elif found.resources and question.tab == "all":
        selects = [_as_select(facet) for facet in found.resources.facets(ROW)]
    else:
        selects = []
    context["selects"] = selects
    if found.resources and question.tab == "resources":
        context["facets"] = found.resources.facets()
    hidden = {key for key, _value in question.filters.forum.pairs()}
    hidden |= set(question.filters.resources.chosen)
    context["carried"] = question.kept(*hidden)
    return context


def _as_select(facet):
    return {**facet, "options": [option for option in facet["options"] if option.count]}


def _pages(question, found):
    page, count = found.page, found.page_count
    shown = sorted({1, count, *range(max(1, page - 1), min(count, page + 1) + 1)})
    pages, before = [], 0
    for number in shown:
        if number - before > 1:
            pages.append({"gap": True})
        url = question.url(page=number)
        pages.append({"number": number, "url": url, "is_current": number == page})
        before = number
    return {
        "pages": pages,
        "previous_url": question.url(page=page - 1) if page > 1 else "",
        "next_url": question.url(page=page + 1) if page < count else "",
    }


def _picks(request, question, found, context):
    """Return the editors' picks, and take their pages out of the hits below."""
    if question.tab not in {"all", "resources"} or question.sort != "relevance":
        return []
    picks = offering.picks(found.words, request)
    promoted = {pick.page for pick in picks}
    rows = [row for row in found.rows if row[0] == "thread" or row[1] not in promoted]
    if len(rows) < len(found.rows):
        context["hits"] = hits(rows, words=found.words, user=request.user)
    return picks


def _ways(question, found, user):
    """Return (text, address, count) of what to try where nothing was found."""
    ways = []
    listing = found.forum or found.resources
    for key, value, less in question.narrowed() if listing else ():
        count = listing.total_without(key, value)
        if count:
            text = _("Without the filter “%(filter)s”") % {"filter": listing.label(key, value)}
            ways.append((text, less.url(), count))
    if question.filters.place:
        everywhere = find(found.typed, user=user).totals.all
        if everywhere:
            ways.append((_("On the whole site"), question.everywhere(), everywhere))
    elif found.totals.all and question.tab != "all":
        ways.append((_("In all of the site"), question.in_tab("all"), found.totals.all))
    if found.suggestion:
        text = _("Did you mean “%(words)s”?") % {"words": found.suggestion}
        ways.append((text, question.url(words=found.suggestion, as_typed=False), None))
    if topic := offering.closest_topic(found.words):
        text = _("Topic: %(topic)s") % {"topic": topic.title}
        ways.append((text, topic.get_absolute_url(), None))
    return ways


@require_safe
@cache_control(public=True, max_age=60)
def suggest(request):
    """Suggest titles, topics, tags and conversations: the same for everybody, so kept anywhere."""
    return JsonResponse({"groups": suggestions(tidy(request.GET.get("q", ""), 80))})


@require_safe
@cache_control(public=True, max_age=86400)
def opensearch(request):
    """Describe the site's search to browsers."""
    return render(
        request,
        "search/opensearch.xml",
        {"base_url": request.build_absolute_uri("/").rstrip("/")},
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )
