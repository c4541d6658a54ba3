"""Take back what one wrote oneself: delete one's own post, and bring it back.

What is left is a line with the number, as when a moderator hides a post.
"""

from django.db import transaction
from django.utils import timezone

from portal.page_cache.versions import raise_version

from .models import Post, Thread
from .posting import lock
from .recount import recount_category, recount_thread


def delete_own_post(*, post, by, now=None):
    """Leave of a public post of `by` its number and a line; it is no answer any more.

    One that waits for a moderator goes without a line, and with it the thread it would open.
    Return the post; it is unchanged where it is another's or out of sight already.
    """
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.get(pk=post.pk)
        is_shown = post.state in {Post.State.PUBLIC, Post.State.HELD}
        if is_shown and post.author_id == by.pk:
            post.state = Post.State.DELETED
            post.hidden_at, post.hidden_by = now or timezone.now(), by
            post.save(update_fields=["state", "hidden_at", "hidden_by"])
            if thread.answer_id == post.pk:
                thread.answer = None
                thread.save(update_fields=["answer"])
            if thread.state == Thread.State.HELD:
                thread.state = Thread.State.DELETED
                thread.save(update_fields=["state"])
            _settle(thread)
    return post


def restore_own_post(*, post, by):
    """Show a post again that `by` has deleted, under its number, and return it."""
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.get(pk=post.pk)
        is_own = post.hidden_by_id == by.pk == post.author_id
        if post.state == Post.State.DELETED and is_own and post.number is not None:
            post.state = Post.State.PUBLIC
            post.hidden_at = post.hidden_by = None
            post.save(update_fields=["state", "hidden_at", "hidden_by"])
            _settle(thread)
    return post


def _settle(thread):
    recount_thread(thread)
    recount_category(thread.category)
    raise_version(thread.version, "forum")
