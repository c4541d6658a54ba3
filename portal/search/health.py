"""Whether the index can answer, and making it able to.

Pages ask `is_ready()` to say that results are rough; the worker calls `heal()` when it starts,
with every batch of changes and once a minute.
"""

import logging

from modelsearch.backends import get_search_backends

from portal.search import rebuilding
from portal.search.backend.engine import WhooshSearchBackend
from portal.search.backend.folder import IndexFolder, IndexLocked, IndexUnavailable
from portal.search.backend.schema import all_layouts, layout_of, root_label
from portal.search.backend.snapshots import open_snapshot

logger = logging.getLogger("portal.search")


def whoosh_backends() -> list[WhooshSearchBackend]:
    """Return the backends of the project that are ours; none where another engine serves."""
    return [b for b in get_search_backends() if isinstance(b, WhooshSearchBackend)]


def problem(folder: IndexFolder) -> str:
    """Return why the index in `folder` cannot answer, or an empty string."""
    try:
        with open_snapshot(folder, quiet=True):
            return ""
    except IndexUnavailable as unavailable:
        return str(unavailable)


def is_ready(model) -> bool:
    """Say whether searches of `model` are answered by the index and not by the database."""
    layout = layout_of(root_label(model))
    return not any(problem(IndexFolder(b.path, layout)) for b in whoosh_backends())


def heal() -> list[str]:
    """Rebuild what cannot answer; return the labels of the indexes that were rebuilt.

    An index that another process is rebuilding already is left to it.
    """
    healed = []
    for backend in whoosh_backends():
        for layout in all_layouts():
            if not (reason := problem(IndexFolder(backend.path, layout))):
                continue
            try:
                rebuilding.rebuild(backend, layout)
            except IndexLocked:
                continue
            logger.info("The search index %s was rebuilt: %s.", layout.label, reason)
            healed.append(layout.label)
    return healed
