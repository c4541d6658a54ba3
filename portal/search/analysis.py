"""From text to the terms of the index, and back to places in the text.

The index holds words as people write them, without case and accents (*surfaces*). Words with one
stem are the same to a search: a *term* of a query is a stem, and stands for all its surfaces.

One way of reading words serves the index, queries, snippets and spelling, so that what was
indexed is what is found and what is found is what is marked.

A *word* is what stands between spaces and most punctuation. It may be a compound ("e-mail",
"login.gov", "A/B", "agency's"): each of its *parts* is indexed, and where the parts are commonly
also written as one, so is the *joined* form ("email", "logingov").
"""

import html
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.porter2 import stem as english_stem

#: Raise this number whenever the same text would give other terms than before: it is part of
#: the fingerprint by which an index that another version of this code wrote is recognized.
VERSION = 1

#: Longer runs of letters are not words; both index and queries cut them here.
LONGEST_TERM = 64

#: Words that say nothing about the subject. Queries leave them out unless they consist of nothing
#: else, and phrases only mind the gap.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all also am an and any are as at be been but by can could did do does doing
        for from had has have having he her here his how i if in into is it its itself just me more most
        my no nor not of off on once only or other our out over own same she should so some such than
        that the their them then there these they this those through to too under until up very was we
        were what when where which while who whom why will with would you your
        """,
    )
)

# Letters and digits, and the marks that some scripts set on letters.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094d"
_LETTERS = rf"[^\W_](?:[^\W_]|[{_MARKS}])*"
_PART = re.compile(_LETTERS)
# Parts joined by the signs that occur inside words.
_WORD = re.compile(rf"{_LETTERS}(?:['’.\-‐‑/&]{_LETTERS})*")
# Of an address only the host is words that a person would search for.
_ADDRESS = re.compile(r"\bhttps?://(?:www\.)?([^\s/?#<>()\"']+)[^\s<>()\"']*", re.IGNORECASE)
# Signs that stand inside words without being seen: NUL, soft hyphen, marks of width and direction.
_UNSEEN = re.compile(r"[\0\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


class Part(NamedTuple):
    """One part of a word, as it is written."""

    surface: str

    @property
    def term(self) -> str:
        """Its stem. Queries ask for it; indexing does without."""
        return stem(self.surface)


class Word(NamedTuple):
    """What the index holds for one word; `joined` is None where it would say nothing new."""

    parts: tuple[Part, ...]
    joined: Part | None


class Place(NamedTuple):
    """A word at its place, `text[start:end]`, in the text that was read."""

    start: int
    end: int
    word: Word


def fold(text: str) -> str:
    """Take case and accents away ("Résumé" → "resume"); ASCII passes quickly."""
    text = text.casefold()
    if text.isascii():
        return text
    text = text.translate(_UNDECOMPOSED)
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


@lru_cache(maxsize=50_000)
def stem(surface: str) -> str:
    """Take English endings off a folded word; anything with a digit in it is left alone."""
    return english_stem(surface) if surface.isalpha() and surface.isascii() else surface


def forms_begin(stem: str) -> str:
    """Return how all surfaces begin that have this stem.

    The stemmer alters the last letter of some stems ("policies" → "polici", "using" → "use",
    "usability" → "usabl"), so that one is left off.
    """
    return stem[:-1] if stem[-1:] in {"e", "i", "l", "y"} else stem


def short_forms(stem: str) -> list[str]:
    """Return the surfaces that a stem of one or two letters may have: "go", "goes", "going"."""
    return [
        surface
        for ending in ("", "s", "es", "ed", "ing")
        if (surface := stem + ending) == stem or english_stem(surface) == stem
    ]


def _part(raw: str) -> Part | None:
    surface = fold(raw)[:LONGEST_TERM]
    # Folding may leave signs that are no letters (a fraction becomes digits and a slash).
    surface = "".join(_PART.findall(surface))
    return Part(surface) if surface else None


@lru_cache(maxsize=100_000)
def read_word(raw: str) -> Word:
    """Read one match of a word. Cached, because a corpus repeats its words."""
    if raw.isalnum():
        part = _part(raw)
        return Word((part,) if part else (), None)
    for ending in ("'s", "’s", "'S", "’S"):
        raw = raw.removesuffix(ending)
    # The apostrophe stands for letters left out, not for a border: "don't" is "dont".
    raw = raw.replace("'", "").replace("’", "")
    pieces = _PART.findall(raw)
    parts = tuple(part for part in map(_part, pieces) if part)
    if len(parts) < 2:
        return Word(parts, None)
    letters = all(len(piece) == 1 for piece in pieces)
    if "/" in raw and not letters:  # "web/mobile" are two words, "A/B" is one
        return Word(parts, None)
    joined = _part("".join(pieces))
    return Word(parts, joined)


def plain(text: str) -> str:
    """Decode HTML entities; drop unseen signs and what follows the host in web addresses.

    The result has other offsets than `text`; use `places` to find words in what a person sees.
    """
    if "&" in text:
        text = html.unescape(text)
    if "://" in text:
        text = _ADDRESS.sub(r"\1", text)
    return text if text.isascii() and "\0" not in text else _UNSEEN.sub("", text)


def read_words(text: str) -> list[Word]:
    """Return the words of `text` in order."""
    return [word for raw in _WORD.findall(plain(text)) if (word := read_word(raw)).parts]


def raw_places(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, text) of the words of `text`, not read yet."""
    return [(*match.span(), match.group()) for match in _WORD.finditer(text)]


def places(text: str) -> list[Place]:
    """Return the words of `text` with where they stand. Entities are not decoded here."""
    return [
        Place(match.start(), match.end(), word)
        for match in _WORD.finditer(text)
        if (word := read_word(match.group())).parts
    ]


#: The stems of stop words, to know them in phrases of terms.
STOP_STEMS = frozenset(map(stem, STOP_WORDS))


def is_stop_word(word: Word) -> bool:
    """Say whether queries leave `word` out; a compound never is one."""
    return len(word.parts) == 1 and word.parts[0].surface in STOP_WORDS
