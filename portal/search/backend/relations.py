"""Reading the many-to-many relations of pages for many objects at once.

An editable page keeps such relations to itself until it is saved, so Django's prefetching, which
modelsearch asks for everything else, does not know them: each page would cost a query.
"""

from collections import defaultdict
from contextlib import suppress

from django.core.exceptions import FieldDoesNotExist
from modelcluster.fields import ParentalManyToManyField
from modelsearch.index import RelatedFields

#: What was read: the related objects by class, primary key and name of the relation.
Ahead = dict[tuple[type, object, str], list]


def read_ahead(objects: list) -> Ahead:
    """Return what `objects` are related to, except where they hold relations not saved yet."""
    by_model = defaultdict(list)
    for obj in objects:
        by_model[type(obj)].append(obj)
    found: Ahead = {}
    for model, rows in by_model.items():
        for field in model.get_search_fields():
            if isinstance(field, RelatedFields):
                with suppress(FieldDoesNotExist):
                    relation = model._meta.get_field(field.field_name)
                    if isinstance(relation, ParentalManyToManyField):
                        found |= _read(relation, model, rows)
    return found


def _read(relation: ParentalManyToManyField, model: type, rows: list) -> Ahead:
    name = relation.name
    # modelcluster keeps there what was set and not saved.
    keys = [row.pk for row in rows if name not in vars(row).get("_cluster_related_objects", ())]
    source, target = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    through = relation.remote_field.through._default_manager.filter(**{f"{source}__in": keys})
    related = defaultdict(set)
    for key, other in through.order_by().values_list(f"{source}_id", f"{target}_id"):
        related[key].add(other)
    wanted = set().union(*related.values())
    # In the order in which each page would have them.
    others = list(relation.related_model._default_manager.filter(pk__in=wanted))
    return {
        (model, key, name): [other for other in others if other.pk in related[key]] for key in keys
    }
