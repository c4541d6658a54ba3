"""How the objects of one index are laid out in Whoosh, worked out from `search_fields`.

There is one index per root model (all pages together, say). Its fields:

- `key`: the primary key as text, and as a column, so that hits become keys without reading
  stored fields;
- `kinds`: the labels of the object's class and of all its indexed ancestors;
- `text_<boost>`: the words of everything searchable that shares one boost, with positions; stop
  words only where the boost is above 1, so that "The Who" is found in titles and long texts,
  a quarter of which are stop words, stay small;
- `begin`: the words that autocomplete matches, with positions;
- `start`: their first one, two and three letters, so that a short prefix is one look-up;
- `day`: a column with the object's date, where its model has `search_date` (see below);
- `digest`: a column that tells whether a row would be indexed differently today.

A model may define `search_date`, an attribute or a method that gives a date, a datetime or None.
Newer documents then rank a little higher.

No field is copied to serve `search(fields=[...])`: every search field owns a range of the
positions of its text field (its *slot*), so a posting tells which fields the word stands in.
Nor are words indexed once stemmed and once as they are, for spelling: a query looks up the
surfaces that share its stem, which are few (`Snapshot.forms`), and the index is half the size.

Filters, order and facets are not in the index. The database answers them exactly, and has to be
asked anyway, since visibility is decided there.
"""

import hashlib
import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from modelsearch.backends.base import get_model_root
from modelsearch.index import (
    AutocompleteField,
    Indexed,
    RelatedFields,
    SearchField,
    get_indexed_models,
)
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec

from portal.search import analysis

#: Raise this number whenever the layout described above changes.
VERSION = 1

#: Positions per slot; what stands later than this in one field of one object is not indexed.
SLOT = 1 << 20
#: Texts of one slot are this many positions apart, so that no phrase spans two of them.
GAP = 16

#: Prefixes up to this length are looked up whole in `start`.
SHORT_PREFIX = 3

#: What a document hands to one field: pairs of a slot and the words of one text.
Texts = list[tuple[int, list[analysis.Word]]]


class Codec(W3Codec):
    """Whoosh's way of writing a segment, without what we never read.

    Queries here read all postings of a word: blocks are large and not compressed, and nobody
    asks for the shortest document of a block, for which Whoosh would look up every posting's
    length while it writes. Each of these takes a quarter of the time that indexing takes.
    """

    length_stats = False

    def __init__(self):
        super().__init__(blocklimit=1024, compression=0)


class PackedPositions(formats.Positions):
    """Positions as 32-bit numbers; the format of Whoosh pickles every posting."""

    def encode(self, positions):
        return array("I", positions).tobytes()

    def decode_positions(self, value):
        return array("I", value)

    def decode_frequency(self, value):
        return len(value) // 4

    def combine(self, values):
        return self.encode(sorted({spot for value in values for spot in array("I", value)}))


# One object for all postings of a frequent word, of which a writer holds hundreds of thousands.
_encoded = lru_cache(maxsize=50_000)(str.encode)


class Words(fields.FieldType):
    """A field of words with positions, fed with pairs of a slot and the words of one text.

    The length of a document's field is its number of words, so that a match in a long text can
    weigh less than one in a short text.

    Without `stop_words`, these are left out, but keep their place among the positions.
    """

    def __init__(self, *, stop_words: bool):
        super().__init__(format=PackedPositions(), analyzer=None, scorable=True)
        self.left_out = frozenset() if stop_words else analysis.STOP_WORDS

    def index(self, texts: Texts, **kwargs) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (word, occurrences, weight, positions) for each different word of `texts`."""
        found = defaultdict(list)
        starts = defaultdict(int)
        left_out = self.left_out
        for slot, words in texts:
            position = slot * SLOT + starts[slot]
            last = (slot + 1) * SLOT - 1
            for parts, joined in words:
                if position > last - len(parts):
                    break
                if joined:
                    found[joined.surface].append(position)
                for (surface,) in parts:
                    if surface not in left_out:
                        found[surface].append(position)
                    position += 1
            starts[slot] = position + GAP - slot * SLOT
        encode = self.format.encode
        for surface, positions in found.items():
            yield _encoded(surface), len(positions), float(len(positions)), encode(positions)


class Terms(fields.FieldType):
    """A field of ready terms, of which only the presence is kept.

    It is scorable in name, although nothing is scored: while Whoosh writes a field that has no
    column of lengths, it looks for that column's file at every posting.
    """

    def __init__(self):
        super().__init__(format=formats.Existence(), analyzer=None, scorable=True)

    def index(self, terms: Iterable[str], **kwargs) -> Iterator[tuple[bytes, int, float, bytes]]:
        return ((_encoded(term), 1, 1.0, b"") for term in terms)


def text_field_name(boost: float) -> str:
    """Name the text field of one boost: 2.5 → "text_2_5"."""
    return f"text_{float(boost)}".replace(".", "_").replace("-", "m")


def own_search_fields(search_fields, prefix="") -> Iterator[tuple[str, SearchField]]:
    """Yield (slot name, field) of the SearchFields among `search_fields`, relations included."""
    for field in search_fields:
        if isinstance(field, SearchField):
            yield prefix + field.field_name, field
        elif isinstance(field, RelatedFields):
            yield from own_search_fields(field.fields, f"{prefix}{field.field_name}.")


def own_autocomplete_fields(search_fields, prefix="") -> Iterator[str]:
    """Yield the slot names of the AutocompleteFields among `search_fields`."""
    for field in search_fields:
        if isinstance(field, AutocompleteField):
            yield prefix + field.field_name
        elif isinstance(field, RelatedFields):
            yield from own_autocomplete_fields(field.fields, f"{prefix}{field.field_name}.")


@dataclass(frozen=True)
class Layout:
    """The fields of one index.

    `boosts` maps each text field to its boost, `slots` each search field (by its dotted name) to
    its number and `homes` to the text fields that hold it: one, unless subclasses boost it
    differently. `fingerprint` changes whenever the same objects would be indexed in another way.
    """

    label: str
    models: tuple[type, ...]
    boosts: dict[str, float]
    slots: dict[str, int]
    homes: dict[str, frozenset[str]]
    fingerprint: str

    @property
    def root(self):
        return get_model_root(self.models[0])

    @property
    def headline(self) -> str:
        """Return the text field of titles, or else the one with the highest boost."""
        candidates = self.homes.get("title") or self.boosts
        return max(candidates, key=self.boosts.get, default="")

    def kinds(self, model) -> list[str]:
        """Return the labels under which objects of `model` are found, its own first."""
        return [
            base._meta.label_lower
            for base in model.__mro__
            if issubclass(base, Indexed)
            and hasattr(base, "_meta")
            and not base._meta.abstract
            and not base._meta.proxy
        ]

    def schema(self) -> fields.Schema:
        """Return a new Whoosh schema. Whoosh writes to it, so it is not shared."""
        schema = fields.Schema(
            key=fields.ID(unique=True, sortable=True),
            kinds=Terms(),
            begin=Words(stop_words=True),
            start=Terms(),
            day=fields.COLUMN(columns.NumericColumn("i")),
            digest=fields.COLUMN(columns.VarBytesColumn()),
        )
        for name, boost in self.boosts.items():
            schema.add(name, Words(stop_words=boost > 1))
        return schema


def root_label(model) -> str:
    """Return the label of the index that holds `model`, for instance "wagtailcore.page"."""
    return get_model_root(model)._meta.label_lower


@cache
def layout_of(label: str) -> Layout:
    """Return the layout of the index `label`. Models do not change while a process runs."""
    models = tuple(model for model in get_indexed_models() if root_label(model) == label)
    if not models:
        raise LookupError(f"No indexed model belongs to the index {label!r}.")
    boosts, slots, homes, described = {}, set(), defaultdict(set), []
    for model in models:
        search_fields = model.get_search_fields()
        for name, field in own_search_fields(search_fields):
            boost = float(field.boost or 1)
            boosts[text_field_name(boost)] = boost
            slots.add(name)
            homes[name].add(text_field_name(boost))
            described.append([model._meta.label_lower, name, boost])
        if hasattr(model, "search_date"):
            described.append([model._meta.label_lower, "search_date", "day"])
        for name in own_autocomplete_fields(search_fields):
            slots.add(name)
            described.append([model._meta.label_lower, name, "autocomplete"])
    parts = [VERSION, analysis.VERSION, label, sorted(described, key=repr)]
    return Layout(
        label=label,
        models=models,
        boosts=dict(sorted(boosts.items())),
        slots={name: number for number, name in enumerate(sorted(slots))},
        homes={name: frozenset(fields_) for name, fields_ in homes.items()},
        fingerprint=hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32],
    )


def all_layouts() -> list[Layout]:
    """Return the layouts of all indexes of the project, by label."""
    return [layout_of(label) for label in sorted({root_label(m) for m in get_indexed_models()})]
