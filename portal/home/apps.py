from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"
    verbose_name = _("site")

    def ready(self):
        """Post the mails of moderation as all others are."""
        from .moderation_mail import post_instead

        post_instead()
