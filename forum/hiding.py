"""Take a post out of sight and bring it back: what the verbs of moderation have in common.

All of it runs inside the verb's transaction, under the lock of the thread's row.
"""

from portal.page_cache.versions import raise_version

from .models import Post, Thread
from .recount import recount_category, recount_member, recount_thread

CHANGED = ["state", "reason", "note", "hidden_at", "hidden_by"]


def conceal(thread, post, *, state, by, now, reason="", note=""):
    """Leave of `post` its number and a line; it is no answer any more. Counts anew."""
    post.state, post.reason, post.note = state, reason, note
    post.hidden_at, post.hidden_by = now, by
    post.save(update_fields=CHANGED)
    if thread.answer_id == post.pk:
        thread.answer = None
        thread.save(update_fields=["answer"])
    settle(thread, post.author)


def reveal(thread, post, *, now):
    """Show `post`; one that was never public gets its number now. Counts anew."""
    post.state, post.reason, post.note = Post.State.PUBLIC, "", ""
    post.hidden_at = post.hidden_by = None
    if post.number is None:
        thread.last_number += 1
        post.number = thread.last_number
        # Numbers follow the order in which posts became public, and so does their time. A post
        # of another site keeps the time it has there.
        post.created_at = post.created_at if post.source_number else now
        post.save(update_fields=[*CHANGED, "number", "created_at"])
        if thread.state == Thread.State.HELD:
            thread.state = Thread.State.PUBLIC
            thread.created_at = post.created_at
        thread.save(update_fields=["last_number", "state", "created_at"])
    else:
        post.save(update_fields=CHANGED)
    settle(thread, post.author)


def settle(thread, *authors):
    """Count `thread`, its category and these members anew, and drop the kept pages."""
    recount_thread(thread)
    recount_category(thread.category)
    for author in authors:
        recount_member(author)
    raise_version(thread.version, "forum")
