"""Reports for editors: what people search for, and what they do not find."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import permission_denied
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.reports import ReportView

from portal.search.models import QueryLog
from portal.search.querylog import KEPT


def may_read(user):
    """Whoever edits the catalog may know what people miss in it."""
    return user.is_active and user.has_perm("catalog.change_resourcepage")


class SearchesReport(ReportView):
    """The queries of the last months, the most frequent first; never who asked."""

    page_title = _("Top searches")
    header_icon = "search"
    index_url_name = "searches_report"
    index_results_url_name = "searches_report_results"
    columns = [
        Column("query", label=_("Words")),
        NumberColumn("searches_in_all", label=_("Searches")),
        NumberColumn("found_at_last", label=_("Results")),
    ]
    export_headings = {
        "query": _("Words"),
        "searches_in_all": _("Searches"),
        "found_at_last": _("Results"),
    }
    list_export = list(export_headings)

    def dispatch(self, request, *args, **kwargs):
        if not may_read(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return self.choose(QueryLog.objects, timezone.localdate() - timedelta(days=KEPT))

    def choose(self, log, since):
        return log.top(since=since)


class MissesReport(SearchesReport):
    """The queries that found nothing with all of their words."""

    page_title = _("Searches without results")
    header_icon = "warning"
    index_url_name = "misses_report"
    index_results_url_name = "misses_report_results"

    def choose(self, log, since):
        return log.without_results(since=since)
