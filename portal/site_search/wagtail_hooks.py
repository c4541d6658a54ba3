"""What site search adds to Wagtail's admin: two reports."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .reports import MissesReport, SearchesReport, may_read


@hooks.register("register_admin_urls")
def report_addresses():
    return [
        path("reports/searches/", SearchesReport.as_view(), name="searches_report"),
        path(
            "reports/searches/results/",
            SearchesReport.as_view(results_only=True),
            name="searches_report_results",
        ),
        path("reports/misses/", MissesReport.as_view(), name="misses_report"),
        path(
            "reports/misses/results/",
            MissesReport.as_view(results_only=True),
            name="misses_report_results",
        ),
    ]


class EditorsItem(MenuItem):
    def is_shown(self, request):
        return may_read(request.user)


@hooks.register("register_reports_menu_item")
def top_searches():
    return EditorsItem(
        _("Top searches"), reverse("searches_report"), icon_name="search", order=1200
    )


@hooks.register("register_reports_menu_item")
def searches_without_results():
    return EditorsItem(
        _("Searches without results"), reverse("misses_report"), icon_name="warning", order=1210
    )


@hooks.register("construct_reports_menu")
def leave_out_wagtails_own(request, menu_items):
    """Wagtail's report reads a log of its own, which this site does not write."""
    menu_items[:] = [item for item in menu_items if item.name != "search-terms"]
