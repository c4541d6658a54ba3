"""What may be done with a thread as it stands: what it means, its button, what is said after."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .. import moderation
from ..models import Thread


def actions_for(thread):
    """Return a dict for each action: name, verb, words, button, done, is_harsh."""
    if thread.state == Thread.State.HELD:
        return []
    if thread.state != Thread.State.PUBLIC:
        return [_restoring(thread)]
    return [_closing(thread), _pinning(thread), _archiving(thread), _hiding(thread), _deleting()]


def _closing(thread):
    if thread.is_locked:
        return {
            "name": "unlock",
            "verb": moderation.unlock_thread,
            "words": _("It is closed. Opening lets members reply and edit again."),
            "button": _("Open"),
            "done": _("The thread is open again."),
        }
    return {
        "name": "lock",
        "verb": moderation.lock_thread,
        "words": _("Closing stops replies and edits. Everyone can still read."),
        "button": _("Close"),
        "done": _("The thread is closed: no replies, no edits."),
    }


def _pinning(thread):
    if thread.is_pinned:
        return {
            "name": "unpin",
            "verb": moderation.unpin_thread,
            "words": _("It is pinned to the top of the lists."),
            "button": _("Unpin"),
            "done": _("The thread stands in the lists by its date again."),
        }
    return {
        "name": "pin",
        "verb": moderation.pin_thread,
        "words": _("Pinning keeps it on top of the forum and of its category."),
        "button": _("Pin"),
        "done": _("The thread stays on top of the lists."),
    }


def _archiving(thread):
    if thread.archived_at:
        return {
            "name": "unarchive",
            "verb": moderation.unarchive_thread,
            "words": _("It is archived. Bringing it back lets members reply again."),
            "button": _("Bring back"),
            "done": _("The thread takes replies again."),
        }
    return {
        "name": "archive",
        "verb": moderation.archive_thread,
        "words": _(
            "Archiving is for a talk that is over for good: everyone reads it, nobody adds to it, "
            "and readers are asked to start a new one."
        ),
        "button": _("Archive"),
        "done": _("The thread is archived: it can be read, and takes no replies."),
    }


def _restoring(thread):
    is_deleted = thread.state == Thread.State.DELETED
    return {
        "name": "restore",
        "verb": moderation.restore_thread,
        "words": _("It is deleted: only moderators find it.")
        if is_deleted
        else _("It is hidden from everyone but moderators."),
        "button": _("Restore"),
        "done": _("The thread is shown again."),
    }


def _hiding(thread):
    return {
        "name": "hide",
        "verb": moderation.hide_thread,
        "words": ngettext(
            "Hiding takes the thread and its %d reply out of sight; it can be restored.",
            "Hiding takes the thread and its %d replies out of sight; it can be restored.",
            thread.reply_count,
        )
        % thread.reply_count,
        "button": pgettext("moderators", "Hide"),
        "done": _("The thread is hidden from everyone but moderators."),
        "is_harsh": True,
    }


def _deleting():
    return {
        "name": "delete",
        "verb": moderation.delete_thread,
        "words": _("Deleting is for what should never have been there. Moderators can restore it."),
        "button": pgettext("moderators", "Delete"),
        "done": _("The thread is deleted."),
        "is_harsh": True,
    }
