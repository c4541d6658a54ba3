"""Forms in which a person writes come back as typed when their token is stale."""

import pytest
from django.test import Client

from catalog.models import ResourceCollection, SavedSearch, Suggestion
from portal.accounts.models import User
from portal.home.models import ContactMessage
from tests.factories import make_kit, make_thread, make_user

pytestmark = pytest.mark.django_db
WORDS = "Words <that> took ten minutes"
SHOWN = "Words &lt;that&gt; took ten minutes"


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def member(strict):
    user = make_user("Ana Lopez")
    strict.force_login(user)
    return user


def assert_comes_back(response):
    page = response.content.decode()
    assert response.status_code == 403
    assert "nothing was sent. Please send it again." in page
    assert SHOWN in page
    assert "csrfmiddlewaretoken" in page


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("/contact/", {"about": "post", "text": WORDS}),
        ("/suggest/", {"url": "https://example.gov/", "title": "A course", "why": WORDS}),
        ("/suggest/", {"url": WORDS, "read": "1"}),
        ("/accounts/signup/", {"email": "a@example.org", "display_name": WORDS}),
    ],
)
def test_of_anybody(strict, url, data):
    assert_comes_back(strict.post(url, data))
    assert not Suggestion.objects.exists()
    assert not ContactMessage.objects.exists()
    assert not User.objects.filter(email="a@example.org").exists()


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("/collections/new/", {"title": "Mine", "description": WORDS, "visibility": "private"}),
        ("/resources/the-kit/collect/", {"title": WORDS}),
        ("/me/searches/save/", {"search": "q=plain", "name": WORDS}),
        ("/me/settings/", {"display_name": "Ana", "username": "ana", "about": WORDS}),
    ],
)
def test_of_members(strict, member, url, data):
    make_kit("The Kit", slug="the-kit")
    assert_comes_back(strict.post(url, data))
    assert not ResourceCollection.objects.exists()
    assert not SavedSearch.objects.exists()
    member.refresh_from_db()
    assert member.about == ""


def test_of_what_is_ones_own(strict, member):
    collection = ResourceCollection.objects.create(owner=member, title="Mine")
    item = collection.items.create(resource=make_kit(), position=1)
    saved = SavedSearch.objects.create(user=member, place="search", query="q=a", name="A")
    url = f"{collection.get_absolute_url()}change/"
    data = {"title": "Changed", "visibility": "private"}
    data |= {f"item-{item.pk}-position": "1", f"item-{item.pk}-note": WORDS}
    assert_comes_back(strict.post(url, data))
    assert_comes_back(strict.post(f"/me/searches/{saved.pk}/change/", {"name": WORDS}))
    collection.refresh_from_db()
    saved.refresh_from_db()
    assert (collection.title, saved.name) == ("Mine", "A")


def test_sent_again_it_is_taken(strict, member):
    assert strict.post("/collections/new/", {"title": "Mine"}).status_code == 403
    token = strict.cookies["csrftoken"].value
    data = {"title": "Mine", "visibility": "private", "csrfmiddlewaretoken": token}
    assert strict.post("/collections/new/", data).status_code == 302
    assert ResourceCollection.objects.get().title == "Mine"


def test_log_in_keeps_the_address_and_never_the_password(strict):
    data = {"login": "ana@example.org", "password": "two secret words", "next": "/me/"}
    response = strict.post("/accounts/login/", data)
    page = response.content.decode()
    assert response.status_code == 403
    assert "nothing was sent" in page
    assert 'value="ana@example.org"' in page
    assert "two secret words" not in page


def test_log_in_in_another_tab_is_enough(strict, member):
    response = strict.post("/accounts/login/", {"login": "ana@example.org", "next": "/me/"})
    assert response.status_code == 302
    assert response["Location"] == "/me/"
    assert "nothing was sent" not in strict.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("/collections/new/", {"title": "Mine", "description": WORDS}),  # logged out meanwhile
        ("/forum/p/999999/edit/", {"text": WORDS}),  # out of reach meanwhile
        ("/resources/none/collect/", {"title": WORDS}),
    ],
)
def test_texts_are_given_back_where_the_form_cannot_be_shown(strict, url, data):
    secrets = {"password": "two secret words", "keep": "12", "csrfmiddlewaretoken": "x"}
    response = strict.post(url, {**data, **secrets})
    page = response.content.decode()
    assert response.status_code == 403
    assert "copy it" in page
    assert f"readonly>{SHOWN}</textarea>" in page
    assert "two secret words" not in page
    assert page.count("<textarea") == 1


def test_button_without_words_is_explained(strict, member):
    response = strict.post("/me/bookmarks/", {"keep": str(make_kit().pk)})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Go back, load the page again" in page
    assert "<textarea" not in page


def test_moderators_reason_is_given_back(strict):
    post = make_thread().posts.get()
    strict.force_login(make_user("Root", is_superuser=True))
    response = strict.post(f"/forum/p/{post.pk}/moderate/", {"reason": WORDS})
    assert SHOWN in response.content.decode()
    post.refresh_from_db()
    assert post.state == "public"
