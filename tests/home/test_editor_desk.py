from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from catalog.models import CheckedLink, Suggestion
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


def test_desk_shows_each_kind_of_work(desk):
    Suggestion.objects.create(url="https://example.org/", title="A fine course")
    yesterday = timezone.localdate() - timedelta(days=1)
    overdue = factories.make_guidance("Old rules", review_by=yesterday)
    factories.make_guidance("Fresh rules", review_by=timezone.localdate() + timedelta(days=9))
    factories.make_webinar("Unrecorded talk", in_days=-3)
    factories.make_webinar("Recorded talk", in_days=-3, recording_url="https://example.org/v")
    CheckedLink.objects.create(
        resource_id=overdue.pk, url="https://example.org/gone", host="example.org", state="broken"
    )
    QueryLog.objects.create(query="unicorns", found=0)
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
    assert "Fresh rules" not in page
    assert "Recorded talk" not in page


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
