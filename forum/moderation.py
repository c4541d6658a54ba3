"""Keep the peace: hide and restore posts and threads, close, pin and move threads.

Each verb is one transaction under the lock of the thread's row, counts anew what it changed,
and writes one line into Wagtail's log with an id of its own (else bulk actions lose theirs).
The log never holds what somebody wrote.
"""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from portal.page_cache.versions import raise_version

from .models import Post, Thread
from .posting import lock
from .recount import recount_category, recount_thread


def hide_post(*, post, by, reason, now=None):
    """Leave of `post` its number and a line with the reason; it is no answer any more."""
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.get(pk=post.pk)
        if post.state != Post.State.PUBLIC:
            return post
        post.state = Post.State.HIDDEN
        post.reason = reason
        post.hidden_at = now or timezone.now()
        post.hidden_by = by
        post.save(update_fields=["state", "reason", "hidden_at", "hidden_by"])
        if thread.answer_id == post.pk:
            thread.answer = None
            thread.save(update_fields=["answer"])
        _settle(thread)
        _log(post, "forum.post.hide", by, reason=reason)
    return post


def restore_post(*, post, by):
    """Show a hidden post again, under its number."""
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.get(pk=post.pk)
        if post.state != Post.State.HIDDEN:
            return post
        post.state = Post.State.PUBLIC
        post.reason = ""
        post.hidden_at = post.hidden_by = None
        post.save(update_fields=["state", "reason", "hidden_at", "hidden_by"])
        _settle(thread)
        _log(post, "forum.post.restore", by)
    return post


def hide_thread(*, thread, by):
    """Take a whole thread out of sight; moderators still see it."""
    return _change(thread, by, "forum.thread.hide", state=Thread.State.HIDDEN)


def restore_thread(*, thread, by):
    return _change(thread, by, "forum.thread.restore", state=Thread.State.PUBLIC)


def lock_thread(*, thread, by):
    """Close `thread` for replies and edits."""
    return _change(thread, by, "forum.thread.lock", is_locked=True)


def unlock_thread(*, thread, by):
    return _change(thread, by, "forum.thread.unlock", is_locked=False)


def pin_thread(*, thread, by):
    """Keep `thread` on top of the lists."""
    return _change(thread, by, "forum.thread.pin", is_pinned=True, pinned_until=None)


def unpin_thread(*, thread, by):
    return _change(thread, by, "forum.thread.unpin", is_pinned=False, pinned_until=None)


def move_thread(*, thread, by, category):
    """Put `thread` into another category; its address stays."""
    return _change(thread, by, "forum.thread.move", category=category)


def _change(thread, by, action, **fields):
    """Set columns of a thread, log that, and count anew; nothing happens when all are so."""
    with transaction.atomic():
        thread = lock(thread)
        changed = {name for name, value in fields.items() if getattr(thread, name) != value}
        if not changed:
            return thread
        before = thread.category
        for name in changed:
            setattr(thread, name, fields[name])
        thread.save(update_fields=changed)
        if changed & {"state", "category"}:
            recount_category(thread.category)
        if "category" in changed:
            recount_category(before)
        raise_version(thread.version, "forum")
        said = {"from": before.slug, "to": thread.category.slug} if "category" in changed else {}
        _log(thread, action, by, **said)
    return thread


def _settle(thread):
    recount_thread(thread)
    recount_category(thread.category)
    raise_version(thread.version, "forum")


def _log(instance, action, by, **data):
    log(instance=instance, action=action, user=by, uuid=uuid4(), data=data or None)
