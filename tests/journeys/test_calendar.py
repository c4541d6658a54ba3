"""A webinar in a subscribed calendar moves, is called off, takes place, gets its recording."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from icalendar import Calendar

from catalog.models import WebinarPage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
CALENDAR = "/resources.ics?kind=webinar&topic=records"


class Subscriber:
    """A calendar program: asks with the ETag it has, and believes a higher SEQUENCE alone."""

    def __init__(self, client):
        self.client = client
        self.etag = ""
        self.events = {}

    def refresh(self):
        """Ask again; return what it was answered: 200 or 304."""
        response = self.client.get(CALENDAR, headers={"if-none-match": self.etag})
        if response.status_code == 200:
            self.etag = response["ETag"]
            for event in Calendar.from_ical(response.content).events:
                known = self.events.get(str(event["UID"]))
                if known is None or event["SEQUENCE"] > known["SEQUENCE"]:
                    self.events[str(event["UID"])] = event
        return response.status_code

    @property
    def only_event(self):
        (event,) = self.events.values()
        return event


def edit(page, editor, **facts):
    """Change and publish a listing as the editor does: from its latest revision."""
    draft = WebinarPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in facts.items():
        setattr(draft, name, value)
    draft.full_clean()
    draft.save_revision(user=editor).publish(user=editor)


def test_from_announcement_to_recording(client):
    editor = factories.make_user("Edith")
    editor.groups.add(Group.objects.get(name="Editors"))
    reader = Subscriber(client)
    with time_machine.travel("2026-10-20 12:00+00:00") as clock:
        page = factories.make_webinar(
            "Keeping posts",
            topics=[factories.make_topic("Records")],
            starts_local=datetime(2026, 10, 28, 14),
            ends_local=datetime(2026, 10, 28, 15),
            registration_url="https://example.gov/register",
            recording_plan="promised",
        )
        page.save_revision(user=editor)
        assert reader.refresh() == 200
        assert reader.only_event["DTSTART"].dt == datetime(2026, 10, 28, 18, tzinfo=UTC)
        assert reader.only_event["STATUS"] == "CONFIRMED"
        assert reader.refresh() == 304

        # It moves by a week, past the night on which the clocks go back.
        clock.move_to("2026-10-21 12:00+00:00")
        edit(
            page,
            editor,
            starts_local=datetime(2026, 11, 4, 14),
            ends_local=datetime(2026, 11, 4, 15),
        )
        assert reader.refresh() == 200
        assert reader.only_event["DTSTART"].dt == datetime(2026, 11, 4, 19, tzinfo=UTC)
        assert "2:00 p.m." in reader.only_event["DESCRIPTION"]

        # The speaker falls ill: postponed, then called off. It stays, and says so.
        edit(page, editor, event_status="postponed")
        reader.refresh()
        assert reader.only_event["STATUS"] == "TENTATIVE"
        edit(page, editor, event_status="cancelled")
        reader.refresh()
        assert reader.only_event["STATUS"] == "CANCELLED"
        assert reader.only_event["SUMMARY"] == "Cancelled: Keeping posts"
        assert "This event is cancelled." in text_of(client.get(page.get_absolute_url()))

        # She is well again. A correction of the description is no news for calendars.
        edit(page, editor, event_status="scheduled")
        reader.refresh()
        assert reader.only_event["STATUS"] == "CONFIRMED"
        sequence = reader.only_event["SEQUENCE"]
        assert sequence == 4
        edit(page, editor, body="<p>With examples.</p>")
        reader.refresh()
        assert reader.only_event["SEQUENCE"] == sequence

        # It takes place, and a week later there is the recording.
        clock.move_to("2026-11-04 19:30+00:00")
        assert "Live now" in text_of(client.get(page.get_absolute_url()))
        assert "On now" in text_of(client.get("/events/"))
        clock.move_to("2026-11-11 12:00+00:00")
        assert "A recording is promised" in text_of(client.get(page.get_absolute_url()))
        edit(page, editor, recording_url="https://example.gov/recording")
        assert "Watch the recording" in text_of(client.get(page.get_absolute_url()))
        assert "Recording available" in text_of(client.get("/resources/?availability=recording"))
        reader.refresh()
        # The event does not leave the calendar because it is over; its identity never changed.
        assert len(reader.events) == 1
        assert reader.only_event["STATUS"] == "CONFIRMED"
