"""Restricting a queryset to many primary keys in one statement."""

import json

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def with_keys(queryset: QuerySet, keys: list) -> QuerySet:
    """Return `queryset` restricted to the primary keys `keys`, however many they are.

    `pk__in` binds one parameter per key, of which databases allow a limited number and which
    each cost time to bind; SQLite and PostgreSQL take the whole list as one parameter.
    """
    if queryset.query.is_sliced:  # which cannot be filtered further
        keys = set(keys).intersection(queryset.values_list("pk", flat=True))
        queryset = queryset.all()
        queryset.query.clear_limits()
    if not keys:
        return queryset.none()
    connection = connections[queryset.db]
    pk = queryset.model._meta.pk
    prepared = list(keys)
    if not isinstance(prepared[0], int):
        prepared = [pk.get_db_prep_value(key, connection) for key in prepared]
    if connection.vendor == "sqlite":
        rows = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(prepared)])
    elif connection.vendor == "postgresql":
        rows = RawSQL("SELECT unnest(%s)", [prepared])
    else:
        rows = prepared
    return queryset.filter(pk__in=rows)
