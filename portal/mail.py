"""Mail leaves through the queue, so that no page waits for a mail server or fails with it.

`post` is called where the reason for the mail is, inside that transaction; the worker sends it
within a second and tries again for an hour when the server does not answer.
"""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django_tasks import task

logger = logging.getLogger(__name__)

MINUTES_BETWEEN_TRIES = (1, 5, 15, 40)


def post(message):
    """Hand a rendered EmailMessage (text, and HTML as an alternative) to the queue."""
    html = next(
        (content for content, kind in getattr(message, "alternatives", []) if kind == "text/html"),
        "",
    )
    deliver.enqueue(
        subject=" ".join(message.subject.split()),
        text=message.body,
        html=html,
        sender=message.from_email,
        to=list(message.to),
        reply_to=list(message.reply_to),
    )


@task()
def deliver(*, subject, text, html, sender, to, reply_to=(), tries=0):
    """Send one mail; a server that does not answer is asked again later, four times."""
    message = EmailMultiAlternatives(subject, text, sender, to, reply_to=reply_to)
    if html:
        message.attach_alternative(html, "text/html")
    try:
        message.send()
    except (SMTPException, OSError):
        if tries >= len(MINUTES_BETWEEN_TRIES):
            raise
        wait = timedelta(minutes=MINUTES_BETWEEN_TRIES[tries])
        logger.warning("A mail could not be sent; trying again in %s", wait, exc_info=True)
        deliver.using(run_after=timezone.now() + wait).enqueue(
            subject=subject,
            text=text,
            html=html,
            sender=sender,
            to=list(to),
            reply_to=list(reply_to),
            tries=tries + 1,
        )
