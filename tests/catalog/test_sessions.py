"""Series of events: next and previous, and "Copy as next session"."""

from datetime import datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse

from catalog import sessions
from catalog.models import RequiredBy, WebinarPage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
SERIES = "Monthly call"


@pytest.fixture
def editor(client):
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


def session(title, day, **fields):
    """A session at 14:00 in New York on a day such as 2026-12-09."""
    start = datetime.fromisoformat(f"{day} 14:00")
    return factories.make_webinar(
        title, starts_local=start, ends_local=start.replace(hour=15), series=SERIES, **fields
    )


@pytest.mark.parametrize(
    ("day", "proposed"),
    [
        ("2026-11-10", "2026-12-08"),  # second Tuesday
        ("2026-12-08", "2027-01-12"),  # into the next year
        ("2026-10-30", "2026-11-27"),  # a fifth Friday: the next month has four
        ("2026-11-30", "2026-12-28"),  # a fifth Monday
        ("2026-11-01", "2026-12-06"),  # a first Sunday
    ],
)
def test_the_same_weekday_of_the_next_month(day, proposed):
    moment = datetime.fromisoformat(f"{day} 14:30")
    assert sessions.same_weekday_next_month(moment) == datetime.fromisoformat(f"{proposed} 14:30")


@time_machine.travel("2026-11-23 12:00+00:00")
def test_what_is_proposed_comes_after_the_last_session_and_after_today():
    first = session("January", "2026-01-13")
    assert sessions.proposed_times(first)[0] == datetime(2026, 12, 8, 14)
    session("Far ahead", "2027-03-09")
    start, end = sessions.proposed_times(first)
    assert start == datetime(2027, 4, 13, 14)
    assert end == datetime(2027, 4, 13, 15)
    assert sessions.proposed_times(factories.make_webinar("No date")) == (None, None)


def test_pages_of_a_series_lead_to_each_other(client):
    first = session("First call", "2026-01-13")
    session("Off", "2026-02-10", event_status="cancelled")
    third = session("Third call", "2026-03-10")
    session("Another draft", "2026-02-12", live=False)
    page = text_of(client.get(first.get_absolute_url()))
    assert "Series: Monthly call" in page
    assert "Next session: Third call" in page
    assert "Session before" not in page
    page = text_of(client.get(third.get_absolute_url()))
    assert "Session before: First call" in page
    assert "No later session is known yet." in page


def test_one_series_has_one_spelling():
    session("First", "2026-01-13")
    second = factories.make_webinar("Second", in_days=3, series="  monthly   CALL ")
    assert second.series == SERIES
    assert factories.make_webinar("None", in_days=3).next_session() is None


@time_machine.travel("2026-11-23 12:00+00:00")
def test_an_editor_copies_a_session_as_the_next(client, editor):
    topic = factories.make_topic("Records")
    source = session(
        "Records call",
        "2026-11-10",
        topics=[topic],
        tags=["retention"],
        cost="free",
        event_status="postponed",
        recording_url="https://example.gov/recording",
        registration_url="https://example.gov/register",
        source="import",
        source_id="17",
        children={
            "requirements": [RequiredBy(who="A", of_whom="B", link="https://example.gov/rule")]
        },
    )
    address = reverse("next_session", args=[source.pk])
    assert address in client.get(source.get_absolute_url()).content.decode()
    form = client.get(address).content.decode()
    assert "2026-12-08 14:00" in form
    response = client.post(
        address,
        {
            "title": "Records call",
            "starts_local": "2026-12-08 14:00",
            "ends_local": "2026-12-08 15:00",
            "series": SERIES,
        },
    )
    made = WebinarPage.objects.exclude(pk=source.pk).get()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert (made.live, made.slug, made.owner) == (False, "records-call-2026-12-08", editor)
    assert made.starts_local == datetime(2026, 12, 8, 14)
    assert (made.event_status, made.recording_url, made.calendar_sequence) == ("scheduled", "", 0)
    assert (made.series, made.cost) == (SERIES, "free")
    assert made.registration_url == source.registration_url
    assert list(made.topics.all()) == [topic]
    assert list(made.tags.names()) == ["retention"]
    assert made.requirements.get().who == "A"
    assert (made.source, made.source_id, made.reviewed_at) == ("", "", None)
    assert made.translation_key != source.translation_key
    # What an editor opens is the same as the row.
    draft = made.get_latest_revision_as_object()
    assert (draft.starts_local, draft.series) == (made.starts_local, SERIES)
    made.save_revision().publish()
    assert "Next session: Records call" in text_of(client.get(source.get_absolute_url()))


def test_a_single_event_becomes_a_series_in_its_draft_too(client, editor):
    source = factories.make_webinar("Town hall", in_days=3)
    source.title = "Town hall, new title"
    source.save_revision()
    client.post(
        reverse("next_session", args=[source.pk]),
        {"title": "Town hall", "starts_local": "2031-06-03 10:00", "series": "Town hall"},
    )
    source.refresh_from_db()
    assert (source.series, source.title) == ("Town hall", "Town hall")
    draft = source.get_latest_revision_as_object()
    assert (draft.series, draft.title) == ("Town hall", "Town hall, new title")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_local": ""}, "This field is required"),
        ({"starts_local": "soon"}, "Enter a valid date/time"),
        ({"starts_local": "2027-03-14 02:30"}, "does not exist"),
        ({"starts_local": "2027-11-07 01:30"}, "happens twice"),
        ({"ends_local": "2026-12-08 13:00"}, "It must end after it starts."),
        ({"title": "\x00"}, "This field is required"),
    ],
)
def test_bad_dates_come_back_as_typed(client, editor, fields, said):
    source = session("Call", "2026-11-10")
    data = {"title": "Call", "starts_local": "2026-12-08 14:00", "ends_local": "", "series": SERIES}
    response = client.post(reverse("next_session", args=[source.pk]), {**data, **fields})
    assert response.status_code == 200
    assert said in text_of(response)
    assert WebinarPage.objects.count() == 1


def test_two_sessions_on_one_day_have_two_addresses(editor):
    source = session("Call", "2026-11-10")
    wanted = {"title": "Call", "ends_local": None, "series": SERIES, "user": editor}
    slugs = [
        sessions.copy_as_next_session(
            webinar=source, starts_local=datetime(2026, 12, 8, 14), **wanted
        ).slug
        for _twice in range(2)
    ]
    assert slugs == ["call-2026-12-08", "call-2026-12-08-2"]


def test_only_editors_copy(client):
    source = session("Call", "2026-11-10")
    address = reverse("next_session", args=[source.pk])
    assert client.get(address).status_code == 302
    client.force_login(factories.make_user())
    assert client.get(address).status_code in {302, 403}
    assert address not in client.get(source.get_absolute_url()).content.decode()
    assert client.post(address, {}).status_code in {302, 403}


def test_the_action_stands_on_webinars_alone(client, editor):
    webinar, kit = session("Call", "2026-11-10"), factories.make_kit()
    for page, expected in ((webinar, True), (kit, False)):
        content = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert ("Copy as next session" in content) is expected
