"""Open readers: one per process, index and generation, with what is worth keeping in memory.

A reader of Whoosh moves a shared position in its files, so a snapshot is used by one thread at a
time (`with open_snapshot(...) as snapshot`). When a commit has made a new generation, the next
user opens it and closes the old one; `Searcher.refresh()`, which loses files, is never called.
What belongs to a segment (keys, lengths) outlives generations, because segments never change.
"""

import logging
import threading
import traceback
import warnings
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import accumulate
from pathlib import Path

from django.utils import timezone
from whoosh.index import open_dir
from whoosh.reading import TermNotFound

from portal.search import analysis
from portal.search.backend.folder import IndexFolder, IndexNotBuilt, IndexUnavailable
from portal.search.backend.schema import Layout

logger = logging.getLogger("portal.search")

#: Postings, and as many scores, kept in memory per snapshot (8 and about 100 bytes each).
ENTRIES_KEPT = 200_000


class Damage(Exception):
    """Raised while reading a snapshot whose files turn out not to be sound."""


def reads_files(method):
    """Turn whatever Whoosh raises over unsound files into Damage.

    struct, pickle, zlib, mmap and Whoosh itself each raise what they like.
    """

    @wraps(method)
    def guarded(*args, **kwargs):
        try:
            return method(*args, **kwargs)
        except Exception as error:
            raise Damage(str(error)) from error

    return guarded


class Recent(OrderedDict):
    """The values used last, up to ENTRIES_KEPT by the sum of `size(value)`."""

    def __init__(self, size: Callable):
        super().__init__()
        self.size = size
        self.total = 0

    def __getitem__(self, key):
        self.move_to_end(key)
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        self.total += self.size(value)
        while self.total > ENTRIES_KEPT and len(self) > 1:
            self.total -= self.size(self.popitem(last=False)[1])


class Segment:
    """What is kept of one segment: the keys of its documents, and lengths of fields when asked."""

    def __init__(self, reader):
        column = reader.column_reader("key")
        self.keys = [column[number] for number in range(reader.doc_count_all())]
        self.lengths: dict[str, array] = {}
        self.words: dict[tuple[str, str], dict[str, int]] = {}
        self._days: array | None = None

    def lengths_of(self, reader, field: str) -> array:
        if field not in self.lengths:
            length = reader.doc_field_length
            numbers = range(reader.doc_count_all())
            self.lengths[field] = array("I", (length(number, field) or 0 for number in numbers))
        return self.lengths[field]

    def days(self, reader) -> array:
        """Return the dates of the documents as days (`date.toordinal`), 0 for none."""
        if self._days is None:
            column = reader.column_reader("day", translate=False)
            self._days = array("i", (column[n] for n in range(reader.doc_count_all())))
        return self._days


class Snapshot:
    """One generation of one index, open for reading.

    Documents have numbers from 0 to `size`; `keys[number]` is None for deleted ones.
    """

    def __init__(self, copy: Path, layout: Layout, segments: dict[str, Segment]):
        self.copy, self.layout = copy, layout
        self.index = open_dir(str(copy), schema=layout.schema(), readonly=True)
        # Taken before opening: if a commit comes in between, we only open once more.
        self.generation = self.index.latest_generation()
        self.reader = self.index.reader()
        try:
            self._read(segments)
        except BaseException:
            self.reader.close()
            raise
        self._postings: Recent = Recent(lambda kept: len(kept[0]))
        #: Scores of single terms, kept for the next query that has the word.
        self.scores: Recent = Recent(len)
        self._documents_of: dict[str, frozenset[int]] = {}
        self.memory: dict = {}

    def _read(self, segments: dict[str, Segment]) -> None:
        root_pk = self.layout.root._meta.pk
        self.leaves = [
            (leaf, base) for leaf, base in self.reader.leaf_readers() if leaf.doc_count_all()
        ]
        self.segments, keys = [], []
        for leaf, _ in self.leaves:
            name = leaf.segment().segment_id()
            if name not in segments:
                segments[name] = Segment(leaf)
                segments[name].keys = [root_pk.to_python(key) for key in segments[name].keys]
            self.segments.append(segments[name])
            leaf_keys = segments[name].keys
            if leaf.has_deletions():
                leaf_keys = list(leaf_keys)
                for number in leaf.segment().deleted_docs():
                    leaf_keys[number] = None
            keys.extend(leaf_keys)
        for name in set(segments) - {leaf.segment().segment_id() for leaf, _ in self.leaves}:
            del segments[name]
        self.keys = keys
        self.size = len(keys)
        self.count = self.reader.doc_count() if self.leaves else 0

    def close(self) -> None:
        self.memory.clear()
        self.reader.close()

    # Words and their stems

    def postings(self, field: str, term: str) -> tuple[array, array]:
        """Return the numbers of the documents that have `term` in `field`, and how often each.

        Deleted documents may be among them; their key is None.
        """
        return self._remembered(("=", field, term), lambda: self._read_postings(field, [term]))

    def stem_postings(self, field: str, stem: str) -> tuple[array, array]:
        """Return the postings of all words in `field` that have this stem, added up."""
        return self._remembered(
            ("~", field, stem), lambda: self._read_postings(field, self.forms(field, stem))
        )

    def _remembered(self, wanted, read):
        if wanted not in self._postings:
            self._postings[wanted] = read()
        return self._postings[wanted]

    @reads_files
    def _read_postings(self, field: str, terms: list[str]) -> tuple[array, array]:
        numbers, weights = array("I"), array("f")
        for term in terms:
            add_number, add_weight = numbers.append, weights.append
            for matcher, base in self._matchers(field, term):
                while matcher.is_active():
                    add_number(matcher.id() + base)
                    add_weight(matcher.weight())
                    matcher.next()
        if len(terms) < 2:
            return numbers, weights
        sums: dict[int, float] = {}
        for number, weight in zip(numbers, weights, strict=True):
            sums[number] = sums.get(number, 0.0) + weight
        return array("I", sums), array("f", sums.values())

    @reads_files
    def stem_positions(self, field: str, stem: str, among=None) -> dict[int, list[int]]:
        """Return where words with this stem stand in `field`, by document."""
        found: dict[int, list[int]] = {}
        for form in self.forms(field, stem):
            for number, positions in self.positions(field, form, among).items():
                found.setdefault(number, []).extend(positions)
        return found

    @reads_files
    def positions(self, field: str, term: str, among=None) -> dict[int, array]:
        """Return where `term` stands in `field` by document, `among` some if given."""
        found = {}
        for matcher, base in self._matchers(field, term):
            while matcher.is_active():
                number = matcher.id() + base
                if among is None or number in among:
                    found[number] = matcher.value_as("positions")
                matcher.next()
        return found

    @reads_files
    def forms(self, field: str, stem: str) -> list[str]:
        """Return the words of `field` that have this stem."""
        wanted = ("forms", field, stem)
        if wanted not in self.memory:
            if len(stem) < 3:
                forms = analysis.short_forms(stem)
            else:
                beginning = analysis.forms_begin(stem)
                # Everything that begins so is read, and little of it kept, once in a generation.
                forms = {
                    word
                    for leaf, _ in self.leaves
                    for word in map(bytes.decode, leaf.expand_prefix(field, beginning))
                    if analysis.stem(word) == stem
                }
            self.memory[wanted] = sorted(forms)
        return self.memory[wanted]

    def _matchers(self, field: str, term: str):
        for leaf, base in self.leaves:
            try:
                matcher = leaf.postings(field, term)
            except TermNotFound:
                continue
            # Whoosh wraps postings to hide deleted documents, at twice the time; we know them.
            yield getattr(matcher, "child", matcher), base

    @reads_files
    def document_frequency(self, field: str, term: str) -> int:
        """Return in how many documents of the index `term` occurs, deleted ones included."""
        return sum(leaf.doc_frequency(field, term) for leaf, _ in self.leaves)

    @reads_files
    def expand_prefix(self, field: str, prefix: str) -> set[str]:
        """Return the terms of `field` that begin with `prefix`."""
        return {
            term.decode() for leaf, _ in self.leaves for term in leaf.expand_prefix(field, prefix)
        }

    @reads_files
    def terms_within(self, field: str, word: str, distance: int, *, prefix: int) -> set[str]:
        """Return the terms of `field` at most `distance` edits from `word`, sharing a prefix."""
        return {
            term
            for leaf, _ in self.leaves
            for term in leaf.terms_within(field, word, distance, prefix=prefix)
        }

    @reads_files
    def words(self, field: str, beginning: str) -> list[dict[str, int]]:
        """Return the terms of `field` that have this beginning, with how many documents have each.

        One dictionary per segment, kept as long as the segment lives.
        """
        found = []
        for (leaf, _), segment in zip(self.leaves, self.segments, strict=True):
            if (field, beginning) not in segment.words:
                words = {}
                for (name, term), info in leaf.iter_from(field, beginning):
                    text = term.decode()
                    if name != field or not text.startswith(beginning):
                        break
                    words[text] = info.doc_frequency()
                segment.words[field, beginning] = words
            found.append(segment.words[field, beginning])
        return found

    # Documents

    @reads_files
    def lengths(self, field: str) -> array:
        """Return the number of words in `field` by document number."""
        wanted = ("lengths", field)
        if wanted not in self.memory:
            lengths = array("I")
            for (leaf, _), segment in zip(self.leaves, self.segments, strict=True):
                lengths.extend(segment.lengths_of(leaf, field))
            self.memory[wanted] = lengths
        return self.memory[wanted]

    def length_factors(self, field: str, b: float, k1: float) -> array:
        """Return the part of BM25 that depends on the length of `field`, by document number.

        It is k1 for a field of the mean length of those documents that have it, and grows with
        the length, the more so the closer `b` is to 1.
        """
        wanted = ("length factors", field, b, k1)
        if wanted not in self.memory:
            lengths = self.lengths(field)
            present = [length for length in lengths if length]
            mean = sum(present) / len(present) if present else 1.0
            self.memory[wanted] = array(
                "f", (k1 * (1 - b + b * length / mean) for length in lengths)
            )
        return self.memory[wanted]

    @reads_files
    def recency(self, half_life: float) -> array | None:
        """Return how new each document is: 1 today, half after so many years, 0 without a date.

        None where no document of the index has a date.
        """
        wanted = ("recency", half_life)
        if wanted not in self.memory:
            days = array("i")
            for (leaf, _), segment in zip(self.leaves, self.segments, strict=True):
                days.extend(segment.days(leaf))
            today = timezone.localdate().toordinal()
            # The same day gives the same number: few distinct ones are computed.
            worth = {
                day: 0.5 ** (max(today - day, 0) / (365.25 * half_life)) if day else 0.0
                for day in set(days)
            }
            known = any(days)
            self.memory[wanted] = array("f", map(worth.__getitem__, days)) if known else None
        return self.memory[wanted]

    def documents_of(self, kind: str) -> frozenset[int]:
        """Return the numbers of the living documents of the class labelled `kind`."""
        if kind not in self._documents_of:
            numbers, _ = self.postings("kinds", kind)
            keys = self.keys
            self._documents_of[kind] = frozenset(n for n in numbers if keys[n] is not None)
        return self._documents_of[kind]

    def number_of(self, key) -> int | None:
        """Return the number of the living document with the primary key `key`, or None."""
        if "numbers" not in self.memory:
            self.memory["numbers"] = {
                key: number for number, key in enumerate(self.keys) if key is not None
            }
        return self.memory["numbers"].get(key)

    @reads_files
    def digests_of(self, keys: set[str]) -> dict[str, bytes]:
        """Return the digests of those of `keys` (as text) that have a document."""
        to_python = self.layout.root._meta.pk.to_python
        numbers = {key: self.number_of(to_python(key)) for key in keys}
        bases = [base for _, base in self.leaves]
        columns = [leaf.column_reader("digest", translate=False) for leaf, _ in self.leaves]
        found = {}
        for key, number in numbers.items():
            if number is not None:
                leaf = bisect_right(bases, number) - 1
                found[key] = bytes(columns[leaf][number - bases[leaf]])
        return found

    @reads_files
    def digests(self) -> dict:
        """Return the digests of all living documents by primary key."""
        offsets = accumulate((len(segment.keys) for segment in self.segments), initial=0)
        found = {}
        for (leaf, _), offset in zip(self.leaves, offsets, strict=False):
            column = leaf.column_reader("digest", translate=False)
            for number in range(leaf.doc_count_all()):
                if (key := self.keys[offset + number]) is not None:
                    found[key] = bytes(column[number])
        return found


class _Open:
    """The state that all threads of this process share about one index folder."""

    def __init__(self):
        self.lock = threading.RLock()
        self.snapshot: Snapshot | None = None
        self.segments: dict[str, Segment] = {}
        self.reported = ""


_open: dict[Path, _Open] = {}
_open_lock = threading.Lock()


def _state(folder: IndexFolder) -> _Open:
    with _open_lock:
        return _open.setdefault(folder.path.absolute(), _Open())


def _close(state: _Open) -> None:
    snapshot, state.snapshot = state.snapshot, None
    if snapshot:
        try:
            snapshot.close()
        except Exception:
            logger.warning("Closing an old reader of the search index failed.", exc_info=True)


def _newest(folder: IndexFolder, state: _Open) -> Snapshot:
    if reason := folder.broken():
        raise IndexUnavailable(reason)
    copy = folder.current()
    snapshot = state.snapshot
    if snapshot and snapshot.copy == copy:
        if snapshot.index.latest_generation() == snapshot.generation:
            return snapshot
    else:
        folder.check_fingerprint(copy)
        state.segments.clear()
    _close(state)
    state.snapshot = Snapshot(copy, folder.layout, state.segments)
    return state.snapshot


def _report(folder: IndexFolder, state: _Open, reason: str, *, level: int = logging.ERROR) -> None:
    """Log once, not at every search, that the index cannot answer."""
    if state.reported != reason:
        state.reported = reason
        logger.log(
            level,
            "The search index %s cannot answer: %s. Searching the database until it is rebuilt.",
            folder,
            reason,
        )


@contextmanager
def open_snapshot(folder: IndexFolder, *, quiet: bool = False) -> Iterator[Snapshot]:
    """Give the newest snapshot of `folder` to this thread alone.

    Raises IndexUnavailable where the index is missing, unreadable or laid out by other code; one
    line of log says so, once, unless `quiet`. What is damaged leaves a mark by which the worker
    rebuilds.
    """
    state = _state(folder)
    with state.lock:
        try:
            try:
                snapshot = _newest(folder, state)
            except FileNotFoundError:
                # A rebuild has just removed the copy that the pointer named: read it again.
                snapshot = _newest(folder, state)
        except IndexUnavailable as unavailable:
            _close(state)
            if not quiet:
                is_new = isinstance(unavailable, IndexNotBuilt)
                level = logging.INFO if is_new else logging.ERROR
                _report(folder, state, str(unavailable), level=level)
            raise
        except Exception as error:  # see reads_files
            _close(state)
            raise _damaged(folder, state, error) from error
        try:
            yield snapshot
        except Damage as damage:
            _close(state)
            raise _damaged(folder, state, damage.__cause__ or damage) from damage
        state.reported = ""


def _damaged(folder: IndexFolder, state: _Open, error: BaseException) -> IndexUnavailable:
    reason = f"it cannot be read ({type(error).__name__}: {error})"
    with warnings.catch_warnings():
        # Whoosh leaves files open when it fails; letting go of its frames closes them.
        warnings.simplefilter("ignore", ResourceWarning)
        traceback.clear_frames(error.__traceback__)
    folder.mark_broken(reason)
    _report(folder, state, reason)
    logger.debug("How the search index was found unreadable:", exc_info=error)
    return IndexUnavailable(reason)


def forget(folder: IndexFolder) -> None:
    """Close what this process has open of `folder`."""
    state = _state(folder)
    with state.lock:
        _close(state)
        state.segments.clear()
        state.reported = ""
