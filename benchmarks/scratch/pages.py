"""Many pages at once, past save(), which would take an hour for twenty thousand."""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

BATCH = 400


def add(parent: Page, rows: list) -> None:
    """Insert the unsaved pages `rows`, of any models, as live children of `parent`.

    Everything that Wagtail fills in is filled in here; slugs are numbers.
    """
    parent.refresh_from_db()
    last = parent.get_last_child()
    start = type(parent)._str2int(last.path[-parent.steplen :]) if last else 0
    for number, row in enumerate(rows, start + 1):
        row.slug = f"n-{number}"
        row.draft_title = row.title
        row.url_path = f"{parent.url_path}{row.slug}/"
        row.path = type(parent)._get_path(parent.path, parent.depth + 1, number)
        row.depth = parent.depth + 1
        row.content_type = ContentType.objects.get_for_model(type(row))
        row.locale = parent.locale
        row.live = True
        row.last_published_at = row.first_published_at
    fields = [field.attname for field in Page._meta.fields if field.name != "id"]
    bases = [Page(**{name: getattr(row, name) for name in fields}) for row in rows]
    for row, base in zip(rows, Page.objects.bulk_create(bases, batch_size=BATCH), strict=True):
        for model in [type(row), *type(row)._meta.get_parent_list()]:
            setattr(row, model._meta.pk.attname, base.pk)
    by_table = defaultdict(list)
    for row in rows:
        for model in [*type(row)._meta.get_parent_list(), type(row)]:
            if model is not Page:
                by_table[model].append(row)
    for model in sorted(by_table, key=lambda model: len(model._meta.get_parent_list())):
        _insert(model, by_table[model])
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(rows))


def _insert(model, rows: list) -> None:
    """Insert into the table of `model` alone; Django does not do so for models that inherit."""
    fields = model._meta.local_concrete_fields
    for start in range(0, len(rows), BATCH):
        model._base_manager._insert(rows[start : start + BATCH], fields=fields, using="default")
