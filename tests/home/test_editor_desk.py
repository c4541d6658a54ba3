from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import CheckedLink, Suggestion
from portal.home.editor_desk import groups
from portal.search.models import QueryLog
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    editor = factories.make_user()
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)

    def read():
        return client.get("/admin/").content.decode()

    return read


def test_desk_says_when_nothing_waits(desk):
    assert "Nothing waits" in desk()


def fill():
    """Give the desk one of each kind of work, and what must not be on it."""
    Suggestion.objects.create(url="https://example.org/", title="A fine course")
    Suggestion.objects.create(url="https://example.org/", title="Done", state="declined")
    yesterday = timezone.localdate() - timedelta(days=1)
    overdue = factories.make_guidance("Old rules", review_by=yesterday)
    factories.make_guidance("Checked", review_by=yesterday, reviewed_at=timezone.now())
    factories.make_guidance("Draft", review_by=yesterday, live=False)
    factories.make_guidance("Put away", review_by=yesterday, archived_on=yesterday)
    factories.make_guidance("Fresh rules", review_by=timezone.localdate() + timedelta(days=9))
    factories.make_webinar("Unrecorded talk", in_days=-3)
    factories.make_webinar("Recorded talk", in_days=-3, recording_url="https://example.org/v")
    link = {"resource_id": overdue.pk, "host": "example.org"}
    CheckedLink.objects.create(url="https://example.org/gone", state="broken", **link)
    CheckedLink.objects.create(url="https://example.org/fine", state="fine", **link)
    QueryLog.objects.create(query="unicorns", found=0)
    QueryLog.objects.create(query="records", found=3)


def test_desk_shows_each_kind_of_work(desk):
    fill()
    page = desk()
    for words in (
        "Suggestions waiting (1)",
        "A fine course",
        "Listings to check again (1)",
        "Old rules",
        "Broken links (1)",
        "https://example.org/gone",
        "Ended without a recording (1)",
        "Unrecorded talk",
        "Searched for in vain (1)",
        "unicorns",
    ):
        assert words in page
    for words in ("Done", "Checked", "Draft", "Put away", "Fresh rules", "Recorded talk"):
        assert f">{words}<" not in page


def test_each_heading_leads_to_the_list_of_what_it_counts(desk, client):
    fill()
    for number in range(7):
        Suggestion.objects.create(url="https://example.org/", title=f"Suggested {number}")
    desk()
    shown = [group for group in groups() if group["total"]]
    assert len(shown) == 5
    for group in shown:
        listed = client.get(group["url"])
        assert listed.status_code == 200
        assert listed.context["paginator"].count == group["total"], group["heading"]
    assert shown[0]["left"] == 3


def test_desk_costs_the_same_for_one_and_for_many(desk, django_assert_max_num_queries):
    fill()
    with CaptureQueriesContext(connection) as few:
        groups()
    for _number in range(4):
        fill_more = factories.make_guidance(review_by=timezone.localdate() - timedelta(days=1))
        CheckedLink.objects.create(
            resource_id=fill_more.pk, url="https://example.org/", host="x", state="broken"
        )
    with django_assert_max_num_queries(len(few)):
        groups()


def test_desk_is_for_editors_alone(client):
    moderator = factories.make_user()
    moderator.groups.add(Group.objects.get(name="Forum moderators"))
    client.force_login(moderator)
    assert "Your desk" not in client.get("/admin/").content.decode()


def test_day_to_come_is_shown_as_a_day(desk, client):
    factories.make_guidance("Rules", review_by=timezone.localdate() + timedelta(days=40))
    page = client.get("/admin/catalog/resources/").content.decode()
    day = timezone.localdate() + timedelta(days=40)
    assert f"{day:%B} {day.day}, {day.year}" in page or f"{day:%b}. {day.day}, {day.year}" in page
