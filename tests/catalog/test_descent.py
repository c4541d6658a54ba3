"""Superseded guidance says so wherever it is named, and so does what leans on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import descent, kinds
from catalog.changes import listeners
from catalog.models import GuidancePage, RequiredBy, ResourcePage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db


def is_superseded(page):
    return ResourcePage.objects.get(pk=page.pk).is_superseded


def test_the_column_follows_what_is_published_and_taken_back():
    old = factories.make_guidance("Old")
    draft = factories.make_guidance("New", supersedes=old, live=False)
    assert not is_superseded(old)
    draft.save_revision().publish()
    assert is_superseded(old)
    GuidancePage.objects.get(pk=draft.pk).unpublish()
    assert not is_superseded(old)
    draft = GuidancePage.objects.get(pk=draft.pk)
    draft.save_revision().publish()
    assert is_superseded(old)
    draft = GuidancePage.objects.get(pk=draft.pk)
    draft.supersedes = None
    draft.save_revision().publish()
    assert not is_superseded(old)


def test_deleting_the_successor_brings_the_old_one_back():
    old = factories.make_guidance("Old")
    new = factories.make_guidance("New", supersedes=old)
    assert is_superseded(old)
    new.delete()
    assert not is_superseded(old)


def test_an_old_revision_does_not_bring_back_what_was_so():
    old = factories.make_guidance("Old")
    revision = old.save_revision()
    factories.make_guidance("New", supersedes=old)
    revision.publish()
    assert is_superseded(old)


def test_the_forum_hears_of_it_once(monkeypatch):
    heard = []
    monkeypatch.setattr("catalog.changes.listeners", [*listeners, heard.append])
    old = factories.make_guidance("Old")
    new = factories.make_guidance("New", supersedes=old)
    assert [page.pk for page in heard] == [old.pk]
    new.save()
    descent.settle()
    assert len(heard) == 1


def test_lists_and_search_say_so(client):
    old = factories.make_guidance("Zebra memo of old")
    factories.make_guidance("Zebra memo of today", supersedes=old)
    for address in ("/resources/", "/search/?q=zebra"):
        assert text_of(client.get(address)).count("Superseded") == 1, address


def test_the_page_shows_the_whole_line(client):
    first = factories.make_guidance("First memo", number="M-1")
    second = factories.make_guidance("Second memo", supersedes=first)
    third = factories.make_guidance("Third memo", supersedes=second)
    factories.make_guidance("Unpublished memo", supersedes=third, live=False)
    assert [page.pk for page in descent.line_of(second)] == [first.pk, second.pk, third.pk]
    for page in (first, second, third):
        text = text_of(client.get(page.get_absolute_url()))
        assert "Line of descent" in text
        line = text.partition("Line of descent")[2]
        assert line.index("First memo") < line.index("Second memo") < line.index("Third memo")
        assert "Unpublished memo" not in text
    assert "Line of descent" not in text_of(
        client.get(factories.make_guidance("Alone").get_absolute_url())
    )


def test_a_circle_made_past_the_form_ends():
    first = factories.make_guidance("First")
    second = factories.make_guidance("Second", supersedes=first)
    GuidancePage.objects.filter(pk=first.pk).update(supersedes=second)
    assert len(descent.line_of(GuidancePage.objects.get(pk=first.pk))) == 2


def test_a_longer_line_takes_no_more_queries():
    pages = [factories.make_guidance("Memo 0")]
    for number in range(1, 12):
        pages.append(factories.make_guidance(f"Memo {number}", supersedes=pages[-1]))
        if number == 2:
            with CaptureQueriesContext(connection) as few:
                descent.line_of(pages[1])
    with CaptureQueriesContext(connection) as many:
        assert len(descent.line_of(pages[1])) == 12
    assert len(few) == len(many) == 2


@pytest.mark.parametrize("how", ["rule at its address", "rule on our page", "link in the text"])
def test_what_leans_on_it_says_so(client, how):
    old = factories.make_guidance("Memo of old", link="https://www.example.gov/memo/")
    course = factories.make_course("How to follow the memo")
    if how == "link in the text":
        course.body = f'<p>See <a id="{old.pk}" linktype="page">the memo</a>.</p>'
    else:
        link = "http://example.gov/memo" if "its address" in how else f"https://testserver{old.url}"
        course.requirements = [RequiredBy(who="State", of_whom="all staff", link=link)]
    course.save()
    assert "superseded" not in text_of(client.get(course.get_absolute_url())).lower()
    new = factories.make_guidance("Memo of today", number="SM-25", supersedes=old)
    text = text_of(client.get(course.get_absolute_url()))
    assert "Leans on superseded guidance: Memo of old" in text
    assert "In force instead: Memo of today (SM-25)" in text
    new.unpublish()
    assert "superseded" not in text_of(client.get(course.get_absolute_url())).lower()


@pytest.mark.django_db(transaction=True)
def test_threads_that_name_it_say_so(client):
    from catalog.models import ResourceIndexPage

    assert ResourceIndexPage.objects.exists()
    old = factories.make_guidance("Memo of old")
    thread = factories.make_thread("What applies?", text="We follow [[Memo of old]].")
    assert "superseded" not in text_of(client.get(thread.get_absolute_url())).lower()
    client.force_login(factories.make_user(is_superuser=True))
    factories.make_guidance("Memo of today", supersedes=old)
    client.logout()
    text = text_of(client.get(thread.get_absolute_url()))
    assert "Memo of old (superseded)" in text
    assert "Guidance Superseded" in text  # beside its title in the thread's resources


def test_a_successor_that_is_no_guidance_any_more_replaces_nothing():
    old = factories.make_guidance("Old")
    new = factories.make_guidance("New", supersedes=old)
    admin = factories.make_user(is_superuser=True)
    kinds.change_kind(page=new, user=admin, kind="kit")
    assert not is_superseded(old)
