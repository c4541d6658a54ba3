"""Acronyms explained in the texts themselves: "Web Content Accessibility Guidelines (WCAG)".

They are collected while the index is built, so that a search for the one finds the other without
anybody having to keep a list. What editors enter as synonyms comes on top.

Some acronyms are ordinary words as well ("TOP", "PLAIN"). Those are kept in capitals, and stand
for their explanation only where somebody types them so.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from portal.search import analysis

FILE = "acronyms.json"

#: How often an explanation must occur, and its share among those of the same acronym.
LEAST_OFTEN = 2
LEAST_SHARE = 0.2

#: Explanations kept per acronym.
MOST = 2

#: An acronym is an ordinary word if so many times as many texts have it in small letters as
#: explain it.
ORDINARY = 2

_SMALL = {"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
_IN_BRACKETS = re.compile(r"\(([A-Z][A-Za-z&]{1,7}?)s?\)")
_BEFORE = 90  # characters before the bracket in which the words are looked for
_WORDS = re.compile(r"[^\W\d_]+")
_LONGEST = 8  # letters


def explained(text: str) -> Iterator[tuple[str, str]]:
    """Yield (acronym, words) for each acronym in brackets whose letters the words before begin."""
    for match in _IN_BRACKETS.finditer(text):
        letters = [sign.lower() for sign in match.group(1) if sign.isupper()]
        if len(letters) < 2:
            continue
        words = _WORDS.findall(text[max(0, match.start() - _BEFORE) : match.start()])
        if (start := _first_word(letters, words)) is not None:
            yield match.group(1), " ".join(words[start:])


def _first_word(letters: list[str], words: list[str]) -> int | None:
    """Return where the words that `letters` stand for begin, read backwards from the end.

    Small words may be passed over. An X stands for a word in "ex", as in customer experience.
    """
    if not words or words[-1].lower() in _SMALL:
        return None
    reached = [(len(words) - 1, len(letters) - 1)]  # to match next: (word, letter)
    while reached:
        word, letter = reached.pop()
        if word < 0:
            continue
        text = words[word].lower()
        if text in _SMALL:
            reached.append((word - 1, letter))
        if text[0] == letters[letter] or (letters[letter] == "x" and text.startswith("ex")):
            if letter == 0:
                if text not in _SMALL:
                    return word
                continue
            reached.append((word - 1, letter - 1))
    return None


class Collection:
    """Acronyms with their explanations, counted by the texts that give them."""

    def __init__(self):
        self.found: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
        #: In how many texts short words occur as they are spelled here.
        self.spelled: Counter[str] = Counter()

    def read(self, text: str) -> None:
        self.spelled.update(word for word in set(text.split()) if len(word) <= _LONGEST)
        if "(" not in text:
            return
        for acronym, words in set(explained(text)):
            terms = tuple(part.term for word in analysis.read_words(words) for part in word.parts)
            self.found[analysis.fold(acronym)][terms] += 1

    def trusted(self) -> dict[str, list[tuple[str, ...]]]:
        """Return the explanations, as terms, that occur often enough to be believed.

        Their keys are in capitals where only capitals make an acronym of the word.
        """
        trusted = {}
        for acronym, counts in self.found.items():
            least = max(LEAST_OFTEN, LEAST_SHARE * counts.total())
            terms = [terms for terms, count in counts.most_common(MOST) if count >= least]
            if terms:
                is_word = self.spelled[acronym] >= ORDINARY * counts.total()
                trusted[acronym.upper() if is_word else acronym] = terms
        return trusted

    def save(self, folder: Path) -> None:
        """Write what is trusted beside the index, all at once."""
        new = folder / (FILE + ".new")
        new.write_text(json.dumps(self.trusted(), sort_keys=True))
        new.replace(folder / FILE)


def load(folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """Return the acronyms saved in `folder`; none where the file is missing or damaged."""
    try:
        saved = json.loads((folder / FILE).read_text())
        return {
            acronym: [tuple(map(str, terms)) for terms in explanations]
            for acronym, explanations in saved.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
