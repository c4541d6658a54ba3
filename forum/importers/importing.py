"""The verbs: import an export of bbPress, import a transcript."""

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from catalog.importers.problems import Refused

from .bbpress import read_talks
from .people import People, read_author_map
from .places import Places, category_by_slug
from .reports import Report
from .transcript import read_transcript
from .writing import write_talk
from .wxr import read_export


def import_bbpress(*, path, category="", author_map=None, dry_run=False, progress=None):
    """Import every topic of a WordPress export and return the Report.

    `category` is the slug for topics whose forum the file does not hold; `author_map` a CSV
    file (`people.read_author_map`); with `dry_run` every transaction is rolled back;
    `progress(talks, total)` wraps the threads to show how far it is. Raises FileProblem before
    anything is written.
    """
    run = _Run(category, author_map, dry_run)
    talks = read_talks(read_export(path), run.report)
    for talk in progress(talks, len(talks)) if progress else talks:
        run.take(talk)
    return run.finish()


def import_transcript(
    *,
    path,
    category="",
    newest_first=False,
    began=None,
    old_address="",
    author_map=None,
    dry_run=False,
    progress=None,
):
    """Import the copied text of one thread and return the Report.

    `category` is the slug of its category, else the breadcrumb says it; `began` a datetime;
    `old_address` the address of the page. For the rest see `import_bbpress`.
    """
    run = _Run(category, author_map, dry_run)
    talk = read_transcript(
        path, newest_first=newest_first, began=began, old_address=old_address, report=run.report
    )
    if talk:
        if category:
            talk.places = []
        run.take(talk)
    return run.finish()


class _Run:
    """The state of one import: whom and what it has made, what to report."""

    def __init__(self, category, author_map, dry_run):
        self.report = Report()
        self.dry_run = dry_run
        self.places = Places(category_by_slug(category) if category else None)
        self.people = People(read_author_map(author_map) if author_map else None)

    def take(self, talk):
        """Write one thread, all of it or nothing."""
        try:
            with transaction.atomic():
                outcome, posts = write_talk(talk, people=self.people, places=self.places)
                if self.dry_run:
                    transaction.set_rollback(True)
        except Refused as reason:
            self._refuse(talk, str(reason))
        except IntegrityError:
            self._refuse(talk, _("Somebody else wrote the same just now. Import again."))
        except OperationalError:
            raise
        except DatabaseError as error:
            self._refuse(talk, _("The database refused it: %(error)s") % {"error": error})
        else:
            self.report.threads[outcome] += 1
            self.report.made["posts"] += posts
            notes = [*talk.notes, *self.people.notes] if posts else []
            self.people.settle(is_kept=not self.dry_run)
            self.places.settle()
            for note in notes:
                self._remark("note", talk, note)

    def finish(self):
        made = self.report.made
        made["members"] = len(self.people.made)
        made["matched"] = len(self.people.matched)
        made["categories"] = len(self.places.made)
        return self.report

    def _refuse(self, talk, why):
        self.people.forget()
        self.places.forget()
        self.report.threads["refused"] += 1
        self._remark("refused", talk, why)

    def _remark(self, what, talk, why):
        self.report.remark(what, why, line=talk.line, source_id=talk.source_id, title=talk.title)
