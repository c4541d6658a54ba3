"""Joining: three fields, a code by mail, and back to where one began."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from portal.accounts.joining import forget_unconfirmed
from portal.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
JOIN = "/accounts/signup/"
CODE = "/accounts/confirm-email/"
NEW = {"email": "Ana@Example.org", "display_name": "Ana  Lopez", "password1": "blue-lamp-on-desk"}


def join(client, **fields):
    return client.post(JOIN, {**NEW, **fields})


def code_of(message):
    return re.search(r"^(\d{6})$", message.body, re.MULTILINE)[1]


def test_page_shows_three_fields_the_rules_and_what_is_public(client):
    page = client.get(JOIN + "?next=/forum/").content.decode()
    fields = re.findall(r'<input type="(?!hidden|search)\w+" name="(\w+)"', page)
    assert fields == ["email", "display_name", "password1"]
    assert "at least 10 characters" in page
    assert "Never public: your e-mail address" in page
    assert 'name="next" value="/forum/"' in page


def test_code_leads_back_to_where_one_began(client):
    response = join(client, next="/forum/t/7/budget/?page=2#reply")
    assert response.status_code == 302
    assert response["Location"].startswith(CODE)
    assert "next=" in response["Location"]
    page = client.get(response["Location"])
    assert "ana@example.org" in page.content.decode()
    assert not User.objects.get().last_login
    response = client.post(CODE, {"code": code_of(mail.outbox[0])})
    assert response["Location"] == "/forum/t/7/budget/?page=2#reply"
    user = User.objects.get()
    assert (user.username, user.display_name) == ("ana-lopez", "Ana Lopez")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified


def test_foreign_next_is_not_followed(client):
    join(client, next="https://evil.example/")
    response = client.post(CODE, {"code": code_of(mail.outbox[0])})
    assert response["Location"] == "/"


def test_mail_has_code_in_both_forms_and_no_link_that_acts(client):
    join(client)
    message = mail.outbox[0]
    code = code_of(message)
    (html, kind) = message.alternatives[0]
    assert kind == "text/html"
    assert code in html
    assert code in message.subject
    links = {link.rstrip("/") for link in re.findall(r"https?://[^\s\"<]+", message.body + html)}
    assert links == {"http://testserver"}


def test_wrong_code_is_refused_and_five_wrong_ones_end_it(client):
    join(client, next="/forum/")
    code = code_of(mail.outbox[0])
    wrong = "000000" if code != "000000" else "111111"
    response = client.post(CODE, {"code": wrong})
    assert response.status_code == 200
    assert "not the code we sent" in response.content.decode()
    for _ in range(4):
        response = client.post(CODE, {"code": wrong, "next": "/forum/"})
    assert response["Location"] == "/accounts/login/?next=%2Fforum%2F"
    response = client.post(CODE, {"code": code})
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_code_with_spaces_is_accepted(client):
    join(client)
    code = code_of(mail.outbox[0])
    client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})
    assert "_auth_user_id" in client.session


def test_code_runs_out(client):
    with time_machine.travel("2026-03-01T10:00:00Z") as clock:
        join(client)
        code = code_of(mail.outbox[0])
        clock.shift(16 * 60)
        response = client.post(CODE, {"code": code}, follow=True)
        assert "has run out" in response.content.decode()
        assert "_auth_user_id" not in client.session


def test_send_again_makes_the_first_code_worthless(client):
    with time_machine.travel("2026-03-01T10:00:00Z") as clock:
        join(client)
        response = client.post(CODE, {"action": "resend"}, follow=True)
        assert "a moment ago" in response.content.decode()
        clock.shift(30)
        response = client.post(CODE, {"action": "resend"}, follow=True)
        assert "A new code is on its way" in response.content.decode()
        first, second = map(code_of, mail.outbox)
        assert first != second
        client.post(CODE, {"code": first})
        assert "_auth_user_id" not in client.session
        client.post(CODE, {"code": second})
        assert "_auth_user_id" in client.session


def test_another_address_keeps_the_name_and_forgets_the_account(client):
    join(client, next="/forum/")
    response = client.post("/accounts/signup/another/", {"next": "/forum/"})
    assert response["Location"] == "/accounts/signup/?next=%2Fforum%2F"
    assert not User.objects.exists()
    page = client.get(response["Location"]).content.decode()
    assert 'value="Ana Lopez"' in page
    join(client, email="other@example.org")
    assert mail.outbox[-1].to == ["other@example.org"]


def test_taken_address_looks_the_same_and_gets_another_mail(client):
    make_user(email="ana@example.org")
    response = join(client, next="/forum/")
    taken = client.get(response["Location"]).content.decode()
    assert mail.outbox[0].subject == "You have an account on Common Practice already"
    other = type(client)()
    response = join(other, email="bob@example.org", next="/forum/")
    free = other.get(response["Location"]).content.decode()

    def bare(page):
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        return page.replace("ana@example.org", "X").replace("bob@example.org", "X")

    assert bare(taken) == bare(free)
    assert User.objects.filter(email="ana@example.org").count() == 1


def test_taken_address_can_be_corrected_like_a_free_one(client):
    make_user(email="ana@example.org")
    join(client)
    response = client.post("/accounts/signup/another/")
    assert response["Location"] == "/accounts/signup/"
    assert User.objects.count() == 1
    assert client.get("/accounts/signup/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "no address", "valid email"),
        ("display_name", "x", "2 to 80 characters"),
        ("display_name", "me@example.org", "Do not use an e-mail address"),
        ("display_name", "Moderator", "reserved"),
        ("display_name", "a\u202eb", "invisible"),
        ("password1", "short", "at least 10 characters"),
        ("password1", "1234567890123", "entirely numeric"),
        ("password1", "ana lopez 1", "too similar"),
    ],
)
def test_wrong_input_is_explained_and_kept(client, field, value, words):
    response = join(client, **{field: value})
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    if field != "display_name":
        assert 'value="Ana  Lopez"' in page
    assert not User.objects.exists()


def test_nul_is_dropped(client):
    join(client, display_name="An\x00a")
    assert User.objects.get().display_name == "Ana"


def test_second_person_of_a_name_gets_another_handle(client):
    make_user("Ana Lopez", username="ana-lopez")
    join(client)
    assert User.objects.get(email="ana@example.org").username == "ana-lopez-2"


def test_unconfirmed_accounts_are_forgotten_after_two_weeks(client):
    join(client)
    made = make_user("Made by an administrator")
    made.set_unusable_password()
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, primary=True)
    long_ago = timezone.now() - timezone.timedelta(days=15)
    assert forget_unconfirmed() == 0
    User.objects.update(date_joined=long_ago)
    confirmed = make_user("Confirmed", date_joined=long_ago)
    EmailAddress.objects.create(user=confirmed, email=confirmed.email, verified=True)
    assert forget_unconfirmed() > 0
    assert set(User.objects.all()) == {made, confirmed}


def test_demo_links_to_its_outbox(client, settings):
    settings.DEMO = True
    page = client.get(join(client)["Location"]).content.decode()
    assert "See the mail in the demo outbox" in page
    assert PASSWORD not in page
