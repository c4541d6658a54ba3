"""What a reader asked of the list of resources: the query string, read and written.

One selection has one canonical query string (`querystring()`), which is the key of caches,
feeds and saved searches: parameters in the order of FACETS, values sorted, defaults left out.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from .facets import BY_KEY, FACETS, NOT_STATED, SORTS

LONGEST_WORDS = 200
LONGEST_VALUE = 120
MOST_VALUES = 30
MOST_PAGES = 100_000


def tidy(text, longest):
    """Return `text` without NUL and spaces around it, cut to `longest` characters."""
    return text.replace("\x00", "").strip()[:longest].strip()


@dataclass(frozen=True)
class Selection:
    """Words, filters, order and page. `chosen` maps the key of a facet to its sorted values."""

    q: str = ""
    chosen: dict = field(default_factory=dict)
    show_all: bool = False
    sort: str = ""
    page: int = 1
    opened: str = ""  # the facet whose values are all shown; no filter

    @classmethod
    def read(cls, query):
        """Read a QueryDict or a query string, whatever it holds; nothing in it is an error.

        Unknown parameters are ignored, and so are values that a facet with fixed values does
        not know. A value of an open vocabulary is kept, so that the page can name it.
        """
        if isinstance(query, str):
            query = QueryDict(query[:4000].removeprefix("?"))
        chosen = {}
        for facet in FACETS:
            fixed = dict(facet.choices)
            values = {tidy(value, LONGEST_VALUE) for value in query.getlist(facet.key)}
            values = {
                value
                for value in values
                if value and (not fixed or value in fixed or value == NOT_STATED)
            }
            if values:
                chosen[facet.key] = tuple(sorted(values)[:MOST_VALUES])
        q = tidy(query.get("q", ""), LONGEST_WORDS)
        sort = query.get("sort", "")
        page = query.get("page", "")
        opened = query.get("show", "")
        return cls(
            q=q,
            chosen=chosen,
            show_all=query.get("all", "") == "1",
            sort=sort if sort in SORTS and sort != default_sort(q) else "",
            page=min(int(page), MOST_PAGES) if page.isdecimal() and len(page) < 10 else 1,
            opened=opened if opened in BY_KEY else "",
        )

    @property
    def order(self):
        """The key of SORTS that holds."""
        sort = self.sort or default_sort(self.q)
        return "newest" if sort == "relevance" and not self.q else sort

    def pairs(self):
        """Return (name, value) of the canonical query string, without the page."""
        pairs = [("q", self.q)] if self.q else []
        for facet in FACETS:
            pairs += [(facet.key, value) for value in self.chosen.get(facet.key, ())]
        if self.show_all:
            pairs.append(("all", "1"))
        if self.sort:
            pairs.append(("sort", self.sort))
        return pairs

    def querystring(self):
        """Return the canonical query string, "" for the whole list."""
        return urlencode(self.pairs())

    def url(self, page=None, opened=""):
        """Return the address of the list relative to itself."""
        pairs = self.pairs()
        if page and page > 1:
            pairs.append(("page", page))
        if opened:
            pairs.append(("show", opened))
        return "?" + urlencode(pairs) if pairs else "."

    def with_value(self, key, value):
        """The same with one value more (from its first page, as always when a filter changes)."""
        values = {*self.chosen.get(key, ()), value}
        return self._changed(chosen={**self.chosen, key: tuple(sorted(values))})

    def without(self, key, value=None):
        """The same with one value, or a whole facet, or the words ("q") less."""
        if key == "q":
            return self._changed(q="", sort="" if self.sort == "newest" else self.sort)
        if key == "all":
            return self._changed(show_all=False)
        chosen = dict(self.chosen)
        left = tuple(v for v in chosen.pop(key, ()) if value is not None and v != value)
        if left:
            chosen[key] = left
        return self._changed(chosen=chosen)

    def with_words(self, words):
        """The same filters for other words."""
        return self._changed(q=words)

    def with_all(self):
        """The same with what is archived or over."""
        return self._changed(show_all=True)

    def cleared(self):
        """The same words and order without a filter."""
        return self._changed(chosen={}, show_all=False)

    def _changed(self, **changes):
        return replace(self, page=1, opened="", **changes)

    @property
    def filter_count(self):
        """How many filters narrow (or, for "all", widen) the list."""
        return sum(map(len, self.chosen.values())) + self.show_all

    @property
    def is_plain(self):
        """Whether this is the whole list, which search engines may keep."""
        return not (self.q or self.chosen or self.show_all or self.sort)


def default_sort(q):
    """The order when none is chosen: what fits best for words, else what is newest."""
    return "relevance" if q else "newest"
