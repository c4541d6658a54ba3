"""Keep the peace: hide and restore posts and threads, close, pin, archive and move threads.

Each verb is one transaction under the lock of the thread's row, counts anew what it changed,
and writes one line into Wagtail's log with an id of its own (else bulk actions lose theirs).
The log never holds what somebody wrote. Moving posts between threads is in forum/moving.py.
"""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.page_cache.versions import raise_version

from .hiding import conceal, reveal
from .letters import write
from .models import Post, ReviewRequest, Thread
from .posting import lock
from .recount import recount_category
from .reporting import decide_reports, is_hidden_by_report


def hide_post(*, post, by, reason, note="", now=None):
    """Leave of `post` its number and a line with the reason; it is no answer any more.

    Open reports on it are upheld. Its author reads reason and `note`, and may ask again. A post
    that a report has hidden stays so now.
    """
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        if post.state != Post.State.PUBLIC and not is_hidden_by_report(post):
            return post
        now, note = now or timezone.now(), note.strip()
        conceal(thread, post, state=Post.State.HIDDEN, by=by, now=now, reason=reason, note=note)
        decide_reports(post=post, by=by, is_upheld=True, now=now)
        _log(post, "forum.post.hide", by, reason=reason)
        _tell_author(post, thread)
    post.thread = thread
    return post


def delete_post(*, post, by, now=None):
    """Leave of `post` its number and a line without a reason, as when its author deletes it."""
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        if post.state not in {Post.State.PUBLIC, Post.State.HIDDEN} or post.number is None:
            return post
        now = now or timezone.now()
        conceal(thread, post, state=Post.State.DELETED, by=by, now=now)
        decide_reports(post=post, by=by, is_upheld=True, now=now)
        _close_requests(post, by, ReviewRequest.State.REFUSED, now)
        _log(post, "forum.post.delete", by)
    post.thread = thread
    return post


def restore_post(*, post, by, now=None):
    """Show a post again that moderators hid or deleted, under its number.

    One that never was public gets its number now. Grants what its author asked; open reports
    on it are refused. What its author deleted stays deleted.
    """
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        if not may_restore(post):
            return post
        now = now or timezone.now()
        reveal(thread, post, now=now)
        decide_reports(post=post, by=by, is_upheld=False, now=now)
        _close_requests(post, by, ReviewRequest.State.GRANTED, now)
        _log(post, "forum.post.restore", by)
    post.thread = thread
    return post


def may_restore(post):
    """Whether a moderator may show `post` again."""
    if post.state == Post.State.DELETED:
        return post.hidden_by_id != post.author_id and post.number is not None
    return post.state == Post.State.HIDDEN


def ask_again(*, post, by, text="", now=None):
    """Let the author of a hidden post ask moderators to look again; return the request.

    One at a time: while one is open it is returned. None where the post is not hidden or not of
    `by`.
    """
    with transaction.atomic():
        lock(post.thread)
        post = Post.objects.get(pk=post.pk)
        if post.state != Post.State.HIDDEN or post.author_id != by.pk:
            return None
        request, is_new = ReviewRequest.objects.get_or_create(
            post=post,
            state=ReviewRequest.State.OPEN,
            defaults={"text": text.strip(), "created_at": now or timezone.now()},
        )
        if is_new:
            _log(post, "forum.post.ask_again", by)
    return request


def refuse_request(*, post, by, note="", now=None):
    """Leave a post hidden whose author asked again; he reads `note`. Return the post."""
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        now = now or timezone.now()
        if _close_requests(post, by, ReviewRequest.State.REFUSED, now):
            if note.strip():
                post.note = note.strip()
                post.save(update_fields=["note"])
            _log(post, "forum.post.refuse_request", by)
            _tell_author(post, thread, is_again=True)
    post.thread = thread
    return post


def hide_thread(*, thread, by):
    """Take a whole thread out of sight; moderators still see it."""
    return _change(thread, by, "forum.thread.hide", state=Thread.State.HIDDEN)


def restore_thread(*, thread, by):
    """Show a hidden or deleted thread again."""
    return _change(thread, by, "forum.thread.restore", state=Thread.State.PUBLIC)


def lock_thread(*, thread, by):
    """Close `thread` for replies and edits."""
    return _change(thread, by, "forum.thread.lock", is_locked=True)


def unlock_thread(*, thread, by):
    return _change(thread, by, "forum.thread.unlock", is_locked=False)


def archive_thread(*, thread, by, now=None):
    """Put `thread` away for reading only; new conversations link to it instead."""
    return _change(thread, by, "forum.thread.archive", archived_at=now or timezone.now())


def unarchive_thread(*, thread, by):
    return _change(thread, by, "forum.thread.unarchive", archived_at=None)


def delete_thread(*, thread, by):
    """Take a whole thread away; moderators still find it and can bring it back."""
    return _change(thread, by, "forum.thread.delete", state=Thread.State.DELETED)


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
        is_held = "state" in changed and thread.state == Thread.State.HELD
        if not changed or is_held or thread.merged_into_id or _stays(thread, fields):
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


def _stays(thread, fields):
    """Whether a thread is archived already: another time would only change its date."""
    return bool(fields.get("archived_at") and thread.archived_at)


def _close_requests(post, by, state, now):
    """Close what the author of `post` asked; return how many requests that were."""
    return post.review_requests.open().update(state=state, decided_at=now, decided_by=by)


def _tell_author(post, thread, *, is_again=False):
    title = {"title": thread.title, "number": post.number, "reason": post.get_reason_display()}
    if is_again:
        said = _(
            "A moderator looked again at your post in “%(title)s”. It stays hidden: %(reason)s."
        )
    elif post.number is None:
        said = _("Your post in “%(title)s” is not shown: %(reason)s.")
    else:
        said = _("A moderator has hidden post %(number)d of yours in “%(title)s”: %(reason)s.")
    write(
        post.author,
        subject=_("Your post is hidden: %(title)s") % title,
        lines=[said % title, _("You may change the post and ask a moderator to look again.")],
        quote=post.note,
        link=(_("Your post, and what you can do"), f"{post.get_absolute_url()}hidden/"),
        why=_("You get this mail because you wrote the post."),
    )


def _log(instance, action, by, **data):
    log(instance=instance, action=action, user=by, uuid=uuid4(), data=data or None)
