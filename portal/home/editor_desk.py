"""What waits for an editor, on the first page of Wagtail's admin."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from catalog.models import CheckedLink, ResourcePage, Suggestion, WebinarPage
from portal.search.models import QueryLog

# So many rows of each kind; the heading says how many there are in all.
ROWS = 5
# How far back ended events and empty searches are looked for.
DAYS = 30


class EditorDesk(Component):
    """Suggestions, overdue checks, broken links, missing recordings, searches in vain."""

    name = "editor_desk"
    template_name = "home/admin/desk.html"
    order = 100

    def get_context_data(self, parent_context):
        return {"groups": [group for group in groups() if group["total"]]}


def groups():
    """Return what waits: for each kind its heading, total, first rows and where all are."""
    today = timezone.localdate()
    since = today - timedelta(days=DAYS)
    live = ResourcePage.objects.live().filter(archived_on__isnull=True)
    return [
        _group(
            _("Suggestions waiting"),
            Suggestion.objects.waiting().order_by("created_at"),
            lambda row: (row.title, reverse("suggestions:edit", args=[row.pk])),
            reverse("suggestions:index"),
        ),
        _group(
            _("Listings to check again"),
            live.filter(review_by__lte=today).order_by("review_by"),
            _page,
            reverse("resources:index") + f"?review_by_to={today:%Y-%m-%d}",
        ),
        _group(
            _("Broken links"),
            CheckedLink.objects.broken().select_related("resource").order_by("failed_at"),
            lambda row: (f"{row.resource.title}: {row.url} ({row.detail})", _edit(row.resource)),
        ),
        _group(
            _("Ended without a recording"),
            WebinarPage.objects.live()
            .filter(
                ends_at__date__gte=since,
                ends_at__lt=timezone.now(),
                recording_url="",
                archived_on__isnull=True,
                event_status=ResourcePage.EventStatus.SCHEDULED,
            )
            .exclude(recording_plan=WebinarPage.RecordingPlan.NOT_RECORDED)
            .order_by("-ends_at"),
            _page,
        ),
        _group(
            _("Searched for in vain"),
            QueryLog.objects.without_results(since=since),
            lambda row: (row["query"], reverse("wagtailsearchpromotions:add")),
            reverse("misses_report"),
        ),
    ]


def _group(heading, rows, describe, url=""):
    total = rows.count()
    shown = [dict(zip(("words", "url"), describe(row), strict=True)) for row in rows[:ROWS]]
    return {"heading": heading, "total": total, "rows": shown, "url": url}


def _page(page):
    return page.title, _edit(page)


def _edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
