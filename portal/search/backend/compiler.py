"""From a modelsearch query to the keys that match."""

from django.utils.functional import cached_property
from modelsearch.backends.base import BaseSearchQueryCompiler
from modelsearch.query import MatchAll, Not

from portal.search.backend.folder import IndexFolder
from portal.search.backend.matching import Evaluation
from portal.search.backend.ranking import Scores
from portal.search.backend.schema import layout_of, root_label
from portal.search.backend.snapshots import open_snapshot


class Matches:
    """What the index found for a query: primary keys, and when asked for, their order."""

    def __init__(self, scores: Scores, all_keys: list, complete: set[int] | None = None):
        self._scores, self._all_keys = scores, all_keys
        self._complete = complete

    @cached_property
    def keys(self) -> list:
        """The primary keys that match, in no particular order."""
        all_keys = self._all_keys
        return [all_keys[number] for number in self._scores]

    @cached_property
    def ranked(self) -> list:
        """The same, best first. What is equally good comes in the order of keys, newest first."""
        all_keys = self._all_keys
        numbers = sorted(self._scores, key=all_keys.__getitem__, reverse=True)
        numbers.sort(key=self._scores.__getitem__, reverse=True)
        return [all_keys[number] for number in numbers]

    @cached_property
    def complete(self) -> set:
        """The primary keys of what has all the words of a plain query for any of them."""
        all_keys, scores = self._all_keys, self._scores
        complete = scores if self._complete is None else self._complete
        return {all_keys[number] for number in complete if number in scores}

    @cached_property
    def scores(self) -> dict:
        """The scores by primary key."""
        all_keys = self._all_keys
        return {all_keys[number]: score for number, score in self._scores.items()}


class WhooshSearchQueryCompiler(BaseSearchQueryCompiler):
    DEFAULT_OPERATOR = "and"
    # The database sorts, so whatever it can sort by is fine.
    HANDLES_ORDER_BY_EXPRESSIONS = True
    autocomplete = False

    _matches = None

    @property
    def matches_everything(self) -> bool:
        return isinstance(self.query, MatchAll)

    @property
    def matches_nothing(self) -> bool:
        return isinstance(self.query, Not) and isinstance(self.query.subquery, MatchAll)

    def matches(self, backend) -> Matches:
        """Return all matches of the text, whatever the queryset filters.

        Raises IndexUnavailable where the index cannot answer. All slices of one search share
        the answer.
        """
        if self._matches is None:
            model = self.queryset.model
            layout = layout_of(root_label(model))
            with open_snapshot(IndexFolder(backend.path, layout)) as snapshot:
                evaluation = Evaluation(
                    snapshot,
                    kind=model._meta.concrete_model._meta.label_lower,
                    fields=self.fields,
                    autocomplete=self.autocomplete,
                    expand=backend.expand,
                )
                scores = evaluation.run(self.query)
                self._matches = Matches(scores, snapshot.keys, evaluation.complete)
        return self._matches


class WhooshAutocompleteQueryCompiler(WhooshSearchQueryCompiler):
    autocomplete = True
