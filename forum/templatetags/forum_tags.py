"""Words of the forum for templates, also of the catalog and the home page."""

from functools import partial

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from portal.page_cache.pieces import changing

from .. import sanctions
from ..markup import excerpt
from ..models import Post, Thread
from ..screening import signal_words

register = template.Library()
MOST_ROWS = 5


@register.filter
def ago(moment, place=""):
    """Say how long ago a moment was, in its largest unit: "Just now", "3 weeks ago".

    `|ago:"within"` is for words within a sentence: "just now". In what is rendered once for many
    readers the words keep up with the time.
    """
    if not moment:
        return ""
    return changing(partial(_ago, moment, is_within=place == "within"))


def _ago(moment, *, is_within):
    words = _words_of_age(moment)
    return words.lower() if is_within else words


def _words_of_age(moment):
    now = timezone.now()
    if (now - moment).total_seconds() < 60:
        return _("Just now")
    return _("%(time)s ago") % {"time": timesince(moment, now, depth=1)}


@register.inclusion_tag("forum/_resource_mentions.html", takes_context=True)
def resource_mentions(context, resource):
    """Show what practitioners say about a listing: the newest mention in words, its threads.

    Three queries, however many mention it; nothing of a thread that the reader may not see.
    """
    user = _reader(context)
    named = Post.objects.public().filter(mentions__resource=resource)
    visible = Thread.objects.visible_to(user)
    newest = (
        named.filter(thread__in=visible)
        .select_related("thread", "author__agency")
        .order_by("-created_at", "-pk")
        .first()
    )
    threads = list(visible.mentioning(resource).with_row_data().latest()[: MOST_ROWS + 1])
    return {
        "resource": resource,
        "newest": newest,
        "quote": excerpt(newest.html) if newest else "",
        "threads": threads[:MOST_ROWS],
        "has_more": len(threads) > MOST_ROWS,
    }


@register.inclusion_tag("forum/_topic_threads.html", takes_context=True)
def topic_threads(context, topic):
    """List the latest threads on a topic and those below it, in two queries."""
    visible = Thread.objects.visible_to(_reader(context))
    threads = list(visible.about(topic).with_row_data().latest()[: MOST_ROWS + 1])
    return {"topic": topic, "threads": threads[:MOST_ROWS], "has_more": len(threads) > MOST_ROWS}


@register.inclusion_tag("forum/_latest_threads.html", takes_context=True)
def latest_threads(context, count=4):
    """List the threads with the latest activity, in two queries."""
    visible = Thread.objects.visible_to(_reader(context))
    return {"threads": visible.with_row_data().latest()[:count]}


@register.simple_tag
def closing_of(member):
    """Return the suspension or ban for which `member` cannot log in, or None."""
    return sanctions.closing_of(member) if getattr(member, "pk", None) else None


@register.filter(name="excerpt")
def excerpt_of(html, length=280):
    """The beginning of a post as plain text."""
    return excerpt(html, length)


@register.filter
def held_because(post):
    """Say why a post waits for a moderator: its signals in words, with commas."""
    return ", ".join(str(word) for word in signal_words(post.signals)) or _("an earlier site")


@register.filter
def until_words(sanction):
    """Say when a sanction ends."""
    return sanctions.until_words(sanction)


def _reader(context):
    """The user of the request; nobody where a template is rendered without one."""
    return getattr(context.get("request"), "user", None) or AnonymousUser()
