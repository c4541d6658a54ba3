"""From (model label, key) pairs back to the objects that belong into the index."""

from collections import defaultdict
from collections.abc import Iterable

from django.apps import apps
from django.core.exceptions import ValidationError
from modelsearch.index import class_is_indexed

from portal.search.backend.querysets import with_keys

Pair = tuple[str, str]


def load(pairs: Iterable[Pair]) -> tuple[list, list[Pair]]:
    """Read what `pairs` name from the database, each object in its most specific class.

    Returns the objects to index, with the relations that indexing reads, and the pairs of which
    nothing belongs into the index (any more): deleted rows, rows that their model leaves out.
    """
    by_model = defaultdict(set)
    for label, key in pairs:
        by_model[label].add(key)
    objects, gone = [], []
    for label, keys in by_model.items():
        model = indexed_model(label)
        if model is None:
            continue
        keys = {key for key in keys if _to_python(model, key) is not None}
        found = _load_model(model, keys)
        objects.extend(found.values())
        gone.extend((label, key) for key in sorted(keys - found.keys()))
    return objects, gone


def indexed_model(label: str) -> type | None:
    """Return the indexed model of that label; None for what former code may have had."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if class_is_indexed(model) else None


def _load_model(model, keys: set[str]) -> dict[str, object]:
    """Return the objects to index by the key that was asked for."""
    prepared = [_to_python(model, key) for key in keys]
    # Saving through a parent class indexes the specific object, which its class reads best.
    wanted = defaultdict(list)
    for obj in with_keys(model._default_manager.all(), prepared):
        specific = obj.get_indexed_instance()
        if specific is not None:
            wanted[type(specific)].append(specific.pk)
    found = {}
    for specific_model, specific_keys in wanted.items():
        if class_is_indexed(specific_model):
            for obj in with_keys(specific_model.get_indexed_objects(), specific_keys):
                found[str(obj.pk)] = obj
    return found


def _to_python(model, key: str):
    try:
        return model._meta.pk.to_python(key)
    except ValidationError:
        return None
