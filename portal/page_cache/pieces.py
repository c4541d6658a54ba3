"""HTML that is rendered once for many readers, with gaps for what is each one's own.

A template says where the gaps are (`{% gap "name" %}`); a Piece renders it once and is filled for
each reader by joining bytes. Words that speak of now (`changing`) are said anew every half minute.
"""

import re
import secrets
from contextvars import ContextVar
from time import monotonic

from django.conf import settings
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from .store import OneAtATime, PageStore

# Nobody can write the mark of a gap into a text, because nobody outside knows this word.
_WORD = secrets.token_hex(8)
_MARK = re.compile(f"\x00{_WORD}:([a-z0-9_]+)\x00")
_SECONDS_WORDS_HOLD = 30
# What the piece that is being rendered here found to change with time, by name; None outside.
_changing = ContextVar("changing", default=None)


def gap(name):
    """Return the mark of a gap, which `Piece.fill` fills with its argument of this name.

    Raises LookupError where no Piece is being rendered: nothing would fill it.
    """
    if _changing.get() is None:
        raise LookupError(f"The gap {name} stands outside of a Piece.")
    return mark_safe(f"\x00{_WORD}:{name}\x00")  # noqa: S308 - no letter of it can be escaped


def changing(words):
    """Return what `words` says now; within a Piece, what it will say at each reading."""
    noted = _changing.get()
    if noted is None:
        return words()
    name = f"changing_{len(noted)}"
    noted[name] = words
    return gap(name)


class Piece:
    """What `render` returned, as UTF-8, with gaps. `size` says what it takes in memory."""

    __slots__ = ("_gaps", "_parts", "_said_at", "_words", "size")

    def __init__(self, render):
        noted = {}
        token = _changing.set(noted)
        try:
            parts = _MARK.split(render())
        finally:
            _changing.reset(token)
        self._gaps = []
        self._words = []
        for index in range(1, len(parts), 2):
            name = parts[index]
            if name in noted:
                self._words.append((index, noted[name]))
            else:
                self._gaps.append((index, name))
        self._parts = [part.encode() for part in parts]
        self._say()
        self.size = sum(len(part) + 60 for part in self._parts) + 200 * len(self._words)

    def fill(self, **own):
        """Return the bytes with each gap filled by the bytes of its name in `own`."""
        if self._words and monotonic() - self._said_at > _SECONDS_WORDS_HOLD:
            self._say()
        parts = self._parts.copy()
        for index, name in self._gaps:
            parts[index] = own[name]
        return b"".join(parts)

    def _say(self):
        self._said_at = monotonic()
        for index, words in self._words:
            self._parts[index] = str(conditional_escape(words())).encode()


class Shelf:
    """What one process keeps of pieces, each with its `size`, while the versions it names stand.

    It holds as many bytes as the pages for visitors (PAGE_CACHE_BYTES); 0 keeps nothing.
    """

    def __init__(self):
        self._store = PageStore(0)
        self._one_at_a_time = OneAtATime()

    def get(self, key, versions, make):
        """Return what is kept under `key`, or what `make` returns.

        `versions` are the names and counters as `depends_on` left them at the request, read
        before anything was fetched. What a crowd asks for is made once.
        """
        _, values = versions
        if values is None or not settings.PAGE_CACHE_BYTES:
            return make()
        found = self._valid(key, values)
        if found is None:
            with self._one_at_a_time(key):
                found = self._valid(key, values)
                if found is None:
                    found = make()
                    self._store.max_bytes = settings.PAGE_CACHE_BYTES
                    self._store.put(key, _Kept(values, found))
        return found

    def _valid(self, key, values):
        kept = self._store.get(key)
        return kept.thing if kept is not None and kept.values == values else None


class _Kept:
    """A thing and the counters under which it was made."""

    __slots__ = ("thing", "values")

    def __init__(self, values, thing):
        self.values = values
        self.thing = thing

    @property
    def size(self):
        return self.thing.size
