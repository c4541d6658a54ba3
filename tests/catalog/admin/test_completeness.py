import pytest

from catalog.completeness import FACTS, completeness_of, lacking_any_of, with_missing_facts
from catalog.models import Audience, GovernmentLevel, ResourcePage
from tests import factories

pytestmark = pytest.mark.django_db


def facts_of(page):
    return completeness_of(with_missing_facts(ResourcePage.objects.all()).get(pk=page.pk))


def keys(completeness):
    return {fact.key for fact in completeness.missing}


def full(**fields):
    """What all kinds are asked for."""
    return {
        "link": "https://example.gov/x",
        "provider": factories.make_provider(),
        "topics": [factories.make_topic()],
        "audiences": [Audience.objects.first()],
        "level": "working",
        "cost": "free",
        "language": "en",
        **fields,
    }


def test_an_empty_listing_lacks_every_fact_of_its_kind():
    for make in (
        factories.make_course,
        factories.make_kit,
        factories.make_webinar,
        factories.make_guidance,
    ):
        page = make()
        expected = {fact.key for fact in FACTS if page.kind in fact.kinds} - {"summary"}
        assert keys(facts_of(page)) == expected


def test_a_full_listing_of_each_kind_lacks_nothing():
    course = factories.make_course(
        **full(delivery="blended", pacing="self-directed", minutes=30, account_needed="no")
    )
    webinar = factories.make_webinar(in_days=3, **full(delivery="in-person", captions="yes"))
    kit = factories.make_kit(**full(licence="CC0", account_needed="no"))
    guidance = factories.make_guidance(
        **full(made_for=[GovernmentLevel.objects.first()], effective_on="2026-01-01")
    )
    for page in (course, webinar, kit, guidance):
        found = facts_of(page)
        assert found.missing == ()
        assert found.stated == found.total
    assert not lacking_any_of(ResourcePage.objects.all(), []).exists()


def test_a_fact_of_one_kind_is_not_asked_of_another():
    kit = factories.make_kit(**full(licence="", account_needed="no"))
    factories.make_course(
        **full(delivery="blended", pacing="self-directed", minutes=30, account_needed="no")
    )
    assert list(lacking_any_of(ResourcePage.objects.all(), ["licence"])) == [
        ResourcePage.objects.get(pk=kit.pk)
    ]
    assert not lacking_any_of(ResourcePage.objects.all(), ["date", "cost"]).exists()


def test_a_recording_stands_for_the_date_of_a_webinar():
    webinar = factories.make_webinar(recording_url="https://example.gov/video")
    assert "date" not in keys(facts_of(webinar))
