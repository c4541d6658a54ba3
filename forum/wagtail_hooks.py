"""What the forum adds to Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .viewsets import ForumGroup


@hooks.register("register_admin_viewset")
def forum_viewsets():
    return ForumGroup()


@hooks.register("register_log_actions")
def forum_actions(actions):
    """Name what moderators do, for the history in the admin."""
    actions.register_action("forum.post.hide", _("Hide post"), _("Post hidden"))
    actions.register_action("forum.post.restore", _("Restore post"), _("Post restored"))
    actions.register_action("forum.thread.hide", _("Hide thread"), _("Thread hidden"))
    actions.register_action("forum.thread.restore", _("Restore thread"), _("Thread restored"))
    actions.register_action("forum.thread.lock", _("Close thread"), _("Thread closed"))
    actions.register_action("forum.thread.unlock", _("Open thread"), _("Thread opened"))
    actions.register_action("forum.thread.pin", _("Pin thread"), _("Thread pinned"))
    actions.register_action("forum.thread.unpin", _("Unpin thread"), _("Thread unpinned"))
    actions.register_action("forum.thread.move", _("Move thread"), _("Thread moved"))
    actions.register_action("forum.poll.make", _("Add poll"), _("Poll added"))
    actions.register_action("forum.poll.change", _("Change poll"), _("Poll changed"))
    actions.register_action("forum.poll.close", _("Close poll"), _("Poll closed"))
    actions.register_action("forum.poll.remove", _("Remove poll"), _("Poll removed"))
    actions.register_action("forum.claim", _("Give placeholder's posts"), _("Posts claimed"))
