"""Saved searches: one per question, with what is in them now and what is new."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import keeping
from catalog.models import ResourcePage, SavedSearch
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
SEARCHES = "/me/searches/"
SAVE = "/me/searches/save/"


@pytest.fixture
def ana():
    return factories.make_user("Ana Lopez")


def save(user, query="kind=course", name="Courses", place="resources"):
    return keeping.save_search(user=user, place=place, query=query, name=name)[0]


def listed_ago(resource, **ago):
    moment = timezone.now() - timedelta(**ago)
    ResourcePage.objects.filter(pk=resource.pk).update(first_published_at=moment)


def save_link(response):
    return re.search(r'href="(/me/searches/save/[^"]+)"', response.content.decode())[1].replace(
        "&amp;", "&"
    )


@pytest.mark.parametrize("start", ["/resources/", "/subscribe/"])
def test_a_filtered_list_is_saved_under_its_sentence(client, ana, start):
    factories.make_course("Plain words", cost="free")
    link = save_link(client.get(start + "?cost=free&kind=course&foo=1"))
    assert client.get(link)["Location"].startswith("/accounts/login/?next=/me/searches/save/")
    client.force_login(ana)
    content = client.get(link).content.decode()
    assert 'value="Resources: Course; Free"' in content
    assert 'name="resources" value="kind=course&amp;cost=free"' in content
    page = client.post(
        SAVE, {"resources": "kind=course&cost=free", "name": "Free\x00 courses"}, follow=True
    )
    assert "Saved: Free courses" in text_of(page)
    assert "1 resource now" in text_of(page)
    saved = SavedSearch.objects.get()
    assert (saved.user, saved.query, saved.name) == (ana, "kind=course&cost=free", "Free courses")
    response = client.get(f"{SEARCHES}{saved.pk}/")
    assert response["Location"] == "/resources/?kind=course&cost=free"


def test_one_question_is_saved_once_whatever_its_spelling(client, ana):
    client.force_login(ana)
    for query, name in [
        ("cost=free&kind=course", "One"),
        ("kind=course&cost=free&sort=title&page=3", "Two"),
    ]:
        client.post(SAVE, {"resources": query, "name": name})
    assert SavedSearch.objects.get().name == "Two"
    page = client.get(SAVE, {"resources": "kind=course&cost=free"})
    assert "You saved it already." in text_of(page)
    assert 'value="Two"' in page.content.decode()
    save(factories.make_user(), query="kind=course&cost=free")
    assert SavedSearch.objects.count() == 2


def test_a_search_of_the_site_is_saved_with_its_tab_and_filters(client, ana):
    client.force_login(ana)
    query = "q=plain words&tab=resources&kind=course&page=4"
    page = client.get(SAVE, {"search": query})
    assert "“plain words” in resources: Course" in text_of(page)
    client.post(SAVE, {"search": query, "name": "Plain"})
    saved = SavedSearch.objects.get()
    assert (saved.place, saved.query) == ("search", "q=plain+words&tab=resources&kind=course")
    page = client.get(SEARCHES)
    assert "search of the site" in text_of(page)
    assert client.get(f"{SEARCHES}{saved.pk}/")["Location"] == f"/search/?{saved.query}"


def test_the_search_page_offers_it(client, ana):
    factories.make_course("Plain words")
    client.force_login(ana)
    page = client.get("/search/?q=zzzzz")
    assert page.status_code == 200
    page = client.get(SAVE, {"search": "q=x&tab=forum&solved=yes"})
    assert "“x” in the forum: yes" in text_of(page)


@pytest.mark.parametrize(
    "data", [{}, {"search": ""}, {"search": "tab=forum"}, {"search": "\x00"}, {"other": "q=a"}]
)
def test_what_asks_nothing_is_a_dead_address(client, ana, data):
    client.force_login(ana)
    assert client.get(SAVE, data).status_code == 404
    assert client.post(SAVE, {**data, "name": "A"}).status_code == 404


def test_the_whole_list_may_be_saved(client, ana):
    client.force_login(ana)
    client.post(SAVE, {"resources": "", "name": "Everything"})
    assert SavedSearch.objects.get().url == "/resources/"


@pytest.mark.parametrize(("name", "words"), [("", "required"), ("x" * 121, "120 characters")])
def test_wrong_names_come_back_as_typed(client, ana, name, words):
    saved = save(ana)
    client.force_login(ana)
    for address, data in [(SAVE, {"resources": "kind=kit"}), (f"{SEARCHES}{saved.pk}/change/", {})]:
        content = client.post(address, {**data, "name": name}).content.decode()
        assert words in content
        assert name in content
    assert SavedSearch.objects.get().name == "Courses"


def test_a_long_sentence_is_cut_and_too_many_filters_are_refused(client, ana):
    client.force_login(ana)
    page = client.get(SAVE, {"resources": urlencode({"q": "word " * 40})})
    name = re.search(
        r'<input[^>]*name="name"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="name"',
        page.content.decode(),
    )
    assert name
    assert page.status_code == 200
    many = urlencode([("tag", f"{number:02}" + "ä" * 60) for number in range(30)])
    page = client.get(SAVE, {"resources": many}, follow=True)
    assert "too many filters" in text_of(page)


def test_new_is_what_was_listed_since_one_looked(client, ana):
    old, new = factories.make_course("Old"), factories.make_course("New")
    factories.make_kit("Another kind")
    saved = save(ana)
    SavedSearch.objects.update(seen_at=timezone.now() - timedelta(days=2))
    listed_ago(old, days=5)
    listed_ago(new, days=1)
    client.force_login(ana)
    for address in (SEARCHES, "/me/"):
        text = text_of(client.get(address))
        assert "1 new since you looked" in text
        assert "2 resources now" in text
    client.get(f"{SEARCHES}{saved.pk}/", headers={"Sec-Purpose": "prefetch"})
    assert "1 new since you looked" in text_of(client.get(SEARCHES))
    client.get(f"{SEARCHES}{saved.pk}/")
    assert "new since" not in text_of(client.get(SEARCHES))


def test_a_saved_search_is_renamed_and_deleted(client, ana):
    saved = save(ana)
    address = f"{SEARCHES}{saved.pk}/change/"
    client.force_login(factories.make_user())
    for path in (address, f"{SEARCHES}{saved.pk}/"):
        assert client.get(path).status_code == 404
    assert client.post(address, {"delete": "1"}).status_code == 404
    client.force_login(ana)
    client.post(address, {"name": "Other name"})
    assert "Other name" in text_of(client.get(SEARCHES))
    page = client.post(address, {"delete": "1"}, follow=True)
    assert "“Other name” is deleted." in text_of(page)
    assert not SavedSearch.objects.exists()
    assert "Lists you filtered and searches you want to repeat stand here." in text_of(page)


def test_limit_is_said_and_the_name_comes_back(client, ana, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_SAVED_SEARCHES", 1)
    save(ana)
    client.force_login(ana)
    page = client.post(SAVE, {"resources": "kind=kit", "name": "Typed name"})
    assert "You have 1 saved search, and more cannot be kept." in text_of(page)
    assert "Typed name" in page.content.decode()
    client.post(SAVE, {"resources": "kind=course", "name": "Renamed"})
    assert SavedSearch.objects.get().name == "Renamed"


def test_list_takes_the_same_queries_for_few_and_many(client, ana):
    client.force_login(ana)

    def fill(count):
        for _number in range(count):
            course = factories.make_course()
            save(ana, query=f"tag=a{course.pk}")

    def queries():
        client.get(SEARCHES)
        with CaptureQueriesContext(connection) as captured:
            client.get(SEARCHES)
        return len(captured)

    fill(2)
    few = queries()
    fill(18)
    assert queries() == few
