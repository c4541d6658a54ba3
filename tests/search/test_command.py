"""manage.py search_index rebuild | update | check | stats"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import GuidancePage, ResourcePage
from portal.search.models import PendingChange
from tests.factories import make_guidance


def search_index(*arguments, **options):
    out = StringIO()
    call_command("search_index", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def page(index):
    page = make_guidance("Plain language")
    index.catch_up()
    return page


def test_rebuild(index, page):
    out = search_index("rebuild")
    assert "wagtailcore.page: " in out
    assert "catalog.topic: " in out
    assert index.titles("plain", ResourcePage) == ["Plain language"]
    assert search_index("rebuild", "catalog.topic") == "catalog.topic: 0 rows indexed.\n"
    assert search_index("rebuild", verbosity=0) == ""


def test_wagtails_own_command_rebuilds_too(index, page):
    call_command("update_index", stdout=StringIO())
    assert index.titles("plain", ResourcePage) == ["Plain language"]
    call_command("update_index", schema_only=True, stdout=StringIO())
    assert index.titles("plain", ResourcePage) == []


def test_check_names_what_differs(index, page):
    assert search_index("check") == "The index says what the database says.\n"
    stale = make_guidance("Clear language")
    orphan = make_guidance("Gone language")
    index.catch_up()
    GuidancePage.objects.filter(pk=stale.pk).update(title="Changed behind its back")
    orphan_key = orphan.pk
    orphan.delete()
    missing = make_guidance("New language")
    PendingChange.objects.all().delete()  # as if they had been lost
    out = StringIO()
    with pytest.raises(CommandError, match="3 differ"):
        call_command("search_index", "check", stdout=out)
    assert out.getvalue().splitlines() == [
        f"missing: catalog.guidancepage {missing.pk}",
        f"stale: catalog.guidancepage {stale.pk}",
        f"orphaned: wagtailcore.page {orphan_key}",
    ]
    assert "1 added, 1 updated, 1 removed" in search_index("update")
    assert search_index("check") == "The index says what the database says.\n"


def test_what_waits_in_the_outbox_is_no_difference(index, page):
    page.title = "Clear language"
    page.save()
    assert search_index("check") == "The index says what the database says.\n"
    assert "1 changes wait" in search_index("stats")


def test_update_builds_what_is_missing(index, page):
    (index.folder().path / "current").unlink()
    with pytest.raises(CommandError):
        search_index("check")
    assert "not been built" in search_index("stats")
    assert "so all of it is built" in search_index("update")
    assert index.titles("plain", ResourcePage) == ["Plain language"]


def test_stats(index, page):
    out = search_index("stats")
    assert "wagtailcore.page: " in out
    assert " documents, " in out
    assert "No changes wait." in out


def test_unknown_indexes_are_refused(index):
    with pytest.raises(CommandError, match=r"wagtailcore\.page"):
        search_index("rebuild", "wagtailcore.pages")


def test_other_engines_know_rebuild_alone(db, database_engine):
    make_guidance("Plain language")
    assert search_index("rebuild", verbosity=0) == ""
    with pytest.raises(CommandError):
        search_index("check")
