"""One's own place and settings."""

import re

import pytest
from django.contrib.auth.models import Group

from catalog import keeping
from catalog.models import Suggestion
from portal.accounts.addresses import set_address
from portal.accounts.models import AgencyDomain, FormerUsername, User
from tests.factories import (
    make_agency,
    make_category,
    make_kit,
    make_reply,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db
ME = "/me/"
SETTINGS = "/me/settings/"
# With the catalog read anew, as in tests; a worker that has it in memory asks half of them.
QUERIES_OF_ME = 41


@pytest.fixture
def ana():
    return make_user("Ana Lopez", username="ana-lopez")


def suggest(user, title="A kit", **fields):
    return Suggestion.objects.create(
        url="https://example.gov/kit", title=title, contributor=user, **fields
    )


@pytest.mark.parametrize("path", [ME, SETTINGS])
def test_visitor_logs_in_first_and_returns(client, path):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_each_empty_section_says_what_would_be_there(client, ana):
    client.force_login(ana)
    page = client.get(ME).content.decode()
    assert "Questions you ask and discussions you begin stand here." in page
    assert "What you answer others stands here." in page
    assert "Resources you propose for the catalog stand here" in page
    assert "Listings that you bookmark stand here." in page
    assert "Lists of resources in your own order and with your notes stand here" in page
    assert "Lists you filtered and searches you want to repeat stand here." in page
    assert "/admin/" not in page


def test_place_shows_what_is_one_s_own_with_counts(client, ana):
    category = make_category()
    make_thread("My question", author=ana, category=category)
    other = make_thread("Somebody else's", category=category)
    make_reply(other, "We give it to every new clerk.", author=ana)
    suggest(ana, "Waiting kit")
    suggest(ana, "Listed kit", state="accepted", resource=make_kit("Listed kit"), answer="Thanks.")
    suggest(make_user(), "Not mine")
    client.force_login(ana)
    page = client.get(ME).content.decode()
    assert 'Conversations I started <span class="count">(1)</span>' in page
    assert 'My replies <span class="count">(1)</span>' in page
    assert 'My suggestions <span class="count">(2)</span>' in page
    assert "We give it to every new clerk." in page
    assert "accepted" in page
    assert "Thanks." in page
    assert "Not mine" not in page


def test_place_shows_what_one_keeps_with_counts(client, ana):
    kits = [make_kit(f"Kit {number}") for number in range(7)]
    for kit in kits:
        keeping.keep(user=ana, resource=kit)
    keeping.make_collection(owner=ana, title="First week", resource=kits[0])
    for number in range(6):
        name = f"Search {number}"
        keeping.save_search(user=ana, place="resources", query=f"tag=t{number}", name=name)
    other = make_user()
    keeping.make_collection(owner=other, title="Not mine", visibility="public")
    keeping.save_search(user=other, place="resources", query="", name="Not mine")
    client.force_login(ana)
    page = client.get(ME).content.decode()
    assert 'Bookmarks <span class="count">(7)</span>' in page
    assert "Kit 6" in page
    assert "Kit 1</a>" not in page
    assert "All 7 bookmarks" in page
    assert 'Collections <span class="count">(1)</span>' in page
    assert "First week" in page
    assert 'Saved searches <span class="count">(6)</span>' in page
    assert "All 6 saved searches" in page
    assert "Not mine" not in page


def test_place_takes_the_same_queries_for_few_and_many(client, ana, django_assert_num_queries):
    category = make_category()

    def fill(count):
        for number in range(count):
            make_thread(author=ana, category=category)
            make_reply(make_thread(category=category), author=ana)
            kit = make_kit()
            suggest(ana, f"Kit {number}", resource=kit)
            keeping.keep(user=ana, resource=kit)
            keeping.make_collection(owner=ana, title=f"List {number}", resource=kit)
            keeping.save_search(
                user=ana, place="resources", query=f"tag=a{kit.pk}", name=f"Search {number}"
            )

    client.force_login(ana)
    fill(2)
    client.get(ME)
    with django_assert_num_queries(QUERIES_OF_ME):
        client.get(ME)
    fill(18)
    with django_assert_num_queries(QUERIES_OF_ME):
        client.get(ME)


@pytest.mark.parametrize(
    ("group", "words", "without"),
    [
        ("Editors", "Suggestions waiting", "waiting for a moderator"),
        ("Forum moderators", "waiting for a moderator", "Suggestions waiting"),
    ],
)
def test_office_has_its_tasks(client, ana, group, words, without):
    suggest(make_user())
    ana.groups.add(Group.objects.get(name=group))
    client.force_login(ana)
    page = client.get(ME).content.decode()
    assert words in page
    assert without not in page
    links = re.findall(r'<a href="(/admin/[^"]*)">', page)
    assert "/admin/" in links
    for link in links:
        assert client.get(link).status_code == 200, link


def change(client, user, **fields):
    data = {
        "display_name": user.display_name,
        "username": user.username,
        "about": "",
        "time_zone": "",
        **fields,
    }
    return client.post(SETTINGS, data, follow=True)


def test_profile_is_saved(client, ana):
    client.force_login(ana)
    page = change(
        client,
        ana,
        display_name="Ana  L.",
        about="Clerk\x00 of records",
        time_zone="America/Chicago",
    )
    assert "Saved." in page.content.decode()
    ana.refresh_from_db()
    assert (ana.display_name, ana.about, ana.time_zone) == (
        "Ana L.",
        "Clerk of records",
        "America/Chicago",
    )


def test_handle_given_up_leads_to_the_new_one_and_stays_reserved(client, ana):
    client.force_login(ana)
    change(client, ana, username="ana-of-pine")
    response = client.get("/members/ana-lopez/")
    assert (response.status_code, response["Location"]) == (301, "/members/ana-of-pine/")
    other = make_user("Other")
    client.force_login(other)
    page = change(client, other, username="Ana-Lopez").content.decode()
    assert "Somebody has or had this name" in page
    client.force_login(ana)
    ana.refresh_from_db()
    change(client, ana, username="ana-lopez")
    assert client.get("/members/ana-lopez/").status_code == 200
    assert [row.username for row in FormerUsername.objects.all()] == ["ana-of-pine"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "me", "3 to 30 letters"),
        ("username", "moderator", "reserved"),
        ("username", "a b c", "3 to 30 letters"),
        ("display_name", "", "required"),
        ("time_zone", "Mars/Base", "valid choice"),
        ("about", "x" * 1001, "1000 characters"),
    ],
)
def test_wrong_profile_is_explained_and_changes_nothing(client, ana, field, value, words):
    client.force_login(ana)
    page = change(client, ana, **{field: value}).content.decode()
    assert words in page
    assert "Ana Lopez</span>" in page  # the name in the header
    ana.refresh_from_db()
    assert (ana.username, ana.display_name) == ("ana-lopez", "Ana Lopez")


def test_member_decides_what_others_see_of_the_agency(client, ana):
    agency = make_agency("Pine County", kind="county")
    AgencyDomain.objects.create(agency=agency, domain="pine.example.gov")
    client.force_login(ana)
    assert "agency_display" not in client.get(SETTINGS).content.decode()
    set_address(user=ana, email="ana@pine.example.gov", confirmed=True)
    assert "County government" in client.get(SETTINGS).content.decode()
    for choice, label in [("name", "Pine County"), ("nothing", ""), ("kind", "county government")]:
        change(client, ana, agency_display=choice)
        assert User.objects.get(pk=ana.pk).agency_label() == label


def test_every_link_of_the_place_answers(client, ana):
    set_address(user=ana, email="ana@example.org", confirmed=True)
    client.force_login(ana)
    paths = [
        "/me/settings/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/sessions/",
        "/members/ana-lopez/",
    ]
    page = client.get(ME).content.decode()
    for path in paths:
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200
