"""What all tests share: a migrated database in a moment, and a client that commits.

Migrating takes ten seconds, so that a migrated SQLite file is kept in pytest's cache under a
digest of everything that made it, and each run works on a copy (--create-db makes it anew).
It is a real file and not in memory, because tests with threads need SQLite's real locks.
"""

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase, TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

from forum.models import rights
from portal.search.backend import snapshots
from portal.search.backend.folder import IndexFolder
from portal.search.backend.schema import all_layouts

# Run by targets of their own (make test-browser, make test-slow): only when they are named.
SET_APART = [Path(__file__).parent / "browser", Path(__file__).parent / "slow"]


def pytest_ignore_collect(collection_path, config):
    """Leave out what is set apart, unless the command line names it or something in it."""
    if collection_path not in SET_APART:
        return None
    named = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return not any(path.is_relative_to(collection_path) for path in named) or None


@pytest.fixture(scope="session")
def django_db_setup(
    request,
    django_test_environment,
    django_db_blocker,
    django_db_createdb,
    django_db_modify_db_settings,
):
    """Give the run its database; each process of pytest-xdist has one of its own."""
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":
            names = setup_databases(verbosity=0, interactive=False, serialized_aliases={"default"})
            yield
            teardown_databases(names, verbosity=0)
            return
        # A copy of one's own: another run may replace the kept one at any time.
        migrated = settings.VAR_DIR / "migrated.sqlite3"
        shutil.copyfile(migrated_database(request.config, anew=django_db_createdb), migrated)
        use_database(settings.VAR_DIR / "tests.sqlite3")
        shutil.copyfile(migrated, settings.VAR_DIR / "tests.sqlite3")
        TransactionTestCase._fixture_teardown = lambda case: restore(migrated)
        yield
        connection.close()


def migrated_database(config, *, anew):
    """Return the path of a migrated database, making it when none fits."""
    digest = hashlib.sha256(repr((sqlite3.sqlite_version, settings.INSTALLED_APPS)).encode())
    root = config.rootpath
    for pattern in ("requirements.txt", "*/migrations/*.py", "portal/*/migrations/*.py"):
        for path in sorted(root.glob(pattern)):
            digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    folder = config.cache.mkdir("migrated")
    migrated = folder / f"{digest.hexdigest()[:20]}.sqlite3"
    if anew or not migrated.exists():
        for old in folder.glob("*.sqlite3"):
            old.unlink(missing_ok=True)
        use_database(":memory:")
        call_command("migrate", verbosity=0, interactive=False)
        copy = migrated.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(copy) as target:
            connection.connection.backup(target)
        target.close()
        copy.replace(migrated)
    return migrated


def use_database(path):
    """Point the default connection to this file."""
    connection.close()
    if connection.connection is not None:  # Django never closes a database in memory
        connection.connection.close()
        connection.connection = None
    connection.settings_dict["NAME"] = str(path)


def restore(migrated):
    """Bring the database back to what the migrations made, after a test that committed."""
    source = sqlite3.connect(migrated)
    try:
        connection.ensure_connection()
        source.backup(connection.connection)
    finally:
        source.close()


def pytest_collection_modifyitems(items):
    """Outside SQLite, give tests that commit the rows back that the migrations made."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            marker.kwargs.setdefault("serialized_rollback", True)


def pytest_unconfigure():
    """Remove what the run wrote, and never the folder of a real site."""
    if settings.configured and settings.SETTINGS_MODULE == "portal.settings.test":
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


class CommittingClient(Client):
    """A test client whose requests commit: what a view leaves for after the commit is done."""

    def request(self, **request):
        """Send the request, then run the `on_commit` callbacks of its transactions."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


@pytest.fixture
def client():
    """A visitor's browser, without JavaScript."""
    return CommittingClient()


@pytest.fixture(autouse=True)
def _empty_cache():
    """Let no test see what another cached."""
    cache.clear()
    rights.forget()


@pytest.fixture(autouse=True)
def _no_index_left():
    """Let no test search what another indexed; those that search have a folder of their own."""
    yield
    path = settings.VAR_DIR / "search"
    if path.exists():
        for layout in all_layouts():
            snapshots.forget(IndexFolder(path, layout))
        shutil.rmtree(path)
