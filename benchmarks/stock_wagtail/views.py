"""After bakerydemo: `BreadsIndexPage` and `search.views.search`; twenty a page, as ours."""

from django.core.paginator import Paginator
from django.shortcuts import render
from wagtail.contrib.search_promotions.models import Query
from wagtail.models import Page, Site

PER_PAGE = 20


def index_page(request):
    """Find the index as Wagtail does when it serves a page: from the site, part by part."""
    root = Site.find_for_request(request).root_page.specific
    return root.get_children().get(slug="resources").specific


def listing(request):
    """The children of an index page, the newest first, in pages."""
    page = index_page(request)
    children = Page.objects.live().descendant_of(page).order_by("-first_published_at").specific()
    rows = Paginator(children, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stock/listing.html", {"page": page, "rows": rows})


def search(request):
    """All pages that hold the words."""
    words = request.GET.get("q", "")
    results = Page.objects.live().search(words)
    Query.get(words).add_hit()
    rows = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stock/search.html", {"words": words, "rows": rows})
