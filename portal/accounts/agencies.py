"""Who works for which agency, as confirmed addresses prove. Nothing is guessed."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from portal.page_cache.versions import raise_version

from .models import AgencyDomain, Membership, User


@transaction.atomic
def settle_membership(*, user, email, now=None):
    """Make the membership of `user` follow from `email`, an address that was just confirmed.

    Exactly the domain after the @ counts, nothing above or below it. A membership that the
    address no longer proves is ended and kept. Returns the current membership or None.
    """
    now = now or timezone.now()
    user = User.objects.select_for_update().get(pk=user.pk)
    domain = email.rpartition("@")[2].strip().lower()
    known = AgencyDomain.objects.filter(domain=domain).select_related("agency").first()
    current = user.memberships.filter(ended_at__isnull=True).first()
    if current and not (
        known and known.agency_id == current.agency_id and current.email_domain == domain
    ):
        current.ended_at = now
        current.save(update_fields=["ended_at"])
        current = None
    if known and current is None:
        current = Membership.objects.create(
            user=user, agency=known.agency, email_domain=domain, verified_at=now
        )
    user.agency = known.agency if known else None
    user.save(update_fields=["agency"])
    raise_version("site")
    return current


@transaction.atomic
def settle_domains(domains):
    """Bring memberships up to date after these mail domains were given to or taken from agencies.

    Members whose confirmed address is there join or leave; everybody else is untouched.
    """
    for domain in {domain.strip().lower() for domain in domains}:
        confirmed = EmailAddress.objects.filter(
            verified=True, primary=True, email__iendswith=f"@{domain}"
        ).select_related("user")
        for address in confirmed:
            settle_membership(user=address.user, email=address.email)
