"""What the catalog adds to Wagtail's admin."""

from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from . import session_desk, vocabulary
from .admin import hooks as _hooks_of_listings  # noqa: F401  registers them
from .import_desk import ADDRESSES, ImportItem
from .link_report import CorrectAction, DismissAction, LinkReport, may_correct
from .models import Provider, Suggestion, Tag, Topic
from .suggestion_desk import SuggestionPolicy
from .term_desk import MergeAction, NearDoubles, PromoteView, may_keep_tags
from .viewsets import CatalogGroup

register_permission_policy(Suggestion, SuggestionPolicy(Suggestion))
register_snippet(CatalogGroup)


@hooks.register("before_delete_snippet")
def keep_what_is_in_use(request, rows):
    """Say what stands in the way of deleting, instead of failing in the database.

    Wagtail asks its index of references, which follows a moment after each save.
    """
    for row in rows:
        if isinstance(row, Provider) and (count := row.resources.count()):
            words = ngettext(
                "“%(name)s” cannot be deleted: %(n)d listing is offered by it. Give that "
                "another provider first.",
                "“%(name)s” cannot be deleted: %(n)d listings are offered by it. Give them "
                "another provider first.",
                count,
            )
        elif isinstance(row, Topic) and (count := row.children.count()):
            words = ngettext(
                "“%(name)s” cannot be deleted: %(n)d topic stands below it. Move that first.",
                "“%(name)s” cannot be deleted: %(n)d topics stand below it. Move them first.",
                count,
            )
        else:
            continue
        messages.error(request, words % {"name": row, "n": count})
        return redirect(f"wagtailsnippets_catalog_{row._meta.model_name}:list")
    return None


@hooks.register("register_admin_urls")
def next_session_addresses():
    return session_desk.urlpatterns


@hooks.register("register_page_header_buttons")
def header_buttons(page, user, view_name, next_url=None):
    return session_desk.buttons(page, user)


@hooks.register("before_delete_snippet", order=10)
def remember_what_has_it(request, rows):
    """Remember the listings of a tag or topic that goes: search has its name with them."""
    if request.method == "POST":
        terms = [row for row in rows if isinstance(row, Tag | Topic)]
        request.listings_of_deleted = {
            key for row in terms for key in vocabulary.listings_of(row).values_list("pk", flat=True)
        }


@hooks.register("after_delete_snippet")
def note_what_had_it(request, rows):
    """Have search read them again."""
    if keys := getattr(request, "listings_of_deleted", None):
        vocabulary.note_listings(sorted(keys))


@hooks.register("register_log_actions")
def log_actions(actions):
    """Name what verbs write to the history of a page."""
    actions.register_action(
        "catalog.resource.review", _("Check"), _("Checked: the listing is right")
    )
    actions.register_action("catalog.resource.archive", _("Archive"), _("Archived"))
    actions.register_action(
        "catalog.resource.bring_back", _("Bring back"), _("Brought back from the archive")
    )

    @actions.register_action("catalog.term.merge")
    class Merge(LogFormatter):
        label = _("Merge")

        def format_message(self, entry):
            return gettext("Took in “%(old)s”") % entry.data

    @actions.register_action("catalog.term.promote")
    class Promotion(LogFormatter):
        label = _("Make a topic of a tag")

        def format_message(self, entry):
            return gettext("Given to everything with the tag “%(old)s”") % entry.data

    @actions.register_action("catalog.resource.correct_address")
    class Correction(LogFormatter):
        label = _("Correct an address")

        def format_message(self, entry):
            return gettext("Corrected an address: %(old)s is %(new)s now") % entry.data


@hooks.register("register_admin_urls")
def report_addresses():
    return [
        *ADDRESSES,
        path("reports/tags/", NearDoubles.as_view(), name="near_doubles"),
        path("catalog/tags/<int:pk>/promote/", PromoteView.as_view(), name="promote_tag"),
        path("reports/links/", LinkReport.as_view(), name="links_report"),
        path(
            "reports/links/results/",
            LinkReport.as_view(results_only=True),
            name="links_report_results",
        ),
    ]


class LinksItem(MenuItem):
    def is_shown(self, request):
        return may_correct(request.user)


@hooks.register("register_reports_menu_item")
def links_item():
    return LinksItem(_("Links"), reverse("links_report"), icon_name="link", order=1100)


@hooks.register("register_catalog_menu_item")
def import_item():
    return ImportItem(
        _("Import listings"), reverse("import_listings"), icon_name="upload", order=160
    )


class TagsItem(MenuItem):
    def is_shown(self, request):
        return may_keep_tags(request.user)


@hooks.register("register_reports_menu_item")
def near_doubles_item():
    return TagsItem(_("Tags that look alike"), reverse("near_doubles"), icon_name="tag", order=1110)


@hooks.register("register_snippet_listing_buttons")
def promote_button(snippet, user, next_url=None):
    """Offer beside a tag to make it a topic."""
    if isinstance(snippet, Tag) and user.has_perms(["catalog.delete_tag", "catalog.add_topic"]):
        yield Button(
            _("Make it a topic"),
            reverse("promote_tag", args=[snippet.pk]),
            icon_name="tag",
            priority=20,
        )


hooks.register("register_bulk_action", MergeAction)
hooks.register("register_bulk_action", CorrectAction)
hooks.register("register_bulk_action", DismissAction)
