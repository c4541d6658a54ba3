"""What the clock does for the search index. All of it may run twice, late or not at all."""

import logging

from portal.search import checking, health, outbox
from portal.search.backend import writing
from portal.search.backend.folder import IndexFolder, IndexLocked, IndexUnavailable
from portal.search.backend.schema import all_layouts
from portal.search.models import PendingChange

logger = logging.getLogger("portal.search")


def every_minute() -> None:
    """Rebuild what cannot answer, and apply changes that no task took care of."""
    health.heal()
    if PendingChange.objects.exists():
        try:
            outbox.apply_pending()
        except IndexLocked as locked:
            logger.info("%s The next minute will do.", locked)


def every_night() -> None:
    """Put right what differs from the database, and drop what deleted documents left behind."""
    outbox.apply_pending()
    for backend in health.whoosh_backends():
        for layout in all_layouts():
            try:
                found = checking.update(backend, layout)
                writing.compact(IndexFolder(backend.path, layout), timeout=backend.timeout)
            except IndexUnavailable:  # every_minute builds it
                continue
            if found:
                logger.warning(
                    "The search index %s differed from the database: %d missing, %d stale, "
                    "%d orphaned, %d unreadable.",
                    layout.label,
                    len(found.missing),
                    len(found.stale),
                    len(found.orphaned),
                    len(found.unreadable),
                )
