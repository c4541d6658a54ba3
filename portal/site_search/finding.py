"""Finding things on the whole site: what the search page shows, callable without a request.

`find()` answers one page of one tab with all its totals; `find_ids()` only ranks resources and
pages of text. Both take words as typed, correct them alike and show `user` nothing that the
database does not let through.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser

from forum.models import Category, Thread

from .asking import MOST_PAGES, Filters, tidy
from .corrections import corrected
from .filters import ForumListing, ResourceListing
from .listing import (
    FIRST_PAGE,
    ListedPages,
    ListedThreads,
    list_pages,
    list_posts,
    list_threads,
    merge,
)

ROWS = FIRST_PAGE

#: With fewer results than this that have all the words, a better spelling is looked for.
FEW = 10


@dataclass(frozen=True)
class Totals:
    """How many results there are by kind, filters of the tab not counted."""

    resources: int = 0
    conversations: int = 0
    pages: int = 0

    @property
    def all(self):
        return self.resources + self.conversations + self.pages


@dataclass
class Results:
    """One page of results.

    `rows` are (kind, key, best post or None), the kind one of resource, page, thread and post;
    `showing.py` makes readable hits of them. `total` counts the rows of all pages of this tab,
    filters included; `complete` those results, in all tabs, that have all of the words.
    """

    words: str  # what was searched for: as typed, or corrected
    typed: str
    suggestion: str = ""  # a better spelling, not used
    totals: Totals = field(default_factory=Totals)
    complete: int = 0
    complete_as_typed: int = 0
    total: int = 0
    page: int = 1
    page_count: int = 1
    rows: list = field(default_factory=list)
    resources: ResourceListing | None = None
    forum: ForumListing | None = None
    is_rough: bool = False  # answered by the database, because the index cannot

    @property
    def is_corrected(self):
        return self.words != self.typed


@dataclass
class Lists:
    """Both lists for the same words."""

    pages: ListedPages
    threads: ListedThreads

    @property
    def complete(self):
        return self.pages.complete + self.threads.complete

    @property
    def total(self):
        return len(self.pages.keys) + len(self.threads.keys)

    @cached_property
    def totals(self):
        return Totals(
            resources=len(self.pages.of("resource")),
            conversations=len(self.threads.keys),
            pages=len(self.pages.of("page")),
        )


@dataclass
class Posts:
    """What was found inside of one thread."""

    posts: list
    complete: int
    is_rough: bool


def find(
    words: str,
    *,
    user=None,
    tab: str = "all",
    sort: str = "relevance",
    page: int = 1,
    filters: Filters | None = None,
    as_typed: bool = False,
) -> Results:
    """Return one page of what `words` find for `user`; never raises over words.

    `tab` is all, resources, forum or pages; `sort` relevance or newest. `filters` narrow the
    rows, not the totals. Where nothing has all the words, a better spelling is used instead,
    unless `as_typed`. A thread or category in `filters` that `user` may not read finds nothing.
    """
    user = user or AnonymousUser()
    filters = filters or Filters()
    typed = tidy(words)
    if filters.thread is not None:
        number = filters.thread
        return _find_in_thread(
            typed, user=user, sort=sort, page=page, number=number, as_typed=as_typed
        )
    within = _threads_of(filters.category, user) if filters.category else None

    def ask(text):
        pages = ListedPages() if within is not None else list_pages(text, user=user)
        return Lists(pages, list_threads(text, user=user, within=within))

    settled = settle(typed, ask, as_typed=as_typed)
    lists = settled.lists
    results = Results(
        words=settled.words,
        typed=typed,
        suggestion=settled.suggestion,
        totals=lists.totals,
        complete=lists.complete,
        complete_as_typed=settled.complete_as_typed,
        is_rough=lists.pages.is_rough or lists.threads.is_rough,
    )
    rows = _rows(results, lists, tab, sort, filters)
    return _cut(results, rows, page)


def find_ids(words: str, *, user=None, limit: int = 20) -> list[int]:
    """Return the primary keys of the best resources and pages of text, ranked together.

    The order is that of the search page without conversations, corrections included.
    """
    user = user or AnonymousUser()
    return settle(tidy(words), lambda text: list_pages(text, user=user)).lists.keys[:limit]


@dataclass
class Settled:
    """The words that are searched for in the end, and what they found."""

    words: str
    lists: Any
    suggestion: str = ""
    complete_as_typed: int = 0


def settle(typed: str, ask: Callable, *, as_typed: bool = False) -> Settled:
    """Ask for the words as typed, or for their correction where that finds what they do not.

    A correction is used by itself when nothing has all the words as typed, and offered when it
    finds more. It is not even offered when it finds nothing that the reader may see.
    """
    lists = ask(typed)
    settled = Settled(typed, lists, complete_as_typed=lists.complete)
    if lists.complete >= FEW or not (better := corrected(typed)):
        return settled
    better_lists = ask(better)
    if better_lists.complete <= lists.complete:
        return settled
    if lists.complete or as_typed:
        return replace(settled, suggestion=better)
    return replace(settled, words=better, lists=better_lists)


def _threads_of(slug, user):
    """Return the threads in a category and those inside of it."""
    here = Category.objects.visible_to(user).filter(slug=slug)
    inside = Category.objects.visible_to(user).filter(parent__in=here)
    return Thread.objects.filter(category__in=[*here, *inside])


def _rows(results, lists, tab, sort, filters):
    """Return all rows of `tab` in order, as (kind, key, best post)."""
    pages, threads = lists.pages, lists.threads
    if tab == "resources":
        results.resources = ResourceListing(pages.of("resource"), filters.resources)
        rows = [("resource", key, None) for key in results.resources.keys]
    elif tab == "pages":
        rows = [("page", key, None) for key in pages.of("page")]
    elif tab == "forum":
        results.forum = ForumListing(threads, filters.forum)
        rows = [("thread", key, post) for key, post in results.forum.rows]
    else:
        results.resources = ResourceListing(pages.of("resource"))
        rows = [
            (kind, key, threads.best.get(key) if kind == "thread" else None)
            for kind, key in merge(pages, threads)
        ]
    if sort == "newest":
        dates = {
            **{("page", key): date for key, date in pages.dates().items()},
            **{("thread", key): date for key, date in threads.dates().items()},
        }
        rows.sort(key=lambda row: _newest_first(dates, row), reverse=True)
    return rows


def _newest_first(dates, row):
    kind, key, _ = row
    date = dates.get(("thread" if kind == "thread" else "page", key))
    return (date is not None, date.timestamp() if date else 0, key)


def _cut(results, rows, page):
    results.total = len(rows)
    results.page_count = min(max(1, -(-len(rows) // ROWS)), MOST_PAGES)
    results.page = min(max(1, page), results.page_count)
    results.rows = rows[(results.page - 1) * ROWS : results.page * ROWS]
    return results


def _find_in_thread(typed, *, user, sort, page, number, as_typed):
    """Find posts inside of one thread: each is a row by itself."""
    thread = Thread.objects.visible_to(user).filter(pk=number).first()
    if thread is None:
        return Results(words=typed, typed=typed)

    def ask(text):
        posts, ranked = list_posts(text, user=user, thread=thread)
        complete = sum(post.pk in ranked.complete for post in posts)
        return Posts(posts, complete, ranked.is_rough)

    settled = settle(typed, ask, as_typed=as_typed)
    posts = settled.lists.posts
    if sort == "newest":
        written = dict(thread.posts.order_by().values_list("pk", "created_at"))
        posts.sort(key=lambda post: (written[post.pk], post.pk), reverse=True)
    results = Results(
        words=settled.words,
        typed=typed,
        suggestion=settled.suggestion,
        totals=Totals(conversations=len(posts)),
        complete=settled.lists.complete,
        complete_as_typed=settled.complete_as_typed,
        is_rough=settled.lists.is_rough,
    )
    return _cut(results, [("post", post.pk, post) for post in posts], page)
