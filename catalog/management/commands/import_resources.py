"""manage.py import_resources: bring listings in from a file (docs/importing.md)."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.importers.console import FileImportCommand
from catalog.importers.importing import import_file
from catalog.importers.problems import one_line
from catalog.models import KINDS

# So many changed listings are printed; a report holds all.
MOST_PRINTED = 100


class Command(FileImportCommand):
    help = "Import resources from a JSON Lines, CSV or XLSX file."
    file_help = ".jsonl, .csv or .xlsx"
    report_help = (
        "write what was created and changed (old and new), skipped and refused, notes and "
        "possible doubles there"
    )
    unit = "rows"

    @property
    def stopped(self):
        return _("Rows before are in; import again to go on.")

    def add_arguments(self, parser):
        super().add_arguments(parser)
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
            "--mask-addresses",
            action="store_true",
            help="take e-mail addresses and telephone numbers out of texts",
        )

    def handle(self, *, source, **options):
        if len(source) > 120:
            raise CommandError(_("--source: a name has at most 120 characters."))
        super().handle(source=source, **options)

    def import_file(self, *, path, source, topics, kind, dry_run, mask_addresses, progress, **rest):
        return import_file(
            path=path,
            source=source.strip(),
            topics=topics,
            kinds=kind,
            dry_run=dry_run,
            mask=mask_addresses,
            progress=progress,
        )

    def counts(self, done):
        return done.counts

    def headings(self, done, report):
        found = [("refused", _("Refused:"))]
        if not report:
            found += [
                ("skipped", _("Skipped:")),
                ("note", _("Notes:")),
                ("double", _("Possible doubles:")),
            ]
        return found

    def refusal(self, count):
        return ngettext("%(count)s row was refused.", "%(count)s rows were refused.", count) % {
            "count": count
        }

    def list_remarks(self, done, dry_run, report):
        super().list_remarks(done, dry_run, report)
        if not dry_run or report:
            return
        changed = [row for row in done.written if row.outcome == "changed"]
        if changed:
            self.stdout.write(_("Would change:"))
        for row in changed[:MOST_PRINTED]:
            self.stdout.write(f"  {row}")
        if len(changed) > MOST_PRINTED:
            more = {"count": len(changed) - MOST_PRINTED}
            self.stdout.write(_("  and %(count)s more: --report holds all.") % more)

    def summarize(self, done, dry_run, report):
        if done.unused:
            names = {"names": ", ".join(sorted(one_line(name, 40) for name in done.unused)[:30])}
            self.stdout.write(_("Not used: %(names)s.") % names)
        self.tell_of_report(done, report)
        if done.topics_made:
            self.stdout.write(_("New topics: %(count)s.") % {"count": done.topics_made})
        if dry_run:
            self.tell_of_dry_run()
        elif not (done.counts["created"] or done.counts["changed"] or done.topics_made):
            self.stdout.write(_("Nothing changed."))
        self.stdout.write(f"{self.outcomes(done)}.")
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
