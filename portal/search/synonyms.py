"""Other words for the words of a query: what editors entered, and acronyms found in the texts.

They are applied when somebody searches, so a new synonym works at once and costs the index
nothing.
"""

import re
import threading
import time
from collections import defaultdict
from pathlib import Path

from portal.search import acronyms, analysis
from portal.search.backend.folder import IndexFolder, IndexUnavailable
from portal.search.backend.matching import Alternative, Group, group_of, telling_words
from portal.search.backend.schema import all_layouts

#: How much another word counts beside the one that was typed.
ENTERED = 0.8
EXPLAINED = 0.5  # an acronym's words, when the acronym was typed
ABBREVIATED = 0.3  # the acronym, when its words were typed

#: Words that may mean something together.
LONGEST = 12

#: Seconds for which the acronyms of an index are believed without looking for a newer copy.
LOOK_AGAIN = 30

_CAPITALS = re.compile(r"\b[A-Z][A-Z&]*[A-Z]\b")

Terms = tuple[str, ...]
#: What else may be meant by some terms, with its weight.
Meanings = dict[Terms, list[tuple[Terms, float]]]


def terms_of(words: list[analysis.Word]) -> Terms:
    """Return the terms of `words`, the parts of compounds apart."""
    return tuple(part.term for word in words for part in word.parts)


def expand(text: str, base: Path) -> list[Group]:
    """Return the words of a query with spellings, synonyms and acronyms.

    What several words mean together becomes an alternative of each of them, at a part of its
    weight: then it stands for all of them, and counts once.
    """
    words = analysis.read_words(text)
    telling = telling_words(words)
    capitals = {(analysis.stem(word.casefold()),) for word in _CAPITALS.findall(text)}
    more: defaultdict[analysis.Word, list[Alternative]] = defaultdict(list)
    common, in_capitals = _of_acronyms(base)
    in_capitals = {terms: meant for terms, meant in in_capitals.items() if terms in capitals}
    sources = [entered(), common, in_capitals]
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + LONGEST) + 1):
            span = words[start:stop]
            for meanings in sources:
                for terms, weight in meanings.get(terms_of(span), ()):
                    concerned = [word for word in span if word in telling] or span
                    for word in concerned:
                        more[word].append(Alternative(terms, weight / len(concerned)))
    return [
        Group(word, (*group_of(word).alternatives, *dict.fromkeys(more[word]))) for word in telling
    ]


def entered() -> Meanings:
    """Return the synonyms that editors keep in Wagtail, read anew when one has changed."""
    from portal.search.models import Synonym

    state = Synonym.objects.state()
    with _lock:
        if _entered.get("state") != state:
            _entered.update(state=state, meanings=_read_entered())
        return _entered["meanings"]


_lock = threading.Lock()
_entered: dict = {}
_found: dict[Path, tuple[float, tuple[Path, ...], tuple[Meanings, Meanings]]] = {}


def _read_entered() -> Meanings:
    from portal.search.models import Synonym

    meanings: defaultdict[Terms, list] = defaultdict(list)
    for words, others, both_ways in Synonym.objects.values_list("words", "others", "both_ways"):
        phrases = [words, *others.splitlines()]
        terms = [terms_of(analysis.read_words(phrase)) for phrase in phrases]
        terms = list(dict.fromkeys(filter(None, terms)))
        for typed in terms if both_ways else terms[:1]:
            meanings[typed].extend((other, ENTERED) for other in terms if other != typed)
    return dict(meanings)


def _of_acronyms(base: Path) -> tuple[Meanings, Meanings]:
    """Return what the indexes below `base` found out about acronyms.

    First what always holds, then what acronyms mean that are ordinary words in small letters.
    """
    looked_at, copies, meanings = _found.get(base, (0.0, None, ({}, {})))
    if time.monotonic() - looked_at < LOOK_AGAIN and copies is not None:
        return meanings
    now = []
    for layout in all_layouts():
        try:
            now.append(IndexFolder(base, layout).current())
        except IndexUnavailable:
            continue
    if tuple(now) != copies:
        meanings = _read_acronyms(now)
    _found[base] = (time.monotonic(), tuple(now), meanings)
    return meanings


def _read_acronyms(copies: list[Path]) -> tuple[Meanings, Meanings]:
    common: defaultdict[Terms, list] = defaultdict(list)
    in_capitals: defaultdict[Terms, list] = defaultdict(list)
    for copy in copies:
        for acronym, explanations in acronyms.load(copy).items():
            meanings = in_capitals if acronym.isupper() else common
            short = (analysis.stem(acronym.lower()),)
            for words in explanations:
                if (words, EXPLAINED) not in meanings[short]:
                    meanings[short].append((words, EXPLAINED))
                    common[words].append((short, ABBREVIATED))
    return dict(common), dict(in_capitals)
