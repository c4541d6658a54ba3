"""Posts that wait for a moderator: let them appear, or not.

What is held has no number, counts nowhere and is seen by its author and the moderators alone. It
gets the next number when it is let through. Why a post is held is decided in forum/screening.py.
"""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from .hiding import conceal, reveal
from .letters import write
from .models import Post
from .posting import lock


def release_post(*, post, by, now=None):
    """Let a held post appear with the next number; with it the thread that it opens.

    Return the post, unchanged where it is not held.
    """
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        if post.state != Post.State.HELD:
            return post
        reveal(thread, post, now=now or timezone.now())
        _log(post, "forum.post.release", by)
        _tell_released(post, thread)
    post.thread = thread
    return post


def refuse_post(*, post, by, reason, note="", now=None):
    """Do not let a held post appear. Its author reads why, may change it and ask again."""
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        if post.state != Post.State.HELD:
            return post
        now = now or timezone.now()
        conceal(
            thread, post, state=Post.State.HIDDEN, by=by, now=now, reason=reason, note=note.strip()
        )
        _log(post, "forum.post.refuse", by, reason=reason)
        _tell_refused(post, thread)
    post.thread = thread
    return post


def _tell_released(post, thread):
    write(
        post.author,
        subject=_("Your post is public: %(title)s") % {"title": thread.title},
        lines=[
            _("A moderator has looked at your post in “%(title)s”. Everyone can read it now.")
            % {"title": thread.title}
        ],
        link=(_("Your post"), post.get_absolute_url()),
        why=_("You get this mail because your post waited for a moderator."),
    )


def _tell_refused(post, thread):
    write(
        post.author,
        subject=_("Your post is not shown: %(title)s") % {"title": thread.title},
        lines=[
            _("A moderator decided not to show your post in “%(title)s”. The reason: %(reason)s.")
            % {"title": thread.title, "reason": post.get_reason_display()},
            _("You may change the post and ask a moderator to look again."),
        ],
        quote=post.note,
        link=(_("Your post, and what you can do"), f"{post.get_absolute_url()}hidden/"),
        why=_("You get this mail because your post waited for a moderator."),
    )


def _log(post, action, by, **data):
    log(instance=post, action=action, user=by, uuid=uuid4(), data=data or None)
