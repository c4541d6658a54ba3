"""Members and agencies in Wagtail's admin, and the doors to it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.urls import reverse

from portal.accounts.addresses import set_address
from portal.accounts.models import Agency, AgencyDomain, FormerUsername, User
from tests.factories import PASSWORD, make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return set_address(
        user=make_user("Root", is_superuser=True), email="root@example.org", confirmed=True
    )


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def users_url(action, *args):
    return reverse(f"wagtailusers_users:{action}", args=args)


@pytest.mark.parametrize("path", ["/admin/login/", "/_util/login/"])
def test_log_ins_of_wagtail_lead_to_ours(client, admin, path):
    to_ours = "/accounts/login/?next=/admin/"
    assert client.get(path + "?next=/admin/")["Location"] == to_ours
    response = client.post(path + "?next=/admin/", {"username": admin.email, "password": PASSWORD})
    assert response["Location"] == to_ours
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["", "done/", "confirm/MQ/set-password/", "complete/"])
def test_password_reset_of_wagtail_leads_to_ours(client, path):
    for answer in (client.get, client.post):
        response = answer(f"/admin/password_reset/{path}")
        assert response["Location"] == "/accounts/password/reset/"


def test_visitor_is_asked_to_log_in_and_returns_to_the_admin(client, admin):
    response = client.get("/admin/")
    assert response["Location"] == "/accounts/login/?next=/admin/"
    response = client.post(
        "/accounts/login/", {"login": admin.email, "password": PASSWORD, "next": "/admin/"}
    )
    assert response["Location"] == "/admin/"


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/users/", "/admin/no/such/"])
def test_member_without_an_office_is_told_so(client, path):
    client.force_login(make_user())
    response = client.get(path)
    assert response.status_code == 403
    assert "for editors and moderators" in response.content.decode()


def test_admin_carries_the_name_of_the_site(as_admin):
    page = as_admin.get("/admin/").content.decode()
    assert "- Common Practice</title>" in page
    assert "Wagtail</title>" not in page
    assert "site/favicon.svg" in page


def test_member_made_by_an_administrator_gets_in_by_a_code(as_admin):
    page = as_admin.get(users_url("add")).content.decode()
    assert 'name="display_name"' in page
    assert "first_name" not in page
    response = as_admin.post(
        users_url("add"), {"email": "New@example.org", "display_name": "New Person"}
    )
    assert response.status_code == 302
    user = User.objects.get(display_name="New Person")
    assert (user.email, user.username) == ("new@example.org", "new-person")
    assert not user.has_usable_password()
    assert not EmailAddress.objects.get(user=user).verified
    assert mail.outbox[0].to == ["new@example.org"]
    assert "/accounts/password/reset/" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "ROOT@example.org", "has this address already"),
        ("username", "root", "Somebody has or had this name"),
        ("username", "admin", "reserved"),
        ("display_name", "Staff", "reserved"),
    ],
)
def test_wrong_member_is_refused(as_admin, admin, field, value, words):
    User.objects.filter(pk=admin.pk).update(username="root-1")
    FormerUsername.objects.create(user=admin, username="root")
    data = {"email": "a@example.org", "display_name": "A Person", field: value}
    page = as_admin.post(users_url("add"), data).content.decode()
    assert words in page
    assert User.objects.count() == 1


def edit(client, user, **fields):
    data = {
        "email": user.email or "",
        "display_name": user.display_name,
        "username": user.username,
        "status": user.status,
        **fields,
    }
    return client.post(users_url("edit", user.pk), data)


def test_member_is_changed(as_admin):
    user = set_address(user=make_user("Ana"), email="ana@example.org", confirmed=True)
    group = Group.objects.create(name="Helpers")
    assert as_admin.get(users_url("edit", user.pk)).status_code == 200
    response = edit(as_admin, user, username="ana-lopez", status="suspended", groups=[group.pk])
    assert response.status_code == 302
    user.refresh_from_db()
    assert (user.username, user.status, user.is_active) == ("ana-lopez", "suspended", False)
    assert list(user.groups.all()) == [group]
    assert FormerUsername.objects.get().username == "ana"
    assert EmailAddress.objects.get(user=user).verified


def test_address_typed_by_an_administrator_proves_nothing(as_admin):
    agency = make_agency("Pine County", kind="county")
    AgencyDomain.objects.create(agency=agency, domain="pine.example.gov")
    user = set_address(user=make_user("Ana"), email="ana@pine.example.gov", confirmed=True)
    assert user.agency == agency
    edit(as_admin, user, email="ana@oak.example.gov")
    user.refresh_from_db()
    assert (user.email, user.agency) == ("ana@oak.example.gov", None)
    assert not EmailAddress.objects.get(user=user).verified


def test_administrators_cannot_lock_themselves_out(as_admin, admin):
    edit(as_admin, admin, status="banned")
    admin.refresh_from_db()
    assert (admin.status, admin.is_superuser) == ("active", True)


def test_placeholder_keeps_its_status_and_needs_no_address(as_admin):
    user = make_user("Old Name", email=None, status="placeholder")
    assert edit(as_admin, user, display_name="Older Name").status_code == 302
    user.refresh_from_db()
    assert (user.display_name, user.status, user.email) == ("Older Name", "placeholder", None)


def test_members_are_never_deleted(as_admin):
    user = make_user()
    as_admin.post(users_url("delete", user.pk))
    for action in ("delete", "set_active_state"):
        as_admin.post(f"/admin/bulk/accounts/user/{action}/?id={user.pk}", {"mark_as_active": ""})
    user.refresh_from_db()
    assert user.is_active


def test_list_of_members_is_searched_and_sorted(as_admin):
    make_user("Zelda Finch")
    page = as_admin.get(users_url("index") + "?q=finch&ordering=name").content.decode()
    assert "Zelda Finch" in page
    assert "data-bulk-action-checkbox" not in page


def test_agency_is_made_with_its_domains(as_admin):
    user = set_address(user=make_user(), email="ana@pine.example.gov", confirmed=True)
    data = {
        "name": "Pine County",
        "slug": "pine-county",
        "kind": "county",
        "website": "",
        "domains-TOTAL_FORMS": "1",
        "domains-INITIAL_FORMS": "0",
        "domains-MIN_NUM_FORMS": "0",
        "domains-MAX_NUM_FORMS": "1000",
        "domains-0-domain": "pine.example.gov",
        "domains-0-ORDER": "1",
    }
    assert as_admin.get("/admin/people/agencies/new/").status_code == 200
    response = as_admin.post("/admin/people/agencies/new/", data)
    assert response.status_code == 302
    agency = Agency.objects.get()
    user.refresh_from_db()
    assert user.agency == agency
    domain = agency.domains.get()
    data.update(
        {
            "domains-INITIAL_FORMS": "1",
            "domains-0-id": domain.pk,
            "domains-0-DELETE": "on",
        }
    )
    response = as_admin.post(f"/admin/people/agencies/edit/{agency.pk}/", data)
    assert response.status_code == 302
    user.refresh_from_db()
    assert user.agency is None


def test_people_menu_is_for_those_with_its_permissions(client):
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert client.get("/admin/people/agencies/").status_code == 302
    user = make_user()
    user.user_permissions.add(
        Permission.objects.get(codename="access_admin"),
        Permission.objects.get(codename="view_agency"),
    )
    client.force_login(user)
    assert client.get("/admin/people/agencies/").status_code == 200


def test_account_page_of_wagtail_leaves_address_and_password_to_ours(as_admin, admin):
    page = as_admin.get("/admin/account/")
    assert page.status_code == 200
    assert 'name="password-' not in page.content.decode()
    assert 'name="name_email-email"' not in page.content.decode()
