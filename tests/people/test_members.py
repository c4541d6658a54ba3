"""Pages of members and agencies: what each may see."""

import pytest
from django.contrib.auth.models import Group

from portal.accounts.addresses import set_address
from portal.accounts.models import AgencyDomain, User
from tests.factories import (
    make_agency,
    make_category,
    make_kit,
    make_provider,
    make_reply,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_user("Ana Lopez", username="ana-lopez", about="Clerk of records.")


@pytest.fixture
def county():
    agency = make_agency("Pine County", kind="county")
    AgencyDomain.objects.create(agency=agency, domain="pine.example.gov")
    return agency


def test_page_of_a_member_shows_what_is_public(client, ana):
    make_thread("How long is yours?", author=ana, category=make_category("Records"))
    page = client.get("/members/ana-lopez/").content.decode()
    assert "<h1>Ana Lopez</h1>" in page
    assert "Clerk of records." in page
    assert "How long is yours?" in page
    assert "1 conversation started" in page
    assert ana.email not in page
    assert "noindex" in page


def test_handle_is_found_in_any_case_under_one_address(client, ana):
    response = client.get("/members/Ana-LOPEZ/")
    assert (response.status_code, response["Location"]) == (301, "/members/ana-lopez/")


@pytest.mark.parametrize("path", ["/members/nobody/", "/members/%00/", "/agencies/none/"])
def test_nobody_is_a_dead_address(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("status", "code"),
    [("active", 200), ("suspended", 200), ("banned", 200), ("placeholder", 200), ("erased", 404)],
)
def test_who_has_a_page(client, ana, status, code):
    User.objects.filter(pk=ana.pk).update(status=status)
    assert client.get("/members/ana-lopez/").status_code == code


def test_posts_of_closed_categories_are_for_those_who_may_read_them(client, ana):
    group = Group.objects.create(name="Circle")
    closed = make_category("Closed", read="groups", write="groups")
    closed.read_groups.add(group)
    closed.write_groups.add(group)
    ana.groups.add(group)
    thread = make_thread("Behind the door", text="Secret words.", author=ana, category=closed)
    make_reply(thread, "More of it.", author=ana)
    insider, outsider = make_user(), make_user()
    insider.groups.add(group)
    for reader, sees in [(None, False), (outsider, False), (insider, True), (ana, True)]:
        if reader:
            client.force_login(reader)
        page = client.get("/members/ana-lopez/").content.decode()
        assert ("Behind the door" in page) is sees
        assert ("Secret words." in page) is sees
        assert ('class="count">(2)' in page) is sees


def test_hidden_posts_do_not_stand_on_the_page(client, ana):
    post = make_reply(make_thread(category=make_category()), "Rude words.", author=ana)
    post.state = "hidden"
    post.save()
    assert "Rude words." not in client.get("/members/ana-lopez/").content.decode()


@pytest.mark.parametrize(
    ("choice", "shown", "linked"),
    [("name", "Pine County", True), ("kind", "county government", False), ("nothing", "", False)],
)
def test_agency_is_shown_as_its_member_chose(client, county, ana, choice, shown, linked):
    set_address(user=ana, email="ana@pine.example.gov", confirmed=True)
    User.objects.update(agency_display=choice)
    page = client.get("/members/ana-lopez/").content.decode()
    assert shown in page
    assert ("Pine County" in page) is linked
    assert ('href="/agencies/pine-county/"' in page) is linked
    agency = client.get("/agencies/pine-county/")
    assert agency.status_code == (200 if linked else 404)
    if linked:
        assert "Ana Lopez" in agency.content.decode()


def test_agency_lists_current_listings_of_its_providers(client, county):
    provider = make_provider("Pine County Training", agency=county)
    make_kit("Their kit", provider=provider)
    make_kit("Their draft", provider=provider, live=False)
    make_kit("Somebody's kit", provider=make_provider())
    page = client.get("/agencies/pine-county/").content.decode()
    assert "Their kit" in page
    assert "Their draft" not in page
    assert "Somebody's kit" not in page
    assert "Nobody shows it." in page


def test_former_members_and_suspended_ones_leave_the_agency_s_list(client, county, ana):
    make_provider(agency=county)
    set_address(user=ana, email="ana@pine.example.gov", confirmed=True)
    User.objects.update(agency_display="name", status="suspended")
    assert "Ana Lopez" not in client.get("/agencies/pine-county/").content.decode()


def test_pages_take_the_same_queries_for_few_and_many(
    client, ana, county, django_assert_num_queries
):
    category, provider = make_category(), make_provider(agency=county)

    def fill(count):
        for _ in range(count):
            make_reply(make_thread(category=category), author=ana)
            make_kit(provider=provider)
            user = make_user(agency_display="name")
            User.objects.filter(pk=user.pk).update(agency=county)

    fill(2)
    client.get("/members/ana-lopez/")
    with django_assert_num_queries(5):
        client.get("/members/ana-lopez/")
    with django_assert_num_queries(6):
        client.get("/agencies/pine-county/")
    fill(18)
    with django_assert_num_queries(5):
        client.get("/members/ana-lopez/")
    with django_assert_num_queries(6):
        client.get("/agencies/pine-county/")
