"""What is to be looked at again: two reports in Wagtail's admin."""

from django.core.exceptions import PermissionDenied
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters import MultipleChoiceFilter
from wagtail.admin.filters import MultipleUserFilter, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn
from wagtail.admin.views.reports import ReportView

from portal.accounts.models import User

from ..freshness import due_this_month, overdue
from ..models import ResourcePage
from .listings import DayColumn, OwnerColumn


def may_curate(user):
    return user.is_active and user.has_perm("catalog.change_resourcepage")


def owners(request):
    """Members who answer for listings."""
    return User.objects.filter(
        pk__in=ResourcePage.objects.order_by().values("owner").distinct()
    ).order_by("display_name")


class ReviewFilterSet(WagtailFilterSet):
    owner = MultipleUserFilter(label=_("Owner"), queryset=owners, widget=CheckboxSelectMultiple)
    kind = MultipleChoiceFilter(
        label=_("Kind"), choices=ResourcePage.Kind.choices, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = ResourcePage
        fields = []


class OverdueReport(ReportView):
    """Listings whose day to be looked at again has come, the longest overdue first."""

    model = ResourcePage
    page_title = _("Overdue checks")
    header_icon = "time"
    template_name = "catalog/admin/review_report.html"
    index_url_name = "overdue_report"
    index_results_url_name = "overdue_report_results"
    filterset_class = ReviewFilterSet
    default_ordering = "review_by"
    export_filename = "overdue"
    columns = [
        BulkActionsColumn("bulk_actions"),
        TitleColumn(
            "title",
            label=_("Title"),
            sort_key="title",
            get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
            get_title_id=lambda page: f"page_{page.pk}_title",
        ),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        OwnerColumn("owner", label=_("Owner"), sort_key="owner__display_name"),
        DayColumn("review_by", label=_("Check again by"), sort_key="review_by"),
        DateColumn("reviewed_at", label=_("Last checked"), sort_key="reviewed_at"),
        TitleColumn(
            "page",
            label=_("On the site"),
            accessor=lambda page: _("Open"),
            get_url=lambda page: page.get_absolute_url(),
            link_attrs={"target": "_blank", "rel": "noreferrer"},
        ),
    ]
    export_headings = {
        "title": _("Title"),
        "get_kind_display": _("Kind"),
        "owner.display_name": _("Owner"),
        "review_by": _("Check again by"),
        "reviewed_at": _("Last checked"),
        "url": _("Page"),
        "link": _("Address of the resource"),
    }
    list_export = list(export_headings)

    def dispatch(self, request, *args, **kwargs):
        if not may_curate(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return self.choose(ResourcePage.objects.all()).select_related("owner")

    def choose(self, listings):
        return overdue(listings)


class DueReport(OverdueReport):
    """The same with what will be due before the month is over."""

    page_title = _("Due this month")
    index_url_name = "due_report"
    index_results_url_name = "due_report_results"
    export_filename = "due"

    def choose(self, listings):
        return due_this_month(listings)


REPORTS = (OverdueReport, DueReport)
