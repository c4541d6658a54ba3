"""From an object of the database to its document in the index."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.db.models import Manager, Model, QuerySet
from django.utils.encoding import force_str
from modelsearch.index import AutocompleteField, RelatedFields, SearchField

from portal.search import analysis
from portal.search.backend.relations import Ahead
from portal.search.backend.schema import SHORT_PREFIX, Layout, text_field_name


def texts_of(value) -> list[str]:
    """Return the texts in whatever a search field's value is: text, list, dict, relation, number."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif isinstance(value, Manager):
        value = value.all()
    if isinstance(value, (list, tuple, set, frozenset, QuerySet)) or hasattr(value, "__next__"):
        return [text for item in value for text in texts_of(item)]
    if hasattr(value, "values") and not isinstance(value, Model):
        return [text for item in value.values() for text in texts_of(item)]
    return [text] if (text := force_str(value)) else []


def _related(field: RelatedFields, obj, ahead: Ahead) -> list:
    if (known := ahead.get((type(obj), obj.pk, field.field_name))) is not None:
        return known
    value = field.get_value(obj)
    if value is None:
        return []
    if isinstance(value, (Manager, QuerySet)):
        return list(value.all())
    return [value() if callable(value) else value]


def searchable_texts(obj, search_fields=None, prefix="", *, ahead: Ahead | None = None):
    """Yield (slot name, field, text) for every search and autocomplete field of `obj`.

    Relations in `ahead` are not read again.
    """
    for field in obj.get_search_fields() if search_fields is None else search_fields:
        if isinstance(field, (SearchField, AutocompleteField)):
            for text in texts_of(field.get_value(obj)):
                yield prefix + field.field_name, field, text
        elif isinstance(field, RelatedFields):
            for related in _related(field, obj, ahead or {}):
                yield from searchable_texts(related, field.fields, f"{prefix}{field.field_name}.")


def key_of(obj) -> str:
    """Return the key of `obj` in its index. Parent and child classes share their primary key."""
    return str(obj.pk)


def document(
    layout: Layout,
    obj,
    *,
    reader: Callable[[str], object] | None = None,
    ahead: Ahead | None = None,
) -> dict:
    """Return the document of `obj` as the keyword arguments that a Whoosh writer takes.

    `reader`, if given, is called with each searchable text; `ahead` is what `read_ahead` gave.
    """
    texts, words = [], defaultdict(list)
    starts = set()
    for name, field, text in searchable_texts(obj, ahead=ahead):
        slot, read = layout.slots[name], analysis.read_words(text)
        if isinstance(field, AutocompleteField):
            home = "begin"
            for surface in _surfaces(read):
                starts.update(surface[:length] for length in range(1, SHORT_PREFIX + 1))
        else:
            home = text_field_name(field.boost or 1)
            if reader:
                reader(text)
        words[home].append((slot, read))
        texts.append((home, slot, text))
    kinds = layout.kinds(type(obj))
    day = _day_of(obj)
    return {
        "key": key_of(obj),
        "kinds": kinds,
        "day": day,
        "start": starts,
        "digest": hashlib.blake2b(repr((kinds, day, texts)).encode(), digest_size=12).digest(),
        **words,
    }


def _day_of(obj) -> int:
    day = getattr(obj, "search_date", None)
    if callable(day):
        day = day()
    return day.toordinal() if day else 0


def _surfaces(words: list[analysis.Word]) -> Iterator[str]:
    for word in words:
        for part in word.parts:
            yield part.surface
        if word.joined:
            yield word.joined.surface
