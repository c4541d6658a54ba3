"""What editors do to many listings at once, in Wagtail's explorer and in our own lists.

Each action says first what would happen to which listings, and does it when that is confirmed.
"""

from django import forms
from django.db import transaction
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.views.pages.bulk_actions.unpublish import UnpublishBulkAction
from wagtail.admin.widgets import AdminDateInput
from wagtail.log_actions import LogContext
from wagtail.models import Page

from .. import bulk_changes, curation, kinds
from ..bulk_changes import Put
from ..models import ResourcePage
from ..outcomes import Verdict
from .facts_form import FactsForm
from .kind_form import KindForm
from .selection import chosen_keys, pages_to_judge

# One request answers in some seconds, and nobody looks over a longer list before confirming.
MOST = 200
# So many are written in one transaction: others want to write meanwhile.
AT_A_TIME = 20


def said_of(verdict, count):
    """Say in a sentence how many listings have this verdict."""
    words = {
        Verdict.PUBLISHED: ngettext(
            "%(n)d listing changes for readers at once.",
            "%(n)d listings change for readers at once.",
            count,
        ),
        Verdict.DRAFT: ngettext(
            "%(n)d listing changes in its draft; nothing of it is published.",
            "%(n)d listings change in their drafts; nothing of them is published.",
            count,
        ),
        Verdict.UNCHANGED: ngettext(
            "%(n)d listing stays as it is: nothing would be different.",
            "%(n)d listings stay as they are: nothing would be different.",
            count,
        ),
        Verdict.REFUSED: ngettext(
            "%(n)d is left alone, because it cannot be changed this way:",
            "%(n)d are left alone, because they cannot be changed this way:",
            count,
        ),
    }
    return words[verdict] % {"n": count}


class ListingsAction(PageBulkAction):
    """An action on many listings: its form if it has one, what would happen, and then that."""

    models = [Page, ResourcePage]
    form_class = forms.Form
    template_name = "catalog/admin/bulk.html"
    icon = "edit"
    question = ""

    def plan(self, page, form):
        """Return the Outcome for one page, writing nothing."""
        raise NotImplementedError

    def carry_out(self, page, form):
        """Do it to one page and return the Outcome."""
        raise NotImplementedError

    def in_words(self, form):
        """What the form chose, as (name, value) each."""
        return []

    @cached_property
    def keys(self):
        return chosen_keys(self.request, self.next_url)

    def dispatch(self, request, *args, **kwargs):
        if not self.keys:
            messages.warning(request, _("Choose at least one listing first."))
            return redirect(self.next_url)
        if len(self.keys) > MOST:
            words = _("Those are %(n)d listings. Choose at most %(most)d at once, by a filter.")
            messages.warning(request, words % {"n": len(self.keys), "most": MOST})
            return redirect(self.next_url)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        form = self.form_class()
        return self.show_form(form) if form.fields else self.show_plan(form)

    def post(self, request, *args, **kwargs):
        form = self.form_class(request.POST)
        if "back" in request.POST or not form.is_valid():
            return self.show_form(form)
        if "confirm" not in request.POST:
            return self.show_plan(form)
        self.tell(self.carry_out_all(form))
        return redirect(self.next_url)

    def show_form(self, form):
        pages = pages_to_judge(self.keys, self.request.user)
        return self.answer(form=form, pages=pages, is_form=True)

    def show_plan(self, form):
        outcomes = [self.plan(page, form) for page in pages_to_judge(self.keys, self.request.user)]
        groups = grouped(outcomes)
        return self.answer(
            form=form,
            groups=groups,
            to_change=sum(outcome.is_change for outcome in outcomes),
            chosen=self.in_words(form),
            carried=[
                (name, value)
                for name, values in self.request.POST.lists()
                if name not in {"csrfmiddlewaretoken", "confirm", "back"}
                for value in values
            ],
        )

    def answer(self, **context):
        return self.render_to_response(
            {
                "view": self,
                "request": self.request,
                "title": self.display_name,
                "icon": self.icon,
                "question": self.question,
                "next": self.next_url,
                "submit_url": f"{self.request.path}?{self.request.GET.urlencode()}",
                **context,
            }
        )

    def carry_out_all(self, form):
        pages = list(pages_to_judge(self.keys, self.request.user))
        outcomes = []
        for start in range(0, len(pages), AT_A_TIME):
            with transaction.atomic():
                outcomes += [self.carry_out(page, form) for page in pages[start:][:AT_A_TIME]]
        return outcomes

    def tell(self, outcomes):
        """Say in messages on the next page what was done, and what was not."""
        done = sum(outcome.is_change for outcome in outcomes)
        words = ngettext("%(n)d listing was changed.", "%(n)d listings were changed.", done)
        (messages.success if done else messages.warning)(self.request, words % {"n": done})
        left = [outcome for outcome in outcomes if outcome.verdict == Verdict.REFUSED]
        if left:
            titles = "; ".join(f"{outcome.page}: {' '.join(outcome.notes)}" for outcome in left[:5])
            words = ngettext(
                "%(n)d was left alone. %(titles)s", "%(n)d were left alone. %(titles)s", len(left)
            )
            messages.warning(self.request, words % {"n": len(left), "titles": titles})


def grouped(outcomes):
    """Lay the outcomes out by verdict: (sentence, outcomes, whether their notes are told)."""
    groups = []
    for verdict in Verdict:
        these = [outcome for outcome in outcomes if outcome.verdict == verdict]
        if these:
            groups.append({"words": said_of(verdict, len(these)), "outcomes": these})
    return groups


class ChangeFacts(ListingsAction):
    display_name = _("Change facts")
    aria_label = _("Change facts of the selected listings")
    action_type = "listing_facts"
    action_priority = 5
    form_class = FactsForm

    def plan(self, page, form):
        return bulk_changes.plan(page=page, user=self.request.user, changes=form.changes())

    def carry_out(self, page, form):
        return bulk_changes.carry_out(page=page, user=self.request.user, changes=form.changes())

    def in_words(self, form):
        return form.in_words()


class ReviewForm(forms.Form):
    review_by = forms.DateField(
        label=_("Check again by"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Leave it empty to keep the day that each listing has."),
    )


class MarkReviewed(ListingsAction):
    """Say of many that they were looked at today, and when to look again."""

    display_name = _("Reviewed today")
    aria_label = _("Say that the selected listings were looked at today")
    action_type = "listing_reviewed"
    action_priority = 6
    icon = "check"
    form_class = ReviewForm

    def plan(self, page, form):
        outcome = curation.plan_review(page=page, user=self.request.user)
        if outcome.is_change and (changes := self.changes(form)):
            then = bulk_changes.plan(page=page, user=self.request.user, changes=changes)
            return then if then.verdict == Verdict.REFUSED else outcome
        return outcome

    def carry_out(self, page, form):
        outcome = self.plan(page, form)
        if outcome.is_change:
            curation.mark_reviewed(resource=page, user=self.request.user)
            if changes := self.changes(form):
                bulk_changes.carry_out(page=page, user=self.request.user, changes=changes)
        return outcome

    def changes(self, form):
        day = form.cleaned_data["review_by"]
        return {"review_by": Put(day)} if day else {}


class Archive(ListingsAction):
    display_name = _("Archive")
    aria_label = _("Archive the selected listings")
    action_type = "listing_archive"
    action_priority = 7
    icon = "folder"
    question = _("They leave the lists. Their pages keep their addresses and say so.")

    def plan(self, page, form):
        return curation.plan_archiving(page=page, user=self.request.user, archived=True)

    def carry_out(self, page, form):
        outcome = self.plan(page, form)
        if outcome.is_change:
            curation.archive(resource=page, user=self.request.user)
        return outcome


class BringBack(Archive):
    display_name = _("Bring back")
    aria_label = _("Bring the selected listings back from the archive")
    action_type = "listing_bring_back"
    action_priority = 8
    icon = "undo"
    question = _("They stand in the lists again.")

    def plan(self, page, form):
        return curation.plan_archiving(page=page, user=self.request.user, archived=False)

    def carry_out(self, page, form):
        outcome = self.plan(page, form)
        if outcome.is_change:
            curation.bring_back(resource=page, user=self.request.user)
        return outcome


class ChangeKind(ListingsAction):
    display_name = _("Change kind")
    aria_label = _("Change the kind of the selected listings")
    action_type = "listing_kind"
    action_priority = 9
    icon = "resubmit"
    form_class = KindForm
    question = _("Address, tags, mentions, bookmarks, collections and history stay.")

    def plan(self, page, form):
        return kinds.plan(page=page, user=self.request.user, **form.wish())

    def carry_out(self, page, form):
        return kinds.change_kind(page=page, user=self.request.user, **form.wish())

    def in_words(self, form):
        return form.in_words()


class OnListings:
    """Wagtail's own action in our lists, where "all" means what the list shows."""

    models = [ResourcePage]

    def get_all_objects_in_listing_query(self, parent_id):
        return chosen_keys(self.request, self.next_url)

    @classmethod
    def execute_action(cls, objects, user=None, **kwargs):
        """Do it one by one: the history shows one entry of a context per action."""
        counts = [0, 0]
        for page in objects:
            with LogContext(user=user):
                pages, children = super().execute_action([page], user=user, **kwargs)
            counts = [counts[0] + pages, counts[1] + children]
        return tuple(counts)


class PublishListings(OnListings, PublishBulkAction):
    pass


class UnpublishListings(OnListings, UnpublishBulkAction):
    pass


class DeleteListings(OnListings, DeleteBulkAction):
    pass


ACTIONS = (
    ChangeFacts,
    MarkReviewed,
    Archive,
    BringBack,
    ChangeKind,
    PublishListings,
    UnpublishListings,
    DeleteListings,
)
