"""Suggestions while somebody types: a few titles, topics, tags and conversations.

They are what a visitor may see, whoever asks, so that any cache may keep them.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText
from wagtail.models import Page

from catalog.models import ResourcePage, Tag, Topic
from forum.models import Thread
from portal.search import analysis
from portal.search.backend import SearchBackend
from portal.search.backend.fallback import search_columns
from portal.search.backend.folder import IndexUnavailable
from portal.search.backend.querysets import with_keys

MOST = 8
MOST_NAMES = 2  # topics and tags
MOST_THREADS = 3
#: Titles looked at, of those that have the beginnings of all words.
CANDIDATES = 60


def suggestions(typed):
    """Return groups of suggestions for what was typed so far; [] when there are none.

    Each group has a label and items with title, url and hint.
    """
    words = [place.word.parts[-1].surface for place in analysis.places(typed)]
    if not words or len("".join(words)) < 2:
        return []
    visitor = AnonymousUser()
    names = _names(typed)
    threads = _titles(Thread.objects.visible_to(visitor), Thread, typed, MOST)
    resources = _titles(ResourcePage.objects.visible_to(visitor), Page, typed, MOST)
    room = MOST - len(names) - min(len(threads), MOST_THREADS)
    resources = resources[:room]
    threads = threads[: MOST - len(names) - len(resources)]
    first = names + [
        _item(row.title, row.url, capfirst(row.get_kind_display())) for row in resources
    ]
    second = [_item(row.title, row.get_absolute_url(), row.category.name) for row in threads]
    groups = [(_("Resources"), first), (_("Conversations"), second)]
    return [{"label": label, "items": items} for label, items in groups if items]


def _item(title, url, hint):
    return {"title": title, "url": url, "hint": str(hint)}


def _names(typed):
    """Return topics, then tags, with a word that begins like what was typed."""
    topics = Topic.objects.filter(Q(title__istartswith=typed) | Q(title__icontains=f" {typed}"))
    tags = Tag.objects.filter(name__istartswith=typed).filter(
        Q(resource_items__isnull=False) | Q(thread_items__isnull=False)
    )
    items = [
        _item(topic.title, topic.get_absolute_url(), _("Topic"))
        for topic in topics.order_by("title")[:MOST_NAMES]
    ]
    known = {item["title"].casefold() for item in items}
    items += [
        _item(tag.name, f"/resources/?tag={tag.slug}", _("Tag"))
        for tag in tags.order_by("name").distinct()[:MOST_NAMES]
        if tag.name.casefold() not in known
    ]
    return items[:MOST_NAMES]


def _titles(rows, model, typed, most):
    """Return rows whose titles have all words of `typed`, the last one begun perhaps."""
    if rows.model is Thread:
        rows = rows.select_related("category")
    else:
        rows = rows.select_related(None)
    keys = _begun(model, typed)
    if keys is None:
        rows = search_columns(rows.order_by("-pk"), PlainText(typed), fields=["title"])
        found = list(rows[:CANDIDATES])
    else:
        found = list(with_keys(rows.order_by("-pk"), keys)[:CANDIDATES])
    start = typed.casefold()
    found.sort(key=lambda row: (not row.title.casefold().startswith(start), len(row.title)))
    return found[:most]


def _begun(model, typed):
    """Return the keys of `model` that the index completes `typed` to; None without an answer."""
    backend = get_search_backend()
    if not isinstance(backend, SearchBackend):
        return None
    rows = model._default_manager.all()
    query = PlainText(typed, operator="and")
    try:
        matches = backend.autocomplete_query_compiler_class(rows, query).matches(backend)
    except IndexUnavailable:
        return None
    return matches.ranked
