"""What tests of the site's search share: an index that knows what the test has saved."""

import shutil

import pytest

from portal.search import health, outbox
from portal.search.backend import snapshots
from portal.search.backend.folder import IndexFolder
from portal.search.backend.schema import all_layouts


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """Where the index of a freshly migrated database is kept, once one test has built it."""
    return tmp_path_factory.mktemp("index") / "search"


@pytest.fixture
def index_path(settings, tmp_path):
    """Let the site's index be in a folder of this test, where nothing is yet."""
    path = tmp_path / "search"
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "portal.search.backend", "PATH": str(path)}
    }
    yield path
    for layout in all_layouts():
        snapshots.forget(IndexFolder(path, layout))


@pytest.fixture
def indexed(db, index_path, built_once):
    """Return a function that brings the index up to date, as the worker does."""
    if built_once.exists():
        shutil.copytree(built_once, index_path)
    else:
        health.heal()
        shutil.copytree(index_path, built_once)
    return outbox.apply_pending


@pytest.fixture
def database_engine(settings, indexed):
    """Search with the database's own full text, as SEARCH_URL=database does."""
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}


@pytest.fixture
def unreadable_index(settings, tmp_path):
    """Search while there is no index at all."""
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "portal.search.backend", "PATH": str(tmp_path / "nothing")}
    }
