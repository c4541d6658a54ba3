"""Which documents a query matches in one snapshot, and how well.

Queries are evaluated term by term: the postings of a word become scores by document, and
And, Or and Not combine them. Whoosh's own query objects are not used; they could not count all
matches and score them in one pass, and their Not and their parser have meanings of their own.

How words are scored and results ordered is told in `ranking.py`.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import NamedTuple

from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText

from portal.search import analysis
from portal.search.backend.ranking import RANKING, Ranking, Scores, rarity
from portal.search.backend.schema import SHORT_PREFIX, SLOT
from portal.search.backend.snapshots import Snapshot
from portal.search.query import MostWords

#: Words of a query beyond these are ignored; nobody types so many.
MOST_WORDS = 32

#: A prefix stands for this many terms at most, the most frequent ones.
MOST_EXPANSIONS = 200


class Alternative(NamedTuple):
    """One way in which a word of the query may stand in a text: its terms, side by side.

    Weight 1 means another spelling of the word itself: the best one counts. Less means something
    related (what an acronym stands for), which adds to the score.
    """

    terms: tuple[str, ...]
    weight: float = 1.0


class Group(NamedTuple):
    """A word of the query with all its alternatives."""

    word: analysis.Word
    alternatives: tuple[Alternative, ...]


def group_of(word: analysis.Word) -> Group:
    """Return `word` with the ways to write it: "e-mail" as "email" and as "e mail"."""
    apart = Alternative(tuple(part.term for part in word.parts))
    return Group(word, (Alternative((word.joined.term,)), apart) if word.joined else (apart,))


def telling_words(words: Iterable[analysis.Word]) -> list[analysis.Word]:
    """Return the distinct words of a query, without stop words unless there is nothing else."""
    words = list(dict.fromkeys(words))
    telling = [word for word in words if not analysis.is_stop_word(word)]
    return (telling or words)[:MOST_WORDS]


def groups_of(text: str) -> list[Group]:
    """Return the words of a query, each with the ways in which it may be written."""
    return [group_of(word) for word in telling_words(analysis.read_words(text))]


def all_of(parts: Iterable[Scores]) -> Scores:
    """Keep the documents that are in all `parts`; their scores add up."""
    parts = sorted(parts, key=len)
    if not parts:
        return {}
    return reduce(
        lambda left, right: {n: s + right[n] for n, s in left.items() if n in right}, parts
    )


def any_of(parts: Iterable[Scores]) -> Scores:
    """Keep the documents that are in any of `parts`; their scores add up."""
    parts = sorted(parts, key=len, reverse=True)
    if not parts:
        return {}
    found = dict(parts[0])
    for part in parts[1:]:
        for number, score in part.items():
            found[number] = found.get(number, 0.0) + score
    return found


def best_of(parts: list[Scores]) -> Scores:
    """Keep the documents that are in any of `parts`, each with its best score."""
    if len(parts) == 1:
        return parts[0]
    found: Scores = {}
    for part in parts:
        for number, score in part.items():
            if score > found.get(number, 0.0):
                found[number] = score
    return found


def scaled(found: Scores, factor: float) -> Scores:
    return found if factor == 1 else {number: score * factor for number, score in found.items()}


class Evaluation:
    """The evaluation of queries on one snapshot.

    `kind` keeps the objects of one class; `fields` (names of search fields) keeps matches in
    these fields; `expand` turns the text of a query into groups of alternatives.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        kind: str | None = None,
        fields: Iterable[str] | None = None,
        autocomplete: bool = False,
        expand: Callable[[str], list[Group]] = groups_of,
        ranking: Ranking = RANKING,
    ):
        self.snapshot, self.layout = snapshot, snapshot.layout
        self.kind, self.autocomplete = kind, autocomplete
        self.expand, self.ranking = expand, ranking
        self.fields = None if fields is None else list(fields)
        #: What has all the words of the plain text that was evaluated last.
        self.complete: set[int] | None = None

    def run(self, query) -> Scores:
        """Return the scores of the living documents that match `query`."""
        found = self._evaluate(query)
        if self.kind and self.kind != self.layout.label:
            alive = self.snapshot.documents_of(self.kind)
            return {number: score for number, score in found.items() if number in alive}
        if self.snapshot.count == self.snapshot.size:  # nothing was deleted
            return found
        keys = self.snapshot.keys
        return {number: score for number, score in found.items() if keys[number] is not None}

    def _everything(self) -> Scores:
        kind = self.kind or self.layout.label
        return dict.fromkeys(self.snapshot.documents_of(kind), 1.0)

    def _evaluate(self, query) -> Scores:
        match query:
            case MatchAll():
                return self._everything()
            case Boost():
                return scaled(self._evaluate(query.subquery), query.boost)
            case And():
                return all_of([self._evaluate(part) for part in query.subqueries])
            case Or():
                return any_of([self._evaluate(part) for part in query.subqueries])
            case Not():
                unwanted = self._evaluate(query.subquery)
                return {n: s for n, s in self._everything().items() if n not in unwanted}
            case PlainText():
                least = query.least if isinstance(query, MostWords) else 0.0
                return scaled(self._text(query.query_string, query.operator, least), query.boost)
            case Phrase():
                words = analysis.read_words(query.query_string)[:MOST_WORDS]
                return self.phrase(tuple(part.term for word in words for part in word.parts))
            case Fuzzy():
                return self._fuzzy(query)
        raise NotImplementedError(f"{type(query).__name__} queries are not supported.")

    def _text(self, text: str, operator: str, least: float) -> Scores:
        if self.autocomplete:
            surfaces = [p.surface for w in analysis.read_words(text)[:MOST_WORDS] for p in w.parts]
            parts = [self.prefix(surface) for surface in dict.fromkeys(surfaces)]
            return all_of(parts) if operator == "and" else any_of(parts)
        groups = self.expand(text)
        parts = [self.group(group) for group in groups]
        if operator == "and" or len(parts) < 2:
            found = all_of(parts)
        else:
            weights = [1.0] * len(parts)
            if self.fields is None:
                weights = self.ranking.weights(self.snapshot, groups)
            found = self.ranking.any_of_many(parts, weights, least=least)
            smallest, *others = sorted(parts, key=len)
            self.complete = set(smallest).intersection(*others)
        if found and self.fields is None:
            found = dict(found)  # it may be one that is remembered
            self.ranking.polish(self.snapshot, found, groups)
        return found

    def group(self, group: Group) -> Scores:
        """Return the scores of the documents that have any of the alternatives of `group`."""
        ways = group.alternatives
        spellings = [self.alternative(way.terms) for way in ways if way.weight == 1]
        related = [way for way in ways if way.weight != 1]
        best = best_of(spellings)
        if not related:
            return best
        if self.fields is not None:
            parts = (scaled(self.alternative(way.terms), way.weight) for way in related)
            return any_of([best, *parts])
        return self._remembered(("group", group), lambda: self._as_one_word(group, len(best)))

    def _as_one_word(self, group: Group, having: int) -> Scores:
        """Score all alternatives of `group` as one word, as rare as what was typed.

        What is only related counts by its weight, so "Paperwork Reduction Act (PRA)" has the
        acronym one and a half times.
        """
        merged: dict[str, dict[int, float]] = {field: {} for field in self.layout.boosts}
        for way in sorted(group.alternatives, key=lambda way: way.weight != 1):
            for field, (numbers, counts) in self._occurrences_of(way.terms).items():
                here = merged[field]
                for number, count in zip(numbers, counts, strict=True):
                    known = here.get(number, 0.0)
                    here[number] = (
                        max(known, count) if way.weight == 1 else known + way.weight * count
                    )
        occurrences = {field: (list(here), list(here.values())) for field, here in merged.items()}
        return self.ranking.score(self.snapshot, occurrences, having=having)

    def alternative(self, terms: tuple[str, ...]) -> Scores:
        return self.term(terms[0]) if len(terms) == 1 else self.phrase(terms)

    # One term

    def term(self, term: str) -> Scores:
        """Return the scores of the documents that have a word with this stem where we search."""
        if self.fields is not None:
            return self._term_in_slots(term)
        return self._remembered(("term", term), lambda: self._score(self._occurrences(term)))

    def _remembered(self, what, compute: Callable[[], Scores]) -> Scores:
        memory, wanted = self.snapshot.scores, (what, self.ranking)
        if wanted not in memory:
            memory[wanted] = compute()
        return memory[wanted]

    def _occurrences(self, term: str) -> dict[str, tuple[Iterable[int], Iterable[float]]]:
        return {field: self.snapshot.stem_postings(field, term) for field in self.layout.boosts}

    def _occurrences_of(self, terms: tuple[str, ...]):
        if len(terms) == 1:
            return self._occurrences(terms[0])
        found = self._phrase_occurrences(terms)
        return {field: (list(counts), list(counts.values())) for field, counts in found.items()}

    def _score(self, occurrences) -> Scores:
        return self.ranking.score(self.snapshot, occurrences)

    # Some fields only

    def _slots(self, field: str) -> list[range]:
        """Return the ranges of positions in the text field `field` that are searched."""
        homes = self.layout.homes
        return [
            range(self.layout.slots[name] * SLOT, (self.layout.slots[name] + 1) * SLOT)
            for name in self.fields
            if name in self.layout.slots and (field == "begin" or field in homes.get(name, ()))
        ]

    def _term_in_slots(self, term: str) -> Scores:
        found = {}
        for field, boost in self.layout.boosts.items():
            if not (slots := self._slots(field)):
                continue
            for number, positions in self.snapshot.stem_positions(field, term).items():
                count = sum(any(spot in slot for slot in slots) for spot in positions)
                if count:
                    found[number] = found.get(number, 0.0) + boost * self.ranking.saturated(count)
        return scaled(found, rarity(self.snapshot.count, len(found)))

    # Words side by side

    def phrase(self, terms: tuple[str, ...]) -> Scores:
        """Return the scores of the documents in which `terms` stand side by side, in order.

        They are scored like a word of their own, that occurs where the phrase does.
        """
        if not terms:
            return {}
        if len(terms) == 1:
            return self.term(terms[0])
        if self.fields is not None:
            return self._score(self._occurrences_of(terms))
        return self._remembered(("phrase", terms), lambda: self._score(self._occurrences_of(terms)))

    def _phrase_occurrences(self, terms: tuple[str, ...]) -> dict[str, dict[int, int]]:
        """Return by field and document how often `terms` stand side by side."""
        found = {}
        for field in self.layout.boosts:
            slots = None if self.fields is None else self._slots(field)
            if slots == []:
                continue
            counts = {}
            for number, starts in self._side_by_side(field, terms).items():
                if slots is not None:
                    starts = [spot for spot in starts if any(spot in slot for slot in slots)]
                if starts:
                    counts[number] = len(starts)
            found[field] = counts
        return found

    def _side_by_side(self, field: str, terms: tuple[str, ...]) -> dict[int, set[int]]:
        """Return the positions in `field` at which `terms` begin, by document.

        Any word may stand where a stop word is asked for, unless nothing else is asked for.
        """
        spaced = [(n, term) for n, term in enumerate(terms) if term not in analysis.STOP_STEMS]
        spaced = spaced or list(enumerate(terms))
        among = None
        for _, term in spaced:
            numbers = set(self.snapshot.stem_postings(field, term)[0])
            among = numbers if among is None else among & numbers
            if not among:
                return {}
        spots: dict[int, set[int]] = {}
        for index, (offset, term) in enumerate(spaced):
            for number, positions in self.snapshot.stem_positions(field, term, among).items():
                starts = {spot - offset for spot in positions}
                spots[number] = spots[number] & starts if index else starts
        return {number: starts for number, starts in spots.items() if starts}

    # Beginnings and misspellings of words

    def prefix(self, prefix: str) -> Scores:
        """Return the documents of which an autocomplete word begins with `prefix`.

        Whole words count more than beginnings.
        """
        snapshot = self.snapshot
        if self.fields is None and len(prefix) <= SHORT_PREFIX:
            numbers, _ = snapshot.postings("start", prefix)
            found = dict.fromkeys(numbers, 1.0)
            found.update(dict.fromkeys(snapshot.postings("begin", prefix)[0], 2.0))
            return found
        found = {}
        terms = snapshot.expand_prefix("begin", prefix)
        if len(terms) > MOST_EXPANSIONS:
            frequency = snapshot.document_frequency
            terms = sorted(terms, key=lambda term: -frequency("begin", term))[:MOST_EXPANSIONS]
        slots = None if self.fields is None else self._slots("begin")
        for term in terms:
            score = 1.0 + (term == prefix)
            if slots is None:
                numbers = snapshot.postings("begin", term)[0]
            else:
                numbers = (
                    number
                    for number, positions in snapshot.positions("begin", term).items()
                    if any(spot in slot for spot in positions for slot in slots)
                )
            for number in numbers:
                found[number] = max(score, found.get(number, 0.0))
        return found

    def _fuzzy(self, query: Fuzzy) -> Scores:
        parts = []
        for word in telling_words(analysis.read_words(query.query_string)):
            surface = (word.joined or word.parts[0]).surface
            distance = 0 if len(surface) < 3 else 1 if len(surface) < 6 else 2
            near = {analysis.stem(surface)}
            for field in self.layout.boosts if distance else ():
                words = self.snapshot.terms_within(field, surface, distance, prefix=1)
                near.update(map(analysis.stem, words))
            parts.append(best_of([self.term(stem) for stem in sorted(near)]))
        return all_of(parts) if query.operator == "and" else any_of(parts)
