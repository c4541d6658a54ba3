from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("people")

    def ready(self):
        from allauth.account.signals import email_confirmed

        email_confirmed.connect(settle_agency, dispatch_uid="accounts.settle_agency")


def settle_agency(sender, email_address, **kwargs):
    """Let the address that was just confirmed decide the agency of its owner."""
    from .agencies import settle_membership

    settle_membership(user=email_address.user, email=email_address.email)
