"""Bookmarks: from any list and listing, with and without a script, and back to the same place."""

import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import keeping
from catalog.models import Bookmark, ResourcePage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
BOOKMARKS = "/me/bookmarks/"


@pytest.fixture
def ana():
    return factories.make_user("Ana Lopez")


def kept_by(user):
    return set(Bookmark.objects.filter(user=user).values_list("resource__title", flat=True))


def buttons(response):
    """Return (name, value) of the bookmark buttons of a page."""
    return re.findall(r'form="keep-form" name="(\w+)" value="([^"]+)"', response.content.decode())


def test_a_click_in_a_list_keeps_and_returns_to_the_same_place(client, ana):
    course = factories.make_course("Plain words", cost="free")
    client.force_login(ana)
    address = "/resources/?kind=course&cost=free"
    page = client.get(address)
    assert buttons(page) == [("keep", f"{course.pk}:listing")]
    content = page.content.decode()
    assert 'name="next" value="/resources/?kind=course&amp;cost=free"' in content
    response = client.post(BOOKMARKS, {"keep": f"{course.pk}:listing", "next": address})
    assert response["Location"] == f"{address}#listing-{course.pk}"
    page = client.get(address)
    assert kept_by(ana) == {"Plain words"}
    assert f'id="listing-{course.pk}"' in page.content.decode()
    assert buttons(page) == [("drop", f"{course.pk}:listing")]
    assert "Saved. Put in a collection?" in text_of(page)
    link = re.search(r'href="(/resources/[^"]+/collect/\?next=[^"]+)"', page.content.decode())[1]
    assert unquote(link.partition("next=")[2]) == address
    client.post(BOOKMARKS, {"drop": f"{course.pk}:listing", "next": address})
    assert kept_by(ana) == set()
    assert "Bookmark removed." in text_of(client.get(address))


def test_a_visitor_gets_no_form_but_a_link(client):
    course = factories.make_course("Plain words")
    for address in ("/resources/", "/events/", course.get_absolute_url()):
        content = client.get(address).content.decode()
        assert 'method="post"' not in content
        assert "keep-form" not in content
    assert f'href="/accounts/login/?next={course.get_absolute_url()}"' in content
    assert "Log in to keep it" in content
    response = client.post(BOOKMARKS, {"keep": course.pk})
    assert response["Location"] == f"/accounts/login/?next={BOOKMARKS}"
    assert not Bookmark.objects.exists()


def test_every_kind_of_page_has_the_button(client, ana):
    topic = factories.make_topic("Records")
    provider = factories.make_provider("Office")
    shared = {"topics": [topic], "provider": provider}
    course = factories.make_course("Course", **shared)
    webinar = factories.make_webinar("Webinar", in_days=5, **shared)
    client.force_login(ana)
    for address, page in [
        ("/resources/", course),
        ("/events/", webinar),
        (topic.get_absolute_url(), course),
        (topic.get_absolute_url(), webinar),
        (provider.get_absolute_url(), course),
        (course.get_absolute_url(), course),
        (webinar.get_absolute_url(), webinar),
    ]:
        response = client.get(address)
        keys = [value.partition(":")[0] for _name, value in buttons(response)]
        assert str(page.pk) in keys, address
        content = response.content.decode()
        assert content.count('id="keep-form"') == 1
        for _name, value in buttons(response):
            key, _colon, anchor = value.partition(":")
            assert content.count(f'id="{anchor}-{key}"') == 1


def test_the_script_gets_the_changed_piece_alone(client, ana):
    course = factories.make_course("Plain words")
    client.force_login(ana)
    response = client.post(
        BOOKMARKS,
        {"keep": f"{course.pk}:courses", "next": "/topics/a/?x=1&y=2"},
        headers={"X-Piece": "1"},
    )
    piece = response.content.decode()
    assert piece.strip().startswith(f'<p class="keep" id="courses-{course.pk}" data-said="Saved."')
    assert f'name="drop" value="{course.pk}:courses"' in piece
    assert "Put in a collection?" in piece
    assert "?next=%2Ftopics%2Fa%2F%3Fx%3D1%26y%3D2" in piece
    assert kept_by(ana) == {"Plain words"}
    response = client.post(BOOKMARKS, {"drop": course.pk}, headers={"X-Piece": "1"})
    assert 'data-said="Bookmark removed."' in response.content.decode()
    assert kept_by(ana) == set()


@pytest.mark.parametrize(
    "data", [{}, {"keep": ""}, {"keep": "x"}, {"keep": "0"}, {"drop": "9" * 30}, {"keep": "\x00"}]
)
def test_what_is_no_listing_is_a_dead_address(client, ana, data):
    client.force_login(ana)
    assert client.post(BOOKMARKS, data).status_code == 404


def test_drafts_cannot_be_kept(client, ana):
    draft = factories.make_course("Draft", live=False)
    client.force_login(ana)
    assert client.post(BOOKMARKS, {"keep": draft.pk}).status_code == 404


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "\x00", "a"]
)
def test_return_leads_nowhere_else(client, ana, address):
    course = factories.make_course()
    client.force_login(ana)
    response = client.post(BOOKMARKS, {"keep": course.pk, "next": address})
    assert response["Location"] == f"{course.get_absolute_url()}#listing-{course.pk}"


def test_anchor_is_a_plain_word(client, ana):
    course = factories.make_course()
    client.force_login(ana)
    response = client.post(BOOKMARKS, {"keep": f'{course.pk}:"><b>', "next": "/resources/"})
    assert response["Location"] == f"/resources/#listing-{course.pk}"


def test_own_page_lists_what_is_kept_and_offers_to_undo(client, ana):
    for number in range(25):
        keeping.keep(user=ana, resource=factories.make_course(f"Course {number:02}"))
    keeping.keep(user=factories.make_user(), resource=factories.make_course("Another's"))
    client.force_login(ana)
    page = client.get(BOOKMARKS)
    assert "My bookmarks (25)" in text_of(page)
    assert [name for name, _value in buttons(page)] == ["drop"] * 20
    assert "Another's" not in text_of(page)
    second = client.get(BOOKMARKS + "?page=2")
    assert len(buttons(second)) == 5
    last = ResourcePage.objects.get(title="Course 00")
    response = client.post(BOOKMARKS, {"drop": last.pk, "next": BOOKMARKS + "?page=2"})
    page = client.get(response["Location"])
    assert "Bookmark removed: Course 00" in text_of(page)
    assert ("keep", str(last.pk)) in buttons(page)
    assert len(buttons(page)) == 5
    client.post(BOOKMARKS, {"keep": last.pk, "next": response["Location"]})
    assert "Bookmark removed" not in text_of(client.get(response["Location"]))
    for wrong in ("x", "9" * 30, "\x00", ""):
        assert client.get(BOOKMARKS, {"dropped": wrong}).status_code == 200


def test_unpublished_listings_are_counted_but_not_named(client, ana):
    course = factories.make_course("Withdrawn course")
    archived = factories.make_course("Old course", archived_on="2020-01-01")
    for resource in (course, archived):
        keeping.keep(user=ana, resource=resource)
    course.unpublish()
    client.force_login(ana)
    text = text_of(client.get(BOOKMARKS))
    assert "My bookmarks (1)" in text
    assert "Old course" in text
    assert "Withdrawn course" not in text
    assert "1 more is not in the catalog at the moment." in text


def test_empty_page_says_what_would_be_there(client, ana):
    client.force_login(ana)
    assert "Listings that you bookmark stand here." in text_of(client.get(BOOKMARKS))


def test_limit_is_said_and_keeps_nothing(client, ana, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_BOOKMARKS", 1)
    first, second = factories.make_course("First"), factories.make_course("Second")
    client.force_login(ana)
    client.post(BOOKMARKS, {"keep": first.pk})
    client.post(BOOKMARKS, {"keep": first.pk})  # what is kept may be kept again
    page = client.post(BOOKMARKS, {"keep": second.pk, "next": "/resources/"}, follow=True)
    assert "You have 1 bookmark, and more cannot be kept. Remove some first." in text_of(page)
    response = client.post(BOOKMARKS, {"keep": second.pk}, headers={"X-Piece": "1"})
    assert response.status_code == 409
    assert kept_by(ana) == {"First"}


def test_pages_take_the_same_queries_for_few_and_many(client, ana):
    client.force_login(ana)
    provider = factories.make_provider("Office")

    def fill(count):
        for _number in range(count):
            keeping.keep(user=ana, resource=factories.make_course(provider=provider))

    def queries(address):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        return len(captured)

    addresses = [BOOKMARKS, "/resources/", "/events/", provider.get_absolute_url()]
    fill(2)
    few = [queries(address) for address in addresses]
    fill(18)
    assert [queries(address) for address in addresses] == few
    assert few[0] <= 8
