"""What the forum adds to Wagtail's admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from . import queue_desk
from .moderators import has_queue
from .sanctions import opened_by_hand
from .viewsets import ForumGroup


@hooks.register("register_admin_viewset")
def forum_viewsets():
    return ForumGroup()


@hooks.register("register_admin_urls")
def queue_addresses():
    return queue_desk.urlpatterns


@hooks.register("register_admin_menu_item")
def queue_item():
    return queue_desk.QueueItem(
        _("Waiting posts"), reverse("forum_queue"), icon_name="warning", order=245
    )


@hooks.register("construct_homepage_panels")
def show_queue(request, panels):
    """Show moderators how much waits for them."""
    if has_queue(request.user):
        panels.append(queue_desk.QueuePanel(request.user))


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
    actions.register_action("forum.thread.archive", _("Archive thread"), _("Thread archived"))
    actions.register_action(
        "forum.thread.unarchive", _("Bring thread back"), _("Thread brought back from the archive")
    )
    actions.register_action("forum.thread.delete", _("Delete thread"), _("Thread deleted"))
    actions.register_action("forum.thread.split", _("Split thread"), _("Thread made of another's"))
    actions.register_action(
        "forum.thread.merge", _("Merge thread"), _("Thread merged into another")
    )
    actions.register_action("forum.thread.take_in", _("Merge thread"), _("Another thread taken in"))
    actions.register_action("forum.post.move", _("Move post"), _("Post moved to another thread"))
    actions.register_action("forum.post.delete", _("Delete post"), _("Post deleted"))
    actions.register_action("forum.post.release", _("Release post"), _("Post released"))
    actions.register_action("forum.post.refuse", _("Refuse post"), _("Post not released"))
    actions.register_action(
        "forum.post.hide_by_report", _("Hide post by report"), _("Post hidden by a report")
    )
    actions.register_action(
        "forum.post.dismiss_reports", _("Refuse reports"), _("Reports on the post refused")
    )
    actions.register_action(
        "forum.post.ask_again", _("Ask again"), _("Its author asked to show the post again")
    )
    actions.register_action(
        "forum.post.refuse_request", _("Keep post hidden"), _("Post kept hidden")
    )
    actions.register_action("forum.member.silence", _("Silence member"), _("Member silenced"))
    actions.register_action("forum.member.suspension", _("Suspend member"), _("Member suspended"))
    actions.register_action("forum.member.ban", _("Ban member"), _("Member banned"))
    actions.register_action("forum.member.lift", _("End sanction"), _("Sanction ended"))
    actions.register_action("forum.claim", _("Give placeholder's posts"), _("Posts claimed"))


@hooks.register("after_edit_user")
def lift_what_closed_it(request, user):
    """Let no sanction go on closing an account that an administrator has opened here."""
    if user.is_active:
        opened_by_hand(user, request.user)
