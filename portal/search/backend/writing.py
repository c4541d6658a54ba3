"""Writing to the index: one writer at a time, many documents per commit."""

import gc
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from whoosh.index import create_in, open_dir

from portal.search import acronyms
from portal.search.backend.documents import document, key_of
from portal.search.backend.folder import IndexFolder, IndexUnavailable, names_in, sync
from portal.search.backend.relations import read_ahead
from portal.search.backend.schema import Codec, Layout
from portal.search.backend.snapshots import Snapshot, open_snapshot

logger = logging.getLogger("portal.search")

#: Memory for postings before they go to temporary files: for changes, and for a whole index.
MEGABYTES_FOR_CHANGES = 32
MEGABYTES_FOR_REBUILD = 256

#: Words after which a rebuild begins another segment. Sorting postings through temporary files
#: would take longer than all the rest, and a few segments cost a search next to nothing.
WORDS_IN_SEGMENT = 500_000

#: The share of deleted documents from which an index is worth compacting.
MOST_DELETED = 0.1


def documents(
    layout: Layout, objects: Iterable, *, reader: Callable[[str], object] | None = None
) -> Iterator[dict]:
    """Yield the documents of `objects`; one that cannot be read is logged and left out."""
    objects = list(objects)
    ahead = read_ahead(objects)
    for obj in objects:
        try:
            yield document(layout, obj, reader=reader, ahead=ahead)
        except Exception:
            # Search fields call code of the models. One bad row must not keep others out.
            logger.exception("%s %s cannot be indexed.", type(obj)._meta.label, obj.pk)


def empty_copy(folder: IndexFolder) -> Path:
    """Create a copy without documents; it is not current yet."""
    copy = folder.new_copy()
    create_in(str(copy), folder.layout.schema())
    return copy


def write(snapshot: Snapshot, updates: dict[str, dict], removals: set[str]) -> int:
    """Write documents by key, and remove keys, with one commit; return how many changed.

    `snapshot` is the newest of the copy to write to. Documents that it holds as they are cost
    nothing. Call it under the writers' lock.
    """
    known = snapshot.digests_of({*updates, *removals})
    updates = {k: doc for k, doc in updates.items() if known.get(k) != doc["digest"]}
    outdated = {key for key in (*updates, *removals) if key in known}
    if not updates and not outdated:
        return 0
    safe = names_in(snapshot.copy)
    index = open_dir(str(snapshot.copy), schema=snapshot.layout.schema())
    writer = index.writer(limitmb=MEGABYTES_FOR_CHANGES, codec=Codec())
    try:
        if outdated:
            with writer.searcher() as searcher:
                for key in sorted(outdated):
                    writer.delete_by_term("key", key, searcher=searcher)
        for doc in updates.values():
            writer.add_document(**doc)
        writer.commit()
    except BaseException:
        writer.cancel()
        raise
    sync(snapshot.copy, known=safe)
    return len(updates) + len(removals & outdated)


def write_to(copy: Path, layout: Layout, updates: dict[str, dict], removals: set[str]) -> int:
    """Do as `write` in a copy that nobody else has open."""
    snapshot = Snapshot(copy, layout, {})
    try:
        return write(snapshot, updates, removals)
    finally:
        snapshot.close()


def apply(folder: IndexFolder, updates: list, removals: list[tuple[str, str]], *, timeout) -> int:
    """Index `updates` (objects) and remove (model label, key) pairs; return how many changed.

    Raises IndexUnavailable where the index has to be rebuilt first, IndexLocked after `timeout`
    seconds. An index being rebuilt learns of the changes through its journal.
    """
    with folder.writing(timeout=timeout):
        folder.note([(type(obj)._meta.label_lower, key_of(obj)) for obj in updates] + removals)
        docs = {doc["key"]: doc for doc in documents(folder.layout, updates)}
        gone = {key for _, key in removals} - docs.keys()
        # What cannot be read any more is not found under its old text either.
        gone |= {key_of(obj) for obj in updates} - docs.keys()
        with open_snapshot(folder) as snapshot:
            return write(snapshot, docs, gone)


class Builder:
    """Builds a new copy of one index while the current one answers.

    `start()`, `add()` as often as needed, then `finish()`, which replays what was written to the
    current copy meanwhile and lets the new one answer; or `abandon()`.
    """

    def __init__(self, folder: IndexFolder, *, timeout: float):
        self.folder, self.timeout = folder, timeout
        self.writer = None
        self.lock = None
        self.acronyms = acronyms.Collection()

    def start(self) -> None:
        """Begin. Raises IndexLocked where another process is rebuilding this index."""
        folder = self.folder
        # Not waited for: who comes second would build what has just been built.
        lock = folder.rebuilding(timeout=0)
        lock.__enter__()
        self.lock = lock
        try:
            try:
                answering = {folder.current()}
            except IndexUnavailable:
                answering = set()
            folder.remove_copies(except_for=answering)  # of rebuilds that were killed
            folder.journal.write_text("")
            self.copy = empty_copy(folder)
            self.keys: set[str] = set()
            self._open_writer()
        except BaseException:
            self.abandon()
            raise

    def _open_writer(self) -> None:
        index = open_dir(str(self.copy), schema=self.folder.layout.schema())
        self.writer = index.writer(limitmb=MEGABYTES_FOR_REBUILD, codec=Codec())
        self.words = 0

    def add(self, objects: Iterable) -> int:
        """Add objects and return how many. The last of several with one key stays."""
        count = 0
        for doc in documents(self.folder.layout, objects, reader=self.acronyms.read):
            if doc["key"] in self.keys:
                self._replace(doc)
            else:
                self.keys.add(doc["key"])
                self.writer.add_document(**doc)
                self.words += self._words_of(doc)
                if self.words > WORDS_IN_SEGMENT:
                    self._close_segment()
                    # A writer refers to itself, and would keep its postings beside the next one's.
                    gc.collect()
                    self._open_writer()
            count += 1
        return count

    def _close_segment(self) -> None:
        self.writer.commit(merge=False)
        self.writer = None

    def _words_of(self, doc: dict) -> int:
        fields = ("begin", *self.folder.layout.boosts)
        return sum(len(words) for field in fields for _, words in doc.get(field, ()))

    def _replace(self, doc: dict) -> None:
        # A writer cannot delete what it has not committed.
        self.writer.commit(merge=False)
        write_to(self.copy, self.folder.layout, {doc["key"]: doc}, set())
        self._open_writer()

    def finish(self) -> None:
        """Let the new copy answer."""
        try:
            self._close_segment()
            self.acronyms.save(self.copy)
            with self.folder.writing(timeout=self.timeout):
                replay(self.folder, self.copy)
                self.folder.make_current(self.copy)
                self.folder.journal.unlink(missing_ok=True)
        except BaseException:
            self.abandon()
            raise
        self._release()

    def abandon(self) -> None:
        """Stop and leave everything as it was."""
        if self.writer:
            self.writer.cancel()
            self.writer = None
        if self.lock:  # else the journal is that of another rebuild
            self.folder.journal.unlink(missing_ok=True)
        self._release()

    def _release(self) -> None:
        if self.lock:
            lock, self.lock = self.lock, None
            lock.__exit__(None, None, None)


def replay(folder: IndexFolder, copy: Path) -> None:
    """Bring `copy` up to date with what the journal names, as the database has it now."""
    from portal.search.backend.objects import load

    noted = folder.noted()
    objects, gone = load(noted)
    docs = {doc["key"]: doc for doc in documents(folder.layout, objects)}
    write_to(copy, folder.layout, docs, {key for _, key in gone} - docs.keys())


def compact(folder: IndexFolder, *, timeout: float) -> bool:
    """Merge all segments into one if deleted documents take up much; return whether it did."""
    with folder.writing(timeout=timeout):
        with open_snapshot(folder, quiet=True) as snapshot:
            copy, deleted = snapshot.copy, snapshot.size - snapshot.count
            if deleted <= MOST_DELETED * snapshot.size:
                return False
        index = open_dir(str(copy), schema=folder.layout.schema())
        writer = index.writer(limitmb=MEGABYTES_FOR_REBUILD, codec=Codec())
        try:
            writer.commit(optimize=True)
        except BaseException:
            writer.cancel()
            raise
        sync(copy)
    return True


def reset(folder: IndexFolder, *, timeout: float) -> None:
    """Let an empty copy answer."""
    with folder.writing(timeout=timeout):
        folder.make_current(empty_copy(folder))
