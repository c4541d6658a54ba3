"""The answer to a selection: which listings, in which order, with the counts of all facets.

The work is done on the digest that each worker keeps (`digest.py`): sets of listings are the
bits of integers, so a page with all its counts needs no query but the one for its rows.
"""

from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from itertools import compress, islice

from django.utils.translation import gettext as _

from portal.search.backend.querysets import with_keys

from .digest import as_bits, digest_of_now, selectors
from .facets import BY_KEY, FACETS, NOT_STATED
from .searching import found_keys
from .selection import Selection

# A facet with more values shows its most frequent ones until it is opened.
MOST_OPTIONS = 10
OPTIONS_AT_FIRST = 8


class Option:
    """One value of a facet beside its box."""

    __slots__ = ("count", "is_selected", "label", "value")

    def __init__(self, value, label, count, is_selected):
        self.value = value
        self.label = label
        self.count = count
        self.is_selected = is_selected

    @property
    def is_unstated(self):
        return self.value == NOT_STATED


class CountedFacet:
    """One facet of a page: its values with their counts, and whether it is worth showing."""

    def __init__(self, facet, options, listing):
        self.key = facet.key
        self.label = facet.label
        self.definition = facet.definition
        self.is_narrowing = facet.key in listing.selection.chosen
        self.is_shown = self.is_narrowing or sum(option.count > 0 for option in options) > 1
        self.is_opened = listing.selection.opened == facet.key
        self.is_open = self.is_narrowing or self.is_opened or facet.is_open_at_first
        self.options = options
        self.more_url = self.more_count = None
        if len(options) > MOST_OPTIONS and not self.is_opened:
            frequent = sorted(options, key=lambda option: -option.count)[:OPTIONS_AT_FIRST]
            self.options = [
                option
                for option in options
                if option in frequent or option.is_selected or option.is_unstated
            ]
            self.more_count = len(options)
            self.more_url = listing.selection.url(opened=facet.key) + f"#facet-{facet.key}"


class Listing:
    """The answer to a selection: which listings, in which order, and all counts."""

    def __init__(self, selection, digest=None, like=None):
        """Answer `selection`; `like` is another answer, whose search is not done again."""
        self.digest = digest or (like.digest if like else digest_of_now())
        self.selection = self._without_aliases(selection)
        if like and like.selection.q == selection.q:
            self.found = like.found
        elif selection.q:
            position = self.digest.position
            self.found = [position[key] for key in found_keys(selection.q) if key in position]
        else:
            self.found = None

    def _without_aliases(self, selection):
        """Put the terms of today in the place of their former names."""
        today = defaultdict(set)
        for key, values in selection.chosen.items():
            for value in values:
                new_key, new_value = self.digest.aliases.get((key, value), (key, value))
                today[new_key].add(new_value)
        chosen = {key: tuple(sorted(values)) for key, values in today.items()}
        if chosen == selection.chosen:
            return selection
        return replace(selection, chosen=chosen)

    @cached_property
    def _words(self):
        """The bits that the words let through."""
        return self.digest.everything if self.found is None else as_bits(self.found)

    @cached_property
    def _passing(self):
        """What each narrowing facet lets through by itself."""
        passing = {}
        for key, values in self.selection.chosen.items():
            bits = 0
            for value in values:
                bits |= self.digest.bits[key].get(value, 0)
            passing[key] = bits
        if not self.selection.show_all and "availability" not in passing:
            # What is over is left out until somebody chooses it: a filter of this facet.
            ended = self.digest.bits["availability"].get("ended", 0)
            passing["availability"] = self.digest.everything & ~ended
        return passing

    @cached_property
    def _base(self):
        """What words and the archive let through, before any facet."""
        archived = 0 if self.selection.show_all else self.digest.archived
        return self._words & ~archived

    def _others(self, key):
        """What all facets but one let through."""
        bits = self._base
        for other, passing in self._passing.items():
            if other != key:
                bits &= passing
        return bits

    @cached_property
    def bits(self):
        return self._others(None)

    @cached_property
    def total(self):
        """How many listings there are, on all pages."""
        return self.bits.bit_count()

    @cached_property
    def not_shown(self):
        """How many more "Show all" would show."""
        if self.selection.show_all:
            return 0
        bits = self._words
        for key, passing in self._passing.items():
            if key in self.selection.chosen:
                bits &= passing
        return bits.bit_count() - self.total

    def total_of(self, selection):
        """How many listings a selection has that is like this one but for a filter or so."""
        return Listing(selection, like=self).total

    def counts(self, key):
        """Return {value: count} of one facet: all other filters hold, its own does not."""
        others = self._others(key)
        return {
            value: count
            for value, bits in self.digest.bits[key].items()
            if (count := (bits & others).bit_count())
        }

    def options(self, key):
        """Return the Options of one facet: fixed ones in their order, others by name."""
        counts = self.counts(key)
        chosen = self.selection.chosen.get(key, ())
        for value in chosen:
            counts.setdefault(value, 0)
        unstated = counts.pop(NOT_STATED, None)
        names = {value: self.name_of(key, value) for value in counts}
        if BY_KEY[key].is_open:
            values = sorted(counts, key=lambda value: names[value].casefold())
        else:
            values = [value for value in self.digest.names[key] if value in counts]
            values += [value for value in counts if value not in self.digest.names[key]]
        options = [Option(value, names[value], counts[value], value in chosen) for value in values]
        if unstated is not None:
            words = self.name_of(key, NOT_STATED)
            options.append(Option(NOT_STATED, words, unstated, NOT_STATED in chosen))
        return options

    def name_of(self, key, value):
        """Return the words for one value of a facet, or the value itself where it has none."""
        return self.digest.label_of(key, value)

    @cached_property
    def facets(self):
        """The facets of the page that are worth showing."""
        facets = (CountedFacet(facet, self.options(facet.key), self) for facet in FACETS)
        return [facet for facet in facets if facet.is_shown]

    @cached_property
    def filters(self):
        """What narrows or widens the list: (key, value or None, words), the words first."""
        filters = []
        if self.selection.q:
            filters.append(("q", None, _("Words: %(words)s") % {"words": self.selection.q}))
        for facet in FACETS:
            for value in self.selection.chosen.get(facet.key, ()):
                name = self.name_of(facet.key, value)
                if value == NOT_STATED or not facet.speaks_for_itself:
                    name = _("%(facet)s: %(value)s") % {"facet": facet.label, "value": name}
                filters.append((facet.key, value, name))
        if self.selection.show_all:
            filters.append(("all", None, _("With archived and past ones")))
        return filters

    @cached_property
    def ways_out(self):
        """What to do about an empty list: (words, url, count) of lists with one filter fewer."""
        ways = []
        for key, value, words in self.filters:
            fewer = self.selection.without(key, value)
            if key != "all" and (total := self.total_of(fewer)):
                ways.append((_("Without “%(filter)s”") % {"filter": words}, fewer.url(), total))
        if self.not_shown:
            words = _("With archived and past ones")
            ways.append((words, self.selection.with_all().url(), self.not_shown))
        if not ways and not self.selection.is_plain:
            whole = Selection()
            if total := self.total_of(whole):
                ways.append((_("All resources"), whole.url(), total))
        return ways

    def _positions(self):
        """The positions found, in the order of the selection."""
        order = self.selection.order
        if order == "newest":
            return compress(range(len(self.digest.keys)), selectors(self.bits))
        chosen = selectors(self.bits)
        chosen += bytes(len(self.digest.keys) - len(chosen))
        if order == "relevance":
            positions = self.found
        else:
            positions = self.digest.by_title if order == "title" else self.digest.by_start
        return (position for position in positions if chosen[position])

    def ids(self, start=0, stop=None):
        """Return the primary keys found, or those from `start` to `stop`, in order."""
        keys = self.digest.keys
        return [keys[position] for position in islice(self._positions(), start, stop)]

    def restrict(self, queryset):
        """Return `queryset` (of listings) with what was found alone, in its own order."""
        return with_keys(queryset, self.ids())


def totals(queries):
    """Return the number of listings for each of several query strings."""
    digest = digest_of_now()
    return [Listing(Selection.read(query), digest).total for query in queries]
