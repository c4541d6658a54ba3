"""The one e-mail address of a member, where allauth does not keep it by itself."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from .agencies import settle_membership


@transaction.atomic
def set_address(*, user, email, confirmed=False):
    """Make `email` the only address of `user`.

    Not confirmed: the member proves it by a code at the next log-in or password reset, and an
    agency that the former address proved is left. Confirmed is for the demo and for imports
    from a source that checked.
    """
    email = email.strip().lower()
    user.email = email
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).exclude(email=email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"primary": True, "verified": confirmed}
    )
    if confirmed:
        settle_membership(user=user, email=email)
        user.refresh_from_db(fields=["agency"])
    else:
        user.memberships.filter(ended_at__isnull=True).update(ended_at=timezone.now())
        user.agency = None
        user.save(update_fields=["agency"])
    return user
