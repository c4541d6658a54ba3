"""The contact form: anybody may write, and somebody hears of it."""

import pytest
import time_machine
from django.core import mail

from portal.home.models import ContactMessage, SiteSettings
from tests.factories import make_user

pytestmark = pytest.mark.django_db
CONTACT = "/contact/"
WORDS = {
    "about": "post",
    "address": "http://testserver/forum/p/7/",
    "text": "This post names a private person.",
    "name": "Ana",
    "email": "ana@example.org",
}


@pytest.fixture(autouse=True)
def administrator():
    return make_user("Root", email="root@example.org", is_superuser=True)


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-01T10:00:00Z") as clock:
        yield clock


def write(client, clock, seconds=20, **fields):
    """Open the form, wait, and send it."""
    opened = client.get(CONTACT).context["form"]["opened"].value()
    clock.shift(seconds)
    return client.post(CONTACT, {"opened": opened, **WORDS, **fields})


def test_message_is_kept_and_sent_to_administrators(client, clock):
    response = write(client, clock)
    assert response["Location"] == "/contact/sent/"
    assert client.get("/contact/sent/").status_code == 200
    message = ContactMessage.objects.get()
    assert message.about == "post"
    (sent,) = mail.outbox
    assert sent.to == ["root@example.org"]
    assert sent.reply_to == ["ana@example.org"]
    assert "private person" in sent.body
    assert "private person" in sent.alternatives[0].content


def test_message_needs_neither_name_nor_address(client, clock):
    assert write(client, clock, name="", email="", address="").status_code == 302


def test_settings_name_another_recipient(client, clock):
    settings = SiteSettings.load()
    settings.contact_email = "desk@example.org"
    settings.save()
    write(client, clock)
    assert mail.outbox[0].to == ["desk@example.org"]


def test_empty_message_is_explained_and_kept_as_typed(client, clock):
    response = write(client, clock, text="", email="no address")
    page = response.content.decode()
    assert "2 things need your attention" in page
    assert 'value="no address"' in page
    clock.shift(20)
    data = {**WORDS, "opened": response.context["form"]["opened"].value()}
    assert client.post(CONTACT, data).status_code == 302


@pytest.mark.parametrize(("seconds", "words"), [(1, "very quick"), (90_000, "more than a day")])
def test_too_quick_or_too_slow_is_asked_again(client, clock, seconds, words):
    response = write(client, clock, seconds=seconds)
    assert words in response.content.decode()
    assert WORDS["text"] in response.content.decode()
    assert not ContactMessage.objects.exists()


@pytest.mark.parametrize("opened", ["", "forged", "\x00"])
def test_form_without_its_time_is_asked_again(client, opened):
    response = client.post(CONTACT, {**WORDS, "opened": opened})
    assert "came back incomplete" in response.content.decode()


def test_program_that_fills_in_everything_is_thanked_and_forgotten(client, clock):
    assert write(client, clock, website="http://spam.example").status_code == 302
    assert not ContactMessage.objects.exists()


def test_messages_from_one_network_are_limited(client, clock):
    for _ in range(20):
        write(client, clock, seconds=5)
    response = write(client, clock, seconds=5)
    assert "in an hour" in response.content.decode()
    assert ContactMessage.objects.count() == 20


def test_form_knows_what_one_comes_from(client):
    page = client.get(CONTACT + "?about=barrier&address=http://testserver/about/").content.decode()
    assert '<option value="barrier" selected>' in page
    assert 'value="http://testserver/about/"' in page
    client.force_login(make_user("Ana Lopez", email="ana@example.org"))
    page = client.get(CONTACT).content.decode()
    assert 'value="Ana Lopez"' in page
    assert client.get(CONTACT + "?about=nonsense&address=%00").status_code == 200


def test_administrator_marks_a_message_as_dealt_with(client, clock, administrator):
    write(client, clock)
    message = ContactMessage.objects.get()
    client.force_login(administrator)
    assert "private person" in client.get("/admin/messages/").content.decode()
    edit = f"/admin/messages/edit/{message.pk}/"
    assert "private person" in client.get(edit).content.decode()
    client.post(edit, {"is_done": "on", "text": "changed"})
    message.refresh_from_db()
    assert message.done_at
    assert message.text == WORDS["text"]
    client.post(edit, {})
    message.refresh_from_db()
    assert message.done_at is None
    assert client.get("/admin/messages/new/").status_code == 302
