"""Editors put the new address in the place of one that has moved for good, or say it is right."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from wagtail.log_actions import log

from .linkcheck import host_of
from .linked import replace_address
from .models import CheckedLink, ResourcePage


@dataclass
class Corrected:
    """What became of a link: "published", "draft" (which waits for its editor) or "locked"."""

    link: CheckedLink
    outcome: str


def correct_addresses(*, links, user):
    """Correct the address of each link in its listing; return a list of Corrected.

    A listing that is live and unchanged is published at once. Where an editor's changes wait
    for publication they get the new address, and the link is not proposed again.
    """
    return [_correct(link, user) for link in links if link.moved_to]


@transaction.atomic
def _correct(link, user):
    page = ResourcePage.objects.select_for_update().get(pk=link.resource_id).specific
    link = CheckedLink.objects.select_for_update().filter(pk=link.pk).first() or link
    old, new = link.url, link.moved_to
    if page.permissions_for_user(user).page_locked():
        return Corrected(link, "locked")
    is_published = page.live and not page.has_unpublished_changes
    draft = page.get_latest_revision_as_object() if page.latest_revision_id else page
    count = replace_address(draft, old, new)
    if count:
        revision = draft.save_revision(user=user, log_action=True, changed=not is_published)
        if is_published:
            # Publishing saves the row, which keeps its normalised address and raises the version.
            revision.publish(user=user)
        log(
            instance=page,
            action="catalog.resource.correct_address",
            user=user,
            uuid=uuid.uuid4(),
            data={"old": old, "new": new},
        )
    if is_published:
        _move(link)
        return Corrected(link, "published")
    dismiss(links=[link])
    return Corrected(link, "draft")


def _move(link):
    """Go on checking the new address, which has answered already."""
    if CheckedLink.objects.filter(resource_id=link.resource_id, url=link.moved_to).exists():
        link.delete()
        return
    link.url, link.host = link.moved_to, host_of(link.moved_to)
    link.state, link.moved_to, link.failed_at = CheckedLink.State.FINE, "", None
    link.save()


@transaction.atomic
def dismiss(*, links):
    """Say that the addresses are right as they are, as long as they lead where they lead now."""
    for link in links:
        link.dismissed_to = link.moved_to
        link.save(update_fields=["dismissed_to"])
