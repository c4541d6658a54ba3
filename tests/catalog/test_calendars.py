"""Events as iCalendar: what Outlook, Google and Apple read."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from catalog import calendars
from catalog.curation import archive
from catalog.models import CourseRun, WebinarPage
from tests import factories

pytestmark = pytest.mark.django_db


def read(client, address):
    """Return the response's calendar, having checked what every calendar must keep to."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    raw = response.content
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = Calendar.from_ical(raw)
    assert not calendar.errors
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert calendar["METHOD"] == "PUBLISH"
    for event in calendar.events:
        assert not event.errors
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"):
            assert name in event
        assert event["UID"].count("-") == 4
    return calendar


def unfolded(calendar):
    return calendar.to_ical().replace(b"\r\n ", b"").split(b"\r\n")


def only(client, address):
    (event,) = read(client, address).events
    return event


def summaries(client, address):
    return [str(event["SUMMARY"]) for event in read(client, address).events]


def at(webinar):
    return f"/resources/{webinar.slug}/event.ics"


def webinar_on(day, **fields):
    start = datetime.fromisoformat(f"{day}T14:00")
    return factories.make_webinar(
        starts_local=start, ends_local=start + timedelta(hours=1), **fields
    )


# One event


@pytest.mark.parametrize(
    ("day", "zone", "hour"),
    [
        ("2027-07-15", "America/New_York", 18),
        ("2027-12-15", "America/New_York", 19),
        ("2027-07-15", "America/Chicago", 19),
        ("2027-12-15", "America/Chicago", 20),
        ("2027-07-15", "America/Phoenix", 21),
        ("2027-12-15", "America/Phoenix", 21),
    ],
)
def test_clock_time_is_kept_through_daylight_saving(client, day, zone, hour):
    event = only(client, at(webinar_on(day, zone=zone)))
    assert event["DTSTART"].to_ical() == f"{day.replace('-', '')}T{hour}0000Z".encode()
    assert event["DTSTART"].dt.tzinfo is not None
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
    assert "TZID" not in event["DTSTART"].params


def test_what_a_calendar_shows(client):
    topic = factories.make_topic("Plain language, and law")
    page = webinar_on(
        "2027-07-15",
        title="Writing; reading, and é – 日本語 for everybody who writes to the public by mail",
        summary="First line, with a comma; and a semicolon \\ backslash.",
        provider=factories.make_provider("Bureau of Words"),
        cost="free",
        venue="Room 5, Main Street 1",
        registration_url="https://example.org/register?a=1,2;b",
        topics=[topic],
    )
    event = only(client, at(page))
    assert event["SUMMARY"] == page.title
    assert event["LOCATION"] == "Room 5, Main Street 1"
    assert event["URL"] == f"http://testserver/resources/{page.slug}/"
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert event["TRANSP"] == "OPAQUE"
    assert [str(name) for name in event["CATEGORIES"].cats] == ["Plain language, and law"]
    assert str(event["DESCRIPTION"]).split("\n") == [
        "First line, with a comma; and a semicolon \\ backslash.",
        "When: Thursday, July 15, 2027, 2:00 p.m. to 3:00 p.m. Eastern Time",
        "Offered by: Bureau of Words",
        "Cost: free",
        "Register: https://example.org/register?a=1,2;b",
        f"Details: http://testserver/resources/{page.slug}/",
    ]


def test_control_characters_break_nothing(client):
    page = webinar_on("2027-07-15", title="A\x0bB\u2028C", summary="One\r\nTwo\rThree")
    event = only(client, at(page))
    assert event["SUMMARY"] == "A B C"
    assert str(event["DESCRIPTION"]).startswith("One\nTwo\nThree\n")


def test_nothing_without_a_date(client):
    assert client.get(at(factories.make_webinar())).status_code == 404
    assert client.get(at(factories.make_kit())).status_code == 404
    assert client.get(at(factories.make_course())).status_code == 404
    assert client.get("/resources/nowhere/event.ics").status_code == 404
    assert client.get(at(webinar_on("2027-07-15", live=False))).status_code == 404


# Changes


def test_sequence_rises_with_each_change_and_the_uid_stays(client):
    page = webinar_on("2027-07-15")
    before = only(client, at(page))
    sequences, changed = [before["SEQUENCE"]], before["LAST-MODIFIED"].dt
    changes = [
        {"starts_local": datetime(2027, 7, 16, 14), "ends_local": datetime(2027, 7, 16, 15)},
        {"zone": "America/Denver"},
        {"venue": "Room 9"},
        {"event_status": "postponed"},
        {"event_status": "cancelled"},
    ]
    for number, change in enumerate(changes, start=1):
        with time_machine.travel(timezone.now() + timedelta(minutes=number), tick=False):
            page = WebinarPage.objects.get()
            for name, value in change.items():
                setattr(page, name, value)
            page.save()
        event = only(client, at(page))
        assert event["UID"] == before["UID"]
        assert event["LAST-MODIFIED"].dt > changed
        assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt
        changed = event["LAST-MODIFIED"].dt
        sequences.append(event["SEQUENCE"])
    assert sequences == [0, 1, 2, 3, 4, 5]
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"].startswith("Cancelled: ")


def test_what_no_calendar_shows_leaves_the_sequence(client):
    page = webinar_on("2027-07-15")
    page.recording_plan = "promised"
    page.save()
    page.save()
    assert only(client, at(page))["SEQUENCE"] == 0


def test_publishing_an_old_revision_counts_on(client):
    page = webinar_on("2027-07-15")
    old = page.save_revision()
    page.venue = "Room 9"
    page.save_revision().publish()
    assert only(client, at(page))["SEQUENCE"] == 1
    old.as_object().save_revision().publish()
    event = only(client, at(page))
    assert event["SEQUENCE"] == 2
    assert "LOCATION" not in event


def test_draft_changes_nothing_until_it_is_published(client):
    page = webinar_on("2027-07-15")
    page.venue = "Room 9"
    revision = page.save_revision()
    assert only(client, at(page))["SEQUENCE"] == 0
    revision.publish()
    assert only(client, at(page))["SEQUENCE"] == 1


def test_saving_single_fields_counts_too():
    page = webinar_on("2027-07-15")
    page.venue = "Room 9"
    page.save(update_fields=["venue"])
    stored = WebinarPage.objects.get()
    assert (stored.venue, stored.calendar_sequence) == ("Room 9", 1)


def test_copy_is_another_event(client):
    page = webinar_on("2027-07-15")
    page.venue = "Room 9"
    page.save()
    copy = page.copy(update_attrs={"slug": "another"}, keep_live=True)
    event = only(client, at(copy))
    assert event["SEQUENCE"] == 0
    assert event["UID"] != only(client, at(page))["UID"]


def test_status(client):
    for status, word in (("postponed", "TENTATIVE"), ("cancelled", "CANCELLED")):
        event = only(client, at(webinar_on("2027-07-15", event_status=status)))
        assert event["STATUS"] == word


# Courses


def course_with(*runs, **fields):
    rows = [
        CourseRun(
            label=label,
            state=state,
            starts_local=datetime.fromisoformat(f"{day}T09:00") if day else None,
            ends_local=datetime.fromisoformat(f"{day}T10:00") + timedelta(weeks=4) if day else None,
        )
        for label, state, day in runs
    ]
    return factories.make_course(children={"runs": rows}, **fields)


def test_course_has_an_event_for_each_run_with_a_date(client):
    course = course_with(
        ("Fall", "open", "2027-09-06"),
        ("Winter", "planned", "2027-01-11"),
        ("Off", "cancelled", "2027-03-01"),
        ("Some day", "planned", None),
        title="Editing",
    )
    events = read(client, at(course)).events
    assert [(str(event["SUMMARY"]), event["STATUS"]) for event in events] == [
        ("Editing: Winter", "TENTATIVE"),
        ("Cancelled: Editing: Off", "CANCELLED"),
        ("Editing: Fall", "CONFIRMED"),
    ]
    assert len({event["UID"] for event in events}) == 3
    # A course over weeks makes nobody busy for weeks.
    assert {event["TRANSP"] for event in events} == {"TRANSPARENT"}


def test_run_that_changes_leaves_the_others_alone(client):
    course = course_with(("Fall", "open", "2027-09-06"), ("Winter", "open", "2027-01-11"))
    before = {str(event["UID"]): event["SEQUENCE"] for event in read(client, at(course)).events}
    assert set(before.values()) == {0}
    run = course.runs.get(label="Fall")
    run.starts_local = datetime(2027, 9, 7, 9)
    course.runs = [run, course.runs.get(label="Winter")]
    course.save_revision().publish()
    after = {str(event["UID"]): event["SEQUENCE"] for event in read(client, at(course)).events}
    assert set(after) == set(before)
    assert sorted(after.values()) == [0, 1]


# Lists


@time_machine.travel("2027-05-01T12:00Z", tick=False)
def test_calendar_of_a_list_has_its_events(client):
    webinar_on("2027-07-15", title="Free one", cost="free")
    webinar_on("2027-07-14", title="Paid one", cost="paid")
    course_with(("Fall", "open", "2027-09-06"), title="Course", cost="free")
    factories.make_kit("Kit", cost="free")
    assert summaries(client, "/resources.ics") == ["Paid one", "Free one", "Course: Fall"]
    assert summaries(client, "/resources.ics?cost=free") == ["Free one", "Course: Fall"]
    assert summaries(client, "/resources.ics?kind=course&x=1&cost=nonsense") == ["Course: Fall"]
    assert summaries(client, "/resources.ics?kind=kit") == []
    calendar = read(client, "/resources.ics?cost=free&kind=webinar&kind=course")
    # Both names are TEXT, in which a semicolon is escaped.
    for line in (b"NAME", b"X-WR-CALNAME"):
        assert line + b":Common Practice: Resources: Course or Webinar\\; Free" in unfolded(
            calendar
        )
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    assert calendar["X-PUBLISHED-TTL"] == "PT6H"


def test_list_and_single_event_are_the_same_event(client):
    page = webinar_on("2027-07-15")
    with time_machine.travel("2027-05-01T12:00Z", tick=False):
        one, listed = only(client, at(page)), only(client, "/resources.ics")
    for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "STATUS", "LAST-MODIFIED", "SUMMARY"):
        assert one[name] == listed[name]


@time_machine.travel("2027-07-15T18:30Z", tick=False)
def test_event_stays_whether_it_has_begun_is_over_or_cancelled(client):
    webinar_on("2027-07-15", title="On now")
    webinar_on("2027-07-20", title="Off", event_status="cancelled")
    webinar_on("2027-07-10", title="Over")
    webinar_on("2027-01-10", title="Long over")
    archived = webinar_on("2027-07-30", title="Archived")
    archive(resource=archived, user=factories.make_user())
    listed = ["Over", "On now", "Cancelled: Off"]
    assert summaries(client, "/resources.ics") == listed
    upcoming = "/resources.ics?availability=upcoming&sort=upcoming"
    assert summaries(client, upcoming) == listed
    everything = ["Long over", *listed, "Archived"]
    assert summaries(client, "/resources.ics?all=1") == everything


@time_machine.travel("2027-05-01T12:00Z", tick=False)
def test_too_many_events_leave_out_the_farthest(client, monkeypatch):
    monkeypatch.setattr(calendars, "MOST_EVENTS", 2)
    for day in ("2027-07-03", "2027-07-01", "2027-07-02"):
        webinar_on(day, title=day)
    assert summaries(client, "/resources.ics") == ["2027-07-01", "2027-07-02"]
    assert summaries(client, "/resources.ics?all=1") == ["2027-07-02", "2027-07-03"]


@time_machine.travel("2027-05-01T12:00Z", tick=False)
def test_unchanged_calendar_is_not_sent_again(client):
    page = webinar_on("2027-07-15")
    tag = client.get("/resources.ics")["ETag"]
    again = client.get("/resources.ics", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    page.venue = "Room 9"
    page.save()
    changed = client.get("/resources.ics", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


@pytest.mark.parametrize("query", ["q=%00", "topic=%27%22%3C", "page=x&sort=y", "q=" + "a" * 900])
def test_any_query_is_answered(client, query):
    for suffix in ("ics", "atom", "json", "csv", "xlsx"):
        assert client.get(f"/resources.{suffix}?{query}").status_code == 200
    assert client.get(f"/subscribe/?{query}").status_code == 200


def test_only_reading(client):
    for address in ("/resources.ics", "/resources.atom", "/resources.csv", "/subscribe/"):
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/resources.ics", "/resources.ics?kind=course&kind=webinar"])
def test_queries_do_not_grow(client, address):
    def fill(number):
        for _each in range(number):
            topic, provider = factories.make_topic(), factories.make_provider()
            soon = factories.make_webinar("Talk", in_days=9, topics=[topic], provider=provider)
            day = soon.starts_local.date().isoformat()
            course_with(("A", "open", day), title="Talk", topics=[topic], provider=provider)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert len(read(client, address).events) in (4, 40)
        return len(captured)

    fill(2)
    client.get(address)
    few = queries()
    fill(18)
    assert queries() == few
    assert few <= 60


def test_moments_are_utc_whoever_asks(client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    event = only(client, at(webinar_on("2027-07-15")))
    assert event["DTSTART"].dt == datetime(2027, 7, 15, 18, tzinfo=UTC)
