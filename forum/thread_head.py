"""What stands above the posts of a thread: who takes part, and what to read where it is old."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.utils import timezone

from catalog.models import ResourcePage

from .models import ThreadVoice
from .paging import post_url

MOST_VOICES = 12
OLD_AFTER = timedelta(days=2 * 365)
MOST_CURRENT = 3


def participants(thread):
    """Who wrote most in a thread, as ThreadVoices with their members; in one query."""
    if thread.voice_count < 2:
        return []
    voices = ThreadVoice.objects.filter(thread=thread).select_related("user")
    return list(voices.order_by("-posts", "pk")[:MOST_VOICES])


def is_old(thread, now=None):
    """Whether nobody has written for so long that what is said may have changed since."""
    last = thread.last_post_at
    return last is not None and (now or timezone.now()) - last > OLD_AFTER


def age_banner(thread):
    """Say how old an old thread is, with current listings on its topics; "" for a young one."""
    if not is_old(thread):
        return ""
    topics = [topic.pk for topic in thread.topics.all()]
    current = ResourcePage.objects.none()
    if topics:
        current = ResourcePage.objects.visible_to(AnonymousUser()).filter(topics__in=topics)
        current = current.filter(archived_on=None).order_by("-first_published_at", "-pk")
    context = {
        "thread": thread,
        "topics": thread.topics.all(),
        "resources": current.distinct().only("title", "slug", "kind")[:MOST_CURRENT],
    }
    return render_to_string("forum/_age_banner.html", context)


def unread_line(page, mine):
    """Return the bytes of the way to what is new to a member, where that begins elsewhere."""
    if not mine.unread or mine.last_read is None:
        return b""
    first = min(mine.last_read + 1, page.thread.last_number)
    if any(shared.post.number == first for shared in page.posts):
        return b""
    context = {"count": mine.unread, "url": post_url(page.url, first)}
    return render_to_string("forum/_unread_line.html", context).encode()
