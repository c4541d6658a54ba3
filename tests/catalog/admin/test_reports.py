"""Overdue and due this month: what they show, as a list and as a file, and to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.freshness import end_of_month
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def listings(editor):
    today = timezone.localdate()
    factories.make_kit("Overdue", review_by=today - timedelta(days=3), owner=editor)
    factories.make_kit("At the end", review_by=end_of_month(today))
    factories.make_kit("Next", review_by=end_of_month(today) + timedelta(days=1))
    factories.make_kit("Archived", review_by=today, archived_on=today)


def titles(client, name, query=""):
    response = client.get(reverse(name) + query)
    assert response.status_code == 200
    return {page.title for page in response.context["object_list"]}


def test_what_is_due(client, editor, listings):
    at_end = {"At the end"} if end_of_month(timezone.localdate()) == timezone.localdate() else set()
    assert titles(client, "overdue_report") == {"Overdue"} | at_end
    assert titles(client, "due_report") == {"Overdue", "At the end"}
    assert titles(client, "due_report", f"?owner={editor.pk}") == {"Overdue"}
    assert titles(client, "due_report", "?kind=course") == set()
    assert titles(client, "due_report_results", "?ordering=-review_by") == {
        "Overdue",
        "At the end",
    }


def test_as_a_file(client, editor, listings):
    response = client.get(reverse("overdue_report") + "?export=csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == ("Title,Kind,Owner,Check again by,Last checked,Page,Address of the resource")
    assert lines[1].startswith("Overdue,kit,Edith,")


def test_it_says_when_nothing_is_due(client, editor):
    assert "There are no" in text_of(client.get(reverse("overdue_report")))


def test_the_menu_leads_there(client, editor):
    page = client.get("/admin/").content.decode()
    assert reverse("overdue_report") in page
    assert reverse("due_report") in page


@pytest.mark.parametrize("name", ["overdue_report", "due_report", "due_report_results"])
def test_for_editors_alone(client, name):
    moderator = factories.make_user(is_superuser=False)
    client.force_login(moderator)
    assert client.get(reverse(name)).status_code in {302, 403}
