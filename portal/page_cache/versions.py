"""Version counters that tell a kept page whether it still holds.

A name ("site", "catalog", "forum", "thread:123") has a 64-bit counter that only grows. Verbs
raise it after their commit; a kept page remembers the counters that it was made under and is
served while they stand. Every process of the host maps the same file, so that a change is seen
by all of them with the next read and without a lock. More than one host needs Redis.
"""

import fcntl
import logging
import mmap
import os
import threading
import weakref
from functools import cache
from hashlib import blake2b
from pathlib import Path

import redis
from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

# 65,536 counters of 8 bytes. Two names that share a slot only drop each other's pages too soon.
SLOTS = 1 << 16


class MappedCounters:
    """Counters in one file that all processes of the host have mapped."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        weakref.finalize(self, os.close, self._file)
        # Growing an existing file to the size it has changes nothing: safe to race.
        os.truncate(self._file, SLOTS * 8)
        # Aligned items of 8 bytes are read and written whole; no reader sees half of one.
        self._counters = memoryview(mmap.mmap(self._file, SLOTS * 8)).cast("Q")
        self._lock = threading.Lock()

    def read(self, names):
        """Return the counters of `names` in their order."""
        counters = self._counters
        return tuple([counters[slot_of(name)] for name in names])

    def increase(self, names):
        """Add one to the counters of `names`; no increase is lost between processes."""
        with self._lock:  # flock holds between processes, not between threads
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                for slot in {slot_of(name) for name in names}:
                    self._counters[slot] += 1
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


class RedisCounters:
    """The same counters in Redis, for several hosts."""

    def __init__(self, url):
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def read(self, names):
        """Return the counters of `names` in their order."""
        return tuple(int(value or 0) for value in self._redis.mget([f"version:{n}" for n in names]))

    def increase(self, names):
        """Add one to the counters of `names`."""
        with self._redis.pipeline() as pipeline:
            for name in set(names):
                pipeline.incr(f"version:{name}")
            pipeline.execute()


@cache
def slot_of(name):
    """Return the slot of a name, the same in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "little") % SLOTS


@cache
def _open(url, path):
    return RedisCounters(url) if url else MappedCounters(Path(path))


def _counters():
    return _open(settings.REDIS_URL, str(settings.VAR_DIR / "versions"))


def read_versions(names):
    """Return the present counters of `names` as a tuple, or None where nobody can tell."""
    try:
        return _counters().read(names)
    except redis.RedisError:
        logger.exception("Versions cannot be read: pages are not kept")
        return None


def increase_versions(*names):
    """Raise the counters of `names` now; a verb calls `raise_version` instead."""
    _counters().increase(names)


def raise_version(*names):
    """Drop the kept pages that depend on any of `names`, once the transaction commits.

    The counters are raised before the request is answered, so that no page begun after the
    answer is stale. A failure is logged and leaves the change in place: kept pages live for
    a minute at most.
    """

    # A function of its own: Django logs the name of what failed, which a partial has not.
    def increase():
        increase_versions(*names)

    transaction.on_commit(increase, robust=True)


def depends_on(request, *names):
    """Say what the page of this request is made of; "site" is always part of it.

    Call it before anything is fetched: a change that comes between the fetching and the
    keeping of a page is noticed only because the counters were read first. A view that says
    nothing depends on "forum", "catalog", "collections" and "site".
    """
    names = ("site", *names)
    request.page_cache_versions = (names, read_versions(names))
