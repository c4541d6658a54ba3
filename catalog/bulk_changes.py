"""Change facts of a listing as its form would, without opening it: one of many, one by one.

A listing that is published as it stands is published again with the new facts. Where a draft
waits, the facts join the draft, and nothing is published that nobody has looked at.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.page_cache.versions import raise_version

from .curation import record
from .models import ResourcePage
from .outcomes import Outcome, Verdict, has_draft, may_publish, refusal, refuse

# Whose listing it is and when it is looked at again is not part of its text: it counts at once,
# in the row and in a draft that waits.
ABOUT_THE_WORK = {"owner", "review_by"}


@dataclass(frozen=True)
class Put:
    """Set a field that has one value; None or "" means "not stated"."""

    value: object

    def apply(self, page, name):
        """Change the page in memory; return whether that made a difference."""
        if getattr(page, name) == self.value:
            return False
        setattr(page, name, self.value)
        return True


@dataclass(frozen=True)
class Several:
    """Change a field that has several rows: `how` is "add", "remove" or "replace"."""

    how: str
    rows: tuple

    def apply(self, page, name):
        before = {row.pk: row for row in getattr(page, name).all()}
        given = {row.pk: row for row in self.rows}
        if self.how == "add":
            after = {**before, **given}
        elif self.how == "remove":
            after = {key: row for key, row in before.items() if key not in given}
        else:
            after = given
        if after.keys() == before.keys():
            return False
        getattr(page, name).set(after.values())
        return True


@dataclass(frozen=True)
class Labels:
    """Change tags, by name and without regard to case. New ones are made when it is written."""

    how: str
    names: tuple

    def apply(self, page, name):
        before = {tag.name.casefold(): tag.name for tag in page.tags.all()}
        given = {word.casefold(): word for word in self.names}
        if self.how == "add":
            after = {**given, **before}
        elif self.how == "remove":
            after = {key: word for key, word in before.items() if key not in given}
        else:
            after = given
        return after.keys() != before.keys()

    def write(self, page):
        """Do it, making the tags that nobody has yet."""
        if self.how == "add":
            page.tags.add(*self.names)
        elif self.how == "remove":
            gone = {word.casefold() for word in self.names}
            page.tags.set([tag for tag in page.tags.all() if tag.name.casefold() not in gone])
        else:
            page.tags.set(self.names)


def plan(*, page, user, changes):
    """Return the Outcome that `changes` ({field: Put, Several or Labels}) would have.

    Writes nothing. `page` is a page of any kind; where it is no listing, it is refused.
    """
    page = page.specific
    if reason := refusal(page, user):
        return refuse(page, reason)
    return _plan(page, _subject(page), user, changes)


def _subject(page):
    """Return what is to be changed: the draft that waits, else the listing as it stands."""
    if has_draft(page) and page.latest_revision_id:
        return page.get_latest_revision_as_object()
    return page


def _plan(page, subject, user, changes):
    names = [name for name, change in changes.items() if change.apply(subject, name)]
    if not names:
        return Outcome(page, Verdict.UNCHANGED)
    if has_draft(page):
        return Outcome(page, Verdict.DRAFT, (draft_note(page),))
    if not may_publish(page, user):
        return Outcome(page, Verdict.DRAFT, (_("You may not publish it."),))
    try:
        subject.full_clean(exclude=["path", "depth"])
    except ValidationError as error:
        return refuse(page, complaint(error, subject))
    return Outcome(page, Verdict.PUBLISHED)


def draft_note(page):
    if page.live:
        return _("Other changes wait for publication; these join them.")
    return _("It is not published.")


def complaint(error, page):
    """Say in words what a validation found, each with the name of its field."""
    said = []
    for name, messages in error.message_dict.items():
        label = "" if name == "__all__" else str(page._meta.get_field(name).verbose_name) + ": "
        said += [f"{label}{message}" for message in messages]
    return _("It would not be valid.") + " " + " ".join(said)


@transaction.atomic
def carry_out(*, page, user, changes):
    """Change the listing and return its Outcome; where it is refused, nothing was changed."""
    row = ResourcePage.objects.select_for_update().filter(pk=page.pk).first()
    if row is None:
        return refuse(page.specific, _("It is no listing of the catalog."))
    page = row.specific
    if reason := refusal(page, user):
        return refuse(page, reason)
    subject = _subject(page)
    outcome = _plan(page, subject, user, changes)
    if not outcome.is_change:
        return outcome
    for change in changes.values():
        if isinstance(change, Labels):
            change.write(subject)
    at_once = {name: change.value for name, change in changes.items() if name in ABOUT_THE_WORK}
    if at_once:
        ResourcePage.objects.filter(pk=page.pk).update(**at_once)
    if not page.live:
        subject.save(clean=False)  # Wagtail's form writes an unpublished page to its row, too
    revision = subject.save_revision(user=user, clean=False)
    if outcome.verdict == Verdict.PUBLISHED:
        revision.publish(user=user, log_action=False, skip_permission_checks=True)
    record(
        "catalog.resource.change",
        page,
        user,
        revision=revision,
        content_changed=True,
        data={"fields": sorted(changes)},
    )
    raise_version("catalog")
    return outcome
