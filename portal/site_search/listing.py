"""From what the engine found to what a reader may see, in order and counted.

What has all the words is listed, all of it, and counted. A row that lacks some of the words is
listed too where it ranks among the best FIRST_PAGE, or fills the first page: the one good answer
to a long question seldom has each of its words. Everything here was let through by the database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from django.utils import timezone
from wagtail.models import Page

from catalog.models import ResourcePage
from forum.models import Post, Thread, ThreadTag
from portal.home.models import StandardPage
from portal.search.backend.querysets import with_keys

from .ranking import Ranked, rank

FIRST_PAGE = 20
#: Rows with some of the words are asked for in blocks of this many, then four times as many.
BLOCK = 100
#: A conversation without all the words has to be this good beside the best one.
LEAST_SHARE = 0.3
#: What its title counts for a conversation, beside its best post.
TITLE = 0.5


@dataclass
class Listed:
    """Visible rows, best first; `scores` from 0 to 1; `complete` counts those with all words."""

    keys: list = field(default_factory=list)
    scores: dict = field(default_factory=dict)
    complete: int = 0
    is_rough: bool = False


def select(ranked: Ranked, visible: Callable[[list], set], *, least_share: float = 0.0) -> list:
    """Return the keys to list, best first. `visible(keys)` says which of `keys` may be seen."""
    allowed = visible([key for key in ranked.keys if key in ranked.complete])
    complete = [key for key in ranked.keys if key in allowed]
    # In the order of scores, not of completeness: the engine weighs missing words already.
    least = ranked.scores[complete[FIRST_PAGE - 1]] if len(complete) >= FIRST_PAGE else 0.0
    least = max(least, least_share * ranked.best)
    others = (key for key in ranked.keys if key not in ranked.complete)
    partial: list = []
    size = BLOCK
    while block := [key for key in islice(others, size) if ranked.scores[key] >= least]:
        allowed = visible(block)
        partial += [key for key in block if key in allowed]
        if len(block) < size or (len(complete) < FIRST_PAGE and len(partial) >= FIRST_PAGE):
            break
        size *= 4
    merged = sorted([*complete, *partial], key=lambda key: -ranked.scores[key])
    if len(complete) >= FIRST_PAGE:
        return merged
    known = set(complete)
    return merged[:FIRST_PAGE] + [key for key in merged[FIRST_PAGE:] if key in known]


# Resources and pages of text stand in one index and are ranked together.


@dataclass
class ListedPages(Listed):
    """`kinds` says of each key whether it is a "resource" or a "page"."""

    kinds: dict = field(default_factory=dict)

    def of(self, kind):
        return [key for key in self.keys if self.kinds[key] == kind]

    def dates(self):
        """Return {key: datetime} by which pages are newest first."""
        rows = with_keys(Page.objects.order_by(), self.keys).values_list(
            "pk", "resourcepage__published_on", "first_published_at"
        )
        return {key: _moment(published_on) or first for key, published_on, first in rows}


def _moment(day):
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def list_pages(words, *, user):
    """List resources and pages of text for `words`."""
    ranked = rank(Page, words)
    kinds = {}
    sources = (
        ("resource", ResourcePage.objects.visible_to(user)),
        ("page", StandardPage.objects.live().public()),
    )

    def visible(keys):
        allowed = set()
        for kind, rows in sources:
            found = with_keys(rows.order_by(), keys).values_list("pk", flat=True)
            kinds.update(dict.fromkeys(found, kind))
            allowed.update(found)
        return allowed

    keys = select(ranked, visible)
    return ListedPages(
        keys=keys,
        scores={key: ranked.scores[key] / ranked.best for key in keys},
        complete=sum(key in ranked.complete for key in keys),
        is_rough=ranked.is_rough,
        kinds=kinds,
    )


# Conversations: posts are found, threads are listed.


class FoundPost(NamedTuple):
    """A visible post that has the words. There may be thousands, so it carries no more."""

    pk: int
    thread: int
    score: float


@dataclass
class ListedThreads(Listed):
    """Threads, each with its best post: `best[thread]` is a FoundPost, or None.

    None is for a thread that has the words in its title alone, which no post of it tells.
    """

    best: dict = field(default_factory=dict)
    posts: list = field(default_factory=list)

    @cached_property
    def details(self):
        """Return {post: (its author's username, when it was written)}."""
        rows = with_keys(Post.objects.order_by(), [post.pk for post in self.posts])
        found = rows.values_list("pk", "author__username", "created_at")
        return {key: (author, written) for key, author, written in found}

    def dates(self):
        """Return {thread: datetime} of the newest post that has the words."""
        newest: dict = {}
        for post in self.posts:
            written = self.details[post.pk][1]
            if post.thread not in newest or written > newest[post.thread]:
                newest[post.thread] = written
        untold = [key for key in self.keys if key not in newest]
        if untold:
            rows = Thread.objects.filter(pk__in=untold).order_by()
            newest.update(rows.values_list("pk", "last_post_at"))
        return newest


def list_threads(words, *, user, within=None):
    """List the conversations that have `words`, where given only among the threads `within`."""
    threads = Thread.objects.visible_to(user)
    if within is not None:
        threads = threads.filter(pk__in=within.values("pk"))
    found, titles = rank(Post, words), rank(Thread, words)
    posts = _select_posts(found, threads)
    titled = set(
        with_keys(
            threads.order_by(), [key for key in titles.keys if key in titles.complete]
        ).values_list("pk", flat=True)
    )
    listed = ListedThreads(posts=posts, is_rough=found.is_rough or titles.is_rough)
    complete = set(titled)
    for post in posts:
        best = listed.best.get(post.thread)
        if best is None or post.score > best.score:
            listed.best[post.thread] = post
        if post.pk in found.complete:
            complete.add(post.thread)
    scores = {thread: post.score for thread, post in listed.best.items()}
    for thread in titled:
        listed.best.setdefault(thread, None)
        share = titles.scores[thread] / titles.best
        scores[thread] = scores.get(thread, 0.0) + TITLE * share
    highest = max(scores.values(), default=1.0)
    listed.scores = {thread: score / highest for thread, score in scores.items()}
    listed.keys = sorted(scores, key=lambda thread: (-scores[thread], -thread))
    listed.complete = len(complete)
    return listed


def list_posts(words, *, user, thread):
    """List the posts of one thread that have `words`, as FoundPosts, best first."""
    threads = Thread.objects.visible_to(user).filter(pk=thread.pk)
    # Each post is found by the title of its thread, too, which would say nothing here.
    ranked = rank(Post, words, fields=["search_text"])
    return _select_posts(ranked, threads, least_share=0), ranked


def _select_posts(ranked, threads, least_share=LEAST_SHARE):
    threads_of: dict = {}
    among = threads.order_by().values("pk")

    def visible(keys):
        rows = with_keys(Post.objects.public(), keys).filter(thread__in=among).order_by()
        found = dict(rows.values_list("pk", "thread"))
        threads_of.update(found)
        return found.keys()

    keys = select(ranked, visible, least_share=least_share)
    best, scores = ranked.best, ranked.scores
    return [FoundPost(key, threads_of[key], scores[key] / best) for key in keys]


def merge(pages: ListedPages, threads: ListedThreads) -> Iterator[tuple]:
    """Yield (kind, key) of both lists, best first.

    Scores of two indexes cannot be compared, only places in each. A list in which nothing has
    all the words stands behind the other.
    """
    rows = []
    for listed in (pages, threads):
        behind = 0.5 if listed.keys and not listed.complete else 1.0
        rows += [(-listed.scores[key] * behind, listed is threads, key) for key in listed.keys]
    for _, is_thread, key in sorted(rows, key=lambda row: row[:2]):
        yield ("thread" if is_thread else pages.kinds[key]), key


def facts_of_threads(keys):
    """Return {thread: (category slug, is it solved, is it a question, tag slugs)} for filters."""
    tags: dict = {}
    items = ThreadTag.objects.filter(content_object__in=with_keys(Thread.objects.order_by(), keys))
    for thread, slug in items.values_list("content_object", "tag__slug"):
        tags.setdefault(thread, set()).add(slug)
    rows = with_keys(Thread.objects.order_by(), keys).values_list(
        "pk", "category__slug", "answer_id", "kind"
    )
    return {
        key: (category, answer is not None, kind == Thread.Kind.QUESTION, tags.get(key, set()))
        for key, category, answer, kind in rows
    }
