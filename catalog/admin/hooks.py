"""Wagtail's hooks for lists of listings: actions on many, change of kind, history, reports."""

from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter

from ..models import ResourcePage
from .bulk_actions import ACTIONS
from .listings import OF_ONE_KIND
from .reports import REPORTS, DueReport, OverdueReport, may_curate


@hooks.register("register_admin_viewset")
def listings_of_one_kind():
    """The lists of one kind stand beside the list of all, not in the menu."""
    return [viewset() for viewset in OF_ONE_KIND]


for _action in ACTIONS:
    hooks.register("register_bulk_action", _action)


def change_kind_url(page, next_url):
    """Where the kind of one listing is changed: the action for many, on one."""
    where = reverse("wagtail_bulk_action", args=["catalog", "resourcepage", "listing_kind"])
    return f"{where}?{urlencode({'id': page.pk, 'next': next_url or reverse('resources:index')})}"


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def change_kind_button(page, user, next_url=None, view_name=None):
    """Offer the change of kind where a listing is edited, and in lists."""
    if isinstance(page, ResourcePage) and page.permissions_for_user(user).can_edit():
        # After the change the form is another one: return to it, not to a half-sent form.
        back = reverse("wagtailadmin_pages:edit", args=[page.pk]) if view_name else next_url
        yield Button(
            _("Change kind"), url=change_kind_url(page, back), icon_name="resubmit", priority=25
        )


class FactsFormatter(LogFormatter):
    """Names the facts that were changed, as editors know them."""

    label = _("Change facts")

    def format_message(self, log_entry):
        names = [
            str(ResourcePage._meta.get_field(name).verbose_name)
            for name in log_entry.data.get("fields", [])
        ]
        return gettext("Facts changed in a list: %(facts)s") % {"facts": ", ".join(names)}


class KindFormatter(LogFormatter):
    """Says what became what, and which facts were lost by it."""

    label = _("Change kind")

    def format_message(self, log_entry):
        kinds = dict(ResourcePage.Kind.choices)
        before, after = (kinds.get(log_entry.data.get(key), "?") for key in ("from", "to"))
        words = gettext("Kind changed: %(before)s became %(after)s.") % {
            "before": before,
            "after": after,
        }
        if lost := log_entry.data.get("lost"):
            words = f"{words} " + gettext("Lost: %(facts)s.") % {"facts": ", ".join(lost)}
        return words


@hooks.register("register_log_actions")
def name_actions(actions):
    actions.register_action("catalog.resource.change")(FactsFormatter)
    actions.register_action("catalog.resource.kind")(KindFormatter)


@hooks.register("register_admin_urls")
def addresses_of_reports():
    found = []
    for report in REPORTS:
        name = report.index_url_name
        where = f"reports/{name.removesuffix('_report')}/"
        found += [
            path(where, report.as_view(), name=name),
            path(f"{where}results/", report.as_view(results_only=True), name=f"{name}_results"),
        ]
    return found


class CuratorsItem(MenuItem):
    def is_shown(self, request):
        return may_curate(request.user)


@hooks.register("register_reports_menu_item")
def overdue_item():
    return CuratorsItem(
        OverdueReport.page_title, reverse("overdue_report"), icon_name="time", order=1000
    )


@hooks.register("register_reports_menu_item")
def due_item():
    return CuratorsItem(DueReport.page_title, reverse("due_report"), icon_name="date", order=1010)
