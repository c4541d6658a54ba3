"""What each worker keeps of the catalog, so that counting by facets needs no query.

A digest holds all public listings: for every value of every facet the set of listings that have
it, as the bits of one integer. Filtering is then "and" and "or" of integers and counting is
counting bits, so that a page with all its counts needs no query but the one for its twenty rows.
Beside the bits lie the finished rows of lists (`cards.py`). A digest is good while the versions
of catalog and site stand (every verb and every edit in Wagtail raises them), until the next
moment at which an event begins or ends, and for CATALOG_SECONDS_KEPT at most; with 0 it is made
anew for every page. Who may see a listing is always asked of the database again.
"""

import threading
from collections import defaultdict
from datetime import datetime, time, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.page_cache.versions import read_versions

from .facets import BY_KEY, FACETS, NOT_STATED
from .models import FormerTag, ResourcePage, TagAlias, Topic, TopicAlias

DEPENDS_ON = ("catalog", "site")
# "0" and "1" of a binary number as the bytes 0 and 1, which `compress` can read.
TO_SELECTORS = bytes.maketrans(b"01", b"\x00\x01")


class Digest:
    """All public listings at one moment. A listing is known by its position, the newest first."""

    def __init__(self, now):
        self.now = now
        self.bits = {facet.key: defaultdict(int) for facet in FACETS}
        self.names = {facet.key: dict(facet.choices) for facet in FACETS}
        self.aliases = {}
        self.cards, self.forms = {}, {}  # finished pieces of pages, see cards.py
        self._labels = {}
        self._read_columns()
        for facet in FACETS:
            if facet.vocabulary:
                self._read_relation(facet)
        self._read_aliases()
        everything = (1 << len(self.keys)) - 1
        for facet in FACETS:
            stated = 0
            for bits in self.bits[facet.key].values():
                stated |= bits
            if stated != everything:
                self.bits[facet.key][NOT_STATED] = everything & ~stated
        self.everything = everything
        ended = self.bits["availability"].get("ended", 0)
        self.current = everything & ~self.archived & ~ended
        self.good_until = self._next_change()

    def _read_columns(self):
        single = [facet for facet in FACETS if facet.column]
        values = {f"facet_{facet.key}": facet.column(self.now) for facet in single}
        rows = list(
            ResourcePage.objects.live()
            .order_by()
            .annotate(**values)
            .values_list(
                "pk",
                "title",
                "published_on",
                "first_published_at",
                "next_starts_at",
                "archived_on",
                *values,
            )
        )
        rows.sort(key=newest_first, reverse=True)
        self.keys = [row[0] for row in rows]
        self.position = {key: position for position, key in enumerate(self.keys)}
        self._titles = [row[1] for row in rows]
        self._starts = [row[4] for row in rows]
        today = timezone.localdate(self.now)
        self.archived = as_bits(
            position for position, row in enumerate(rows) if row[5] is not None and row[5] <= today
        )
        for number, facet in enumerate(single, start=6):
            positions = defaultdict(list)
            for position, row in enumerate(rows):
                if row[number]:
                    positions[row[number]].append(position)
            for value, those in positions.items():
                self.bits[facet.key][value] = as_bits(those)

    def _read_relation(self, facet):
        table, listing, term = facet.through
        terms = {row.pk: row for row in facet.vocabulary.objects.all()}
        positions = defaultdict(list)
        position = self.position
        for key, term_key in table.objects.values_list(listing, term):
            if key in position:
                positions[term_key].append(position[key])
        bits = self.bits[facet.key]
        for term_key, those in positions.items():
            row = terms[term_key]
            bits[row.slug] |= as_bits(those)
            if facet.vocabulary is Topic and row.parent_id:
                bits[terms[row.parent_id].slug] |= bits[row.slug]
        # str() of a term is its name in the reader's language where it has one.
        self.names[facet.key] = {row.slug: row for row in terms.values()}

    def _read_aliases(self):
        """Map (facet, former value) to (facet, value of today), but for what is a term again."""
        for key, model, term in (("topic", TopicAlias, "topic"), ("tag", TagAlias, "tag")):
            for alias, slug in model.objects.values_list("slug", f"{term}__slug"):
                self.aliases[key, alias] = (key, slug)
        for alias, slug in FormerTag.objects.values_list("slug", "topic__slug"):
            self.aliases.setdefault(("tag", alias), ("topic", slug))
        for key in ("topic", "tag"):
            for slug in self.names[key]:
                self.aliases.pop((key, slug), None)

    def _next_change(self):
        """Return the moment from which on another listing is on, over or archived."""
        live = ResourcePage.objects.live()
        moments = [
            live.filter(**{f"{name}__gt": self.now}).aggregate(first=Min(name))["first"]
            for name in ("next_starts_at", "next_ends_at")
        ]
        day = live.filter(archived_on__gt=timezone.localdate(self.now)).aggregate(
            first=Min("archived_on")
        )["first"]
        if day:
            moments.append(timezone.make_aware(datetime.combine(day, time.min)))
        return min(filter(None, moments), default=None)

    def is_good(self, now):
        """Tell whether nothing has begun or ended since."""
        age = now - self.now
        return timedelta(0) <= age <= timedelta(seconds=settings.CATALOG_SECONDS_KEPT) and not (
            self.good_until and now >= self.good_until
        )

    def label_of(self, key, value):
        """Return the words for one value of a facet, or the value itself where it has none."""
        labels = self._labels.setdefault(get_language(), {})
        label = labels.get((key, value))
        if label is None:
            if value == NOT_STATED:
                return _("Not stated")
            name_of = BY_KEY[key].name_of
            name = name_of(value) if name_of else str(self.names[key].get(value, value))
            label = capfirst(name)
            if value in self.bits[key]:  # only what is there: readers can ask for anything
                labels[key, value] = label
        return label

    @cached_property
    def by_title(self):
        """Positions in the order of titles."""
        return sorted(range(len(self.keys)), key=lambda position: self._titles[position].casefold())

    @cached_property
    def by_start(self):
        """Positions of events to come, soonest first; then the rest, the newest first."""
        now, starts = self.now, self._starts
        coming = [n for n, start in enumerate(starts) if start is not None and start > now]
        coming.sort(key=lambda position: starts[position])
        later = set(coming)
        return coming + [n for n in range(len(starts)) if n not in later]


def newest_first(row):
    """The sort key of a row: when its provider published it, else when it came to us."""
    key, published_on, first_published_at = row[0], row[2], row[3]
    if published_on is None and first_published_at is not None:
        published_on = timezone.localdate(first_published_at)
    return (published_on.toordinal() if published_on else 0, key)


def as_bits(positions):
    """Return the integer in which the bits at `positions` are set."""
    positions = list(positions)
    if not positions:
        return 0
    flags = bytearray(max(positions) // 8 + 1)
    for position in positions:
        flags[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(flags, "little")


def selectors(bits):
    """Return the bits as bytes 0 and 1, the lowest position first; none after the last 1."""
    if not bits:
        return b""
    return bin(bits)[:1:-1].encode().translate(TO_SELECTORS)


class Kept:
    """The digest of this process, made by one thread while the others wait for it."""

    def __init__(self):
        # Both in one tuple, so that no thread sees one digest with the versions of another.
        self.pair = (None, None)
        self.lock = threading.Lock()

    def get(self, now):
        if not settings.CATALOG_SECONDS_KEPT:
            return Digest(now)
        digest = self._good_one(now)
        if digest is None:
            with self.lock:
                digest = self._good_one(now)
                if digest is None:
                    # Read first: a change while reading the tables makes it stale at once.
                    versions = read_versions(DEPENDS_ON)
                    digest = Digest(now)
                    self.pair = (digest, versions)
        return digest

    def _good_one(self, now):
        digest, versions = self.pair
        if digest is None or versions is None or versions != read_versions(DEPENDS_ON):
            return None
        return digest if digest.is_good(now) else None


_kept = Kept()


def digest_of_now(now=None):
    """Return the digest of all public listings as they are at `now`."""
    return _kept.get(now or timezone.now())
