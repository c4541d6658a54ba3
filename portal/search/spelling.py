"""Did you mean: corrections of a query, from the words of our own texts.

A word is doubted when no text has it, or when a word that looks alike is far more frequent. Close
words come first, then frequent ones. A word that two known words make together is split.

The words are those of the index, which are unstemmed. Per segment and first letter they are read
once and kept as long as the segment lives. A word counts once for each field that has it, so one
in a title counts a little more.
"""

from collections import Counter
from collections.abc import Iterable

from portal.search import analysis
from portal.search.analysis import STOP_WORDS
from portal.search.backend.folder import IndexFolder, IndexUnavailable
from portal.search.backend.schema import layout_of, root_label
from portal.search.backend.snapshots import Snapshot, open_snapshot

#: Shorter words are never corrected: nearly everything is near to them.
SHORTEST = 4

#: A word that occurs is doubted when another is so many times as frequent.
MUCH_MORE_FREQUENT = 50

#: A correction must occur in this many texts, or it may be a misspelling itself.
LEAST_OFTEN = 2


def correct(text: str, models: Iterable[type], *, base) -> str | None:
    """Return `text` with doubtful words replaced, or None where there is nothing to improve.

    `models` say which indexes below the folder `base` the words come from. What stands between
    the words is kept.
    """
    places = analysis.places(text)
    if not places:
        return None
    vocabulary = Vocabulary()
    for label in dict.fromkeys(root_label(model) for model in models):
        try:
            with open_snapshot(IndexFolder(base, layout_of(label))) as snapshot:
                vocabulary.read(snapshot, places)
        except IndexUnavailable:
            continue
    corrected, at = [], 0
    for place in places:
        typed = text[place.start : place.end]
        corrected += [text[at : place.start], vocabulary.better(place.word) or typed]
        at = place.end
    result = "".join([*corrected, text[at:]])
    return None if result == text else result


class Vocabulary:
    """In how many texts words occur: those that may matter to one query."""

    def __init__(self):
        #: Words that begin like a word of the query.
        self.similar: Counter[str] = Counter()
        #: The two halves of words of the query, wherever one may cut them.
        self.halves: Counter[str] = Counter()

    def read(self, snapshot: Snapshot, places: list[analysis.Place]) -> None:
        """Add what one index has."""
        typed = {surface for place in places if (surface := _doubtful(place.word))}
        for first in sorted({letter for surface in typed for letter in surface[:2]}):
            for field in snapshot.layout.boosts:
                for words in snapshot.words(field, first):
                    self.similar.update(words)
        for half in {half for surface in typed for cut in _cuts(surface) for half in cut}:
            for field in snapshot.layout.boosts:
                self.halves[half] += snapshot.document_frequency(field, half)

    def better(self, word: analysis.Word) -> str | None:
        """Return what was probably meant by `word`, or None."""
        if not (typed := _doubtful(word)):
            return None
        known = self.similar[typed]
        # In words that occur, only a slip of one letter is suspected, and not the first one.
        most = 1 if known or len(typed) < 6 else 2
        least = max(LEAST_OFTEN, MUCH_MORE_FREQUENT * known)
        meant, stem = (-most - 1, 0, ""), analysis.stem(typed)
        for other, frequency in self.similar.items():
            if frequency < least or abs(len(other) - len(typed)) > most:
                continue
            if other == typed or (known and other[0] != typed[0]):
                continue
            steps = distance(typed, other, most)
            value = (-steps, frequency, other)
            if value > meant and analysis.stem(other) != stem and other not in STOP_WORDS:
                meant = value
        if meant[2] and -meant[0] <= most:
            return meant[2]
        return None if known else self._split(typed)

    def _split(self, typed: str) -> str | None:
        """Return `typed` as two known words, the rarer of which is as frequent as possible."""
        halves = self.halves
        often, left, right = max(
            ((min(halves[a], halves[b]), a, b) for a, b in _cuts(typed)), default=(0, "", "")
        )
        return f"{left} {right}" if often >= LEAST_OFTEN else None


def _doubtful(word: analysis.Word) -> str:
    """Return the surface of `word` if it is one that may be corrected."""
    if len(word.parts) != 1:
        return ""
    surface = word.parts[0].surface
    if len(surface) < SHORTEST or not surface.isalpha() or surface in STOP_WORDS:
        return ""
    return surface


def _cuts(surface: str) -> list[tuple[str, str]]:
    return [(surface[:at], surface[at:]) for at in range(3, len(surface) - 2)]


def distance(left: str, right: str, most: int) -> int:
    """Return the number of edits between two words, or anything above `most` beyond it.

    An edit inserts, drops or replaces a letter, or swaps two neighbors.
    """
    if abs(len(left) - len(right)) > most:
        return most + 1
    before, row = [], list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        previous, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            value = min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != other))
            if (
                i > 1
                and j > 1
                and letter == right[j - 2]
                and left[i - 2] == other
                and previous[j - 2] + 1 < value
            ):
                value = previous[j - 2] + 1
            row.append(value)
        if min(row) > most:
            return most + 1
    return row[-1]
