"""Ask whether the addresses of listings still lead anywhere."""

import sys

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from catalog import linkcheck
from catalog.models import CheckedLink


class Command(BaseCommand):
    help = "Ask for the addresses of listings that are due, and report what is broken or moved."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, help="ask for this many at most")
        parser.add_argument("--seconds", type=int, help="ask for no more after so many seconds")

    def handle(self, *args, limit=None, seconds=None, **options):
        total = linkcheck.collect()
        with tqdm(unit=" links", file=sys.stderr, disable=None) as bar:
            counts = linkcheck.check(limit=limit, seconds=seconds, progress=bar.update)
        self.stdout.write(
            _("%(asked)d of %(total)d addresses asked.")
            % {"asked": sum(counts.values()), "total": total}
        )
        for value, label in CheckedLink.State.choices:
            if counts.get(value):
                self.stdout.write(f"{label}: {counts[value]}")
        for link in CheckedLink.objects.broken().select_related("resource")[:200]:
            self.stdout.write(f"{link.answer}\t{link.url}\t{link.resource.title}")
