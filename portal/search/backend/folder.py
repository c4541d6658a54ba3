"""The folder of an index on disk: which copy is current, who may write, what is broken.

    PATH/                        0700: who can write here can run code in the web process,
      lock                             because Whoosh unpickles what it reads
      wagtailcore.page/
        current                  one line: the name of the copy that answers
        20261124T1012-3f9a/      a copy: the files of Whoosh and its fingerprint
        rebuild.lock             held while another copy is being built
        journal                  the keys written meanwhile, one "label<TAB>key" a line
        broken                   present when a reader met something it could not read

A writer holds `lock`, whichever process it is in, and releases it when it dies (flock). A copy
becomes current by one atomic replacement of `current`, after it has reached the disk.
"""

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from portal.search.backend.schema import Layout

FINGERPRINT = "fingerprint"


class IndexLocked(Exception):
    """Another process held the lock for longer than we were willing to wait."""


class IndexUnavailable(Exception):
    """The index cannot answer: it is missing, unreadable, or laid out by other code."""


class IndexNotBuilt(IndexUnavailable):
    """The index was never built, or is being built for the first time: a new site."""


class FileLock:
    """A lock file between processes that one thread may take several times over.

    The system releases it when its process dies, however it dies.
    """

    def __init__(self, path: Path):
        self.path = path
        self.thread = threading.RLock()
        self.depth = 0
        self.handle = -1

    @contextmanager
    def held(self, *, timeout: float) -> Iterator[None]:
        """Hold the lock; raise IndexLocked after `timeout` seconds of waiting."""
        until = time.monotonic() + timeout
        if not self.thread.acquire(timeout=timeout):
            raise IndexLocked(f"Another thread holds {self.path}.")
        try:
            if self.depth == 0:
                self.handle = self._take(until)
            self.depth += 1
            try:
                yield
            finally:
                self.depth -= 1
                if self.depth == 0:
                    os.close(self.handle)
        finally:
            self.thread.release()

    def _take(self, until: float) -> int:
        handle = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return handle
                except BlockingIOError:
                    if time.monotonic() >= until:
                        raise IndexLocked(f"Another process holds {self.path}.") from None
                    time.sleep(0.02)
        except BaseException:
            os.close(handle)
            raise


_locks: dict[Path, FileLock] = {}
_locks_lock = threading.Lock()


def file_lock(path: Path) -> FileLock:
    """Return the one lock object of this process for the lock file `path`."""
    path = path.absolute()
    with _locks_lock:
        return _locks.setdefault(path, FileLock(path))


def make_private(path: Path) -> None:
    """Create a folder for our eyes only, and close it where somebody opened it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)


def writers_lock(base: Path, *, timeout: float):
    """Hold the one lock of all who write below PATH."""
    make_private(base)
    return file_lock(base / "lock").held(timeout=timeout)


def names_in(path: Path) -> set[str]:
    """Return the names of what is directly in `path`."""
    return {entry.name for entry in path.iterdir()}


def sync(path: Path, *, known: set[str] = frozenset()) -> None:
    """Make the files directly in `path`, and their names, survive a power cut.

    Those `known` are safe already: Whoosh never writes to a file again.
    """
    files = [entry for entry in path.iterdir() if entry.name not in known and entry.is_file()]
    for file in [*files, path]:
        with suppress(FileNotFoundError):
            handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class IndexFolder:
    """The folder of the index of one root model below PATH."""

    def __init__(self, base: Path, layout: Layout):
        self.base = base
        self.layout = layout
        self.path = base / layout.label

    def __str__(self):
        return str(self.path)

    def make(self) -> None:
        make_private(self.base)
        make_private(self.path)

    def writing(self, *, timeout: float):
        """Hold the one lock of all who write below PATH."""
        self.make()
        return writers_lock(self.base, timeout=timeout)

    def rebuilding(self, *, timeout: float):
        """Hold the lock of whoever builds a new copy of this index."""
        self.make()
        return file_lock(self.path / "rebuild.lock").held(timeout=timeout)

    # Copies

    def current(self) -> Path:
        """Return the copy that answers.

        Raises IndexUnavailable where there is none, IndexNotBuilt where there never was one.
        """
        try:
            name = (self.path / "current").read_text().strip()
        except FileNotFoundError:
            # Where it was built once, the pointer or more was lost.
            is_new = not self.path.exists() or self.journal.exists()
            kind = IndexNotBuilt if is_new else IndexUnavailable
            raise kind("it has not been built yet") from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailable(f"its pointer cannot be read ({error})") from error
        copy = self.path / name
        if not name or "/" in name or not copy.is_dir():
            raise IndexUnavailable(f"its pointer names no copy ({name[:80]!r})")
        return copy

    def check_fingerprint(self, copy: Path) -> None:
        """Raise IndexUnavailable where other code, or other search fields, laid `copy` out."""
        try:
            found = (copy / FINGERPRINT).read_text().strip()
        except (OSError, UnicodeDecodeError):
            found = ""
        if found != self.layout.fingerprint:
            raise IndexUnavailable("its fields or its analysis are not those of the code")

    def new_copy(self) -> Path:
        """Create the folder of a new copy, not yet current."""
        self.make()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        copy = self.path / f"{stamp}-{secrets.token_hex(3)}"
        copy.mkdir(mode=0o700)
        (copy / FINGERPRINT).write_text(self.layout.fingerprint + "\n")
        return copy

    def make_current(self, copy: Path) -> None:
        """Let `copy` answer from now on, durably and all at once, and remove the others."""
        sync(copy)
        pointer = self.path / "current.new"
        with pointer.open("w") as file:
            file.write(copy.name + "\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.path / "current")
        sync(self.path)
        (self.path / "broken").unlink(missing_ok=True)
        self.remove_copies(except_for={copy})

    def remove_copies(self, *, except_for: set[Path]) -> None:
        """Remove all other copies. Readers that have one open keep it until they close it."""
        for entry in self.path.iterdir():
            if entry.is_dir() and entry not in except_for:
                shutil.rmtree(entry, ignore_errors=True)

    # The journal of what is written while a new copy is being built

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    def note(self, pairs: list[tuple[str, str]]) -> None:
        """Write (model label, key) pairs to the journal, if a new copy is being built."""
        if pairs and self.journal.exists():
            with self.journal.open("a", encoding="utf-8") as file:
                file.writelines(f"{label}\t{key}\n" for label, key in pairs)
                file.flush()
                os.fsync(file.fileno())

    def noted(self) -> list[tuple[str, str]]:
        """Return the distinct (model label, key) pairs of the journal."""
        with suppress(FileNotFoundError), self.journal.open(encoding="utf-8") as file:
            lines = (line.rstrip("\n").partition("\t") for line in file if line.endswith("\n"))
            return list(dict.fromkeys((label, key) for label, _, key in lines))
        return []

    # What readers tell the worker

    def mark_broken(self, reason: str) -> None:
        """Leave word that the index could not be read; rebuilding removes it."""
        with suppress(OSError):
            (self.path / "broken").write_text(reason + "\n")

    def broken(self) -> str:
        """Return why a reader could not read the index, or an empty string."""
        with suppress(OSError):
            return (self.path / "broken").read_text().strip() or "unreadable"
        return ""
