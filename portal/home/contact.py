"""Messages from anybody to the people who run the site."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.mail import post

from .models import SiteSettings


@transaction.atomic
def receive_message(message):
    """Keep a ContactMessage and tell the administrators by mail; returns it saved."""
    message.save()
    to = recipients()
    if to:
        context = {
            "message": message,
            "site_name": settings.SITE_NAME,
            "site_url": settings.BASE_URL,
        }
        mail = EmailMultiAlternatives(
            subject=_("Message to %(site)s: %(about)s")
            % {"site": settings.SITE_NAME, "about": message.get_about_display()},
            body=render_to_string("emails/contact_message.txt", context),
            to=to,
            reply_to=[message.email] if message.email else [],
        )
        mail.attach_alternative(
            render_to_string("emails/contact_message.html", context), "text/html"
        )
        post(mail)
    return message


def recipients():
    """Return the addresses that the site's settings or the environment name, or all administrators."""
    chosen = SiteSettings.load().contact_email or settings.CONTACT_EMAIL
    if chosen:
        return [chosen]
    administrators = User.objects.active().filter(is_superuser=True, email__isnull=False)
    return list(administrators.values_list("email", flat=True))
