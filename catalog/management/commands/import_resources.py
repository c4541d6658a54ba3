"""manage.py import_resources: bring listings in from a file (docs/importing.md)."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from catalog.importers.importing import import_file
from catalog.importers.problems import FileProblem, one_line
from catalog.importers.reports import OUTCOMES
from catalog.models import KINDS


class Command(BaseCommand):
    help = "Import resources from a JSON Lines, CSV or XLSX file."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help=".jsonl, .csv or .xlsx")
        parser.add_argument(
            "--source",
            default="",
            metavar="NAME",
            help="where the rows come from, if they do not say; part of their identity",
        )
        parser.add_argument(
            "--topics",
            type=Path,
            metavar="FILE",
            help="the topics that rows name; by default topics.jsonl beside FILE",
        )
        parser.add_argument(
            "--kind",
            action="append",
            choices=sorted(KINDS),
            default=[],
            help="import only rows of this kind; may be given several times",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and write nothing"
        )
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE.csv",
            help="write skipped and refused rows, notes and possible doubles there",
        )
        parser.add_argument(
            "--mask-addresses",
            action="store_true",
            help="take e-mail addresses and telephone numbers out of texts",
        )

    def handle(self, *, file, source, topics, kind, dry_run, report, mask_addresses, **options):
        if len(source) > 120:
            raise CommandError(_("--source: a name has at most 120 characters."))
        if report:
            self.check_report(report)
        try:
            done = import_file(
                path=file,
                source=source.strip(),
                topics=topics,
                kinds=kind,
                dry_run=dry_run,
                mask=mask_addresses,
                progress=self.progress,
            )
        except FileProblem as problem:
            raise CommandError(str(problem)) from problem
        except OperationalError as error:
            raise CommandError(
                _("The database did not answer: %(error)s. Rows before are in; import again.")
                % {"error": error}
            ) from error
        except KeyboardInterrupt:
            text = _("Stopped. Rows before are in; import again to go on.")
            raise CommandError(text, returncode=130) from None
        if report:
            done.write(report)
        if options["verbosity"]:
            self.list_remarks(done, report)
        self.summarize(done, dry_run, report)
        refused = done.counts["refused"]
        if refused:
            raise CommandError(
                ngettext("%(count)s row was refused.", "%(count)s rows were refused.", refused)
                % {"count": refused}
            )

    def check_report(self, path):
        """Find out before the import, not after it, that the report cannot be written."""
        try:
            path.open("a").close()
        except OSError as error:
            reason = {"path": path, "reason": error.strerror}
            raise CommandError(_("%(path)s cannot be written: %(reason)s.") % reason) from error

    def progress(self, rows, total):
        """Show a bar on a terminal."""
        return tqdm(rows, total=total, unit=" rows", disable=not sys.stderr.isatty(), leave=False)

    def list_remarks(self, done, report):
        """Print what needs a look: everything, or with a report file what was refused."""
        headings = [("refused", _("Refused:"))]
        if not report:
            headings += [
                ("skipped", _("Skipped:")),
                ("note", _("Notes:")),
                ("double", _("Possible doubles:")),
            ]
        for what, heading in headings:
            remarks = done.of(what)
            if remarks:
                self.stdout.write(heading)
            for remark in remarks:
                self.stdout.write(f"  {remark}")

    def summarize(self, done, dry_run, report):
        if done.unused:
            names = {"names": ", ".join(sorted(one_line(name, 40) for name in done.unused)[:30])}
            self.stdout.write(_("Not used: %(names)s.") % names)
        if report:
            written = {"count": len(done.remarks), "path": report}
            self.stdout.write(_("Report: %(count)s lines in %(path)s.") % written)
        if done.topics_made:
            self.stdout.write(_("New topics: %(count)s.") % {"count": done.topics_made})
        if dry_run:
            self.stdout.write(_("Dry run: nothing was written. It would have been:"))
        elif not (done.counts["created"] or done.counts["changed"] or done.topics_made):
            self.stdout.write(_("Nothing changed."))
        labels = {
            "created": _("created"),
            "changed": _("changed"),
            "unchanged": _("unchanged"),
            "skipped": _("skipped"),
            "refused": _("refused"),
        }
        outcomes = ", ".join(f"{done.counts[name]} {labels[name]}" for name in OUTCOMES)
        self.stdout.write(f"{outcomes}.")
        names = {
            name: (model._meta.verbose_name, model._meta.verbose_name_plural)
            for name, model in KINDS.items()
        }
        kinds = ", ".join(
            f"{done.kinds[name]} {one if done.kinds[name] == 1 else many}"
            for name, (one, many) in names.items()
        )
        standing = {"kinds": kinds, "archived": done.archived, "live": done.live}
        self.stdout.write(_("%(kinds)s; %(archived)s archived, %(live)s live.") % standing)
