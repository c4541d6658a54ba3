"""Events, topics, providers, suggestions."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.utils import timezone

from catalog import suggestions
from catalog.models import ResourcePage, Suggestion, TopicAlias
from catalog.views.suggesting import OF_A_MEMBER
from portal.form_guard import opened_now
from tests import factories
from tests.catalog.test_resource_list import queries_of, text_of

pytestmark = pytest.mark.django_db


class TestEvents:
    def test_nothing_planned(self, client):
        factories.make_course("A course")
        text = text_of(client.get("/events/"))
        assert "Nothing is planned at the moment" in text
        assert "Courses (1)" in text

    def test_nothing_at_all(self, client):
        text = text_of(client.get("/events/"))
        assert "Courses and recordings" not in text
        assert "Suggest a resource" in text

    def test_coming_by_month_and_past_below(self, client):
        soon = factories.make_webinar("Soon", in_days=1)
        factories.make_webinar("Later", in_days=70, zone="America/Denver")
        factories.make_webinar("Over", in_days=-2)
        factories.make_webinar("Off", in_days=1, event_status="cancelled")
        factories.make_kit("No event")
        factories.make_webinar("Gone", in_days=-3, archived_on=timezone.localdate())
        text = text_of(client.get("/events/"))
        coming, past = text.split("1 past event ")
        assert "2 events to come (1 cancelled)" in coming
        assert coming.index("Soon") < coming.index("Later")
        assert f"{soon.starts_there:%B %Y}" in coming
        assert "Mountain Time" in coming
        assert "Off Cancelled" in coming
        assert "Over" in past
        assert "No event" not in text
        assert "Gone" not in text

    def test_home_counts_the_same_events(self, client):
        for days in (1, 2):
            factories.make_webinar(in_days=days)
        factories.make_webinar(in_days=3, event_status="postponed")
        factories.make_webinar(in_days=3, event_status="cancelled")
        assert "2 events to come (1 postponed, 1 cancelled)" in text_of(client.get("/events/"))
        assert "All 2 events" in text_of(client.get("/"))

    def test_what_is_too_much_for_the_page_is_counted(self, client, monkeypatch):
        monkeypatch.setattr(import_module("catalog.views.events"), "MOST_EVENTS", 2)
        for days in (1, 2, 3):
            factories.make_webinar(in_days=days)
        text = text_of(client.get("/events/"))
        assert "3 events to come" in text
        assert "1 more event, further ahead" in text

    @pytest.mark.parametrize("page", ["0", "x", "99", "-3"])
    def test_any_page_is_one(self, client, settings, page):
        settings.RESOURCES_PER_PAGE = 2
        for number in range(3):
            factories.make_webinar(f"Past {number}", in_days=-9 - number)
        assert client.get(f"/events/?page={page}").status_code == 200

    def test_past_pages(self, client, settings):
        settings.RESOURCES_PER_PAGE = 2
        for number in range(3):
            factories.make_webinar(f"Past {number}", in_days=-9 - number)
        assert "Past 2" in text_of(client.get("/events/?page=2"))
        assert "Past 2" not in text_of(client.get("/events/"))

    def test_queries_do_not_grow(self, client):
        provider = factories.make_provider()
        factories.make_webinar(in_days=3, provider=provider)
        factories.make_webinar(in_days=-3, provider=provider)
        few = queries_of(client, "/events/")
        for number in range(18):
            factories.make_webinar(in_days=4 + number, provider=provider)
            factories.make_webinar(in_days=-4 - number, provider=provider)
        assert queries_of(client, "/events/") == few


class TestTopics:
    def test_an_empty_index(self, client):
        assert "There are no topics yet" in text_of(client.get("/topics/"))

    def test_two_levels_with_true_counts(self, client):
        parent = factories.make_topic("Records")
        child = factories.make_topic("Retention", parent=parent)
        factories.make_kit(topics=[parent])
        factories.make_kit(topics=[child])
        factories.make_webinar(topics=[child], in_days=-9)
        text = text_of(client.get("/topics/"))
        assert "Records Resources: 2" in text
        assert "Retention Resources: 1" in text

    def test_a_topic_shows_what_there_is_of_each_kind(self, client):
        topic = factories.make_topic("Records", summary="Keeping what must be kept.")
        child = factories.make_topic("Retention", parent=topic)
        TopicAlias.objects.create(topic=topic, title="Archives", slug="archives")
        factories.make_guidance("The rule", topics=[topic])
        factories.make_course("The course", topics=[child])
        factories.make_webinar("The event", topics=[topic], in_days=3)
        factories.make_webinar("Over", topics=[topic], in_days=-3)
        factories.make_kit("Elsewhere")
        text = text_of(client.get("/topics/records/"))
        for words in ("The rule", "The course", "The event", "Archives", "Retention 1"):
            assert words in text
        assert text.index("The rule") < text.index("The event") < text.index("The course")
        assert "All 3 resources" in text
        assert "1 archived or past" in text
        assert "Elsewhere" not in text

    def test_another_name_redirects_for_good(self, client):
        topic = factories.make_topic("Records")
        TopicAlias.objects.create(topic=topic, title="Archives", slug="archives")
        response = client.get("/topics/archives/")
        assert (response.status_code, response["Location"]) == (301, "/topics/records/")
        assert client.get("/topics/nothing/").status_code == 404

    def test_an_empty_topic_offers_to_ask_and_to_suggest(self, client):
        factories.make_topic("Records")
        content = client.get("/topics/records/").content.decode()
        assert "Nothing is listed on this topic yet" in content
        assert "/suggest/?title=Records" in content

    def test_queries_do_not_grow(self, client):
        topic = factories.make_topic("Records")
        makers = (factories.make_kit, factories.make_course, factories.make_guidance)
        provider = factories.make_provider()
        for make in makers:
            make(topics=[topic], provider=provider)
        child = factories.make_topic(parent=topic)
        few, index = queries_of(client, "/topics/records/"), queries_of(client, "/topics/")
        for make in makers:
            for _number in range(6):
                make(topics=[topic, child], provider=factories.make_provider())
        for _number in range(18):
            factories.make_topic(parent=topic)
            factories.make_topic()
        assert queries_of(client, "/topics/records/") == few
        assert queries_of(client, "/topics/") == index


class TestProvider:
    def test_says_its_kind_and_lists_what_it_offers(self, client):
        provider = factories.make_provider(
            "Example Inc.", kind="contractor", website="https://www.example.com/"
        )
        factories.make_course("Theirs", provider=provider)
        factories.make_webinar("Over", provider=provider, in_days=-9)
        factories.make_course("Not theirs")
        text = text_of(client.get("/providers/example-inc/"))
        assert "Contractor" in text
        assert "Website (example.com)" in text
        assert "Offered by a contractor" in text
        assert "1 resource" in text
        assert "Theirs" in text
        assert "Not theirs" not in text
        assert "1 archived or past listing is not shown." in text
        everything = client.get("/providers/example-inc/?all=1")
        assert "Over" in text_of(everything)
        assert "noindex" in everything.content.decode()

    def test_unknown(self, client):
        assert client.get("/providers/nobody/").status_code == 404

    def test_queries_do_not_grow(self, client):
        provider = factories.make_provider("P")
        factories.make_course(provider=provider)
        few = queries_of(client, "/providers/p/")
        for _number in range(19):
            factories.make_course(provider=provider)
        assert queries_of(client, "/providers/p/") == few


def sent(**fields):
    """What the form sends when a person filled it in."""
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        opened = opened_now()
    form = {
        "url": "https://example.gov/training",
        "title": "A training",
        "why": "It helped.",
        "opened": opened,
    }
    return {**form, **fields}


class TestSuggesting:
    def test_a_visitor_suggests_and_hears_what_happens(self, client):
        response = client.post("/suggest/", sent(), follow=True)
        assert "Your suggestion is with the editors." in text_of(response)
        row = Suggestion.objects.get()
        assert (row.url, row.title, row.why) == (
            "https://example.gov/training",
            "A training",
            "It helped.",
        )
        assert row.normalized_url == "example.gov/training"
        assert row.contributor is None

    def test_a_member_is_named(self, client):
        user = factories.make_user()
        client.force_login(user)
        client.post("/suggest/", sent())
        assert Suggestion.objects.get().contributor == user

    def test_the_form_begins_with_what_is_known(self, client):
        content = client.get(
            "/suggest/?url=https://a.example.gov/x&title=Zebra%00s"
        ).content.decode()
        assert 'value="https://a.example.gov/x"' in content
        assert 'value="Zebras"' in content

    def test_an_address_without_its_beginning_is_understood(self, client):
        client.post("/suggest/", sent(url="Example.gov/training"))
        assert Suggestion.objects.get().url == "https://Example.gov/training"

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "nonsense",
            "javascript:alert(1)",
            "ftp://example.gov/",
            "https://",
            "http://[",
            "x" * 2000,
        ],
    )
    def test_a_wrong_address_comes_back_as_typed(self, client, url):
        response = client.post("/suggest/", sent(url=url, why="Keep these words"))
        assert response.status_code == 200
        assert "Keep these words" in response.content.decode()
        assert 'id="form-errors"' in response.content.decode()
        assert not Suggestion.objects.exists()

    def test_nul_is_dropped(self, client):
        client.post("/suggest/", sent(title="A\x00B", why="\x00"))
        assert Suggestion.objects.get().title == "AB"

    def test_what_is_listed_is_said_first_but_may_be_sent(self, client):
        factories.make_course("Known course", link="https://www.example.gov/training/?utm_source=x")
        response = client.post("/suggest/", sent())
        assert "It is in the catalog already" in text_of(response)
        assert "Known course" in text_of(response)
        assert not Suggestion.objects.exists()
        client.post("/suggest/", sent(anyway="1"))
        assert Suggestion.objects.count() == 1

    def test_a_draft_is_not_given_away(self, client):
        factories.make_course("Secret", link="https://example.gov/training", live=False)
        client.post("/suggest/", sent())
        assert Suggestion.objects.count() == 1

    def test_what_waits_already_is_said(self, client):
        suggestions.suggest(url="http://example.gov/training", title="Same")
        response = client.get("/suggest/?url=https://example.gov/training/")
        assert "Somebody suggested it already" in text_of(response)
        assert "Same" not in text_of(response)  # what others wrote is for editors

    def test_programs_are_thanked_and_forgotten(self, client):
        response = client.post("/suggest/", sent(website="https://spam.example.com"))
        assert response.status_code == 302
        assert not Suggestion.objects.exists()

    def test_too_fast_forged_or_old_forms_come_back(self, client):
        fresh = opened_now()
        for opened in (fresh, "", "forged"):
            response = client.post("/suggest/", sent(opened=opened))
            assert response.status_code == 200
        assert not Suggestion.objects.exists()
        late = sent()
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            assert "more than a day" in text_of(client.post("/suggest/", late))

    def test_many_from_one_place_wait(self, client):
        user = factories.make_user()
        client.force_login(user)
        for _number in range(OF_A_MEMBER.times):
            OF_A_MEMBER.take(user.pk)
        response = client.post("/suggest/", sent(why="Keep these words"))
        assert "Please try again later" in text_of(response)
        assert "Keep these words" in response.content.decode()
        assert not Suggestion.objects.exists()

    def test_the_form_carries_a_token(self, client):
        assert "csrfmiddlewaretoken" in client.get("/suggest/").content.decode()


def test_an_address_of_a_listing_needs_no_query(django_assert_num_queries):
    page = ResourcePage.objects.get(pk=factories.make_kit("Kit").pk)
    with django_assert_num_queries(0):
        assert page.url == page.get_absolute_url() == f"/resources/{page.slug}/"
