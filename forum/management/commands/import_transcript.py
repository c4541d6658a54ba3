"""manage.py import_transcript: bring in the copied page of a forum (docs/importing-forum.md)."""

from argparse import ArgumentTypeError

from forum.importers.console import ImportCommand
from forum.importers.dates import read_date
from forum.importers.importing import import_transcript


def moment(text):
    """Return the moment that an option names."""
    found = read_date(text)
    if found is None:
        raise ArgumentTypeError(f"“{text}” is no date like 2018-05-31 or 2018-05-31 14:00.")
    return found


class Command(ImportCommand):
    help = "Import one thread from the plain text of a copied forum page."
    category_help = "where the thread goes; by default where its breadcrumb says"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--newest-first",
            action="store_true",
            help="the page begins with its newest post; by default its order is that of the talk",
        )
        parser.add_argument(
            "--date",
            type=moment,
            metavar="DATE",
            help="when the thread began, for posts without dates: 2018-05-31 or 2018-05-31 14:00",
        )
        parser.add_argument(
            "--old-address",
            default="",
            metavar="URL",
            help="the address of the page; by default /forums/topic/ and its title",
        )

    def import_file(self, *, path, newest_first, date, old_address, **options):
        names = ("category", "author_map", "dry_run", "progress")
        return import_transcript(
            path=path,
            newest_first=newest_first,
            began=date,
            old_address=old_address,
            **{name: options[name] for name in names},
        )
