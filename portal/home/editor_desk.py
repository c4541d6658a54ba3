"""What waits for an editor, on the first page of Wagtail's admin."""

from datetime import timedelta

from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from catalog.freshness import missing_recordings, overdue
from catalog.link_report import TO_CORRECT, links_to_show
from catalog.models import ResourcePage, Suggestion
from portal.search.models import QueryLog
from portal.search.querylog import KEPT

# So many rows of each kind; the heading says how many there are in all.
ROWS = 5


class EditorDesk(Component):
    """Suggestions, overdue checks, broken links, missing recordings, searches in vain."""

    name = "editor_desk"
    template_name = "home/admin/desk.html"
    order = 100

    @property
    def media(self):
        return Media(css={"all": ["site/admin.css"]})

    def get_context_data(self, parent_context):
        return {"groups": [group for group in groups() if group["total"]]}


def groups():
    """Return what waits: for each kind its heading, total, first rows and the list of all.

    What is counted and what the list shows come from the same function each.
    """
    return [
        _group(
            _("Suggestions waiting"),
            Suggestion.objects.waiting().order_by("created_at"),
            lambda row: (row.title, reverse("suggestions:edit", args=[row.pk])),
            reverse("suggestions:index") + "?state=waiting",
        ),
        _group(
            _("Listings to check again"),
            overdue(ResourcePage.objects.order_by("review_by")),
            _page,
            reverse("overdue_report"),
        ),
        _group(
            _("Broken links"),
            links_to_show().broken().select_related("resource").order_by("failed_at"),
            lambda row: (f"{row.resource.title}: {row.url} ({row.detail})", _edit(row.resource)),
            reverse("links_report") + "?state=broken",
        ),
        _group(
            _("Addresses that moved"),
            links_to_show().to_correct().select_related("resource").order_by("pk"),
            lambda row: (f"{row.resource.title}: {row.url}", _edit(row.resource)),
            reverse("links_report") + "?state=" + TO_CORRECT,
        ),
        _group(
            _("Ended without a recording"),
            missing_recordings(ResourcePage.objects.order_by("-next_ends_at")),
            _page,
            reverse("webinars_list:index") + "?recording=missing",
        ),
        _group(
            _("Searched for in vain"),
            QueryLog.objects.without_results(since=timezone.localdate() - timedelta(days=KEPT)),
            lambda row: (row["query"], reverse("wagtailsearchpromotions:add")),
            reverse("misses_report"),
        ),
    ]


def _group(heading, rows, describe, url):
    total = rows.count()
    shown = [dict(zip(("words", "url"), describe(row), strict=True)) for row in rows[:ROWS]]
    return {
        "heading": heading,
        "total": total,
        "rows": shown,
        "left": total - len(shown),
        "url": url,
    }


def _page(page):
    return page.title, _edit(page)


def _edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
