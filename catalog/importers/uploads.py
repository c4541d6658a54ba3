"""Importing a file that an editor uploaded: look at it first, then import what differs.

Both steps are tasks of the queue, because a file may hold thousands of rows. The file lies in the
private storage and is purged by the clock, with its report.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from ..models import ImportRun, ResourceIndexPage
from ..models.import_run import KEPT
from .importing import import_file
from .problems import FileProblem, one_line

MOST_BYTES = 10_000_000
ENDINGS = (".xlsx", ".csv", ".jsonl")
# How often a task tells how far it is.
SECONDS_BETWEEN_WORDS = 1.0


class NotNow(Exception):
    """The run is not in the state for what was asked of it: somebody was faster."""


def may_import(user):
    """Whether `user` may make and publish listings, and so bring in many."""
    index = ResourceIndexPage.objects.first()
    if index is None or not user.is_active:
        return False
    may = index.permissions_for_user(user)
    return may.can_add_subpage() and may.can_publish_subpage()


@transaction.atomic
def begin(*, file, source, user):
    """Keep the uploaded `file` and have it looked at. Returns the ImportRun."""
    run = ImportRun.objects.create(
        uploaded_by=user, file=file, name=one_line(Path(file.name).name, 200), source=source
    )
    read_upload.enqueue(run.pk)
    return run


@transaction.atomic
def confirm(*, run, user):
    """Import what was looked at. Raises NotNow unless the run waits for that."""
    run = _locked(run, ImportRun.State.READY)
    run.uploaded_by = user
    _set_out(run, ImportRun.State.IMPORTING)
    import_upload.enqueue(run.pk)
    return run


@transaction.atomic
def go_on(*, run):
    """Begin anew what a task left undone when it died; harmless, since rows are compared."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not locked.is_stuck:
        raise NotNow
    _set_out(locked, locked.state)
    job = read_upload if locked.state == ImportRun.State.READING else import_upload
    job.enqueue(locked.pk)
    return locked


@transaction.atomic
def discard(*, run):
    """Forget an upload and its file. Raises NotNow while a task is at it."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.is_working and not locked.is_stuck:
        raise NotNow
    _delete(locked)


def _locked(run, state):
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != state:
        raise NotNow
    return locked


def _set_out(run, state):
    run.state = state
    run.rows_done = run.rows_total = 0
    run.heard_at = timezone.now()
    run.save()


@task()
def read_upload(pk):
    """Find out what importing the file would do."""
    _work(pk, ImportRun.State.READING, ImportRun.State.READY, dry_run=True)


@task()
def import_upload(pk):
    """Import the file."""
    _work(pk, ImportRun.State.IMPORTING, ImportRun.State.DONE, dry_run=False)


def _work(pk, before, after, *, dry_run):
    run = ImportRun.objects.filter(pk=pk, state=before).select_related("uploaded_by").first()
    if run is None:
        return
    try:
        run.report = _import(run, dry_run=dry_run)
        run.state, run.problem = after, ""
    except FileProblem as problem:
        run.state, run.problem = ImportRun.State.FAILED, str(problem)
    except Exception:
        # The queue logs it; whoever waits must not wait for ever.
        ImportRun.objects.filter(pk=pk, state=before).update(
            state=ImportRun.State.FAILED,
            problem=_("Something went wrong on our side. Rows before are in; upload it again."),
        )
        raise
    # Where somebody forgot the upload meanwhile, there is nothing left to say it to.
    ImportRun.objects.filter(pk=pk).update(
        report=run.report, state=run.state, problem=run.problem, heard_at=timezone.now()
    )


def _import(run, *, dry_run):
    """Return the report of the import as JSON knows it."""
    with TemporaryDirectory() as folder:
        # The importer reads a file of the disk; the storage may be somewhere else. Its name
        # is what the editor knows, because complaints tell it.
        path = Path(folder) / _safe_name(run)
        with run.file.open() as source, path.open("wb") as target:
            for chunk in source.chunks():
                target.write(chunk)
        try:
            done = import_file(
                path=path,
                source=run.source,
                dry_run=dry_run,
                progress=lambda rows, total: _told(run, rows, total),
                user=run.uploaded_by,
            )
        except FileProblem as problem:
            raise FileProblem(str(problem).replace(str(path), path.name)) from problem
    report = done.as_json()
    report["counts"]["rows"] = sum(done.counts.values())
    return report


def _safe_name(run):
    stem = "".join(sign if sign.isalnum() or sign in "-_ " else "-" for sign in Path(run.name).stem)
    return (stem[:80].strip() or "file") + Path(run.file.name).suffix


def _told(run, rows, total):
    """Yield the rows, and say now and then how many there were."""
    said = 0
    for number, row in enumerate(rows, start=1):
        yield row
        if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
            said = time.monotonic()
            ImportRun.objects.filter(pk=run.pk).update(
                rows_done=number, rows_total=total, heard_at=timezone.now()
            )


def forget_old(now=None):
    """Delete uploads that nobody needs any more, and their files; the clock calls this."""
    old = ImportRun.objects.filter(created_at__lte=(now or timezone.now()) - KEPT)
    count = 0
    for run in old:
        _delete(run)
        count += 1
    return count


def _delete(run):
    file = run.file
    run.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name))
