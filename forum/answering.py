"""Accept an answer to a question, or take that back."""

from django.db import transaction

from portal.page_cache.versions import raise_version

from .posting import lock


def accept_answer(*, post, by):
    """Make `post` the accepted answer of its thread, in place of any other; return the thread."""
    return _set_answer(post.thread, post)


def withdraw_answer(*, thread, by):
    """Leave the question open again and return its thread."""
    return _set_answer(thread, None)


def _set_answer(thread, post):
    with transaction.atomic():
        thread = lock(thread)
        thread.answer = post
        thread.save(update_fields=["answer"])
        raise_version(thread.version, "forum")
    return thread
