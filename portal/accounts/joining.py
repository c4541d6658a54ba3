"""Joining that was begun and not ended."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone

from .models import User

# Long enough to come back with the first mail still at hand.
DAYS_TO_CONFIRM = 14


def never_confirmed():
    """Return accounts whose maker chose a password and never proved the address.

    Accounts made by an administrator have no password yet and wait for their owner.
    """
    return (
        User.objects.active()
        .filter(last_login__isnull=True, is_superuser=False, groups__isnull=True)
        .filter(pk__in=EmailAddress.objects.filter(verified=False).values("user"))
        .exclude(pk__in=EmailAddress.objects.filter(verified=True).values("user"))
        .exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    )


@transaction.atomic
def withdraw(user):
    """Forget an account that was begun with an address its maker wants to correct.

    Nothing hangs on it yet: without a confirmed address nobody can log in. An account that
    was ever used is left alone; returns whether it was forgotten.
    """
    deleted, _ = never_confirmed().filter(pk=user.pk).delete()
    return bool(deleted)


def forget_unconfirmed(now=None):
    """Delete accounts begun two weeks ago and never confirmed, so that addresses are free again."""
    before = (now or timezone.now()) - timedelta(days=DAYS_TO_CONFIRM)
    return never_confirmed().filter(date_joined__lt=before).delete()[0]
