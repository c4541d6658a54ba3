"""What would become of a listing, or has: the answer of everything that editors do to many."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.locks import ScheduledForPublishLock

from .models import ResourcePage


class Verdict(models.TextChoices):
    PUBLISHED = "published", gettext_lazy("change at once")
    DRAFT = "draft", gettext_lazy("change in their drafts")
    UNCHANGED = "unchanged", gettext_lazy("stay as they are")
    REFUSED = "refused", gettext_lazy("are left alone")


@dataclass(frozen=True)
class Outcome:
    """The verdict on one page, with what is to be said about it."""

    page: object
    verdict: Verdict
    notes: tuple = ()

    @property
    def is_change(self):
        return self.verdict in {Verdict.PUBLISHED, Verdict.DRAFT}


def refuse(page, reason):
    return Outcome(page, Verdict.REFUSED, (reason,))


def refusal(page, user):
    """Say why `user` may not change the page now; "" if he may. `page` is of its own kind."""
    if not isinstance(page, ResourcePage):
        return _("It is no listing of the catalog.")
    if not page.permissions_for_user(user).can_edit():
        return _("You may not edit it.")
    if page.alias_of_id:
        return _("It is a copy that follows another page.")
    if page.current_workflow_state:
        return _("It is in moderation: approve or reject it first.")
    lock = page.get_lock()
    if isinstance(lock, ScheduledForPublishLock):
        return _("Its publication is scheduled: cancel that first, or wait.")
    if lock and lock.for_user(user):
        if page.locked_by:
            return _("%(name)s has locked it.") % {"name": page.locked_by.display_name}
        return _("It is locked.")
    return ""


def may_publish(page, user):
    return page.permissions_for_user(user).can_publish()


def has_draft(page):
    """Whether words wait that readers do not see yet."""
    return not page.live or page.has_unpublished_changes
