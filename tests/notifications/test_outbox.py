"""The demo outbox: what would have been sent, for a demonstration alone."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from portal.notifications.models import OutboxMail

pytestmark = pytest.mark.django_db
OUTBOX = "/demo/outbox/"


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def send(subject="Hello", html="<p>Hello <b>you</b></p><script>alert(1)</script>", count=1):
    connection = get_connection("portal.notifications.outbox.OutboxBackend")
    messages = []
    for number in range(count):
        message = EmailMultiAlternatives(
            f"{subject} {number}", "Your code:\n\n123456 <b>", to=["ana@example.org"]
        )
        if html:
            message.attach_alternative(html, "text/html")
        messages.append(message)
    return connection.send_messages(messages)


def test_mail_is_listed_and_read(client, demo):
    send()
    page = client.get(OUTBOX + "?next=/accounts/confirm-email/%3Fnext=/forum/").content.decode()
    assert "Hello 0" in page
    assert 'href="/accounts/confirm-email/?next=/forum/"' in page
    mail = OutboxMail.objects.get()
    page = client.get(f"{OUTBOX}{mail.pk}/").content.decode()
    assert "123456 &lt;b&gt;" in page
    assert "ana@example.org" in page


def test_html_of_a_mail_can_do_nothing(client, demo):
    send()
    response = client.get(f"{OUTBOX}{OutboxMail.objects.get().pk}/html/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy


def test_mail_without_html_has_no_html_page(client, demo):
    send(html="")
    assert client.get(f"{OUTBOX}{OutboxMail.objects.get().pk}/html/").status_code == 404


def test_newest_two_hundred_are_kept(demo):
    send(count=150)
    assert send("Later", count=60) == 60
    assert OutboxMail.objects.count() == 200
    assert OutboxMail.objects.filter(subject__startswith="Later").count() == 60


def test_empty_outbox_says_what_to_do(client, demo):
    assert "No mail yet" in client.get(OUTBOX).content.decode()


def test_way_back_leads_nowhere_else(client, demo):
    page = client.get(OUTBOX + "?next=https://evil.example/").content.decode()
    assert "evil.example" not in page


def test_there_is_no_outbox_outside_the_demo(client):
    send()
    pk = OutboxMail.objects.get().pk
    for path in (OUTBOX, f"{OUTBOX}{pk}/", f"{OUTBOX}{pk}/html/"):
        assert client.get(path).status_code == 404


def test_list_takes_the_same_queries_for_few_and_many(client, demo, django_assert_num_queries):
    send(count=2)
    with django_assert_num_queries(1):
        client.get(OUTBOX)
    send(count=20)
    with django_assert_num_queries(1):
        client.get(OUTBOX)
