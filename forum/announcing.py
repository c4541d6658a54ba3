"""Announce something: a thread that stands on top for a while, and takes replies only if it asks."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.page_cache.versions import raise_version

from .models import Category, Thread
from .posting import start_thread

PINNED_FOR = timedelta(days=14)


def announceable_by(user):
    """Categories in which `user` may announce: those one moderates, for editors all they write in."""
    if user.is_authenticated and user.has_perm("forum.announce"):
        return Category.objects.writable_by(user)
    return Category.objects.moderated_by(user)


def announce(*, takes_replies=False, now=None, **fields):
    """Start an announcement with the `fields` of start_thread and return the thread."""
    now = now or timezone.now()
    return start_thread(
        **fields,
        kind=Thread.Kind.ANNOUNCEMENT,
        is_locked=not takes_replies,
        pinned_until=now + PINNED_FOR,
        now=now,
    )


def unpin_past(now=None):
    """Let announcements whose time on top is over stand by their date; return how many."""
    now = now or timezone.now()
    with transaction.atomic():
        past = Thread.objects.select_for_update().filter(is_pinned=True, pinned_until__lte=now)
        threads = list(past)
        if threads:
            keys = [thread.pk for thread in threads]
            Thread.objects.filter(pk__in=keys).update(is_pinned=False, pinned_until=None)
            raise_version(*(thread.version for thread in threads), "forum")
    return len(threads)
