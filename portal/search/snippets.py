"""The piece of a text that shows why it was found, with the words marked.

Knows texts, not models: the caller hands over the fields of a result in the order in which they
should be preferred, and prints what comes back. Texts are plain text; everything is escaped.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.search import analysis
from portal.search.backend.matching import Group

#: Letters of a snippet; it ends with the word that reaches this.
WIDTH = 220

NOTHING: frozenset[int] = frozenset()

#: Words shown before the first marked one, where the text does not begin there.
LEAD_IN = 6


@dataclass(frozen=True)
class Snippet:
    """Part of the field `field`: pieces of text, each with whether it is marked.

    `clipped_left` and `clipped_right` say whether the text goes on there.
    """

    field: str
    pieces: tuple[tuple[str, bool], ...]
    clipped_left: bool = False
    clipped_right: bool = False

    @property
    def html(self) -> SafeString:
        """Return the snippet with <mark> around the words, and … where it was clipped."""
        marked = format_html_join(
            "", "{}", ((_mark(text) if mark else text,) for text, mark in self.pieces)
        )
        left = "… " if self.clipped_left else ""
        right = " …" if self.clipped_right else ""
        return format_html("{}{}{}", left, marked, right)

    def __str__(self):
        return self.html


def _mark(text: str) -> SafeString:
    return format_html("<mark>{}</mark>", text)


class Marker:
    """Finds in texts the words of a query, in any of the ways the index knows for them.

    `groups` is what `backend.expand(query)` returns.
    """

    def __init__(self, groups: Sequence[Group]):
        # Which words of the query a term may stand for, alone or as part of several.
        self.single: defaultdict[str, set[int]] = defaultdict(set)
        self.phrases: defaultdict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        for number, group in enumerate(groups):
            for terms, _ in group.alternatives:
                if len(terms) == 1:
                    self.single[terms[0]].add(number)
                else:
                    self.phrases[terms[0]].append((terms, number))

        self.first_letters = {term[0] for term in self.single}
        # Which words of the query a word of a text stands for: texts repeat their words.
        self.meant: dict[str, frozenset[int]] = {}

    def spots(self, text: str) -> list[tuple[int, int, frozenset[int]]]:
        """Return (start, end, words of the query) for every place in `text` to be marked."""
        found, meant = [], self.meant
        for start, end, raw in analysis.raw_places(text):
            if (numbers := meant.get(raw)) is None:
                numbers = meant[raw] = self._meant_by(raw)
            if numbers:
                found.append((start, end, numbers))
        if self.phrases:
            found += self._phrase_spots(analysis.places(text))
        return _merged(found)

    def _meant_by(self, raw: str) -> frozenset[int]:
        # Endings come and go, first letters stay: most words need not be read.
        if raw.isascii() and raw.isalnum() and raw[0].lower() not in self.first_letters:
            return NOTHING
        word = analysis.read_word(raw)
        terms = [part.term for part in word.parts]
        if word.joined:
            terms.append(word.joined.term)
        return frozenset().union(*(self.single.get(term, ()) for term in terms))

    def _phrase_spots(self, places: list[analysis.Place]):
        flat = [
            (part.term, number) for number, place in enumerate(places) for part in place.word.parts
        ]
        for index, (term, first) in enumerate(flat):
            for terms, number in self.phrases.get(term, ()):
                here = flat[index : index + len(terms)]
                if tuple(term for term, _ in here) == terms:
                    yield places[first].start, places[here[-1][1]].end, frozenset([number])

    def mark(self, text: str, *, field: str = "") -> Snippet:
        """Return all of `text` with its words marked; for titles."""
        return Snippet(field, _pieces(text, 0, len(text), self.spots(text)))

    def snippet(self, fields: Iterable[tuple[str, str]], *, width: int = WIDTH) -> Snippet:
        """Return the most telling piece of the first of `fields` that has the most words.

        `fields` are pairs of name and text. Where none has a word of the query, the beginning of
        the first that has any text is returned, without marks.
        """
        best, best_words = None, 0
        opening = None
        for name, text in fields:
            text = " ".join(text.split())
            if not text:
                continue
            if opening is None:
                opening = self._cut(name, text, 0, [], width)
            spots = self.spots(text)
            words = len(frozenset().union(*(meant for _, _, meant in spots)))
            if words > best_words:
                best_words = words
                best = self._cut(name, text, _best_start(spots, width), spots, width)
        return best or opening or Snippet("", ())

    def _cut(self, name: str, text: str, start: int, spots: list, width: int) -> Snippet:
        if start:  # step back some words
            for _ in range(LEAD_IN):
                start = max(text.rfind(" ", 0, start - 1) + 1, 0) if start > 1 else 0
            if start < width // 4:  # so near the beginning that it may as well begin there
                start = 0
        end = len(text)
        if end - start > width:
            space = text.find(" ", start + width)
            end = space if space != -1 else len(text)
        return Snippet(name, _pieces(text, start, end, spots), start > 0, end < len(text))


def _merged(found: list) -> list[tuple[int, int, frozenset[int]]]:
    """Join spots that overlap."""
    merged = []
    for start, end, meant in sorted(found, key=lambda spot: (spot[0], -spot[1])):
        if merged and start < merged[-1][1]:
            last_start, last_end, last_meant = merged[-1]
            merged[-1] = (last_start, max(last_end, end), last_meant | meant)
        else:
            merged.append((start, end, meant))
    return merged


def _best_start(spots: list, width: int) -> int:
    """Return where the piece of `width` letters begins that has most different words."""
    best, best_start = (0, 0), 0
    for index, (start, _, _) in enumerate(spots):
        inside = [meant for begin, end, meant in spots[index:] if end <= start + width]
        value = (len(frozenset().union(*inside)), len(inside))
        if value > best:
            best, best_start = value, start
    return best_start


def _pieces(text: str, start: int, end: int, spots: list) -> tuple[tuple[str, bool], ...]:
    pieces, at = [], start
    for begin, stop, _ in spots:
        if begin < start or stop > end:
            continue
        if begin > at:
            pieces.append((text[at:begin], False))
        pieces.append((text[begin:stop], True))
        at = stop
    if at < end:
        pieces.append((text[at:end], False))
    return tuple(pieces)
