"""The verb: import a file of resources."""

from pathlib import Path

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from .columns import BY_NAME
from .desk import Desk, Waiting
from .digitalgov import translate
from .jsonlines import check_encoding, check_file, read_objects
from .listings import Shelf, write_row
from .problems import FileProblem, Refused, Skipped
from .reports import Report
from .rows import read_row
from .tables import read_csv, read_xlsx
from .topics import Taxonomy

JSON_LINES = {".jsonl", ".ndjson", ".json"}


def read_file(path):
    """Return the number of rows at most, and an iterator of (line, dict or Refused).

    Raises FileProblem for a file that is wrong as a whole, before anything is written.
    """
    kind = path.suffix.lower()
    if kind in JSON_LINES:
        check_file(path)
        return check_encoding(path), read_objects(path)
    if kind in {".csv", ".tsv"}:
        rows = read_csv(path)
    elif kind == ".xlsx":
        rows = read_xlsx(path)
    else:
        check_file(path)
        raise FileProblem(
            _("%(path)s: only .jsonl, .csv and .xlsx files can be imported.") % {"path": path}
        )
    return len(rows), iter(rows)


def import_file(
    *, path, source="", topics=None, kinds=(), dry_run=False, mask=False, progress=None, user=None
):
    """Import every row of `path` in a transaction of its own and return the Report.

    `source` names the source of rows that do not; `topics` is a file of topics, by default
    topics.jsonl beside `path` where there is one; `kinds` are the only ones wanted; with
    `dry_run` each transaction is rolled back; `mask` removes addresses of people from texts;
    `progress(rows, total)` wraps the rows to show how far it is; `user`, if any, is who imports.
    Raises FileProblem.
    """
    path = Path(path)
    total, rows = read_file(path)
    beside = path.parent / "topics.jsonl"
    if topics is None and beside.exists() and beside != path:
        topics = beside
    taxonomy = Taxonomy(Path(topics) if topics else None)
    run = _Run(taxonomy, dry_run, user)
    if not dry_run:
        run.report.topics_made = taxonomy.plant()
    is_json = path.suffix.lower() in JSON_LINES
    for line, raw in progress(rows, total) if progress else rows:
        if isinstance(raw, Refused):
            run.refuse(line, raw)
            continue
        try:
            if is_json:
                raw = translate(raw)
                run.report.unused |= raw.keys() - BY_NAME.keys()
            row = read_row(line, raw, path=path, source=source, kinds=kinds, mask=mask)
        except (Refused, Skipped) as reason:
            run.pass_over(line, raw, reason)
        else:
            run.take(row)
    run.take_waiting()
    run.report.find_doubles()
    run.report.remarks.sort(key=lambda remark: remark.line)
    run.report.written.sort(key=lambda row: row.line)
    return run.report


class _Run:
    """The state of one import: what was seen, what waits, what to report."""

    def __init__(self, taxonomy, dry_run, user):
        self.report = Report()
        self.dry_run = dry_run
        self.user = user
        self.lines = {}  # what a row is known by: the line it stood on
        self.pages = {}  # the listing a row came to: the line it stood on
        self.done = set()
        self.waiting = []
        self.shelf = Shelf()
        self.desk = Desk(taxonomy, self.done)

    def refuse(self, line, reason, *, source_id="", title=""):
        self.report.counts["refused"] += 1
        self.report.remark("refused", line, str(reason), source_id=source_id, title=title)

    def pass_over(self, line, raw, reason):
        """Report a row that was not understood, with what it calls itself."""
        names = {
            "source_id": str(raw.get("source_id") or raw.get("id") or ""),
            "title": str(raw.get("title") or ""),
        }
        if isinstance(reason, Refused):
            self.refuse(line, reason, **names)
        else:
            self.report.counts["skipped"] += 1
            self.report.remark("skipped", line, str(reason), **names)

    def take(self, row):
        """Import a row, or let it wait for one that it names."""
        first = self.lines.setdefault(row.key, row.line)
        if first != row.line:
            self._refuse_row(row, _twice(first))
            return
        try:
            self._import(row)
        except Waiting:
            row.notes.clear()
            self.waiting.append(row)

    def take_waiting(self):
        """Import the rows that waited, as long as any of them finds what it names."""
        before = None
        while self.waiting and len(self.waiting) != before:
            before = len(self.waiting)
            rows, self.waiting = self.waiting, []
            for row in rows:
                self.take(row)
        for row in self.waiting:
            try:
                self._import(row)
            except Waiting as reason:
                self._refuse_row(row, reason)

    def _import(self, row):
        try:
            with transaction.atomic():
                page, outcome = write_row(row, desk=self.desk, shelf=self.shelf, user=self.user)
                is_saved = outcome != "created" or not self.dry_run
                first = self.pages.get(page.pk, row.line)
                if first != row.line and is_saved:
                    raise Refused(_twice(first))
                if self.dry_run:
                    transaction.set_rollback(True)
        except Refused as reason:
            self._refuse_row(row, reason)
        except IntegrityError:
            self._refuse_row(row, _("Somebody else wrote the same listing just now. Import again."))
        except OperationalError:
            raise
        except DatabaseError as error:
            self._refuse_row(row, _("The database refused it: %(error)s") % {"error": error})
        else:
            if is_saved:
                self.pages[page.pk] = row.line
            self.done.add((row.source, row.source_id))
            self.report.add(row, page, outcome, is_saved=is_saved)

    def _refuse_row(self, row, reason):
        self.refuse(row.line, reason, source_id=row.source_id, title=row.title)


def _twice(line):
    return _("The same listing stands on line %(line)s already.") % {"line": line}
