"""Counts of the list of resources: what is shown is what one gets."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog import digest as digest_module
from catalog.counting import Listing, totals
from catalog.digest import Digest
from catalog.facets import FACETS, NOT_STATED
from catalog.models import (
    Audience,
    CoursePage,
    GovernmentLevel,
    Platform,
    RequiredBy,
    ResourcePage,
    Tag,
    TagAlias,
    TopicAlias,
)
from catalog.selection import Selection
from tests import factories

pytestmark = pytest.mark.django_db


def listing(query=""):
    return Listing(Selection.read(query))


def options(query, key):
    return {option.value: option.count for option in listing(query).options(key)}


def test_values_of_one_facet_add_up_and_facets_narrow_each_other():
    factories.make_course(cost="free", level="advanced")
    factories.make_course(cost="paid")
    factories.make_kit(cost="free")
    assert listing("kind=course").total == 2
    assert listing("kind=course&kind=kit").total == 3
    assert listing("kind=course&cost=free").total == 1
    # The counts of a facet take all filters but its own.
    assert options("kind=course", "kind") == {"kit": 1, "course": 2}
    assert options("kind=course", "cost") == {"free": 1, "paid": 1}
    assert options("kind=course&cost=free", "kind") == {"kit": 1, "course": 1}


def test_not_stated_is_counted_and_stands_last():
    factories.make_course(cost="free")
    factories.make_course()
    last = listing().options("cost")[-1]
    assert (last.value, last.count, last.is_unstated) == (NOT_STATED, 1, True)
    assert listing("cost=none").total == 1


def test_a_chosen_value_stays_when_nothing_has_it():
    factories.make_course(cost="free")
    assert options("cost=paid", "cost") == {"free": 1, "paid": 0}
    assert options("topic=gone", "topic") == {NOT_STATED: 1, "gone": 0}


def test_a_topic_includes_those_below_it_and_its_former_names():
    parent = factories.make_topic("Records")
    child = factories.make_topic("Retention", parent=parent)
    TopicAlias.objects.create(topic=parent, title="Archives", slug="archives")
    factories.make_course(topics=[child])
    factories.make_course(topics=[child, parent])
    factories.make_course(topics=[parent])
    assert options("", "topic") == {"records": 3, "retention": 2}
    assert listing("topic=records").total == 3
    assert listing("topic=archives").total == 3
    assert listing("topic=archives").selection.chosen == {"topic": ("records",)}


def test_tags_and_their_aliases():
    factories.make_course(tags=["Plain Language"])
    TagAlias.objects.create(tag=Tag.objects.get(), name="clear words", slug="clear-words")
    assert listing("tag=plain-language").total == listing("tag=clear-words").total == 1


@pytest.mark.parametrize(
    ("minutes", "band"),
    [(1, "15"), (15, "15"), (16, "60"), (60, "60"), (61, "240"), (241, "day"), (481, "more")],
)
def test_each_listing_is_in_one_band_of_time(minutes, band):
    factories.make_course(minutes=minutes)
    assert options("", "time") == {band: 1}


def test_required_made_by_and_made_for():
    provider = factories.make_provider(kind="university")
    page = factories.make_course(provider=provider)
    page.made_for = [GovernmentLevel.objects.get(slug="county")]
    page.platforms = [Platform.objects.create(name="Mastodon", slug="mastodon")]
    page.requirements = [RequiredBy(who="A", of_whom="B", link="https://example.gov/rule")]
    page.save()
    for query in ("by=university", "for=county", "platform=mastodon", "required=yes"):
        assert listing(query).total == 1, query
    assert listing("required=none").total == 0


def test_availability_follows_the_dates():
    now = timezone.now()
    start = timezone.localtime(now).replace(tzinfo=None, second=0, microsecond=0)
    on_now = factories.make_webinar(
        "Now", starts_local=start - timedelta(minutes=10), ends_local=start + timedelta(minutes=50)
    )
    factories.make_webinar("Soon", in_days=3)
    factories.make_webinar("Past", in_days=-30)
    factories.make_webinar("Recorded", in_days=-30, recording_url="https://example.gov/r")
    factories.make_webinar("Off", in_days=3, event_status="cancelled")
    factories.make_webinar("Later", in_days=3, event_status="postponed")
    factories.make_webinar("No date yet")
    factories.make_kit("Kit")
    assert options("", "availability") == {
        "on-now": 1,
        "upcoming": 1,
        "any-time": 1,
        "recording": 1,
        "planned": 2,
        "ended": 2,
    }
    assert listing("availability=on-now").ids() == [on_now.pk]
    # What is over is left out, but one may ask for it.
    assert listing().total == 6
    assert listing().not_shown == 2
    assert listing("availability=ended").total == 2
    assert listing("all=1").total == 8
    current = ResourcePage.objects.live().current()
    assert set(current.values_list("pk", flat=True)) == set(listing().ids())


def test_archived_listings_leave_the_list_on_their_day():
    today = timezone.localdate()
    factories.make_kit("Old", archived_on=today)
    factories.make_kit("Soon old", archived_on=today + timedelta(days=1))
    assert listing().total == 1
    assert listing().not_shown == 1
    assert listing("all=1").total == 2
    assert ResourcePage.objects.current().count() == 1
    assert ResourcePage.objects.archived().count() == 1


def test_drafts_are_not_counted():
    factories.make_kit("Draft", live=False)
    assert listing("all=1").total == 0


def test_orders():
    factories.make_webinar("B soon", in_days=1, published_on="2020-01-01")
    factories.make_webinar("A later", in_days=9, published_on="2020-02-01")
    factories.make_kit("c new", published_on="2021-01-01")
    titles = dict(ResourcePage.objects.values_list("pk", "title"))

    def in_order(query):
        return [titles[key] for key in listing(query).ids()]

    assert in_order("") == ["c new", "A later", "B soon"]
    assert in_order("sort=title") == ["A later", "B soon", "c new"]
    assert in_order("sort=upcoming") == ["B soon", "A later", "c new"]
    assert listing("sort=title").ids(1, 2) == listing("sort=title").ids()[1:2]


def test_totals_of_several_lists_read_the_catalog_once(django_assert_max_num_queries):
    factories.make_course(cost="free", minutes=10)
    factories.make_kit()
    with django_assert_max_num_queries(20):
        assert totals(["kind=course&kind=kit", "time=15", "cost=free&level=advanced"]) == [2, 1, 0]


def test_restrict_keeps_the_queryset():
    page = factories.make_course()
    factories.make_kit()
    assert list(listing("kind=course").restrict(CoursePage.objects.all())) == [page]


class TestKept:
    """A worker keeps what it counted, until something changes."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture(autouse=True)
    def _kept(self, settings, monkeypatch):
        settings.CATALOG_SECONDS_KEPT = 60
        monkeypatch.setattr(digest_module, "_kept", digest_module.Kept())

    def test_a_page_after_another_costs_no_query(self, django_assert_num_queries):
        factories.make_kit()
        assert listing().total == 1
        with django_assert_num_queries(0):
            assert listing("kind=kit").total == 1

    def test_a_saved_listing_is_counted_at_once(self):
        assert listing().total == 0
        page = factories.make_kit()
        assert listing().total == 1
        page.cost = "free"
        page.save()
        assert listing("cost=free").total == 1
        page.unpublish()
        assert listing().total == 0

    def test_a_deleted_listing_is_gone_at_once(self):
        page = factories.make_kit()
        assert listing().total == 1
        page.delete()
        assert listing().total == 0

    def test_an_event_ends_by_itself(self):
        now = timezone.now()
        factories.make_webinar(in_days=1)
        assert Listing(Selection.read(""), digest_module.digest_of_now(now)).total == 1
        later = now + timedelta(days=3)
        assert Listing(Selection.read(""), digest_module.digest_of_now(later)).total == 0

    def test_a_minute_later_it_is_read_again(self):
        now = timezone.now()
        first = digest_module.digest_of_now(now)
        assert digest_module.digest_of_now(now + timedelta(seconds=59)) is first
        assert digest_module.digest_of_now(now + timedelta(seconds=61)) is not first


VALUES = {
    "kind": ["kit", "webinar", "guidance", "course"],
    "cost": ["", "free", "paid"],
    "level": ["", "introductory", "advanced"],
    "minutes": [None, 10, 45, 600],
    "language": ["", "en", "es"],
}


class CountIsTotal(TestCase):
    """The count beside a value is the total of the page behind it."""

    @classmethod
    def setUpTestData(cls):
        cls.provider = factories.make_provider(kind="vendor")
        cls.topics = [factories.make_topic("One"), factories.make_topic("Two")]
        cls.topics.append(factories.make_topic("Three", parent=cls.topics[0]))

    def make(self, chosen):
        make = {
            "kit": factories.make_kit,
            "webinar": factories.make_webinar,
            "guidance": factories.make_guidance,
            "course": factories.make_course,
        }[chosen["kind"]]
        fields = {name: chosen[name] for name in ("cost", "level", "minutes", "language")}
        if chosen["kind"] == "webinar":
            fields["in_days"] = chosen["in_days"]
            fields["event_status"] = chosen["event_status"]
        if chosen["archived"]:
            fields["archived_on"] = timezone.localdate()
        make(
            topics=[self.topics[n] for n in chosen["topics"]],
            audiences=list(Audience.objects.all()[: chosen["audiences"]]),
            provider=self.provider if chosen["provided"] and chosen["kind"] != "kit" else None,
            **fields,
        )

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_count_is_total_after_the_click(self, data):
        rows = st.fixed_dictionaries(
            {
                **{name: st.sampled_from(values) for name, values in VALUES.items()},
                "in_days": st.sampled_from([-20, 5]),
                "event_status": st.sampled_from(["scheduled", "postponed", "cancelled"]),
                "archived": st.booleans(),
                "provided": st.booleans(),
                "topics": st.sets(st.integers(0, 2), max_size=2),
                "audiences": st.integers(0, 2),
            }
        )
        for row in data.draw(st.lists(rows, max_size=6)):
            self.make(row)
        digest = Digest(timezone.now())
        known = [
            (facet.key, value)
            for facet in FACETS
            for value in [*digest.bits[facet.key], NOT_STATED, "unheard-of"]
        ]
        pairs = data.draw(st.lists(st.sampled_from(known), max_size=4))
        query = "&".join(f"{key}={value}" for key, value in pairs)
        query += data.draw(st.sampled_from(["", "&all=1"]))
        answer = Listing(Selection.read(query), digest)
        assert answer.total == len(answer.ids()) == len(set(answer.ids()))
        for facet in FACETS:
            for option in answer.options(facet.key):
                alone = answer.selection.without(facet.key).with_value(facet.key, option.value)
                assert option.count == answer.total_of(alone), (query, facet.key, option.value)
        shown = answer.total_of(answer.selection.with_all())
        assert answer.not_shown == shown - answer.total
        # The same by SQL, for what is a plain column.
        rows = ResourcePage.objects.live()
        for key, values in answer.selection.chosen.items():
            if key in {"kind", "cost", "level", "language"}:
                wanted = ["" if value == NOT_STATED else value for value in values]
                rows = rows.filter(**{f"{key}__in": wanted})
        assert set(answer.ids()) <= set(rows.values_list("pk", flat=True))
