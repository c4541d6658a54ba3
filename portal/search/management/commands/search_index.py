"""Look after the search index: `manage.py search_index rebuild | update | check | stats`."""

import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from portal.search import checking, health, outbox, rebuilding
from portal.search.backend.folder import IndexFolder, IndexLocked, IndexUnavailable
from portal.search.backend.schema import all_layouts
from portal.search.backend.snapshots import open_snapshot
from portal.search.models import PendingChange

#: Differences that `check` names before it only counts.
MOST_NAMED = 50


class Command(BaseCommand):
    help = (
        "rebuild: build the index anew while the old one answers. "
        "update: write what differs from the database. "
        "check: name what differs; exit status 1 if anything does. "
        "stats: size and state."
    )

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["rebuild", "update", "check", "stats"])
        parser.add_argument(
            "labels", nargs="*", metavar="index", help="For instance wagtailcore.page; default all."
        )

    def handle(self, *, action, labels, verbosity, **options):
        self.quiet = verbosity == 0
        backends = health.whoosh_backends()
        if not backends:
            return self._other_engine(action)
        layouts = all_layouts()
        if unknown := set(labels) - {layout.label for layout in layouts}:
            known = ", ".join(layout.label for layout in layouts)
            raise CommandError(f"No index {', '.join(sorted(unknown))}. There are: {known}.")
        layouts = [layout for layout in layouts if not labels or layout.label in labels]
        try:
            for backend in backends:
                # `check` itself is what Django calls a command's system checks by.
                getattr(self, "compare" if action == "check" else action)(backend, layouts)
        except IndexLocked as error:
            raise CommandError(f"{error} Try again when it is done.") from error

    def _other_engine(self, action):
        if action in {"rebuild", "update"}:
            return call_command("update_index", verbosity=0 if self.quiet else 1)
        raise CommandError("Another engine serves search here; only rebuild and update apply.")

    def say(self, text):
        if not self.quiet:
            self.stdout.write(text)

    def _progress(self, layout):
        return tqdm(
            total=rebuilding.count(layout),
            desc=layout.label,
            unit="row",
            leave=False,
            disable=self.quiet or not sys.stderr.isatty(),
        )

    def rebuild(self, backend, layouts):
        for layout in layouts:
            with self._progress(layout) as bar:
                total = rebuilding.rebuild(backend, layout, advance=bar.update)
            self.say(f"{layout.label}: {total} rows indexed.")

    def update(self, backend, layouts):
        outbox.apply_pending()
        for layout in layouts:
            with self._progress(layout) as bar:
                try:
                    found = checking.update(backend, layout, advance=bar.update)
                except IndexUnavailable as unavailable:
                    self.say(f"{layout.label}: {unavailable}, so all of it is built.")
                    self.rebuild(backend, [layout])
                    continue
            self.say(
                f"{layout.label}: {len(found.missing)} added, {len(found.stale)} updated, "
                f"{len(found.orphaned)} removed."
            )

    def compare(self, backend, layouts):
        wrong = 0
        for layout in layouts:
            with self._progress(layout) as bar:
                try:
                    found = list(checking.compare(backend, layout, advance=bar.update))
                except IndexUnavailable as unavailable:
                    self.stdout.write(f"{layout.label}: {unavailable}.")
                    wrong += 1
                    continue
            for what, label, key in found[:MOST_NAMED]:
                self.stdout.write(f"{what}: {label} {key}")
            if len(found) > MOST_NAMED:
                self.stdout.write(f"... and {len(found) - MOST_NAMED} more in {layout.label}.")
            wrong += len(found)
        if wrong:
            raise CommandError(f"{wrong} differ. `search_index update` puts them right.")
        self.say("The index says what the database says.")

    def stats(self, backend, layouts):
        self.stdout.write(f"Folder: {backend.path}")
        for layout in layouts:
            folder = IndexFolder(backend.path, layout)
            try:
                with open_snapshot(folder, quiet=True) as snapshot:
                    size = sum(file.stat().st_size for file in snapshot.copy.iterdir())
                    self.stdout.write(
                        f"{layout.label}: {snapshot.count} documents, "
                        f"{snapshot.size - snapshot.count} deleted, "
                        f"{len(snapshot.leaves)} segments, generation {snapshot.generation}, "
                        f"{size / 1e6:.1f} MB in {snapshot.copy.name}"
                    )
            except IndexUnavailable as unavailable:
                self.stdout.write(f"{layout.label}: {unavailable}.")
        oldest = PendingChange.objects.order_by("pk").first()
        if oldest:
            age = timezone.now() - oldest.created_at
            count = PendingChange.objects.count()
            self.stdout.write(f"{count} changes wait, the oldest for {age.total_seconds():.0f} s.")
        else:
            self.stdout.write("No changes wait.")
