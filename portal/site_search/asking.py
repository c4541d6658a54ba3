"""What a reader asked of the search page: the query string, read and written.

Nothing in a query string is an error: unknown parameters are ignored, unknown values are left
out, and the words are made harmless here, once, for everything behind.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.selection import Selection

LONGEST_WORDS = 200
LONGEST_VALUE = 120
MOST_PAGES = 50

TABS = ("all", "resources", "forum", "pages")
SORTS = {"relevance": _("Best match"), "newest": _("Newest")}
SINCE = {
    "week": (7, _("past week")),
    "month": (31, _("past month")),
    "year": (366, _("past year")),
}
SOLVED = {"yes": _("answered"), "no": _("no accepted answer yet")}

# Marks that turn the direction of what follows would also turn the page's own words around.
_TURNING = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def tidy(text, longest=LONGEST_WORDS):
    """Return `text` as one line without controls and marks of direction, cut to `longest`."""
    text = text[: 4 * longest].translate(_TURNING)
    text = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text)
    return " ".join(text.split())[:longest].strip()


@dataclass(frozen=True)
class ForumFilters:
    """What narrows conversations; empty means anything."""

    category: str = ""  # slug
    author: str = ""  # username
    tag: str = ""  # slug
    since: str = ""  # key of SINCE
    solved: str = ""  # key of SOLVED

    KEYS = ("category", "author", "tag", "since", "solved")

    @classmethod
    def read(cls, query):
        chosen = {key: tidy(query.get(key, ""), LONGEST_VALUE) for key in cls.KEYS}
        if chosen["since"] not in SINCE:
            chosen["since"] = ""
        if chosen["solved"] not in SOLVED:
            chosen["solved"] = ""
        return cls(**chosen)

    def pairs(self):
        return [(key, getattr(self, key)) for key in self.KEYS if getattr(self, key)]

    def without(self, key):
        return replace(self, **{key: ""})

    def __bool__(self):
        return bool(self.pairs())


@dataclass(frozen=True)
class Filters:
    """Everything that narrows a search: facets of resources, filters of the forum, one place."""

    resources: Selection = field(default_factory=Selection)
    forum: ForumFilters = field(default_factory=ForumFilters)
    thread: int | None = None  # search inside of this thread alone
    category: str = ""  # search inside of the category with this slug, and those in it

    @classmethod
    def read(cls, query):
        found = Selection.read(query)
        thread, category = _place(query.get("in", ""))
        return cls(
            resources=Selection(chosen=found.chosen),
            forum=ForumFilters.read(query),
            thread=thread,
            category=category,
        )

    @property
    def place(self):
        """The value of `in`, empty for the whole site."""
        if self.thread is not None:
            return f"thread:{self.thread}"
        return f"category:{self.category}" if self.category else ""


def _place(text):
    """Read `thread:12` and `category:human-resources`."""
    if found := re.fullmatch(r"thread:([0-9]{1,18})", text):
        return int(found[1]), ""
    if found := re.fullmatch(r"category:([-\w]{1,80})", text):
        return None, found[1]
    return None, ""


@dataclass(frozen=True)
class Question:
    """One address of the search page."""

    words: str = ""
    tab: str = "all"
    sort: str = "relevance"
    page: int = 1
    filters: Filters = field(default_factory=Filters)
    as_typed: bool = False  # the reader refused our correction

    @classmethod
    def read(cls, query):
        if isinstance(query, str):
            query = QueryDict(query)
        filters = Filters.read(query)
        tab, sort, page = (query.get(key, "") for key in ("tab", "sort", "page"))
        tab = tab if tab in TABS else "all"
        if filters.place:
            tab = "forum"
        elif tab == "all" and filters.resources.chosen:
            # The filter row above everything narrows resources.
            tab = "resources"
        elif tab == "all" and filters.forum:
            tab = "forum"
        if tab != "resources":
            filters = replace(filters, resources=Selection())
        if tab != "forum":
            filters = replace(filters, forum=ForumFilters())
        return cls(
            words=tidy(query.get("q", "")),
            tab=tab,
            sort=sort if sort in SORTS else "relevance",
            page=min(int(page), MOST_PAGES) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1,
            filters=filters,
            as_typed=query.get("typed") == "1",
        )

    @property
    def is_first_submit(self):
        """Whether this came from a search box, not from a tab, a filter, a page or a link."""
        return self == Question(words=self.words)

    def pairs(self):
        """Return (name, value) of the canonical query string."""
        pairs = [("q", self.words)]
        if self.tab != "all":
            pairs.append(("tab", self.tab))
        if self.filters.place:
            pairs.append(("in", self.filters.place))
        pairs += self.filters.resources.pairs()
        pairs += self.filters.forum.pairs()
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.as_typed:
            pairs.append(("typed", "1"))
        if self.page > 1:
            pairs.append(("page", self.page))
        return pairs

    def url(self, **changes):
        """Return the address of this question with some parts changed, from its first page."""
        return "?" + urlencode(replace(self, **{"page": 1, **changes}).pairs())

    def kept(self, *left_out):
        """Return the pairs that a form on the page carries along."""
        return [(name, value) for name, value in self.pairs() if name not in {"page", *left_out}]

    def in_tab(self, tab):
        """Return the address of another tab: the same words, without filters."""
        return self.url(tab=tab, filters=Filters())

    def everywhere(self):
        """Return the address of the same words on the whole site."""
        return self.url(tab="all", filters=Filters())

    def without_filters(self):
        """Return the address without filters, in the same tab and place."""
        kept = Filters(thread=self.filters.thread, category=self.filters.category)
        return self.url(filters=kept)

    def narrowed(self):
        """Yield (key, value, address without it) for every filter that is set."""
        chosen = self.filters.resources
        for key, values in chosen.chosen.items():
            for value in values:
                less = replace(self.filters, resources=chosen.without(key, value))
                yield key, value, replace(self, filters=less, page=1)
        for key, value in self.filters.forum.pairs():
            less = replace(self.filters, forum=self.filters.forum.without(key))
            yield key, value, replace(self, filters=less, page=1)
