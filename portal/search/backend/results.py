"""Search results: what the index found, as far as the queryset lets it through.

The queryset decides what is in and, unless results are ordered by relevance, in which order.
Rows that were deleted, hidden or changed behind the index's back therefore drop out, and counts
count what can be seen.
"""

from collections import OrderedDict

from django.core.exceptions import FieldError
from django.db.models import Count, QuerySet
from modelsearch.backends.base import BaseSearchResults, FilterFieldError

from portal.search.backend.fallback import search_columns
from portal.search.backend.folder import IndexUnavailable
from portal.search.backend.querysets import with_keys

#: How many of the best keys are looked up first, beyond the page itself.
MARGIN = 50


class WhooshSearchResults(BaseSearchResults):
    supports_facet = True

    def _queryset(self) -> QuerySet:
        """Return all rows that are found, in the order of the queryset, not sliced."""
        compiler = self.query_compiler
        queryset = compiler.queryset
        if compiler.matches_everything:
            return queryset
        if compiler.matches_nothing:
            return queryset.none()
        try:
            return with_keys(queryset, compiler.matches(self.backend).keys)
        except IndexUnavailable:
            return search_columns(queryset, compiler.query, fields=compiler.fields)

    def _is_ranked(self) -> bool:
        """Say whether the order is that of the index."""
        compiler = self.query_compiler
        if not compiler.order_by_relevance or compiler.matches_everything:
            return False
        if compiler.matches_nothing:
            return False
        try:
            compiler.matches(self.backend)
        except IndexUnavailable:
            return False
        return True

    def _ordered(self, queryset: QuerySet) -> QuerySet:
        """Make sure that pages do not overlap."""
        if queryset.query.is_sliced or queryset.query.order_by or queryset.query.extra_order_by:
            return queryset
        if self.query_compiler.order_by_relevance and queryset.ordered:
            return queryset
        return queryset.order_by("-pk")

    def _do_search(self):
        if not self._is_ranked():
            objects = list(self._ordered(self._queryset())[self.start : self.stop])
            for obj in objects if self._score_field else ():
                setattr(obj, self._score_field, self._score_of(obj.pk))
            return objects
        keys = self._page_keys()
        objects = {obj.pk: obj for obj in with_keys(self.query_compiler.queryset, keys)}
        if self._score_field:
            for key, obj in objects.items():
                setattr(obj, self._score_field, self._score_of(key))
        return [objects[key] for key in keys if key in objects]

    def _score_of(self, key) -> float:
        try:
            return self.query_compiler.matches(self.backend).scores.get(key, 1.0)
        except IndexUnavailable:
            return 1.0

    def _page_keys(self) -> list:
        """Return the keys between `start` and `stop` of those that the queryset lets through."""
        keys = self.query_compiler.matches(self.backend).ranked
        first = len(keys) if self.stop is None else 2 * self.stop + MARGIN
        allowed = self._allowed(keys[:first])
        if self.stop is not None and len(allowed) < self.stop and first < len(keys):
            allowed = self._allowed(keys)
        return [key for key in keys if key in allowed][self.start : self.stop]

    def _allowed(self, keys: list) -> set:
        queryset = with_keys(self.query_compiler.queryset, keys)
        return set(queryset.order_by().values_list("pk", flat=True))

    def _do_count(self) -> int:
        queryset = self._queryset()
        if queryset.query.is_sliced:
            count = queryset.count()
        else:
            # Filters that span relations may give a row more than once.
            count = queryset.order_by().values("pk").distinct().count()
        count = max(count - self.start, 0)
        return count if self.stop is None else min(count, self.stop - self.start)

    def facet(self, field_name) -> OrderedDict:
        """Return how many results have each value of a filter field, the most frequent first.

        None stands for results that have no value.
        """
        model = self.query_compiler.queryset.model
        unsuitable = FilterFieldError(
            f'Cannot facet search results with field "{field_name}". '
            f'Please add index.FilterField("{field_name}") to {model.__name__}.search_fields.',
            field_name=field_name,
        )
        if self.query_compiler._get_filterable_field(field_name) is None:
            raise unsuitable
        keys = list(self._queryset().order_by().values_list("pk", flat=True))
        rows = with_keys(model._default_manager.order_by(), keys)
        try:
            counts = rows.values(field_name).annotate(count=Count("pk"))
            ordered = counts.order_by("-count", field_name).values_list(field_name, "count")
            return OrderedDict(ordered)
        except FieldError as error:  # a method or a property
            raise unsuitable from error
