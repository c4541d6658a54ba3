"""manage.py import_bbpress: bring in the forums of a WordPress site (docs/importing-forum.md)."""

from forum.importers.console import ImportCommand
from forum.importers.importing import import_bbpress


class Command(ImportCommand):
    help = "Import the forums of bbPress from a WordPress export (WXR)."
    category_help = "where topics go whose forum is not in the file"

    def import_file(self, *, path, category, author_map, dry_run, progress, **options):
        return import_bbpress(
            path=path,
            category=category,
            author_map=author_map,
            dry_run=dry_run,
            progress=progress,
        )
