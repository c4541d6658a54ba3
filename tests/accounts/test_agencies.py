"""Which agency a confirmed address proves, and for how long."""

import pytest

from portal.accounts.addresses import set_address
from portal.accounts.agencies import settle_domains, settle_membership
from portal.accounts.models import AgencyDomain, Membership
from tests.factories import make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    agency = make_agency("Pine County", kind="county")
    AgencyDomain.objects.create(agency=agency, domain=" @Pine.Example.GOV ")
    return agency


def test_confirmed_address_of_a_known_domain_makes_a_membership(county):
    user = set_address(user=make_user(), email="ana@PINE.example.gov", confirmed=True)
    user.refresh_from_db()
    assert user.agency == county
    assert user.is_verified
    assert user.agency_label() == "county government"
    membership = user.memberships.get()
    assert (membership.email_domain, membership.ended_at) == ("pine.example.gov", None)


@pytest.mark.parametrize(
    "address", ["ana@hr.pine.example.gov", "ana@example.gov", "ana@notpine.example.gov"]
)
def test_only_the_exact_domain_counts(county, address):
    user = set_address(user=make_user(), email=address, confirmed=True)
    user.refresh_from_db()
    assert user.agency is None


def test_unconfirmed_address_proves_nothing(county):
    user = set_address(user=make_user(), email="ana@pine.example.gov")
    user.refresh_from_db()
    assert user.agency is None
    assert not Membership.objects.exists()


def test_another_address_ends_the_membership_and_keeps_its_row(county):
    user = set_address(user=make_user(), email="ana@pine.example.gov", confirmed=True)
    settle_membership(user=user, email="ana@home.example")
    user.refresh_from_db()
    assert user.agency is None
    assert user.memberships.get().ended_at


def test_same_domain_again_changes_nothing(county):
    user = set_address(user=make_user(), email="ana@pine.example.gov", confirmed=True)
    first = user.memberships.get()
    settle_membership(user=user, email="ana.l@pine.example.gov")
    assert user.memberships.get() == first


def test_domain_given_to_an_agency_reaches_members_who_are_there_already(county):
    user = set_address(user=make_user(), email="ana@oak.example.gov", confirmed=True)
    domain = AgencyDomain.objects.create(agency=county, domain="oak.example.gov")
    settle_domains(["oak.example.gov"])
    user.refresh_from_db()
    assert user.agency == county
    domain.delete()
    settle_domains(["oak.example.gov"])
    user.refresh_from_db()
    assert user.agency is None
