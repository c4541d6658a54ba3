"""What the commands that import conversations share."""

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.importers.console import FileImportCommand


class ImportCommand(FileImportCommand):
    """A command that imports FILE; subclasses say with which verb (`import_file`)."""

    unit = "threads"
    report_help = "write what was refused and skipped, and notes, there"
    category_help = ""

    @property
    def stopped(self):
        return _("Threads before are in; import again.")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--category", default="", metavar="SLUG", help=self.category_help)
        parser.add_argument(
            "--author-map",
            type=Path,
            metavar="FILE.csv",
            help="who is which member: a CSV with the columns author,member",
        )

    def counts(self, done):
        return done.threads

    def headings(self, done, report):
        found = [("refused", _("Refused:"))]
        return found if report else [*found, ("skipped", _("Skipped:")), ("note", _("Notes:"))]

    def refusal(self, count):
        return ngettext(
            "%(count)s thread was refused.", "%(count)s threads were refused.", count
        ) % {"count": count}

    def summarize(self, done, dry_run, report):
        self.tell_of_report(done, report)
        if dry_run:
            self.tell_of_dry_run()
        self.stdout.write(_("Threads: %(outcomes)s.") % {"outcomes": self.outcomes(done)})
        counts = {name: done.made[name] for name in ("posts", "categories", "members", "matched")}
        counts["left_out"] = done.made["skipped replies"]
        self.stdout.write(
            _(
                "New: %(posts)s posts, %(categories)s categories, %(members)s placeholders. "
                "Members recognized: %(matched)s. Replies left out: %(left_out)s."
            )
            % counts
        )
