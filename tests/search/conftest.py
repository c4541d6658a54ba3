import shutil

import pytest
from django.conf import settings as django_settings
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from portal.search import health, outbox
from portal.search.backend import snapshots
from portal.search.backend.schema import all_layouts
from portal.search.models import PendingChange


class Index:
    """The index of one test, in a folder of its own."""

    @property
    def backend(self):
        return get_search_backend()

    def folder(self, model=Page):
        return self.backend.get_index_for_model(model).folder

    def catch_up(self):
        """Do what the worker does; return how many changes waited."""
        return outbox.apply_pending()

    def titles(self, query, model=Page, **kwargs):
        """Return the titles that a search finds, best first, once the index has caught up."""
        self.catch_up()
        return [str(obj) for obj in self.backend.search(query, model, **kwargs)]


@pytest.fixture
def index_path(settings, tmp_path):
    """Let the site's index be in a folder of this test, where nothing is yet."""
    path = tmp_path / "search"
    default = {"BACKEND": "portal.search.backend", "PATH": str(path)}
    settings.WAGTAILSEARCH_BACKENDS = {"default": default}
    yield path
    for layout in all_layouts():
        snapshots.forget(snapshots.IndexFolder(path, layout))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """Where the index of a freshly migrated database is kept, once one test has built it."""
    return tmp_path_factory.mktemp("index") / "search"


@pytest.fixture
def index(db, index_path, built_once):
    """An index that has been built and holds what the database holds."""
    if built_once.exists():
        shutil.copytree(built_once, index_path)
    else:
        health.heal()
        shutil.copytree(index_path, built_once)
    PendingChange.objects.all().delete()
    return Index()


@pytest.fixture
def database_engine(settings):
    """Let the database's own full text serve search."""
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
    assert django_settings.WAGTAILSEARCH_BACKENDS is settings.WAGTAILSEARCH_BACKENDS
