"""The report of links in Wagtail's admin, and what editors do there to many at once."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_filters import CharFilter, ChoiceFilter, DateFromToRangeFilter
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.reports import ReportView

from .corrections import correct_addresses, dismiss
from .models import CheckedLink, ResourcePage

TO_CORRECT = "to-correct"


def may_correct(user):
    """Whoever edits listings may see and correct their links."""
    return user.is_active and user.has_perm("catalog.change_resourcepage")


class LinkFilterSet(WagtailFilterSet):
    state = ChoiceFilter(
        label=gettext_lazy("State"),
        method="in_state",
        choices=[(TO_CORRECT, gettext_lazy("moved, to be corrected")), *CheckedLink.State.choices],
    )
    host = CharFilter(label=gettext_lazy("Host"), lookup_expr="icontains")
    kind = ChoiceFilter(
        label=gettext_lazy("Kind"), field_name="resource__kind", choices=ResourcePage.Kind.choices
    )
    checked_at = DateFromToRangeFilter(label=gettext_lazy("Asked"), widget=DateRangePickerWidget)

    class Meta:
        model = CheckedLink
        fields = []

    def in_state(self, links, _name, value):
        return links.to_correct() if value == TO_CORRECT else links.filter(state=value)


class AddressColumn(Column):
    """The address, and below it the one that it leads to."""

    cell_template_name = "catalog/admin/address_cell.html"


class LinkReport(ReportView):
    """Every address that listings lead to: how it answered, and when."""

    model = CheckedLink
    page_title = gettext_lazy("Links")
    header_icon = "link"
    template_name = "catalog/admin/links.html"
    index_url_name = "links_report"
    index_results_url_name = "links_report_results"
    filterset_class = LinkFilterSet
    default_ordering = "-checked_at"
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="checkedlink"),
        TitleColumn(
            "listing",
            label=gettext_lazy("Listing"),
            accessor="resource.title",
            classname="title",
            get_url=lambda link: reverse("wagtailadmin_pages:edit", args=[link.resource_id]),
            get_title_id=lambda link: f"checkedlink_{link.pk}_title",
        ),
        AddressColumn("address", label=gettext_lazy("Address")),
        Column(
            "state", label=gettext_lazy("State"), accessor="get_state_display", sort_key="state"
        ),
        Column("answer", label=gettext_lazy("Answer")),
        DateColumn("failed_at", label=gettext_lazy("Failing since"), sort_key="failed_at"),
        DateColumn("checked_at", label=gettext_lazy("Asked"), sort_key="checked_at"),
    ]
    export_headings = {
        "resource.title": gettext_lazy("Listing"),
        "resource.url": gettext_lazy("Page"),
        "url": gettext_lazy("Address"),
        "get_state_display": gettext_lazy("State"),
        "answer": gettext_lazy("Answer"),
        "moved_to": gettext_lazy("New address"),
        "failed_at": gettext_lazy("Failing since"),
        "checked_at": gettext_lazy("Asked"),
    }
    list_export = list(export_headings)

    def dispatch(self, request, *args, **kwargs):
        if not may_correct(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return links_to_show().select_related("resource")

    def get_filename(self):
        return "links"


def links_to_show():
    """The links of listings that readers see."""
    seen = ResourcePage.objects.live().filter(pk=OuterRef("resource"))
    return CheckedLink.objects.filter(Exists(seen))


class LinkAction(BulkAction):
    """One of the two things to do with addresses that moved."""

    models = [CheckedLink]

    def check_perm(self, link):
        return may_correct(self.request.user)

    @classmethod
    def get_queryset(cls, model, object_ids):
        keys = [key for key in object_ids if str(key).isdecimal()]
        return list(links_to_show().to_correct().filter(pk__in=keys).select_related("resource"))

    def get_all_objects_in_listing_query(self, parent_id):
        return links_to_show().to_correct().values_list("pk", flat=True)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["others"] = max(0, len(self.request.GET.getlist("id")) - len(context["items"]))
        return {**context, "verb": self.verb(len(context["items"]))}

    def get_execution_context(self):
        return {"user": self.request.user, "request": self.request}


class CorrectAction(LinkAction):
    display_name = gettext_lazy("Correct address")
    aria_label = gettext_lazy("Correct address of the selected listings")
    action_type = "correct"
    action_priority = 10
    template_name = "catalog/admin/correct_links.html"

    def verb(self, count):
        return ngettext(
            "Correct the address of %(count)d listing",
            "Correct the address of %(count)d listings",
            count,
        ) % {"count": count}

    @classmethod
    def execute_action(cls, objects, user=None, request=None, **kwargs):
        done = correct_addresses(links=objects, user=user)
        for outcome, words in (
            ("draft", _("“%(title)s” has unpublished changes: its draft has the new address.")),
            ("locked", _("“%(title)s” is locked and stays as it is.")),
        ):
            for each in done:
                if each.outcome == outcome:
                    title = {"title": each.link.resource.title}
                    messages.warning(request, words % title)
        return sum(each.outcome == "published" for each in done), 0

    def get_success_message(self, count, _children):
        if not count:
            return None
        return ngettext(
            "The address of %(count)d listing is corrected.",
            "The addresses of %(count)d listings are corrected.",
            count,
        ) % {"count": count}


class DismissAction(LinkAction):
    display_name = gettext_lazy("Leave address")
    aria_label = gettext_lazy("Leave address of the selected listings as it is")
    action_type = "dismiss"
    action_priority = 20
    template_name = "catalog/admin/correct_links.html"

    def verb(self, count):
        return ngettext(
            "Leave %(count)d address as it is", "Leave %(count)d addresses as they are", count
        ) % {"count": count}

    @classmethod
    def execute_action(cls, objects, **kwargs):
        dismiss(links=objects)
        return len(objects), 0

    def get_success_message(self, count, _children):
        return ngettext(
            "%(count)d address stays; it is not proposed again.",
            "%(count)d addresses stay; they are not proposed again.",
            count,
        ) % {"count": count}
