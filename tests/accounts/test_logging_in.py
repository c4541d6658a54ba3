"""Logging in and out, new passwords, another address, sessions."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail

from portal.accounts.addresses import set_address
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
NEW_PASSWORD = "another-lamp-on-desk"


@pytest.fixture
def member():
    return set_address(user=make_user("Ana Lopez"), email="ana@example.org", confirmed=True)


def log_in(client, password=PASSWORD, email="ANA@example.org", **fields):
    return client.post(LOGIN, {"login": email, "password": password, **fields})


def code_of(message):
    return re.search(r"^(\d{6})$", message.body, re.MULTILINE)[1]


def is_logged_in(client):
    return "_auth_user_id" in client.session


def test_member_logs_in_by_address_and_returns(client, member):
    response = log_in(client, next="/forum/new/?category=hr")
    assert response["Location"] == "/forum/new/?category=hr"
    assert is_logged_in(client)


def test_wrong_password_says_what_to_do_and_keeps_the_address(client, member):
    page = log_in(client, password="wrong").content.decode()
    assert "do not belong together" in page
    assert 'value="ANA@example.org"' in page
    unknown = log_in(client, email="nobody@example.org").content.decode()
    assert "do not belong together" in unknown


def test_tries_at_one_account_are_limited(client, member):
    for _ in range(5):
        log_in(client, password="wrong")
    assert "wait five minutes" in log_in(client).content.decode()
    assert not is_logged_in(client)


def test_username_is_no_login(client, member):
    assert "valid email" in log_in(client, email=member.username).content.decode()


@pytest.mark.parametrize(
    ("status", "words"), [("suspended", "is suspended"), ("banned", "is banned")]
)
def test_closed_account_is_told_so_with_the_right_password_alone(client, member, status, words):
    member.status = status
    member.save()
    response = log_in(client)
    assert response.status_code == 403
    assert words in response.content.decode()
    assert "/contact/" in response.content.decode()
    assert not is_logged_in(client)
    assert words not in log_in(client, password="wrong").content.decode()


def test_suspension_ends_the_sessions(client, member):
    log_in(client)
    member.refresh_from_db()
    member.status = "suspended"
    member.save()
    assert client.get("/me/").status_code == 302


def test_log_out_needs_a_post(client, member):
    log_in(client)
    page = client.get("/accounts/logout/")
    assert "Log out?" in page.content.decode()
    assert is_logged_in(client)
    client.post("/accounts/logout/")
    assert not is_logged_in(client)


def test_new_password_by_code_logs_in_and_returns(client, member):
    response = client.post(
        "/accounts/password/reset/", {"email": "Ana@example.org", "next": "/forum/"}
    )
    assert response["Location"] == "/accounts/password/reset/confirm/?next=%2Fforum%2F"
    assert member.email in client.get(response["Location"]).content.decode()
    code = code_of(mail.outbox[0])
    response = client.post("/accounts/password/reset/confirm/", {"code": code, "next": "/forum/"})
    assert client.get(response["Location"]).status_code == 200
    response = client.post(
        "/accounts/password/reset/complete/", {"password1": NEW_PASSWORD, "next": "/forum/"}
    )
    assert is_logged_in(client)
    client.post("/accounts/logout/")
    log_in(client, password=NEW_PASSWORD)
    assert is_logged_in(client)
    assert mail.outbox[-1].subject == "You have a new password"


def test_new_password_for_nobody_looks_the_same(client, member):
    shown = client.post("/accounts/password/reset/", {"email": "no@example.org"}, follow=True)
    assert "If <strong>no@example.org</strong> has an account here" in shown.content.decode()
    assert "No account" in mail.outbox[0].subject


def test_codes_for_a_new_password_are_few(client, member):
    with time_machine.travel("2026-03-01T10:00:00Z"):
        answers = [
            type(client)().post("/accounts/password/reset/", {"email": member.email}).status_code
            for _ in range(6)
        ]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_three_wrong_codes_end_the_reset(client, member):
    client.post("/accounts/password/reset/", {"email": member.email})
    code = code_of(mail.outbox[0])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(3):
        response = client.post("/accounts/password/reset/confirm/", {"code": wrong})
    assert response["Location"].startswith(LOGIN)
    response = client.post("/accounts/password/reset/confirm/", {"code": code})
    assert response["Location"].startswith(LOGIN)


def test_another_address_counts_once_its_code_was_typed(client, member):
    log_in(client)
    response = client.post("/accounts/email/", {"email": "new@example.org", "action_add": "1"})
    assert response["Location"].startswith("/accounts/reauthenticate/")
    response = client.post(response["Location"], {"password": PASSWORD}, follow=True)
    assert "Type the code from the mail" in response.content.decode()
    member.refresh_from_db()
    assert member.email == "ana@example.org"
    client.post("/accounts/confirm-email/", {"code": code_of(mail.outbox[0])})
    member.refresh_from_db()
    assert member.email == "new@example.org"
    assert [address.email for address in EmailAddress.objects.all()] == ["new@example.org"]
    assert mail.outbox[-1].to == ["ana@example.org"]
    assert mail.outbox[-1].subject == "Your e-mail address was changed"


def test_address_of_somebody_else_is_never_taken(client, member):
    set_address(user=make_user(), email="bob@example.org", confirmed=True)
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "bob@example.org", "action_add": "1"})
    client.post("/accounts/confirm-email/", {"code": code_of(mail.outbox[0])})
    member.refresh_from_db()
    assert member.email == "ana@example.org"


def test_password_is_changed_with_the_present_one(client, member):
    log_in(client)
    page = client.post(
        "/accounts/password/change/", {"oldpassword": "wrong", "password1": NEW_PASSWORD}
    )
    assert "not your present password" in page.content.decode()
    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
    )
    assert response["Location"] == "/me/settings/"
    assert is_logged_in(client)
    member.refresh_from_db()
    assert member.check_password(NEW_PASSWORD)


def test_other_sessions_end_at_once(client, member):
    other = type(client)()
    log_in(other)
    log_in(client)
    page = client.get("/accounts/sessions/").content.decode()
    assert "this one" in page
    assert "Log out everywhere else" in page
    client.post("/accounts/sessions/")
    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_demo_has_a_button_for_each_account(client, settings):
    settings.DEMO = True
    make_user("Editor", email="editor@demo.example")
    page = client.get(LOGIN + "?next=/forum/").content.decode()
    for name in ("member", "editor", "moderator", "admin"):
        assert f'value="{name}"' in page
    response = client.post("/accounts/demo/", {"account": "editor", "next": "/forum/"})
    assert response["Location"] == "/forum/"
    assert is_logged_in(client)


def test_demo_buttons_log_in_to_nothing_else(client, settings, member):
    settings.DEMO = True
    for account in ("", "member", "ana", "../admin", "ana@example.org\x00"):
        response = client.post("/accounts/demo/", {"account": account})
        assert response["Location"] == LOGIN
    assert client.get("/accounts/demo/").status_code == 405
    assert not is_logged_in(client)


def test_no_button_and_no_back_door_outside_the_demo(client):
    make_user("Admin", email="admin@demo.example", is_superuser=True)
    assert "admin@demo.example" not in client.get(LOGIN).content.decode()
    assert client.post("/accounts/demo/", {"account": "admin"}).status_code == 404
    assert not is_logged_in(client)


def test_log_in_page_sends_members_on(client, member):
    log_in(client)
    assert client.get(LOGIN + "?next=/forum/")["Location"] == "/forum/"


def test_every_page_of_the_account_is_ours(client, member):
    for path in ("login/", "signup/", "password/reset/", "inactive/", "password/reset/done/"):
        page = client.get(f"/accounts/{path}")
        assert page.status_code == 200
        assert 'class="site-header"' in page.content.decode()
    log_in(client)
    for path in ("email/", "password/change/", "logout/", "sessions/", "reauthenticate/"):
        page = client.get(f"/accounts/{path}")
        assert page.status_code == 200
        assert 'class="site-header"' in page.content.decode()
