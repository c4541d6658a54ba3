"""Feeds of conversations: the latest of the forum or a category, and the posts of one thread.

A feed reader logs in nowhere and hands on what it has, so that feeds hold what a visitor may
read, whoever asks: public posts of public threads in categories that everyone may read.
"""

import re

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.answering import answer
from catalog.feeds import ATOM, BEFORE_ALL, MOST_ENTRIES, Entry, Feed, atom, tag_uri
from portal.page_cache.versions import depends_on

from .markup import excerpt
from .models import Category, Post, Thread

# Posts link to pages of the site without saying its name.
OWN_ADDRESS = re.compile(r'(\s(?:href|src)=")(?=/(?!/))')


@require_safe
def latest(request):
    """/forum.atom: the threads in which something was said last."""
    depends_on(request, "forum")
    threads = Thread.objects.visible_to(AnonymousUser())
    return _answer(
        request,
        identity="forum",
        title=_("Latest conversations"),
        path=reverse("forum:index"),
        entries=_of_threads(threads),
    )


@require_safe
def of_category(request, slug):
    """/forum/c/<slug>.atom: the same of a category and of those inside of it."""
    depends_on(request, "forum")
    visible = Category.objects.visible_to(AnonymousUser())
    here = get_object_or_404(visible, slug=slug)
    inside = visible.filter(parent=here)
    threads = Thread.objects.visible_to(AnonymousUser())
    return _answer(
        request,
        identity=f"forum/c/{here.pk}",
        title=here.name,
        path=here.get_absolute_url(),
        entries=_of_threads(threads.filter(category__in=[here, *inside])),
    )


@require_safe
def of_thread(request, pk):
    """/forum/t/<pk>.atom: the posts of a thread, the latest first."""
    depends_on(request, f"thread:{pk}")
    thread = get_object_or_404(Thread.objects.select_related("merged_into"), pk=pk)
    visible = Thread.objects.visible_to(AnonymousUser())
    if thread.merged_into_id:
        target = get_object_or_404(visible, pk=thread.merged_into_id)
        return redirect("forum:thread_feed", target.pk, permanent=True)
    get_object_or_404(visible, pk=pk)
    posts = (
        Post.objects.public()
        .filter(thread=thread, number__isnull=False)
        .select_related("author")
        .order_by("-number")[:MOST_ENTRIES]
    )
    return _answer(
        request,
        identity=f"forum/t/{thread.pk}",
        title=thread.title,
        path=thread.get_absolute_url(),
        entries=[_of_post(post, thread) for post in posts],
    )


def _answer(request, *, identity, title, path, entries):
    feed = Feed(
        id=tag_uri(identity),
        title=f"{settings.SITE_NAME}: {title}",
        subtitle=_("What colleagues in public service ask each other, and what their agencies do."),
        url=f"{settings.BASE_URL}{path}",
        feed_url=f"{settings.BASE_URL}{request.path}",
        entries=entries,
    )
    return answer(request, atom(feed), ATOM, modified=feed.updated)


def _of_threads(threads):
    """Return an Entry for each of the threads last active: what it began with, how far it is."""
    rows = list(threads.with_row_data().latest()[:MOST_ENTRIES])
    openings = Post.objects.public().filter(thread__in=rows, number=1)
    opening_of = {post.thread_id: post for post in openings}
    return [_of_thread(thread, opening_of.get(thread.pk)) for thread in rows]


def _of_thread(thread, opening):
    words = excerpt(opening.html, 500) if opening else ""
    labels = (thread.category.name, *(item.tag.name for item in thread.thread_tags.all()))
    replies = _("Replies: %(count)d") % {"count": thread.reply_count}
    return Entry(
        id=tag_uri(f"forum/t/{thread.pk}"),
        title=thread.title,
        url=f"{settings.BASE_URL}{thread.get_absolute_url()}",
        published=thread.created_at,
        updated=thread.last_post_at or thread.created_at or BEFORE_ALL,
        html=format_html("<p>{}</p><p>{}</p>", words, replies),
        author=thread.author.display_name,
        labels=labels,
    )


def _of_post(post, thread):
    return Entry(
        id=tag_uri(f"forum/p/{post.pk}"),
        title=_("%(thread)s: post %(number)d") % {"thread": thread.title, "number": post.number},
        url=f"{settings.BASE_URL}{post.get_absolute_url()}",
        published=post.created_at,
        updated=max(post.created_at, post.edited_at or post.created_at),
        html=OWN_ADDRESS.sub(rf"\g<1>{settings.BASE_URL}", post.html),
        author=post.author.display_name,
    )
