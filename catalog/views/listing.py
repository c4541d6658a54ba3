"""/resources/, the list with its facets, and the page of one listing.

Their addresses are fixed and nobody can make them private, so that they are found here by one
query, where Wagtail would walk from the site down to them with six.
"""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from ..cards import cards, filters_form
from ..counting import Listing
from ..facets import SORTS
from ..keeping import kept_among
from ..models import KINDS, ResourceIndexPage, ResourcePage, SavedSearch
from ..paging import paged
from ..searching import corrected
from ..selection import Selection
from ..wording import heading


@require_safe
def resources(request):
    """/resources/: the catalog's page as its editors wrote it, around the list."""
    page = get_object_or_404(ResourceIndexPage.objects.live().order_by())
    return page.serve(request)


@require_safe
def resource(request, slug):
    """/resources/<slug>/: one listing."""
    found = get_object_or_404(
        ResourcePage.objects.visible_to(request.user).values("pk", "kind").order_by(), slug=slug
    )
    page = KINDS[found["kind"]].objects.select_related("provider").get(pk=found["pk"])
    return page.serve(request)


def resource_list(request, page):
    """Answer the list of resources; `page` is the ResourceIndexPage."""
    asked = Selection.read(request.GET)
    listing = Listing(asked)
    selection = listing.selection
    if selection.chosen != asked.chosen:
        # A former name of a tag or topic: its addresses lead to the name of today.
        return redirect("/resources/" + selection.url(page=asked.page, opened=asked.opened))
    pages = paged(
        listing.total,
        per_page=settings.RESOURCES_PER_PAGE,
        number=selection.page,
        url=lambda number: selection.url(page=number) + "#results",
    )
    resources = cards(listing.ids(pages.start, pages.stop), request.user, listing.digest)
    context = {
        **page.get_context(request),
        "listing": listing,
        "filters_form": filters_form(listing),
        "selection": selection,
        "results_title": heading(listing),
        "resources": resources,
        "kept": kept_among(request.user, resources),
        "save_url": SavedSearch.save_url(SavedSearch.Place.RESOURCES, selection.querystring()),
        "pages": pages,
        "sorts": sorts(selection),
        "active_filters": [
            (words, selection.without(key, value).url()) for key, value, words in listing.filters
        ],
        "canonical": canonical(selection, pages.number),
        "may_be_indexed": selection.is_plain and not selection.opened,
    }
    if not listing.total and selection.q:
        context["better_words"] = better_words(listing)
    return TemplateResponse(request, page.template, context)


def rows(ids, user):
    """Fetch the listings with these primary keys, in this order, that `user` may see."""
    found = ResourcePage.objects.visible_to(user).with_card_data().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def sorts(selection):
    """Return (value, words, is_selected) of the orders one may choose.

    The order that holds by itself has no value, so that it may change when words are typed.
    """
    default = "relevance" if selection.q else "newest"
    keys = [key for key in SORTS if key != "relevance" or selection.q]
    keys.sort(key=lambda key: key != default)
    return [("" if key == default else key, SORTS[key], key == selection.order) for key in keys]


def canonical(selection, number):
    """Return the one address of this list, whatever order its parameters came in."""
    address = selection.url(page=number)
    path = f"{settings.BASE_URL}/resources/"
    return path if address == "." else path + address


def better_words(listing):
    """Return (words, url, count) of a better spelling that finds something, or None."""
    words = corrected(listing.selection.q)
    if not words:
        return None
    narrow = listing.selection.with_words(words)
    for selection in (narrow, narrow.cleared()):
        if total := listing.total_of(selection):
            return (words, selection.url(), total)
    return None
