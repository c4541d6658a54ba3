"""What all commands that import a file share: options, progress, what is printed, how they end."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from tqdm import tqdm

from .problems import FileProblem
from .reports import OUTCOMES


class FileImportCommand(BaseCommand):
    """A command that imports FILE. Subclasses say with which verb, and what its report holds."""

    unit = ""  # what the bar counts
    report_help = ""
    stopped = ""  # what is in already when the import ends before its time
    file_help = ""

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help=self.file_help)
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and write nothing"
        )
        parser.add_argument("--report", type=Path, metavar="FILE.csv", help=self.report_help)

    def import_file(self, *, path, dry_run, progress, **options):
        """Import the file and return its report. Raises FileProblem."""
        raise NotImplementedError

    def counts(self, done):
        """Return how many rows the report has of each of OUTCOMES."""
        raise NotImplementedError

    def headings(self, done, report):
        """Return (kind of remark, heading) of what is printed; less where a file holds it."""
        raise NotImplementedError

    def refusal(self, count):
        """Return the words for `count` rows that were refused."""
        raise NotImplementedError

    def handle(self, *, file, dry_run, report, **options):
        if report:
            self.check_report(report)
        try:
            done = self.import_file(path=file, dry_run=dry_run, progress=self.progress, **options)
        except FileProblem as problem:
            raise CommandError(str(problem)) from problem
        except OperationalError as error:
            text = _("The database did not answer: %(error)s.") % {"error": error}
            raise CommandError(f"{text} {self.stopped}") from error
        except KeyboardInterrupt:
            raise CommandError(f"{_('Stopped.')} {self.stopped}", returncode=130) from None
        if report:
            done.write(report)
        if options["verbosity"]:
            self.list_remarks(done, dry_run, report)
        self.summarize(done, dry_run, report)
        refused = self.counts(done)["refused"]
        if refused:
            raise CommandError(self.refusal(refused))

    def check_report(self, path):
        """Find out before the import, not after it, that the report cannot be written."""
        try:
            path.open("a").close()
        except OSError as error:
            reason = {"path": path, "reason": error.strerror}
            raise CommandError(_("%(path)s cannot be written: %(reason)s.") % reason) from error

    def progress(self, rows, total):
        """Show a bar on a terminal."""
        hidden = not sys.stderr.isatty()
        return tqdm(rows, total=total, unit=f" {self.unit}", disable=hidden, leave=False)

    def list_remarks(self, done, dry_run, report):
        """Print what needs a look."""
        for what, heading in self.headings(done, report):
            remarks = done.of(what)
            if remarks:
                self.stdout.write(heading)
            for remark in remarks:
                self.stdout.write(f"  {remark}")

    def tell_of_report(self, done, report):
        if report:
            written = {"count": done.length, "path": report}
            self.stdout.write(_("Report: %(count)s lines in %(path)s.") % written)

    def tell_of_dry_run(self):
        self.stdout.write(_("Dry run: nothing was written. It would have been:"))

    def outcomes(self, done):
        """Return "1 created, 0 changed, …"."""
        labels = {
            "created": _("created"),
            "changed": _("changed"),
            "unchanged": _("unchanged"),
            "skipped": _("skipped"),
            "refused": _("refused"),
        }
        counts = self.counts(done)
        return ", ".join(f"{counts[name]} {labels[name]}" for name in OUTCOMES)

    def summarize(self, done, dry_run, report):
        raise NotImplementedError
