"""Rows kept with the digest: made once, never stale, never shown to who may not see them."""

import pytest

from catalog import digest
from catalog.models import ResourcePage
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kept(settings, monkeypatch):
    settings.CATALOG_SECONDS_KEPT = 60
    monkeypatch.setattr(digest, "_kept", digest.Kept())
    return digest._kept


def content(client, address="/resources/"):
    return client.get(address).content.decode()


def test_rows_are_made_once(client, monkeypatch):
    factories.make_kit("First")
    factories.make_kit("Second")
    assert "First" in content(client)
    monkeypatch.setattr("catalog.cards.card_of", lambda page: pytest.fail("made again"))
    assert "First" in content(client, "/resources/?sort=title")


def test_a_change_is_seen_at_once(client):
    provider = factories.make_provider("Office of Old")
    page = factories.make_kit("Before", summary="A plan.", provider=provider)
    assert "Before" in content(client)
    page.title = "After"
    page.save_revision().publish()
    text = content(client)
    assert "After" in text
    assert "Before" not in text


def test_what_is_taken_back_behind_the_back_of_all_verbs_is_not_shown(client, kept):
    page = factories.make_kit("Secret plan")
    assert "Secret plan" in content(client)
    # No signal, no version: the row is kept, and the database says no.
    ResourcePage.objects.filter(pk=page.pk).update(live=False)
    assert kept.pair[0].cards
    assert "Secret plan" not in content(client)


def test_a_member_sees_bookmarks_on_kept_rows(client):
    page = factories.make_kit("Kept for later")
    content(client)
    client.force_login(factories.make_user())
    client.post("/me/bookmarks/", {"keep": f"{page.pk}:listing", "next": "/resources/"})
    assert f'name="drop" value="{page.pk}:listing"' in content(client)
    client.logout()
    assert 'name="drop"' not in content(client)


def test_the_number_of_kept_rows_is_bounded(client, kept, monkeypatch):
    monkeypatch.setattr("catalog.cards.MOST_KEPT", 3)
    for number in range(4):
        factories.make_kit(f"Kit {number}", summary=f"Unlike {number}.")
    for _again in range(2):
        text = content(client)
        assert all(f"Unlike {number}." in text for number in range(4))
    assert len(kept.pair[0].cards) <= 4


def test_the_form_of_filters_is_made_once_for_each_list(client, kept, monkeypatch):
    factories.make_kit("Kit", cost="free")
    factories.make_course("Course", cost="paid")
    first, narrowed = content(client), content(client, "/resources/?kind=kit&page=1")
    assert len(kept.pair[0].forms) == 2
    monkeypatch.setattr("catalog.cards.render_to_string", lambda *args: pytest.fail("made again"))
    assert content(client) == first
    assert content(client, "/resources/?kind=kit") == narrowed
    assert 'value="kit" checked' in narrowed
    assert 'value="kit" checked' not in first


def test_forms_with_words_are_not_kept_and_the_rest_is_bounded(client, kept, monkeypatch):
    factories.make_kit("Zebra", cost="free")
    content(client, "/resources/?q=zebra")
    assert not kept.pair[0].forms
    monkeypatch.setattr("catalog.cards.MOST_FORMS", 2)
    for sort in ("", "title", "upcoming"):
        content(client, f"/resources/?sort={sort}")
    assert len(kept.pair[0].forms) == 1


def test_addresses_answer_only_what_is_public(client):
    page = factories.make_kit("Draft", live=False)
    assert client.get(page.get_absolute_url()).status_code == 404
    assert client.get("/resources/nowhere/").status_code == 404
    page.live = True
    page.save()
    assert client.get(page.get_absolute_url()).status_code == 200
    assert client.get(page.get_absolute_url().rstrip("/")).status_code == 301
    for address in ("/resources/", page.get_absolute_url()):
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405
