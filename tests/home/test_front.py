"""The first page: everything on it is counted."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import timezone

from portal.home.models import HomePage, StartingPoint
from tests.factories import (
    make_category,
    make_course,
    make_kit,
    make_provider,
    make_reply,
    make_thread,
    make_webinar,
)

pytestmark = pytest.mark.django_db
# Site, page, its ancestors and restrictions; starting points, three counts, two lists.
QUERIES = 11


def text_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def test_empty_site_says_what_could_be_here(client):
    response = client.get("/")
    assert response.status_code == 200
    text = text_of(response)
    assert "Training that works in public service, and the people who tried it." in text
    assert "No event has been announced." in text
    assert "All 0 events" not in text
    assert "Nobody has asked anything yet." in text
    assert "0 listings, 0 checked this month , 0 conversations." in text.replace(
        "month,", "month ,"
    )


def test_search_box_leads_to_the_search(client):
    page = client.get("/").content.decode()
    assert '<form class="search-box" action="/search/" method="get"' in page
    assert "Try: social media policy, plain language, free webinar" in page
    assert page.count("<h1") == 1


def test_starting_points_have_true_counts(client):
    make_kit()
    make_kit(minutes=10)
    make_course(level="introductory", cost="free")
    make_course(archived_on=timezone.localdate())
    page = client.get("/").content.decode()
    doors = dict(
        re.findall(
            r'<a href="(/resources/\?[^"]+)"><span>.*?</span> <span class="count">(\d+) ', page
        )
    )
    assert doors == {
        "/resources/?kind=course&amp;kind=kit": "3",
        "/resources/?audience=official-account-holders": "0",
        "/resources/?time=15": "1",
        "/resources/?level=introductory&amp;cost=free": "1",
    }


def test_three_events_come_up_soonest_first(client):
    provider = make_provider("Office of Examples")
    for days in (9, 2, 5, 30):
        make_webinar(f"In {days} days", in_days=days, provider=provider, cost="free")
    make_webinar("Long ago", in_days=-3)
    make_webinar("Called off", in_days=1, event_status="cancelled")
    text = text_of(client.get("/"))
    assert "All 4 events" in text
    assert text.index("In 2 days") < text.index("In 5 days") < text.index("In 9 days")
    assert "In 30 days" not in text
    assert "Long ago" not in text
    assert "Called off" not in text
    assert "2:00 p.m. Eastern Time" in text
    assert "Office of Examples" in text
    assert "Free" in text


def test_four_threads_are_being_discussed(client):
    category = make_category("Human Resources")
    for number in range(5):
        make_thread(f"Thread number {number}", category=category)
    question = make_thread("What do you offer?", category=category, kind="question")
    answered = make_thread("What did you try?", category=category, kind="question")
    make_reply(answered)
    text = text_of(client.get("/"))
    assert text.count("Thread number") == 2
    assert "What did you try? Human Resources 1 reply , 2 voices" in text.replace(
        "reply,", "reply ,"
    )
    assert "What do you offer? Human Resources No answer yet" in text
    assert "7 conversations." in text
    assert question.title in text


def test_hidden_conversations_are_not_counted(client):
    make_thread("Seen", category=make_category())
    make_thread("Unseen", category=make_category(read="groups"))
    text = text_of(client.get("/"))
    assert "1 conversation." in text
    assert "Unseen" not in text


def test_listings_and_checks_are_counted(client):
    make_kit(reviewed_at=timezone.now())
    make_kit(reviewed_at=timezone.now() - timezone.timedelta(days=40))
    make_kit(live=False, reviewed_at=timezone.now())
    make_kit(archived_on=timezone.localdate())
    assert "2 listings, 1 checked this month" in text_of(client.get("/"))


def test_first_page_takes_the_same_queries_for_few_and_many(
    client, settings, django_assert_num_queries
):
    settings.CATALOG_SECONDS_KEPT = 60

    def fill(count):
        provider, category = make_provider(), make_category()
        for _ in range(count):
            make_webinar(in_days=3, provider=provider, tags=["one"])
            make_reply(make_thread(category=category))

    fill(4)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        client.get("/")
    fill(16)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        client.get("/")


def introduction(rf, query):
    template = Template("{% load starting_points %}{% starting_point as s %}{{ s.label }}")
    return template.render(Context({"request": rf.get(f"/resources/?{query}")}))


def test_list_behind_a_starting_point_knows_its_introduction(rf, django_assert_num_queries):
    assert introduction(rf, "kind=kit&kind=course") == "I run training for my agency"
    assert introduction(rf, "time=15&sort=title&start=leaders") == "I lead a team: 15 minutes"
    for other in ("time=15&cost=free", "kind=kit", "time=15&q=plain", "time=15&page=2"):
        assert introduction(rf, other) == ""
    with django_assert_num_queries(0):
        introduction(rf, "")


@pytest.mark.parametrize("query", ["nonsense=1", "kind=sofa", "", "plain words", "kind=kit&x=1"])
def test_editor_is_told_when_filters_make_no_sense(query):
    point = StartingPoint(
        page=HomePage.objects.get(), slug="x", label="X", query=query, introduction="Three lines."
    )
    with pytest.raises(ValidationError, match="what stands after the question"):
        point.full_clean(exclude=["query"] if not query else [])


def test_editor_may_paste_a_whole_address():
    point = StartingPoint(
        page=HomePage.objects.get(),
        slug="x",
        label="X",
        query="https://example.org/resources/?kind=kit",
        introduction="Three lines.",
    )
    point.full_clean()
    assert point.query == "kind=kit"
