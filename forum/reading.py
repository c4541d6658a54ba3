"""Read a thread: which posts stand on a page, and how far a member has come."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from .models import CategoryRead, Thread, ThreadRead
from .paging import page_count, page_of, read_page


@dataclass(frozen=True)
class PostPage:
    """The posts of one page; `number` may be another than asked for, then redirect to it."""

    posts: list
    number: int
    count: int


def post_page(thread, asked):
    """Return the PostPage of `thread` for `asked`, what stands behind `?page=`.

    A page is a range of numbers and a LIMIT, so that the last of ten thousand costs what the
    first does. A range without posts gives the next that has some, else the one before.
    """
    count = page_count(thread)
    number = read_page(asked, count)
    size = settings.POSTS_PER_PAGE
    first, last = (number - 1) * size + 1, number * size
    numbered = thread.posts.with_page_data().order_by("number")
    posts = list(numbered.filter(number__gte=first, number__lte=last)[:size])
    if not posts:
        following = numbered.filter(number__gt=last).first()
        nearest = following or numbered.filter(number__lt=first).last()
        number = page_of(nearest.number) if nearest else 1
    for post in posts:
        post.thread = thread
    return PostPage(posts=posts, number=number, count=count)


def mark_read(*, user, thread, number):
    """Remember that `user` has read up to `number`; writes only when that is further.

    `thread.last_read` says how far he was, so that mostly nothing is asked or written.
    """
    if thread.last_read is not None and thread.last_read >= number:
        return
    mark = ThreadRead.objects.filter(user=user, thread=thread)
    if thread.last_read is None:
        made = ThreadRead(user=user, thread=thread, last_read_number=number)
        ThreadRead.objects.bulk_create([made], ignore_conflicts=True)
    else:
        mark.filter(last_read_number__lt=number).update(last_read_number=number)


def mark_all_read(*, user, categories, now=None):
    """Count all posts of `categories` as read by `user`, those never opened too."""
    now = now or timezone.now()
    with transaction.atomic():
        CategoryRead.objects.bulk_create(
            [CategoryRead(user=user, category=category, read_at=now) for category in categories],
            update_conflicts=True,
            unique_fields=["user", "category"],
            update_fields=["read_at"],
        )
        newest = Thread.objects.filter(pk=OuterRef("thread")).values("last_number")
        ThreadRead.objects.filter(user=user, thread__category__in=categories).exclude(
            last_read_number=F("thread__last_number")
        ).update(last_read_number=Subquery(newest))
