"""Mail goes through the queue and is tried again."""

from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django_tasks_db.models import DBTaskResult

from portal.mail import deliver, post

pytestmark = pytest.mark.django_db
WORDS = {"subject": "Hello", "text": "Text", "html": "<p>Text</p>", "sender": "a@example.org"}


@pytest.fixture
def queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def broken_server(monkeypatch):
    def fail(message):
        raise SMTPServerDisconnected

    monkeypatch.setattr(EmailMultiAlternatives, "send", fail)


def test_mail_arrives_as_it_was_written(django_capture_on_commit_callbacks):
    message = EmailMultiAlternatives(
        "Two\nlines", "Text", "a@example.org", ["b@example.org"], reply_to=["c@example.org"]
    )
    message.attach_alternative("<p>Text</p>", "text/html")
    with django_capture_on_commit_callbacks(execute=True):
        post(message)
        assert not mail.outbox
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("Two lines", "Text", ["b@example.org"])
    assert sent.alternatives[0].content == "<p>Text</p>"
    assert sent.reply_to == ["c@example.org"]


def test_mail_is_tried_again_later(queue, broken_server):
    deliver.call(**WORDS, to=["b@example.org"])
    again = DBTaskResult.objects.get()
    assert again.args_kwargs["kwargs"]["tries"] == 1
    assert again.run_after is not None


def test_mail_is_given_up_after_the_last_try(queue, broken_server):
    with pytest.raises(SMTPServerDisconnected):
        deliver.call(**WORDS, to=["b@example.org"], tries=4)
    assert not DBTaskResult.objects.exists()
