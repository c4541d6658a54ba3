"""Changes on their way into the search index.

Saving an indexed object costs the saver one small row (PendingChange) in his own transaction. A
task applies the rows, up to 500 at a time, with one commit of the index; all engines take this
way, not only ours. The task waits half a second so that one commit serves many saves.

One task is enough for many rows. A saver uses the task that waits already, and makes sure that
it goes on waiting until he has committed: on SQLite his write lock keeps the worker from claiming
it, on PostgreSQL he locks its row. Otherwise the worker could run it just before the row appears,
and nobody would look again.

A change that no `save()` makes (`QuerySet.update()`, `tags.add()` on a plain model, renaming a
tag) is told by whoever makes it: `note_rows(queryset)`, in the transaction.
"""

import logging
import time
from contextlib import ExitStack
from datetime import timedelta
from itertools import groupby

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from modelsearch import signal_handlers
from modelsearch.backends import get_search_backends
from modelsearch.index import class_is_indexed, get_indexed_models

from portal.search.backend.objects import load

logger = logging.getLogger("portal.search")

#: Changes applied with one commit of the index.
BATCH = 500

#: Seconds for which the task waits for more changes.
GATHERING = 0.5


def watch_indexed_models() -> None:
    """Note every save and deletion of an indexed object, in place of modelsearch's own way.

    modelsearch enqueues a task for each save and indexes deletions in the request.
    """
    # First the list: search_auto_update is inherited.
    models = [m for m in get_indexed_models() if getattr(m, "search_auto_update", True)]
    for model in models:
        # Whichever app is started first: keep modelsearch from connecting, and disconnect it.
        model.search_auto_update = False
        post_save.disconnect(signal_handlers.post_save_signal_handler, sender=model)
        post_delete.disconnect(signal_handlers.post_delete_signal_handler, sender=model)
        post_save.connect(_saved, sender=model, dispatch_uid="portal.search")
        post_delete.connect(_deleted, sender=model, dispatch_uid="portal.search")


def _saved(instance, *, raw=False, **kwargs) -> None:
    if not raw:  # fixtures are followed by a rebuild
        note(instance)


def _deleted(instance, **kwargs) -> None:
    note(instance)


def note(obj: Model) -> None:
    """Note that `obj` changed or went; the index follows once the transaction has committed."""
    note_pairs([(type(obj)._meta.label_lower, str(obj.pk))])


def note_rows(rows: QuerySet) -> int:
    """Note that all of `rows` changed in a way that no save tells; return how many they are."""
    if not class_is_indexed(rows.model):
        raise TypeError(f"{rows.model._meta.label} is not indexed.")
    keys = list(rows.order_by().values_list("pk", flat=True).distinct())
    note_pairs([(rows.model._meta.label_lower, str(key)) for key in keys])
    return len(keys)


def note_pairs(pairs: list[tuple[str, str]]) -> None:
    """Note that the rows named by (model label, key) are to be looked at again."""
    from portal.search.models import PendingChange

    if not pairs:
        return
    with transaction.atomic():
        task = _waiting_task() or _enqueue()
        rows = [PendingChange(label=label, key=key, task=task) for label, key in pairs]
        if len(rows) == 1:
            rows[0].save(force_insert=True)
        else:
            PendingChange.objects.bulk_create(rows, batch_size=BATCH)


def _waiting_task() -> str:
    """Return the id of a task that is going to run after this transaction, or nothing."""
    from django_tasks_db.models import DBTaskResult, TaskResultStatus

    from portal.search.models import PendingChange

    task = PendingChange.objects.order_by("-pk").values_list("task", flat=True).first()
    if not task or not _queue_is_a_table():
        return ""
    ready = DBTaskResult.objects.filter(pk=task, status=TaskResultStatus.READY)
    # A task locked by another saver is not waited for: we enqueue one more.
    locked = ready.order_by().select_for_update(skip_locked=True).values_list("pk", flat=True)
    return task if list(locked) else ""


def _queue_is_a_table() -> bool:
    from portal.search.tasks import apply_pending_changes

    if not apps.is_installed("django_tasks_db"):
        return False
    from django_tasks_db.backend import DatabaseBackend

    return isinstance(apply_pending_changes.get_backend(), DatabaseBackend)


def _enqueue() -> str:
    from portal.search.tasks import apply_pending_changes

    task = apply_pending_changes
    if task.get_backend().supports_defer:
        task = task.using(run_after=timezone.now() + timedelta(seconds=GATHERING))
    return str(task.enqueue().id)


# The worker's side


def apply_pending(*, seconds: float | None = None) -> int:
    """Apply the changes that wait and return how many rows there were.

    After `seconds`, if given, no further batch is begun. Harmless to repeat and to run twice at
    once. An index that has to be built first is left to `health.heal()`, which reads everything
    anew. Raises IndexLocked where another process writes for too long; the changes keep waiting.
    """
    applied, started = 0, time.monotonic()
    while batch := _apply_batch():
        applied += batch
        if seconds is not None and time.monotonic() - started > seconds:
            break
    return applied


def _apply_batch() -> int:
    from portal.search.models import PendingChange

    backends = list(get_search_backends(with_auto_update=True))
    with ExitStack() as stack:
        # Locked before anything is read: what is written last is then what was saved last.
        waiting = PendingChange.objects.order_by("pk")
        for backend in backends:
            if hasattr(backend, "writing"):
                stack.enter_context(backend.writing())
        if not all(hasattr(backend, "writing") for backend in backends):
            stack.enter_context(transaction.atomic())
            waiting = waiting.select_for_update()
        rows = list(waiting[:BATCH])
        if rows:
            objects, gone = load((row.label, row.key) for row in rows)
            for backend in backends:
                _apply_to(backend, objects, gone)
            PendingChange.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _apply_to(backend, objects: list, gone: list[tuple[str, str]]) -> None:
    if hasattr(backend, "apply"):
        backend.apply(objects, gone)
        return
    by_class = sorted(objects, key=lambda obj: type(obj)._meta.label)
    for model, group in groupby(by_class, key=type):
        backend.add_bulk(model, list(group))
    for label, key in gone:
        model = apps.get_model(label)
        backend.delete(model(pk=model._meta.pk.to_python(key)))
