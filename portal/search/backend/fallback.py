"""Searching the database while the index cannot answer.

Slower and cruder (parts of words match, nothing is ranked), and limited to the columns that
matter most: the search fields with a boost above one, such as title and summary.
"""

from functools import reduce
from operator import and_, or_

from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Q, QuerySet, TextField
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText

from portal.search import analysis
from portal.search.backend.matching import MOST_WORDS

NOTHING = Q(pk__in=[])


def search_columns(queryset: QuerySet, query, *, fields: list[str] | None = None) -> QuerySet:
    """Return the rows of `queryset` whose main text columns match a modelsearch `query`."""
    found = _condition(query, _columns(queryset.model, fields))
    if queryset.query.is_sliced:
        inside = list(queryset.values_list("pk", flat=True))
        queryset = queryset.model._default_manager.using(queryset.db).filter(pk__in=inside)
    return queryset.filter(found)


def _columns(model, fields: list[str] | None) -> list[str]:
    names = {}
    for search_field in model.get_searchable_search_fields():
        name = search_field.field_name
        if fields is not None and name not in fields:
            continue
        try:
            column = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue  # a method or a property
        if isinstance(column, (CharField, TextField)):
            names[name] = search_field.boost or 1
    boosted = [name for name, boost in names.items() if boost > 1]
    return boosted or list(names)


def _condition(query, columns: list[str]) -> Q:
    match query:
        case MatchAll():
            return Q()
        case Boost():
            return _condition(query.subquery, columns)
        case And():
            return reduce(and_, (_condition(part, columns) for part in query.subqueries), Q())
        case Or():
            parts = [_condition(part, columns) for part in query.subqueries]
            return Q() if Q() in parts else reduce(or_, parts, NOTHING)
        case Not():
            unwanted = _condition(query.subquery, columns)
            return ~unwanted if unwanted else NOTHING
        case Phrase():
            words = " ".join(query.query_string.replace("\0", "").split())
            return _contains(words, columns) if words else NOTHING
        case PlainText() | Fuzzy():
            words = (
                [text[place.start : place.end] for place in analysis.places(text)]
                if (text := query.query_string.replace("\0", ""))
                else []
            )
            parts = [_contains(word, columns) for word in dict.fromkeys(words[:MOST_WORDS])]
            if not parts:
                return NOTHING
            return reduce(and_ if query.operator == "and" else or_, parts)
    raise NotImplementedError(f"{type(query).__name__} queries are not supported.")


def _contains(text: str, columns: list[str]) -> Q:
    return reduce(or_, (Q(**{f"{name}__icontains": text}) for name in columns), NOTHING)
