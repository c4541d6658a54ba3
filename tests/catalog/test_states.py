"""What an event and a run are at this moment, on the list, the page and /events/ alike."""

from datetime import datetime, timedelta

import pytest
import time_machine

from catalog.models import CourseRun, ResourcePage
from catalog.wording import own_clock, row_states, run_state, webinar_state
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
NOW = "2026-06-10 18:00+00:00"  # 14:00 in New York, where summer time holds


def local(text):
    return datetime.fromisoformat(text)


WEBINARS = {
    "upcoming": ({"starts_local": local("2026-06-12 14:00")}, "Upcoming"),
    "today": ({"starts_local": local("2026-06-10 16:00")}, "Today"),
    "live": ({"starts_local": local("2026-06-10 13:30")}, "Live now"),
    "ended": ({"starts_local": local("2026-06-09 14:00")}, "Ended"),
    "recording": (
        {"starts_local": local("2026-06-09 14:00"), "recording_url": "https://example.gov/r"},
        "Recording available",
    ),
    "not-recorded": (
        {"starts_local": local("2026-06-09 14:00"), "recording_plan": "not-recorded"},
        "Ended, not recorded",
    ),
    "postponed": (
        {"starts_local": local("2026-06-12 14:00"), "event_status": "postponed"},
        "Postponed",
    ),
    "cancelled": (
        {"starts_local": local("2026-06-12 14:00"), "event_status": "cancelled"},
        "Cancelled",
    ),
    "planned": ({}, "Planned, no date yet"),
}
RUNS = {
    "planned": ({"state": "planned"}, "Planned"),
    "open": ({"state": "open", "starts_local": local("2026-06-12 14:00")}, "Open for registration"),
    "full": ({"state": "full", "starts_local": local("2026-06-12 14:00")}, "Full"),
    "running": (
        {
            "state": "open",
            "starts_local": local("2026-06-01 14:00"),
            "ends_local": local("2026-07-01 14:00"),
        },
        "Running",
    ),
    "ended": (
        {
            "state": "open",
            "starts_local": local("2026-05-01 14:00"),
            "ends_local": local("2026-05-02 14:00"),
        },
        "Ended",
    ),
    "postponed": (
        {"state": "postponed", "starts_local": local("2026-06-12 14:00")},
        "Postponed",
    ),
    "cancelled": (
        {"state": "cancelled", "starts_local": local("2026-06-12 14:00")},
        "Cancelled",
    ),
}


def row_of(page):
    return ResourcePage.objects.with_card_data().get(pk=page.pk)


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("state", WEBINARS)
def test_a_webinar_says_its_state_everywhere(client, state):
    fields, words = WEBINARS[state]
    page = factories.make_webinar("The event", summary="-", **fields)
    assert page.state().value == state
    # The row knows it from its own columns, without the webinar's table.
    assert webinar_state(row_of(page)) == page.state()
    assert row_states(row_of(page))[0][0] == words
    assert words in text_of(client.get(page.get_absolute_url()))
    assert words in text_of(client.get("/resources/?all=1"))
    if "starts_local" in fields:
        events = text_of(client.get("/events/"))
        # Where all are to come, the heading and the date say it.
        assert ("1 event to come" if state == "upcoming" else words) in events


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("state", RUNS)
def test_a_run_says_its_state_everywhere(client, state):
    fields, words = RUNS[state]
    page = factories.make_course(
        "The course", summary="-", children={"runs": [CourseRun(label="Fall", **fields)]}
    )
    assert page.runs.get().state_now().value == state
    assert run_state(row_of(page)).value == state
    assert row_states(row_of(page))[0][0] == words
    assert words in text_of(client.get(page.get_absolute_url()))
    assert words in text_of(client.get("/resources/?all=1"))
    if "starts_local" in fields:
        assert words in text_of(client.get("/events/"))


@time_machine.travel(NOW, tick=False)
def test_a_pilot_is_called_so_and_a_course_without_runs_has_no_state():
    run = CourseRun(state="open", is_pilot=True, starts_local=local("2026-06-12 14:00"))
    pilot = factories.make_course(children={"runs": [run]})
    assert [words for words, _badge in row_states(row_of(pilot))] == [
        "Open for registration",
        "Pilot",
    ]
    assert row_states(row_of(factories.make_course())) == []
    assert row_states(row_of(factories.make_kit())) == []


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-03-08 06:30+00:00", "today"),  # half past one: the night the clocks go forward
        ("2026-03-08 17:59+00:00", "today"),  # 13:59 summer time
        ("2026-03-08 18:00+00:00", "live"),  # 14:00, not 13:00
        ("2026-03-08 18:59+00:00", "live"),
        ("2026-03-08 19:00+00:00", "ended"),
        ("2026-03-08 04:59+00:00", "upcoming"),  # 23:59 the day before, winter time
    ],
)
def test_the_day_the_clocks_change(now, state):
    page = factories.make_webinar(
        starts_local=local("2026-03-08 14:00"), ends_local=local("2026-03-08 15:00")
    )
    with time_machine.travel(now, tick=False):
        assert page.state().value == state
        assert webinar_state(row_of(page)).value == state


@pytest.mark.parametrize(
    ("moment", "zone", "own", "words"),
    [
        # Arizona keeps one clock: an hour behind Denver in summer, with it in winter.
        ("2026-07-01 18:00+00:00", "America/Denver", "America/Phoenix", "11 a.m."),
        ("2026-12-01 18:00+00:00", "America/Denver", "America/Phoenix", ""),
        ("2026-07-01 18:00+00:00", "America/New_York", "America/Detroit", ""),
        ("2026-07-01 18:00+00:00", "America/New_York", "", ""),
        # Three weeks in spring the two sides of the ocean are an hour nearer.
        ("2026-03-20 18:00+00:00", "America/New_York", "Europe/London", "6 p.m."),
        ("2026-04-20 18:00+00:00", "America/New_York", "Europe/London", "7 p.m."),
        # Tomorrow already.
        ("2026-07-01 20:00+00:00", "America/New_York", "Pacific/Guam", "Thursday, July 2, 6 a.m."),
    ],
)
def test_the_readers_own_clock(moment, zone, own, words):
    said = own_clock(datetime.fromisoformat(moment), zone, own)
    expected = words.replace(" a.m.", ":00 a.m.").replace(" p.m.", ":00 p.m.")
    assert (said.startswith(f"your time: {expected}") and said) if words else not said


@time_machine.travel(NOW, tick=False)
def test_a_member_reads_their_own_time_after_that_of_the_event(client):
    run = CourseRun(label="Fall", state="open", starts_local=local("2026-06-12 14:00"))
    course = factories.make_course("Course", children={"runs": [run]})
    webinar = factories.make_webinar("Call", starts_local=local("2026-06-12 14:00"))
    pages = (course.get_absolute_url(), webinar.get_absolute_url(), "/events/")
    for address in pages:
        response = client.get(address)
        assert "your time:" not in text_of(response)
        assert "data-local " in response.content.decode()
    member = factories.make_user(time_zone="America/Los_Angeles")
    client.force_login(member)
    for address in pages:
        response = client.get(address)
        text = text_of(response)
        assert "(your time: 11:00 a.m. Pacific Time)" in text
        assert text.index("2:00 p.m.") < text.index("11:00 a.m.")
        assert "data-local " not in response.content.decode()
    member.time_zone = ""
    member.save()
    assert "data-local " in client.get("/events/").content.decode()


@time_machine.travel(NOW, tick=False)
def test_events_stand_by_month_and_past_ones_below(client):
    for day in ("2026-06-12", "2026-07-01", "2026-07-31"):
        factories.make_webinar(f"On {day}", starts_local=local(f"{day} 23:30"))
    factories.make_webinar("Long ago", starts_local=local("2026-05-01 10:00"))
    text = text_of(client.get("/events/")).partition("events to come")[2]
    order = ["June 2026", "On 2026-06-12", "July 2026", "On 2026-07-01", "On 2026-07-31"]
    places = [text.index(words) for words in [*order, "past event", "Long ago"]]
    assert places == sorted(places)
    assert "August 2026" not in text  # the last of July is August in UTC


@time_machine.travel(NOW, tick=False)
def test_rows_take_no_query_for_their_states(django_assert_num_queries):
    for number in range(3):
        start = local("2026-06-12 14:00") + timedelta(days=number)
        run = CourseRun(state="open", starts_local=start)
        factories.make_course(children={"runs": [run]})
        factories.make_webinar(starts_local=start)
    with django_assert_num_queries(1):
        assert all(row_states(row) for row in ResourcePage.objects.with_card_data())
