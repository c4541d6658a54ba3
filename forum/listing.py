"""Lists of threads, cut by a cursor on last activity: no OFFSET and no COUNT at any depth."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

ROWS = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Slice:
    """Some rows of a list; `newer` and `older` are cursors, empty at its ends."""

    threads: list
    newer: str
    older: str


def cut(threads, *, before="", after="", rows=ROWS):
    """Return the `rows` threads next to a cursor, latest activity first.

    `before` and `after` are cursors from an earlier Slice; what cannot be read as one gives
    the beginning of the list.
    """
    newer_than, older_than = _read(after), _read(before)
    if newer_than:
        moment, pk = newer_than
        beyond = threads.filter(
            Q(last_post_at__gt=moment) | Q(last_post_at=moment, pk__gt=pk), last_post_at__gte=moment
        ).order_by("last_post_at", "pk")
        found = list(beyond[: rows + 1])
        if len(found) > rows:
            page = found[:rows][::-1]
            return Slice(page, newer=_cursor(page[0]), older=_cursor(page[-1]))
        # The beginning of the list is reached: show it full.
        older_than = None
    if older_than:
        moment, pk = older_than
        threads = threads.filter(
            Q(last_post_at__lt=moment) | Q(last_post_at=moment, pk__lt=pk), last_post_at__lte=moment
        )
    found = list(threads.order_by("-last_post_at", "-pk")[: rows + 1])
    page = found[:rows]
    return Slice(
        page,
        newer=_cursor(page[0]) if older_than and page else "",
        older=_cursor(page[-1]) if len(found) > rows else "",
    )


def _cursor(thread):
    return f"{(thread.last_post_at - _EPOCH) // timedelta(microseconds=1)}-{thread.pk}"


def _read(cursor):
    """Return (moment, pk), or None for what is no cursor."""
    micros, _, pk = cursor.partition("-")
    if not (micros.isascii() and micros.isdigit() and pk.isascii() and pk.isdigit()):
        return None
    if len(micros) > 17 or len(pk) > 18:
        return None
    return _EPOCH + timedelta(microseconds=int(micros)), int(pk)
