"""The search backend as modelsearch knows it.

In settings:

    WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "portal.search.backend", "PATH": VAR_DIR / "index"},
    }

Where the app `portal.search` is installed, `add` and `delete` only note the change, inside the
saver's transaction, and the worker indexes it; without it they write at once. `add_bulk`,
rebuilding and `refresh` always write at once.
"""

import logging
from collections import defaultdict
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from modelsearch.backends.base import BaseIndex, BaseSearchBackend
from modelsearch.index import class_is_indexed

from portal.search.backend import writing
from portal.search.backend.compiler import (
    WhooshAutocompleteQueryCompiler,
    WhooshSearchQueryCompiler,
)
from portal.search.backend.documents import key_of
from portal.search.backend.folder import IndexFolder, IndexUnavailable, writers_lock
from portal.search.backend.matching import groups_of
from portal.search.backend.objects import indexed_model
from portal.search.backend.results import WhooshSearchResults
from portal.search.backend.schema import Layout, layout_of, root_label

logger = logging.getLogger("portal.search")

#: Seconds to wait for another writer.
TIMEOUT = 10


def outbox():
    """Return the module that notes changes for the worker, or None without the app."""
    return import_module("portal.search.outbox") if apps.is_installed("portal.search") else None


class WhooshIndex(BaseIndex):
    """The index of one root model."""

    def __init__(self, backend, layout: Layout):
        super().__init__(backend)
        self.layout = layout
        self.folder = IndexFolder(backend.path, layout)

    def get_key(self):
        return self.layout.label

    def __str__(self):
        return self.layout.label

    def reset(self):
        writing.reset(self.folder, timeout=self.backend.timeout)

    def refresh(self):
        """Make everything saved so far findable."""
        if changes := outbox():
            changes.apply_pending()

    def add_items(self, model, items):
        if class_is_indexed(model):
            self.apply(list(items), [])

    def add_item(self, obj):
        self.add_items(type(obj), [obj])

    def delete_item(self, item):
        if class_is_indexed(type(item)):
            self.apply([], [(type(item)._meta.label_lower, key_of(item))])

    def apply(self, updates: list, removals: list[tuple[str, str]]) -> int:
        """Write changes with one commit and return how many there were.

        Without the outbox nobody would build a missing index, so it begins empty. With it, the
        worker builds all of it; raises IndexUnavailable until then.
        """
        if not updates and not removals:
            return 0
        timeout = self.backend.timeout
        try:
            return writing.apply(self.folder, updates, removals, timeout=timeout)
        except IndexUnavailable:
            if outbox() or (self.folder.path / "current").exists():
                raise
            self.reset()
            return writing.apply(self.folder, updates, removals, timeout=timeout)


class BuildingIndex(BaseIndex):
    """What a rebuild fills: the interface of an index in front of a `writing.Builder`."""

    def __init__(self, index: WhooshIndex, builder: writing.Builder):
        super().__init__(index.backend)
        self.layout, self.builder = index.layout, builder

    def get_key(self):
        return self.layout.label

    def __str__(self):
        return self.layout.label

    def add_items(self, model, items):
        if class_is_indexed(model):
            self.builder.add(items)


class WhooshRebuilder:
    """Rebuilds one index beside the current one; see `writing.Builder`."""

    def __init__(self, index: WhooshIndex):
        self.index = index
        self.builder = writing.Builder(index.folder, timeout=index.backend.timeout)

    def start(self) -> BuildingIndex:
        self.builder.start()
        return BuildingIndex(self.index, self.builder)

    def finish(self) -> None:
        self.builder.finish()

    def abandon(self) -> None:
        self.builder.abandon()


class WhooshSearchBackend(BaseSearchBackend):
    query_compiler_class = WhooshSearchQueryCompiler
    autocomplete_query_compiler_class = WhooshAutocompleteQueryCompiler
    index_class = WhooshIndex
    results_class = WhooshSearchResults
    rebuilder_class = WhooshRebuilder
    # A locked or damaged index must not fail the save of a page.
    catch_indexing_errors = True

    def __init__(self, params):
        super().__init__(params)
        if not params.get("PATH"):
            raise ImproperlyConfigured("The Whoosh search backend needs PATH, a private folder.")
        self.path = Path(params["PATH"])
        self.timeout = float(params.get("TIMEOUT", TIMEOUT))

    def expand(self, text: str):
        """Return the words of a query with the ways in which each may be written.

        With the app, that includes synonyms and acronyms.
        """
        if apps.is_installed("portal.search"):
            return import_module("portal.search.synonyms").expand(text, self.path)
        return groups_of(text)

    def writing(self):
        """Hold the lock of all who write to this backend's indexes."""
        return writers_lock(self.path, timeout=self.timeout)

    def apply(self, objects: list, gone: list[tuple[str, str]]) -> int:
        """Index `objects` and remove `gone`, (model label, key) pairs: one commit per index.

        An index that cannot be written to has to be rebuilt from the database, and the changes
        with it, so they are not lost by leaving it out. Returns how many documents changed.
        """
        updates, removals = defaultdict(list), defaultdict(list)
        for obj in objects:
            updates[root_label(type(obj))].append(obj)
        for label, key in gone:
            if model := indexed_model(label):
                removals[root_label(model)].append((label, key))
        changed = 0
        for label in sorted({*updates, *removals}):
            folder = IndexFolder(self.path, layout_of(label))
            try:
                changed += writing.apply(
                    folder, updates[label], removals[label], timeout=self.timeout
                )
            except IndexUnavailable as unavailable:
                logger.warning("The search index %s is not written to: %s.", label, unavailable)
        return changed

    def get_index_for_model(self, model):
        return WhooshIndex(self, layout_of(root_label(model)))

    def add(self, obj):
        if not class_is_indexed(type(obj)):
            return
        if changes := outbox():
            changes.note(obj)
        else:
            super().add(obj)

    def delete(self, obj):
        if not class_is_indexed(type(obj)):
            return
        if changes := outbox():
            changes.note(obj)
        else:
            super().delete(obj)

    def add_bulk(self, model, obj_list):
        if class_is_indexed(model):
            super().add_bulk(model, obj_list)
