"""Asking the search engine for keys: which rows have the words, and how well.

Visibility is not decided here. Our Whoosh index gives all keys at once; any other engine of
modelsearch its best MOST_HITS; and while no engine can answer, the database is asked for the
words in titles and summaries.
"""

import logging
from dataclasses import dataclass, field, replace

from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText
from wagtail.models import Page

from catalog.models import ResourcePage
from portal.home.models import StandardPage
from portal.search import analysis
from portal.search.backend import SearchBackend
from portal.search.backend.fallback import search_columns
from portal.search.backend.folder import IndexNotBuilt, IndexUnavailable
from portal.search.backend.matching import groups_of, telling_words
from portal.search.snippets import Marker

logger = logging.getLogger("portal.search")

#: Rows that an engine other than ours is asked for.
MOST_HITS = 2000


@dataclass
class Ranked:
    """Keys, best first, with scores; `complete` are those that have all of the words."""

    keys: list = field(default_factory=list)
    scores: dict = field(default_factory=dict)
    complete: set = field(default_factory=set)
    is_rough: bool = False  # the database answered, not the engine

    @property
    def best(self):
        """The highest score; 1 where nothing was found."""
        return self.scores[self.keys[0]] if self.keys else 1.0


def count_words(words):
    """Return how many words of a query say something."""
    return len(telling_words(analysis.read_words(words)))


def rank(model, words, *, fields=None):
    """Return what of `model` has any of `words`. Never raises, whatever the words are.

    `fields` restricts our own index to the search fields of these names; others ignore it.
    """
    if not count_words(words):
        return Ranked()
    backend = get_search_backend()
    if isinstance(backend, SearchBackend):
        try:
            return _from_index(backend, model, words, fields)
        except IndexNotBuilt:
            # A new site that has nothing yet misses nothing.
            found = _from_columns(model, words)
            return replace(found, is_rough=bool(found.keys))
        except IndexUnavailable:
            return _from_columns(model, words)
    try:
        return _from_engine(backend, model, words)
    except Exception:
        # Engines raise what they like; a reader is better served roughly than by an error.
        logger.exception("The search engine failed.")
        return _from_columns(model, words)


def marker(words):
    """Return the Marker that finds `words`, in all their forms, in a text."""
    backend = get_search_backend()
    if isinstance(backend, SearchBackend):
        return Marker(backend.expand(words))
    return Marker(groups_of(words))


def _from_index(backend, model, words, fields):
    query = PlainText(words, operator="or")
    rows = model._default_manager.all()
    found = backend.query_compiler_class(rows, query, fields=fields).matches(backend)
    return Ranked(found.ranked, found.scores, found.complete)


def _from_engine(backend, model, words):
    """Engines do not tell how many words a row has: those with all of them come first."""
    plain = " ".join(part.surface for word in analysis.read_words(words) for part in word.parts)
    rows = model._default_manager.only("pk")

    def keys(operator):
        return [
            row.pk for row in backend.search(PlainText(plain, operator=operator), rows)[:MOST_HITS]
        ]

    complete = keys("and")
    others = keys("or") if count_words(words) > 1 else []
    return _in_order(complete, others)


def _from_columns(model, words):
    complete, others = [], []
    for concrete in (ResourcePage, StandardPage) if model is Page else (model,):
        rows = concrete._default_manager.order_by("-pk")

        def keys(operator, rows=rows):
            found = search_columns(rows, PlainText(words, operator=operator))
            return list(found.values_list("pk", flat=True)[:MOST_HITS])

        complete += keys("and")
        if count_words(words) > 1:
            others += keys("or")
    ranked = _in_order(complete, others)
    ranked.is_rough = True
    return ranked


def _in_order(complete, others):
    """Score by place: rows with all words from 1 down to ½, the others below."""
    keys = list(dict.fromkeys([*complete, *others]))
    scores = {}
    for place, key in enumerate(keys):
        share = 1 / (1 + place / 20)
        scores[key] = (1 + share) / 2 if place < len(complete) else share / 4
    return Ranked(keys, scores, set(complete))
