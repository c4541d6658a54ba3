"""Collections: who sees which, what their owners do with them, and where they are named."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import keeping
from catalog.models import CollectionItem, ResourceCollection
from portal.accounts.models import User
from portal.page_cache.versions import read_versions
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return factories.make_user("Ana Lopez", username="ana-lopez")


def make(owner, *titles, visibility="private", title="First week"):
    collection = keeping.make_collection(owner=owner, title=title, visibility=visibility)
    for each in titles:
        keeping.put(collection=collection, resource=factories.make_course(each))
    return ResourceCollection.objects.get(pk=collection.pk)


def titles_of(collection):
    return [item.resource.title for item in collection.items.select_related("resource")]


def change_url(collection):
    return collection.get_absolute_url() + "change/"


def data_of(collection, **changes):
    """What the form of a collection sends when nothing was typed, with `changes`."""
    data = {
        "title": collection.title,
        "description": collection.description,
        "visibility": collection.visibility,
    }
    for item in collection.items.all():
        data[f"item-{item.pk}-position"] = item.position
        data[f"item-{item.pk}-note"] = item.note
    return {**data, **changes}


def item_of(collection, title):
    return collection.items.get(resource__title=title)


# Who sees it


@pytest.mark.parametrize(
    ("visibility", "others", "with_key"),
    [("private", 404, 404), ("unlisted", 404, 200), ("public", 200, 200)],
)
def test_who_opens_a_collection(client, ana, visibility, others, with_key):
    collection = make(ana, "Plain words", visibility=visibility)
    address = collection.get_absolute_url()
    stranger = factories.make_user()
    for reader in (None, stranger):
        if reader:
            client.force_login(reader)
        assert client.get(address).status_code == others
        assert client.get(address, {"key": collection.key}).status_code == with_key
        for wrong in ("", "x", collection.key[:-1], "\x00"):
            assert client.get(address, {"key": wrong}).status_code == others
    client.force_login(ana)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(("visibility", "is_indexed"), [("unlisted", False), ("public", True)])
def test_only_public_ones_may_be_indexed(client, ana, visibility, is_indexed):
    collection = make(ana, "Plain words", visibility=visibility)
    page = client.get(collection.shared_url).content.decode()
    assert ("noindex" not in page) is is_indexed
    assert ("canonical" in page) is is_indexed
    assert 'method="post"' not in page


def test_key_is_long_and_renewed_when_it_becomes_private(client, ana):
    collection = make(ana, visibility="unlisted")
    assert len(collection.key) >= 22
    given_away = collection.shared_url
    assert client.get(given_away).status_code == 200
    client.force_login(ana)
    for visibility in ("private", "unlisted"):
        collection.refresh_from_db()
        data = data_of(collection, visibility=visibility)
        assert client.post(change_url(collection), data).status_code == 302
    client.logout()
    assert client.get(given_away).status_code == 404
    collection.refresh_from_db()
    assert client.get(collection.shared_url).status_code == 200


@pytest.mark.parametrize(
    ("status", "code"), [("active", 200), ("suspended", 200), ("banned", 404), ("erased", 404)]
)
def test_what_a_banned_member_made_public_is_gone(client, ana, status, code):
    collection = make(ana, "Plain words", visibility="public")
    User.objects.filter(pk=ana.pk).update(status=status)
    assert client.get(collection.get_absolute_url()).status_code == code
    resource = collection.items.get().resource
    named = collection.title in client.get(resource.get_absolute_url()).content.decode()
    assert named is (code == 200)


def test_title_in_the_address_is_corrected_and_keeps_the_key(client, ana):
    collection = make(ana, visibility="unlisted")
    response = client.get(f"/collections/{collection.pk}-other/?key={collection.key}")
    assert response["Location"] == collection.shared_url
    assert client.get(f"/collections/{collection.pk}-other/").status_code == 404
    for number in ("0", "9" * 40):
        assert client.get(f"/collections/{number}-x/").status_code == 404


def test_a_title_without_letters_of_ours_has_an_address(client, ana):
    collection = make(ana, title="日本語", visibility="public")
    assert client.get(collection.get_absolute_url()).status_code == 200


def test_others_cannot_change_or_delete(client, ana):
    public, private = make(ana, visibility="public"), make(ana)
    client.force_login(factories.make_user())
    for collection, code in [(public, 403), (private, 404)]:
        for end in ("change/", "delete/"):
            address = collection.get_absolute_url() + end
            assert client.get(address).status_code == code
            assert (
                client.post(address, {"title": "Mine", "visibility": "public"}).status_code == code
            )
    client.logout()
    assert "/accounts/login/" in client.get(change_url(public))["Location"]
    assert set(ResourceCollection.objects.values_list("title", flat=True)) == {"First week"}


# What it shows


def test_page_shows_order_notes_and_owner(client, ana):
    collection = make(ana, "First", "Second", visibility="public")
    item = item_of(collection, "Second")
    CollectionItem.objects.filter(pk=item.pk).update(note="Begin <b>here</b>.")
    page = client.get(collection.get_absolute_url())
    content = page.content.decode()
    assert "<h1>First week</h1>" in content
    assert '<a href="/members/ana-lopez/">Ana Lopez</a>' in content
    assert content.index("First</a>") < content.index("Second</a>")
    assert "Begin &lt;b&gt;here&lt;/b&gt;." in content
    assert "2 listings" in text_of(page)
    assert "Delete" not in text_of(page)


def test_archived_listings_stay_and_unpublished_ones_vanish(client, ana):
    collection = make(ana, "Withdrawn course", "Good course", visibility="public")
    archived = factories.make_course("Old course", archived_on="2020-01-01")
    keeping.put(collection=collection, resource=archived)
    item_of(collection, "Withdrawn course").resource.unpublish()
    text = text_of(client.get(collection.get_absolute_url()))
    assert "2 listings" in text
    assert "Withdrawn course" not in text
    assert re.search(r"Archived .*Old course", text)
    client.force_login(ana)
    page = client.get(change_url(collection))
    assert "1 more is not in the catalog at the moment" in text_of(page)
    assert "Withdrawn course" not in text_of(page)
    client.post(change_url(collection), data_of(collection, clear="1"))
    assert titles_of(collection) == ["Good course", "Old course"]


def test_public_collections_are_named_on_listing_and_profile(client, ana):
    public = make(ana, "Plain words", visibility="public", title="For all")
    resource = public.items.get().resource
    for visibility in ("private", "unlisted"):
        other = make(ana, visibility=visibility, title=f"Is {visibility}")
        keeping.put(collection=other, resource=resource)
    for address in (resource.get_absolute_url(), "/members/ana-lopez/"):
        text = text_of(client.get(address))
        assert "For all" in text
        assert "Is private" not in text
        assert "Is unlisted" not in text
    assert "In 1 public collection" in text_of(client.get(resource.get_absolute_url()))
    for number in range(5):
        other = make(ana, visibility="public", title=f"Number {number}")
        keeping.put(collection=other, resource=resource)
    page = client.get(resource.get_absolute_url())
    assert "In many public collections" in text_of(page)
    assert page.content.decode().count('href="/collections/') == 5


def test_kept_pages_change_with_what_others_see(client, ana, django_capture_on_commit_callbacks):
    def changes(action):
        before = read_versions(["collections"])
        with django_capture_on_commit_callbacks(execute=True):
            action()
        return read_versions(["collections"]) != before

    def show(visibility):
        return lambda: keeping.change_collection(
            collection=collection, title="A", description="", visibility=visibility
        )

    collection = make(ana)
    course = factories.make_course()
    assert not changes(lambda: keeping.put(collection=collection, resource=course))
    assert changes(show("public"))
    assert changes(lambda: keeping.put(collection=collection, resource=factories.make_course()))
    assert changes(lambda: keeping.take_out(collection=collection, items=collection.items.all()))
    assert changes(show("private"))
    assert not changes(show("private"))
    assert changes(show("unlisted"))
    collection.refresh_from_db()
    assert changes(lambda: keeping.delete_collection(collection=collection))


# What owners do


def test_a_collection_is_made_and_described(client, ana):
    client.force_login(ana)
    assert "Your collections stand here." in text_of(client.get("/me/collections/"))
    response = client.post(
        "/collections/new/",
        {"title": " First\x00 week ", "description": "For new people.", "visibility": "unlisted"},
    )
    collection = ResourceCollection.objects.get()
    assert response["Location"] == collection.get_absolute_url()
    assert (collection.owner, collection.title) == (ana, "First week")
    text = text_of(client.get(response["Location"]))
    assert "For new people." in text
    assert "Link to share" in text
    assert "First week" in text_of(client.get("/me/collections/"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "required"),
        ("title", "x" * 121, "120 characters"),
        ("description", "x" * 1001, "1000 characters"),
        ("visibility", "secret", "valid choice"),
    ],
)
def test_wrong_forms_come_back_as_typed(client, ana, field, value, words):
    collection = make(ana, "First")
    client.force_login(ana)
    typed = {"title": "Typed title", "description": "Typed words.", "visibility": "public"}
    note = f"item-{collection.items.get().pk}-note"
    position = f"item-{collection.items.get().pk}-position"
    for address in ("/collections/new/", change_url(collection)):
        data = {**typed, field: value, note: "Typed note", position: "1"}
        page = client.post(address, data)
        content = page.content.decode()
        assert page.status_code == 200
        assert words in content
        for name, text in typed.items():
            if name not in {field, "visibility"}:
                assert text in content
    assert "Typed note" in content
    assert "<h1>Change “First week”</h1>" in content
    collection.refresh_from_db()
    assert (collection.title, collection.visibility) == ("First week", "private")


def test_every_button_saves_and_moves(client, ana):
    collection = make(ana, "A", "B", "C")
    client.force_login(ana)
    address = change_url(collection)
    b = item_of(collection, "B")
    data = data_of(collection, up=b.pk, title="New name", **{f"item-{b.pk}-note": "See this"})
    response = client.post(address, data)
    collection.refresh_from_db()
    assert response["Location"] == f"{change_url(collection)}#item-{b.pk}"
    assert collection.title == "New name"
    assert titles_of(collection) == ["B", "A", "C"]
    assert item_of(collection, "B").note == "See this"
    for button, order in [("down", "ABC"), ("down", "ACB"), ("down", "ACB"), ("up", "ABC")]:
        client.post(change_url(collection), data_of(collection, **{button: b.pk}))
        assert "".join(titles_of(collection)) == order
    client.post(change_url(collection), data_of(collection, remove=b.pk))
    assert titles_of(collection) == ["A", "C"]
    response = client.post(change_url(collection), data_of(collection))
    assert response["Location"] == collection.get_absolute_url()


@pytest.mark.parametrize(
    ("title", "position", "order"),
    [
        ("D", 2, "ADBC"),
        ("A", 3, "BCAD"),
        ("A", 9, "BCDA"),
        ("C", 1, "CABD"),
        ("B", 2, "ABCD"),
    ],
)
def test_a_typed_position_is_where_it_stands_afterwards(client, ana, title, position, order):
    collection = make(ana, *"ABCD")
    client.force_login(ana)
    key = f"item-{item_of(collection, title).pk}-position"
    client.post(change_url(collection), data_of(collection, order="1", **{key: position}))
    assert "".join(titles_of(collection)) == order
    positions = collection.items.values_list("position", flat=True)
    assert list(positions) == [1, 2, 3, 4]


def test_wrong_lines_are_named(client, ana):
    collection = make(ana, "A", "B")
    client.force_login(ana)
    b = item_of(collection, "B")
    for name, value, words in [
        ("position", "", "This field is required."),
        ("position", "0", "greater than or equal to 1"),
        ("position", "first", "whole number"),
        ("note", "x" * 501, "500 characters"),
    ]:
        data = data_of(collection, title="Typed", **{f"item-{b.pk}-{name}": value})
        content = client.post(change_url(collection), data).content.decode()
        assert words in content
        assert f'<a href="#item-{b.pk}">B</a>' in content
        assert 'value="Typed"' in content
    collection.refresh_from_db()
    assert collection.title == "First week"


def test_what_came_in_meanwhile_keeps_note_and_place(client, ana):
    collection = make(ana, "A", "B")
    client.force_login(ana)
    opened = data_of(collection, title="Saved later")
    keeping.put(collection=collection, resource=factories.make_course("C"))
    CollectionItem.objects.filter(resource__title="C").update(note="Mine")
    client.post(change_url(collection), opened)
    assert titles_of(collection) == ["A", "B", "C"]
    assert item_of(collection, "C").note == "Mine"


def test_moving_passes_what_nobody_sees(client, ana):
    collection = make(ana, "A", "Hidden", "B")
    item_of(collection, "Hidden").resource.unpublish()
    keeping.move(collection=collection, item=item_of(collection, "B"), by=-1)
    assert [title for title in titles_of(collection) if title != "Hidden"] == ["B", "A"]


def test_deleting_asks_first(client, ana):
    collection = make(ana, "Plain words")
    client.force_login(ana)
    address = collection.get_absolute_url() + "delete/"
    assert "It holds 1 listing, which stays in the catalog." in text_of(client.get(address))
    assert ResourceCollection.objects.exists()
    page = client.post(address, follow=True)
    assert "“First week” is deleted." in text_of(page)
    assert not ResourceCollection.objects.exists()


# From a listing


def test_a_listing_is_put_in_and_taken_out(client, ana):
    collection = make(ana, title="Mine")
    make(factories.make_user(), title="Another's", visibility="public")
    course = factories.make_course("Plain words")
    client.force_login(ana)
    address = course.get_absolute_url() + "collect/"
    text = text_of(client.get(address))
    assert "Mine" in text
    assert "Another's" not in text
    back = "/resources/?kind=course"
    response = client.post(address, {"put": collection.pk, "next": back})
    assert response["Location"] == f"{back}#listing-{course.pk}"
    assert titles_of(collection) == ["Plain words"]
    client.post(address, {"put": collection.pk})
    assert titles_of(collection) == ["Plain words"]
    assert "It is in it" in text_of(client.get(address))
    page = client.post(address, {"take": collection.pk, "next": back}, follow=True)
    assert titles_of(collection) == []
    assert "Removed from Mine" in text_of(page)


def test_a_listing_begins_a_collection(client, ana):
    course = factories.make_course("Plain words")
    client.force_login(ana)
    address = course.get_absolute_url() + "collect/"
    page = client.post(address, {"title": ""})
    assert "This field is required." in text_of(page)
    page = client.post(address, {"title": "x" * 121})
    assert "x" * 121 in page.content.decode()
    page = client.post(address, {"title": "Begin\x00ning"}, follow=True)
    collection = ResourceCollection.objects.get()
    assert (collection.title, titles_of(collection)) == ("Beginning", ["Plain words"])
    assert "Now in Beginning" in text_of(page)
    assert page.request["PATH_INFO"] == course.get_absolute_url()


def test_collections_of_others_and_drafts_take_nothing(client, ana):
    other = make(factories.make_user(), visibility="public")
    course, draft = factories.make_course(), factories.make_course(live=False)
    client.force_login(ana)
    for key in (other.pk, "x", "", "9" * 30):
        response = client.post(course.get_absolute_url() + "collect/", {"put": key})
        assert response.status_code == 404
    assert client.get(draft.get_absolute_url() + "collect/").status_code == 404
    assert titles_of(other) == []
    client.logout()
    response = client.get(course.get_absolute_url() + "collect/?next=/resources/")
    assert response["Location"].startswith("/accounts/login/?next=/resources/")


def test_limits_are_said(client, ana, monkeypatch):
    collection = make(ana, "A")
    course = factories.make_course()
    client.force_login(ana)
    monkeypatch.setattr(keeping, "MOST_ITEMS", 1)
    monkeypatch.setattr(keeping, "MOST_COLLECTIONS", 1)
    address = course.get_absolute_url() + "collect/"
    text = text_of(client.post(address, {"put": collection.pk}))
    assert "“First week” holds 1 listing, and more do not fit." in text
    page = client.post(address, {"title": "Typed title"})
    assert "You have 1 collection, and more cannot be made." in text_of(page)
    assert "Typed title" in page.content.decode()
    page = client.post("/collections/new/", {"title": "Typed title", "visibility": "private"})
    assert "You have 1 collection, and more cannot be made." in text_of(page)
    assert "Typed title" in page.content.decode()
    assert ResourceCollection.objects.count() == 1
    assert titles_of(collection) == ["A"]


def test_pages_take_the_same_queries_for_few_and_many(client, ana):
    client.force_login(ana)
    collection = make(ana, visibility="public")
    course = factories.make_course()

    def fill(count):
        for number in range(count):
            provider = factories.make_provider()
            each = factories.make_course(provider=provider)
            keeping.put(collection=collection, resource=each)
            other = make(ana, title=f"Number {number}", visibility="public")
            keeping.put(collection=other, resource=course)

    def queries(address):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = [
        collection.get_absolute_url(),
        change_url(collection),
        "/me/collections/",
        course.get_absolute_url(),
        course.get_absolute_url() + "collect/",
        "/members/ana-lopez/",
    ]
    fill(2)
    few = [queries(address) for address in addresses]
    fill(18)
    assert [queries(address) for address in addresses] == few
    assert max(few[:3]) <= 7
