"""What the commands that import conversations share: options, progress, what is printed."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from catalog.importers.problems import FileProblem

from .reports import OUTCOMES


class ImportCommand(BaseCommand):
    """A command that imports FILE; subclasses say with which verb (`import_file`)."""

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--category", default="", metavar="SLUG", help=self.category_help)
        parser.add_argument(
            "--author-map",
            type=Path,
            metavar="FILE.csv",
            help="who is which member: a CSV with the columns author,member",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and write nothing"
        )
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE.csv",
            help="write what was refused and skipped, and notes, there",
        )

    def import_file(self, **options):
        raise NotImplementedError

    def handle(self, *, file, category, author_map, dry_run, report, **options):
        if report:
            self.check_report(report)
        try:
            done = self.import_file(
                path=file,
                category=category,
                author_map=author_map,
                dry_run=dry_run,
                progress=self.progress,
                **options,
            )
        except FileProblem as problem:
            raise CommandError(str(problem)) from problem
        except OperationalError as error:
            raise CommandError(
                _("The database did not answer: %(error)s. Threads before are in; import again.")
                % {"error": error}
            ) from error
        except KeyboardInterrupt:
            text = _("Stopped. Threads before are in; import again to go on.")
            raise CommandError(text, returncode=130) from None
        if report:
            done.write(report)
        if options["verbosity"]:
            self.list_remarks(done, report)
        self.summarize(done, dry_run, report)
        refused = done.threads["refused"]
        if refused:
            raise CommandError(
                ngettext(
                    "%(count)s thread was refused.", "%(count)s threads were refused.", refused
                )
                % {"count": refused}
            )

    def check_report(self, path):
        """Find out before the import, not after it, that the report cannot be written."""
        try:
            path.open("a").close()
        except OSError as error:
            reason = {"path": path, "reason": error.strerror}
            raise CommandError(_("%(path)s cannot be written: %(reason)s.") % reason) from error

    def progress(self, talks, total):
        """Show a bar on a terminal."""
        hidden = not sys.stderr.isatty()
        return tqdm(talks, total=total, unit=" threads", disable=hidden, leave=False)

    def list_remarks(self, done, report):
        """Print what needs a look: everything, or with a report file what was refused."""
        headings = [("refused", _("Refused:"))]
        if not report:
            headings += [("skipped", _("Skipped:")), ("note", _("Notes:"))]
        for what, heading in headings:
            remarks = done.of(what)
            if remarks:
                self.stdout.write(heading)
            for remark in remarks:
                self.stdout.write(f"  {remark}")

    def summarize(self, done, dry_run, report):
        if report:
            written = {"count": len(done.remarks), "path": report}
            self.stdout.write(_("Report: %(count)s lines in %(path)s.") % written)
        if dry_run:
            self.stdout.write(_("Dry run: nothing was written. It would have been:"))
        labels = {
            "created": _("created"),
            "changed": _("changed"),
            "unchanged": _("unchanged"),
            "skipped": _("skipped"),
            "refused": _("refused"),
        }
        outcomes = ", ".join(f"{done.threads[name]} {labels[name]}" for name in OUTCOMES)
        self.stdout.write(_("Threads: %(outcomes)s.") % {"outcomes": outcomes})
        counts = {name: done.made[name] for name in ("posts", "categories", "members", "matched")}
        counts["left_out"] = done.made["skipped replies"]
        self.stdout.write(
            _(
                "New: %(posts)s posts, %(categories)s categories, %(members)s placeholders. "
                "Members recognized: %(matched)s. Replies left out: %(left_out)s."
            )
            % counts
        )
