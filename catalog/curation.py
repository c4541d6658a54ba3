"""What editors do to listings, each with everything that follows from it."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.page_cache.versions import raise_version

from .changes import announce
from .models import CoursePage, ResourcePage
from .outcomes import Outcome, Verdict, may_publish, refusal, refuse


@transaction.atomic
def mark_reviewed(*, resource, user):
    """Record that `user` looked at the listing today and found it right."""
    page = ResourcePage.objects.select_for_update().get(pk=resource.pk)
    page.mark_reviewed(user=user)
    record("catalog.resource.review", page, user)
    return page


@transaction.atomic
def archive(*, resource, user, on=None):
    """Take the listing out of the lists; its page stays and says so. `on`: a date, today."""
    return _set_archived(resource, user, on or timezone.localdate(), "catalog.resource.archive")


@transaction.atomic
def bring_back(*, resource, user):
    """Put an archived listing into the lists again."""
    return _set_archived(resource, user, None, "catalog.resource.bring_back")


def plan_archiving(*, page, user, archived):
    """Return the Outcome that `archive`, or `bring_back`, would have. Writes nothing."""
    page = page.specific
    if reason := refusal(page, user):
        return refuse(page, reason)
    if page.live and not may_publish(page, user):
        return refuse(page, _("You may not publish it."))
    if page.is_archived == archived:
        return Outcome(page, Verdict.UNCHANGED)
    return Outcome(page, Verdict.PUBLISHED if page.live else Verdict.DRAFT)


def plan_review(*, page, user):
    """Return the Outcome that `mark_reviewed` would have; a draft is not looked at yet."""
    page = page.specific
    if not isinstance(page, ResourcePage):
        return refuse(page, refusal(page, user))
    if not page.permissions_for_user(user).can_edit():
        return refuse(page, _("You may not edit it."))
    if not page.live:
        return refuse(page, _("It is not published."))
    return Outcome(page, Verdict.PUBLISHED)


def _set_archived(resource, user, day, action):
    page = ResourcePage.objects.select_for_update().get(pk=resource.pk).specific
    draft = page.get_latest_revision_as_object() if page.latest_revision_id else None
    page.archived_on = day
    page.save(clean=False)  # whatever else is wrong with it, it may be archived
    if draft:
        # Otherwise the next time somebody publishes, the old date would come back.
        draft.archived_on = day
        draft.save_revision(user=user, changed=page.has_unpublished_changes, log_action=False)
    record(action, page, user)
    announce(page)
    raise_version("catalog")
    return page


def record(action, page, user, **more):
    """Write to the page's history in Wagtail; `more` goes with the entry (revision, data).

    Each entry has an identity of its own: Wagtail shows one entry of a request per action, so
    that in a bulk action all but the last page would lose theirs.
    """
    log(instance=page.specific_deferred, action=action, user=user, uuid=uuid.uuid4(), **more)


def advance_courses(now=None):
    """Move courses whose run has ended on to their next run; the clock calls this.

    Returns how many changed. Idempotent.
    """
    now = now or timezone.now()
    changed = 0
    over = CoursePage.objects.filter(next_ends_at__lte=now).prefetch_related("runs")
    for course in over:
        before = [getattr(course, name) for name in COPIED]
        course.copy_up(now)
        after = [getattr(course, name) for name in COPIED]
        if before != after:
            ResourcePage.objects.filter(pk=course.pk).update(
                **dict(zip(COPIED, after, strict=True))
            )
            changed += 1
    if changed:
        raise_version("catalog")
    return changed


COPIED = ["next_starts_at", "next_ends_at", "next_zone", "event_status", "is_planned"]
