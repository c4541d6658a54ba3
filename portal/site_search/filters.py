"""Narrowing what was found: facets of resources, filters of conversations, with counts.

Counts of a filter take all other filters and not its own, as everywhere in the catalog.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.counting import Listing
from catalog.facets import BY_KEY, FACETS
from catalog.former_names import of_today
from catalog.models import Tag
from catalog.selection import Selection
from forum.models import Category
from portal.accounts.models import User

from .asking import SINCE, SOLVED, ForumFilters
from .listing import facts_of_threads

#: The facets in the row above all results.
ROW = ("kind", "cost", "time")
#: Values offered of a filter with an open vocabulary.
MOST_VALUES = 30


class ResourceListing:
    """The resources found, counted by the catalog's own facets.

    Unlike the catalog's list it leaves out neither what is archived nor what is over: who
    searches for a thing should find it, marked as what it is.
    """

    def __init__(self, keys, selection=None):
        self.found = keys
        self.selection = Selection(chosen=selection.chosen if selection else {}, show_all=True)

    @cached_property
    def listing(self):
        listing = Listing(self.selection)
        position = listing.digest.position
        listing.found = [position[key] for key in self.found if key in position]
        return listing

    @property
    def keys(self):
        """Return the keys that pass the filters, best first."""
        if not self.selection.chosen:
            return self.found
        passing = set(self.listing.ids())
        return [key for key in self.found if key in passing]

    def facets(self, keys=None):
        """Return the facets worth showing, as templates want them."""
        shown = []
        for facet in FACETS if keys is None else map(BY_KEY.get, keys):
            options = self.listing.options(facet.key)[:MOST_VALUES]
            is_narrowing = facet.key in self.listing.selection.chosen
            if is_narrowing or sum(option.count > 0 for option in options) > 1:
                shown.append(
                    {
                        "key": facet.key,
                        "label": facet.label,
                        "definition": facet.definition,
                        "options": options,
                        "is_open": is_narrowing or facet.is_open_at_first,
                    }
                )
        return shown

    def label(self, key, value):
        """Return the words for a filter: "Free"."""
        for known_key, known_value, words in self.listing.filters:
            if (known_key, known_value) == (key, value):
                return words
        return self.listing.name_of(key, value)

    def total_without(self, key, value):
        return len(ResourceListing(self.found, self.selection.without(key, value)).keys)


class ForumListing:
    """The conversations found, narrowed by what threads and their posts are."""

    def __init__(self, threads, chosen=None):
        self.threads = threads
        self.chosen = chosen or ForumFilters()
        if self.chosen.tag:
            today = of_today({"tag": self.chosen.tag})
            self.chosen = replace(self.chosen, tag=today.get("tag", ""))
        self.now = timezone.now()

    @cached_property
    def facts(self):
        return facts_of_threads(self.threads.keys)

    @cached_property
    def rows(self):
        """Return (thread, best post or None) for what passes all filters, best first."""
        return self._passing(self.chosen)

    def _passing(self, chosen):
        if not chosen:
            return [(key, self.threads.best[key]) for key in self.threads.keys]
        best = {}
        if chosen.author or chosen.since:
            # The best post among those that pass themselves.
            for post in self.threads.posts:
                if self._post_passes(post, chosen):
                    known = best.get(post.thread)
                    if known is None or post.score > known.score:
                        best[post.thread] = post
        else:
            best = self.threads.best
        return [
            (key, best[key])
            for key in self.threads.keys
            if key in best and self._thread_passes(key, chosen)
        ]

    def _post_passes(self, post, chosen):
        author, written = self.threads.details[post.pk]
        if chosen.author and author.casefold() != chosen.author.casefold():
            return False
        return not chosen.since or written >= self.now - timedelta(days=SINCE[chosen.since][0])

    def _thread_passes(self, key, chosen):
        if key not in self.facts:
            return False
        category, is_solved, is_question, tags = self.facts[key]
        if chosen.category and category != chosen.category:
            return False
        if chosen.tag and chosen.tag not in tags:
            return False
        if chosen.solved == "yes":
            return is_solved
        return chosen.solved != "no" or (is_question and not is_solved)

    def selects(self):
        """Return the filters as a form shows them, each a list of options with counts."""
        return [
            _select("category", _("Category"), self._categories(), self.chosen.category),
            _select("author", _("Author"), self._authors(), self.chosen.author),
            _select("tag", _("Tag"), self._tags(), self.chosen.tag),
            _select("since", _("Written"), self._since(), self.chosen.since),
            _select("solved", _("Answer"), self._solved(), self.chosen.solved),
        ]

    def _others(self, key):
        return self._passing(self.chosen.without(key))

    def _categories(self):
        counts = _most(self.facts[key][0] for key, _ in self._others("category"))
        names = dict(Category.objects.filter(slug__in=dict(counts)).values_list("slug", "name"))
        return _options(counts, names)

    def _tags(self):
        counts = _most(tag for key, _ in self._others("tag") for tag in self.facts[key][3])
        names = dict(Tag.objects.filter(slug__in=dict(counts)).values_list("slug", "name"))
        return _options(counts, names)

    def _authors(self):
        chosen = self.chosen.without("author")
        threads = {key for key, _ in self._passing(chosen)}
        voices = {
            (self.threads.details[post.pk][0], post.thread)
            for post in self.threads.posts
            if post.thread in threads and self._post_passes(post, chosen)
        }
        counts = _most(author for author, _ in voices)
        users = User.objects.filter(username__in=dict(counts))
        return _options(counts, dict(users.values_list("username", "display_name")))

    def _since(self):
        options = []
        for key, (_days, label) in SINCE.items():
            chosen = ForumFilters(**{**vars(self.chosen), "since": key})
            options.append((key, label, len(self._passing(chosen))))
        return options

    def _solved(self):
        options = []
        for key, label in SOLVED.items():
            chosen = ForumFilters(**{**vars(self.chosen), "solved": key})
            options.append((key, label, len(self._passing(chosen))))
        return options

    def label(self, key, value):
        """Return the words for a filter: "Author: Dana"."""
        for select in self.selects_now:
            if select["key"] == key:
                words = next((o["label"] for o in select["options"] if o["value"] == value), value)
                return f"{select['label']}: {words}"
        return value

    @cached_property
    def selects_now(self):
        return self.selects()

    def total_without(self, key, value=None):
        return len(self._passing(self.chosen.without(key)))


def _most(values):
    return Counter(values).most_common(MOST_VALUES)


def _options(counts, names):
    """Return (value, label, count) of the most frequent values, by label."""
    rows = [(value, names.get(value, value), count) for value, count in counts]
    return sorted(rows, key=lambda row: str(row[1]).casefold())


def _select(key, label, options, chosen):
    shown = [
        {"value": value, "label": words, "count": count, "is_selected": value == chosen}
        for value, words, count in options
        if count or value == chosen
    ]
    if chosen and not any(option["is_selected"] for option in shown):
        shown.append({"value": chosen, "label": chosen, "count": 0, "is_selected": True})
    return {"key": key, "label": label, "options": shown}
