"""Building an index from the database while the old one answers."""

from collections.abc import Callable, Iterator

from django.db.models import QuerySet

from portal.search.backend.engine import WhooshIndex, WhooshRebuilder, WhooshSearchBackend
from portal.search.backend.schema import Layout

#: Rows read at once.
CHUNK = 500


def chunks(queryset: QuerySet, size: int = CHUNK) -> Iterator[list]:
    """Yield the rows of `queryset` in lists by primary key, without holding a transaction."""
    queryset = queryset.order_by("pk")
    rows = list(queryset[:size])
    while rows:
        yield rows
        rows = list(queryset.filter(pk__gt=rows[-1].pk)[:size]) if len(rows) == size else []


def count(layout: Layout) -> int:
    """Return how many rows belong into an index."""
    return sum(model.get_indexed_objects().count() for model in layout.models)


def rebuild(
    backend: WhooshSearchBackend, layout: Layout, *, advance: Callable[[int], object] = int
) -> int:
    """Build one index anew and let it answer; return how many objects it holds.

    `advance(n)` is called after each n objects. Raises IndexLocked where it is being rebuilt.
    """
    rebuilder = WhooshRebuilder(WhooshIndex(backend, layout))
    building = rebuilder.start()
    total = 0
    try:
        for model in layout.models:
            for rows in chunks(model.get_indexed_objects()):
                building.add_items(model, rows)
                advance(len(rows))
                total += len(rows)
    except BaseException:
        rebuilder.abandon()
        raise
    rebuilder.finish()
    return total
