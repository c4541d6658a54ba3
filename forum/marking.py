"""Mark a post: as helpful, for all to see, or with a bookmark, for oneself."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.page_cache.versions import raise_version

from .models import Helpful, Post, PostBookmark, Standing
from .posting import lock
from .recount import helpful_numbers


class OwnPost(Exception):
    """Nobody marks what he wrote himself as helpful."""


def mark_helpful(*, post, by, now=None):
    """Count that `by` found `post` helpful, once, and return the post.

    Raises OwnPost on one's own. What is not public stays as it is.
    """
    if post.author_id == by.pk:
        raise OwnPost
    with transaction.atomic():
        thread, post = _locked(post)
        if post.state == Post.State.PUBLIC:
            mark, is_new = Helpful.objects.get_or_create(
                post=post, user=by, defaults={"created_at": now or timezone.now()}
            )
            if is_new:
                _count(thread, post, 1)
    return post


def unmark_helpful(*, post, by):
    """Take that back and return the post."""
    with transaction.atomic():
        thread, post = _locked(post)
        if Helpful.objects.filter(post=post, user=by).delete()[0]:
            _count(thread, post, -1)
    return post


def add_bookmark(*, post, by):
    PostBookmark.objects.get_or_create(post=post, user=by)


def remove_bookmark(*, post, by):
    PostBookmark.objects.filter(post=post, user=by).delete()


def _locked(post):
    thread = lock(post.thread)
    post = Post.objects.get(pk=post.pk)
    post.thread = thread
    return thread, post


def _count(thread, post, more):
    post.helpful_count += more
    post.save(update_fields=["helpful_count"])
    numbers = helpful_numbers(thread)
    if numbers != thread.helpful_numbers:
        thread.helpful_numbers = numbers
        thread.save(update_fields=["helpful_numbers"])
    author = Standing.objects.filter(user=post.author_id)
    if not author.update(helpful_received=F("helpful_received") + more):
        Standing.objects.create(user_id=post.author_id, helpful_received=more)
    raise_version(thread.version)
