"""Fill the site with the demo: `manage.py demo [--reset]`."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.home import demo
from portal.page_cache.versions import raise_version


class Command(BaseCommand):
    help = gettext_lazy(
        "Make the demo: accounts, listings, conversations. What is there already is left alone."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--reset",
            action="store_true",
            help=_("Empty the whole database first; everything written in it is lost."),
        )
        parser.add_argument(
            "--no-input", action="store_true", help=_("Do not ask before emptying the database.")
        )

    def handle(self, *, reset, no_input, verbosity, **options):
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError(
                _(
                    "This is a site for real use, so it gets no demo: the demo's accounts have a "
                    "password that everybody knows. Run make demo instead; it uses a database of "
                    "its own."
                )
            )
        self.quiet = verbosity == 0
        if reset:
            self.start_over(no_input)
        made = demo.make(password=settings.DEMO_PASSWORD, say=self.say)
        raise_version("site", "catalog", "forum")
        if made:
            self.say(
                _("Log in as member@, editor@, moderator@ or admin@demo.example: %(password)s")
                % {"password": settings.DEMO_PASSWORD}
            )
        if made and settings.DEBUG:
            self.say(_("Search finds it once manage.py work has run for a moment."))

    def say(self, text):
        if not self.quiet:
            self.stdout.write(text)

    def start_over(self, no_input):
        """Empty the database and lay its tables and its search index anew."""
        name = connection.settings_dict["NAME"]
        if not no_input:
            question = _("Everything in the database %(name)s will be lost. Type yes to go on: ")
            if input(question % {"name": name}).strip().lower() != "yes":
                raise CommandError(_("Nothing was changed."))
        self.say(_("Emptying the database"))
        empty_database()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        # Without this the index would go on naming what is gone.
        call_command("search_index", "rebuild", verbosity=0)


def empty_database():
    """Remove all tables: on SQLite with the file itself, else one by one."""
    if connection.vendor == "sqlite":
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{suffix}").unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
