"""What a moderator may decide about one post, wherever he sees it: the thread or the queue."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from . import holding, moderation, reporting
from .models import Post, Report

RELEASE, REFUSE, HIDE, DISMISS = "release", "refuse", "hide", "dismiss"
RESTORE, KEEP_HIDDEN, DELETE = "restore", "keep-hidden", "delete"
NEEDS_REASON = {REFUSE, HIDE}


@dataclass(frozen=True)
class Choice:
    """One thing that may be decided: its name, the words on its button, what it means."""

    name: str
    button: str
    meaning: str
    is_harsh: bool = False

    @property
    def needs_reason(self):
        return self.name in NEEDS_REASON


CHOICES = {
    choice.name: choice
    for choice in (
        Choice(
            RELEASE,
            gettext_lazy("Let it appear"),
            gettext_lazy("It gets the next number, and everyone can read it."),
        ),
        Choice(
            REFUSE,
            gettext_lazy("Do not show it"),
            gettext_lazy("Only its author still sees it, with the reason, and may ask again."),
            is_harsh=True,
        ),
        Choice(
            DISMISS,
            gettext_lazy("Nothing is wrong"),
            gettext_lazy(
                "The reports are refused. A post that a report has hidden is shown again."
            ),
        ),
        Choice(
            HIDE,
            pgettext_lazy("moderators", "Hide it"),
            gettext_lazy(
                "A line with its number and the reason stays in its place; open reports are "
                "upheld. Its author reads why and may ask again. It can be restored."
            ),
            is_harsh=True,
        ),
        Choice(
            RESTORE,
            gettext_lazy("Show it again"),
            gettext_lazy("It stands under its number again, and counts."),
        ),
        Choice(
            KEEP_HIDDEN,
            gettext_lazy("Keep it hidden"),
            gettext_lazy("Its author learns that you looked again."),
        ),
        Choice(
            DELETE,
            gettext_lazy("Delete it"),
            gettext_lazy("A line without a reason stays. For what nobody should ask about again."),
            is_harsh=True,
        ),
    )
}


def choices_for(post):
    """Return the Choices that make sense for `post` as it stands, the gentlest first.

    Uses what queue.with_case_data fetched where it is there, else asks the database.
    """
    names = []
    if post.state == Post.State.HELD:
        names = [RELEASE, REFUSE]
    elif post.state == Post.State.PUBLIC:
        names = [DISMISS] if _open(post, "reports") else []
        names += [HIDE, DELETE]
    elif post.state == Post.State.HIDDEN:
        reports = _open(post, "reports")
        if any(report.hides_until for report in reports):
            names = [DISMISS, HIDE]
        else:
            names = [RESTORE]
            names += [KEEP_HIDDEN] if _open(post, "review_requests") else []
            names += [DISMISS] if reports else []
        names += [DELETE] if post.number else []
    elif post.state == Post.State.DELETED:
        names = [RESTORE] if moderation.may_restore(post) else []
        names += [DISMISS] if _open(post, "reports") else []
    return [CHOICES[name] for name in names]


def decide(post, *, by, action, reason="", note=""):
    """Do what `action` says to `post`; return the sentence that tells it, "" for nonsense.

    `action` is the name of one of `choices_for(post)`.
    """
    if action not in {choice.name for choice in choices_for(post)}:
        return ""
    if action == RELEASE:
        post = holding.release_post(post=post, by=by)
        return _("The post stands in its thread now, as number %d.") % post.number
    if action == REFUSE:
        holding.refuse_post(post=post, by=by, reason=reason, note=note)
        return _("The post is not shown. Its author reads why.")
    if action == HIDE:
        moderation.hide_post(post=post, by=by, reason=reason, note=note)
        return _("Post %d is hidden.") % post.number
    if action == DISMISS:
        reporting.dismiss_reports(post=post, by=by, note=note)
        return _("The reports are refused; the reporters learn it.")
    if action == RESTORE:
        post = moderation.restore_post(post=post, by=by)
        return _("Post %d is shown again.") % post.number
    if action == KEEP_HIDDEN:
        moderation.refuse_request(post=post, by=by, note=note)
        return _("The post stays hidden; its author learns it.")
    moderation.delete_post(post=post, by=by)
    return _("Post %d is deleted.") % post.number


def _open(post, relation):
    """The open rows of a relation, from what was prefetched if it was."""
    rows = getattr(post, relation).all()
    return [row for row in rows if row.state == Report.State.OPEN]
