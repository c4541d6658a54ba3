"""The mail that a demonstration or a developer's site would have sent, kept to be read there."""

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from .models import OutboxMail

KEPT = 200


class OutboxBackend(BaseEmailBackend):
    """Keeps the newest 200 mails as rows; nothing leaves the machine."""

    def send_messages(self, email_messages):
        with transaction.atomic():
            for message in email_messages:
                OutboxMail.objects.create(
                    to=", ".join(message.recipients())[:500],
                    subject=message.subject[:500],
                    text=message.body,
                    html=html_of(message),
                )
            newest = OutboxMail.objects.values("pk")[:KEPT]
            OutboxMail.objects.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()
        return len(email_messages)


def html_of(message):
    """Return the HTML of a mail, "" when it has none."""
    return next(
        (content for content, kind in getattr(message, "alternatives", []) if kind == "text/html"),
        "",
    )
