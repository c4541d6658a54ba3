"""Comparing the index with the database, row by row."""

from collections.abc import Callable
from dataclasses import dataclass, field

from portal.search import outbox
from portal.search.acronyms import Collection
from portal.search.backend import writing
from portal.search.backend.engine import WhooshSearchBackend
from portal.search.backend.folder import IndexFolder
from portal.search.backend.objects import load
from portal.search.backend.schema import Layout
from portal.search.backend.snapshots import open_snapshot
from portal.search.models import PendingChange
from portal.search.rebuilding import chunks

Pair = tuple[str, str]


@dataclass
class Differences:
    """Rows by (model label, key): not in the index, in it with other text, in it for nothing."""

    missing: list[Pair] = field(default_factory=list)
    stale: list[Pair] = field(default_factory=list)
    orphaned: list[Pair] = field(default_factory=list)
    unreadable: list[Pair] = field(default_factory=list)

    def judge(self, pair: Pair, indexed: bytes | None, document: dict | None) -> None:
        """Note what is wrong with one row, if anything is."""
        if document is None:
            self.unreadable.append(pair)
        elif indexed is None:
            self.missing.append(pair)
        elif indexed != document["digest"]:
            self.stale.append(pair)

    def __bool__(self):
        return bool(self.missing or self.stale or self.orphaned or self.unreadable)

    def __iter__(self):
        for what in ("missing", "stale", "orphaned", "unreadable"):
            for label, key in getattr(self, what):
                yield what, label, key


def compare(
    backend: WhooshSearchBackend,
    layout: Layout,
    *,
    advance: Callable[[int], object] = int,
    reader: Callable[[str], object] | None = None,
) -> Differences:
    """Compare one index with the database, while both go on changing.

    What still waits in the outbox differs rightly and is left out. `reader(text)` is called with
    all texts. Raises IndexUnavailable where the index cannot be read.
    """
    waiting = _waiting()
    indexed, found, seen = _digests(backend, layout), Differences(), set()
    for model in layout.models:
        label = model._meta.label_lower
        for rows in chunks(model.get_indexed_objects()):
            docs = {doc["key"]: doc for doc in writing.documents(layout, rows, reader=reader)}
            for row in rows:
                key = str(row.pk)
                seen.add(key)
                found.judge((label, key), indexed.get(key), docs.get(key))
            advance(len(rows))
    found.orphaned = [(layout.label, key) for key in sorted(indexed.keys() - seen)]
    return _confirmed(backend, layout, found, waiting) if found else found


def _waiting() -> set[str]:
    return set(PendingChange.objects.values_list("key", flat=True))


def _digests(backend: WhooshSearchBackend, layout: Layout) -> dict[str, bytes]:
    with open_snapshot(IndexFolder(backend.path, layout), quiet=True) as snapshot:
        return {str(key): digest for key, digest in snapshot.digests().items()}


def _confirmed(
    backend: WhooshSearchBackend, layout: Layout, suspects: Differences, waiting: set[str]
) -> Differences:
    """Look at `suspects` once more: what was saved while we compared has arrived since."""
    pairs = [(label, key) for _, label, key in suspects]
    objects, gone = load(pairs)
    indexed = _digests(backend, layout)
    waiting |= _waiting()
    found = Differences()
    docs = {doc["key"]: doc for doc in writing.documents(layout, objects)}
    for obj in objects:
        key = str(obj.pk)
        if key not in waiting:
            found.judge((obj._meta.label_lower, key), indexed.get(key), docs.get(key))
    found.orphaned = [(label, key) for label, key in gone if key in indexed.keys() - waiting]
    return found


def update(
    backend: WhooshSearchBackend, layout: Layout, *, advance: Callable[[int], object] = int
) -> Differences:
    """Make one index say what the database says, writing only what differs.

    The acronyms that the texts explain are collected anew.
    """
    acronyms = Collection()
    found = compare(backend, layout, advance=advance, reader=acronyms.read)
    if found:
        # Through the outbox, which reads the rows again under the writers' lock.
        outbox.note_pairs([(label, key) for _, label, key in found])
        outbox.apply_pending()
    acronyms.save(IndexFolder(backend.path, layout).current())
    return found
