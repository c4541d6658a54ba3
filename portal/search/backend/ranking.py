"""How well a document answers a query.

A word scores in each field by BM25, and the fields' scores add up, each times its boost; adding
occurrences before saturation (BM25F) ranked worse here. Beyond the sum, mildly:

- words of the query that usually stand side by side ("social media") count less, because together
  they are little more than one word (`collocation`);
- documents that have more of the words go up (`coordination`);
- so do those whose headline (the field with the highest boost) consists of the words
  (`headline`), and those that have neighbors of the query near each other there (`neighbors`);
- so do newer ones, where the model says what its date is (`recency`).

The numbers are round on purpose. They were chosen on 60 public queries, where steps to either side
change little; docs/search.md has the measurements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from portal.search.backend.snapshots import Snapshot

#: Scores by document number.
Scores = dict[int, float]

#: Neighbors of the query count as near each other up to this distance.
NEAR = 3


def rarity(documents: int, having: int, power: float = 1.0) -> float:
    """Return what a word weighs that `having` of so many `documents` have; never below zero."""
    return log(1 + (max(documents - having, 0) + 0.5) / (having + 0.5)) ** power


@dataclass(frozen=True)
class Ranking:
    """The numbers of the ranking.

    `k1` saturates repetition; `b` punishes length, `b_headline` that of headlines; `rarity_power`
    makes rare words count for more than BM25 lets them. The rest is explained above.
    """

    k1: float = 1.2
    b: float = 0.75
    b_headline: float = 0.4
    rarity_power: float = 1.3
    collocation: float = 0.5
    coordination: float = 0.5
    headline: float = 0.5
    neighbors: float = 0.05
    recency: float = 0.2
    half_life: float = 5.0  # years

    def saturated(self, count: float, relative_length: float = 1.0) -> float:
        """Return the weight of `count` occurrences, between 0 and k1 + 1."""
        return count * (self.k1 + 1) / (count + self.k1 * relative_length)

    def score(
        self,
        snapshot: Snapshot,
        occurrences: dict[str, tuple[Iterable[int], Iterable[float]]],
        *,
        having: int = 0,
    ) -> Scores:
        """Score a word by the documents, and the counts in them, that it has in each field.

        It is as rare as if `having` documents had it; 0 stands for those that do.
        """
        found: Scores = {}
        headline = snapshot.layout.headline
        k1 = self.k1
        for field, (numbers, counts) in occurrences.items():
            if not numbers:
                continue
            b = self.b_headline if field == headline else self.b
            lengths = snapshot.length_factors(field, b, k1)
            most = snapshot.layout.boosts[field] * (k1 + 1)
            if not found:
                found = {
                    n: most * c / (c + lengths[n]) for n, c in zip(numbers, counts, strict=True)
                }
                continue
            get = found.get
            for n, c in zip(numbers, counts, strict=True):
                found[n] = get(n, 0.0) + most * c / (c + lengths[n])
        share = rarity(snapshot.count, having or len(found), self.rarity_power)
        return {number: score * share for number, score in found.items()}

    def weights(self, snapshot: Snapshot, groups: list) -> list[float]:
        """Return what each word of a query counts beside its neighbors in the query.

        1 for words that headlines have apart from each other, down to 1 - `collocation` for
        two that have them together wherever they have the rarer one.
        """
        weights = [1.0] * len(groups)
        if not self.collocation:
            return weights
        field = snapshot.layout.headline
        for index, (group, after) in enumerate(pairwise(groups)):
            left, right = group.word.parts[-1].term, after.word.parts[0].term
            rarer = min(len(snapshot.stem_postings(field, term)[0]) for term in (left, right))
            # Two more than there are: a pair that was seen once may be chance.
            share = len(self._near(snapshot, field, left, right)) / (rarer + 2)
            for place in (index, index + 1):
                weights[place] = min(weights[place], 1 - self.collocation * share)
        return weights

    def any_of_many(
        self, parts: list[Scores], weights: list[float], *, least: float = 0.0
    ) -> Scores:
        """Add up the scores of words times `weights`, so that having more of them counts extra.

        Documents with less than the share `least` of the words that occur at all are left out.
        """
        weighted = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part]
        weighted.sort(key=lambda pair: len(pair[0]), reverse=True)
        if not weighted:
            return {}
        (first, weight), *others = weighted
        found = {number: score * weight for number, score in first.items()}
        having = dict.fromkeys(first, 1)
        for part, weight in others:
            for number, score in part.items():
                if number in found:
                    found[number] += score * weight
                    having[number] += 1
                else:
                    found[number] = score * weight
                    having[number] = 1
        shares = [count / len(weighted) for count in range(len(weighted) + 1)]
        factors = [share**self.coordination if share >= least else 0.0 for share in shares]
        return {
            number: score * factor
            for number, score in found.items()
            if (factor := factors[having[number]])
        }

    def polish(self, snapshot: Snapshot, found: Scores, groups: list) -> None:
        """Apply headline, neighbors and recency to the scores in `found`."""
        if self.neighbors and len(groups) > 1:
            self._add_neighbors(snapshot, found, groups)
        if self.headline:
            self._favor_headlines(snapshot, found, groups)
        if self.recency and (recency := snapshot.recency(self.half_life)):
            weight = self.recency
            for number in found:
                found[number] *= 1 + weight * recency[number]

    def _favor_headlines(self, snapshot: Snapshot, found: Scores, groups: list) -> None:
        field = snapshot.layout.headline
        groups_in: dict[int, int] = {}
        words_in: dict[int, int] = {}
        for group in groups:
            longest: dict[int, int] = {}
            for terms, _ in group.alternatives:
                numbers = [snapshot.stem_postings(field, term)[0] for term in terms]
                for number in set(numbers[0]).intersection(*numbers[1:]):
                    longest[number] = max(len(terms), longest.get(number, 0))
            for number, count in longest.items():
                groups_in[number] = groups_in.get(number, 0) + 1
                words_in[number] = words_in.get(number, 0) + count
        lengths = snapshot.lengths(field)
        for number, count in groups_in.items():
            if number in found:
                filled = min(words_in[number] / (lengths[number] or 1), 1)
                found[number] *= 1 + self.headline * count / len(groups) * sqrt(filled)

    def _add_neighbors(self, snapshot: Snapshot, found: Scores, groups: list) -> None:
        field = snapshot.layout.headline
        terms = [part.term for group in groups for part in group.word.parts]
        for left, right in pairwise(terms):
            for number, score in self._near(snapshot, field, left, right).items():
                if number in found:
                    found[number] += self.neighbors * score

    def _near(self, snapshot: Snapshot, field: str, left: str, right: str) -> Scores:
        """Score `left` followed closely by `right` in `field` like a word of its own."""
        wanted = (("near", left, right), self)
        if wanted not in snapshot.scores:
            among = set(snapshot.stem_postings(field, left)[0])
            among &= set(snapshot.stem_postings(field, right)[0])
            counts = {}
            if left != right and among:
                starts = snapshot.stem_positions(field, left, among)
                ends = snapshot.stem_positions(field, right, among)
                for number, spots in starts.items():
                    after = set(ends[number])
                    count = sum(
                        any(spot + step in after for step in range(1, NEAR + 1)) for spot in spots
                    )
                    if count:
                        counts[number] = count
            snapshot.scores[wanted] = self.score(
                snapshot, {field: (list(counts), list(counts.values()))}
            )
        return snapshot.scores[wanted]


RANKING = Ranking()
