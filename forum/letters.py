"""Letters to one member about moderation: text and HTML, through the queue."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from portal.mail import post


def write(to, *, subject, lines, quote="", link=None, why=""):
    """Send a letter to the member `to`; nothing to somebody without an address.

    `lines` are its paragraphs, `quote` what a person wrote and is shown as such, `link` a pair of
    words and path, `why` the reason for which the letter comes. Call it inside the transaction of
    what it tells.
    """
    if not to.email:
        return
    context = {
        "subject": subject,
        "lines": lines,
        "quote": quote,
        "link_words": link[0] if link else "",
        "link_url": f"{settings.BASE_URL}{link[1]}" if link else "",
        "why": why,
        "site_name": settings.SITE_NAME,
        "site_url": settings.BASE_URL,
    }
    mail = EmailMultiAlternatives(
        subject=subject, body=render_to_string("emails/moderation.txt", context), to=[to.email]
    )
    mail.attach_alternative(render_to_string("emails/moderation.html", context), "text/html")
    post(mail)
