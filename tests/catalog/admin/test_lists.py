"""The lists of listings: views, filters, columns, files, and how many queries they cost."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from catalog.models import WebinarPage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
LISTS = ["resources", "courses_list", "webinars_list", "guidance_list", "kits_list"]
TODAY = timezone.localdate


def read(client, name="resources", query=""):
    response = client.get(f"{reverse(f'{name}:index')}?{query}")
    assert response.status_code == 200
    return response


def titles(client, query, name="resources"):
    return {page.title for page in read(client, name, query).context["object_list"]}


def test_each_kind_has_a_list_of_its_own(client, editor):
    for make in ("course", "webinar", "guidance", "kit"):
        getattr(factories, f"make_{make}")(f"A {make}")
    for make, name in (
        ("course", "courses_list"),
        ("webinar", "webinars_list"),
        ("guidance", "guidance_list"),
        ("kit", "kits_list"),
    ):
        assert titles(client, "", name) == {f"A {make}"}
        add = client.get(read(client, name).context["add_url"])
        assert add.status_code == 200
    assert len(titles(client, "")) == 4


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_two_and_for_twenty(client, editor, name):
    def fill(count):
        for _number in range(count):
            for make in ("course", "webinar", "guidance", "kit"):
                getattr(factories, f"make_{make}")(
                    provider=factories.make_provider(), owner=factories.make_user()
                )

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            read(client, name, "missing=any&ordering=missing_count")
        return len(found)

    fill(1)
    queries()
    few = queries()
    fill(5)
    assert queries() == few


def test_completeness_is_told_and_sorted_by(client, editor):
    factories.make_kit("Bare")
    factories.make_kit("Rich", cost="free", level="working", language="en", licence="CC0")
    assert "1 of 10" in text_of(read(client, "kits_list"))
    assert "5 of 10" in text_of(read(client, "kits_list"))
    listed = read(client, "kits_list", "ordering=missing_count").context["object_list"]
    assert [page.title for page in listed] == ["Rich", "Bare"]
    assert titles(client, "missing=licence") == {"Bare"}
    assert titles(client, "missing=any") == {"Bare", "Rich"}


def test_saved_views(client, editor):
    factories.make_kit("My own", owner=editor)
    factories.make_kit("Due", review_by=TODAY())
    factories.make_kit("Later", review_by=TODAY() + timedelta(days=62))
    factories.make_kit("Draft", live=False)
    found = {
        str(view["words"]): {page.title for page in client.get(view["url"]).context["object_list"]}
        for view in read(client).context["views"]
    }
    assert found["Mine"] == {"My own"}
    assert found["Due this month"] == {"Due"}
    assert found["Drafts"] == {"Draft"}
    assert found["Missing facts"] == {"My own", "Due", "Later", "Draft"}


def test_the_view_one_is_in_is_marked(client, editor):
    shown = read(client, "kits_list", "missing=any").context
    assert [view["is_here"] for view in shown["views"]] == [False, True, False, False]
    assert [kind["is_here"] for kind in shown["kinds"]] == [False, False, False, False, True]


def test_filters(client, editor):
    child = factories.make_topic("Child", parent=factories.make_topic("Parent"))
    page = factories.make_kit("Changed", topics=[child], cost="free")
    page.save_revision()
    factories.make_kit("Archived", archived_on=TODAY(), cost="paid")
    factories.make_kit("Locked", locked=True)
    scheduled = factories.make_kit("Scheduled", live=False)
    scheduled.go_live_at = timezone.now() + timedelta(days=2)
    scheduled.save_revision().publish()
    for query, expected in (
        (f"topics={child.parent.pk}", {"Changed"}),
        ("state=changed", {"Changed"}),
        ("state=archived", {"Archived"}),
        ("state=locked", {"Locked"}),
        ("state=scheduled", {"Scheduled"}),
        ("state=locked&state=archived", {"Locked", "Archived"}),
        ("state=moderation", set()),
        ("cost=free", {"Changed"}),
        ("cost=none", {"Locked", "Scheduled"}),
        ("cost=free&cost=paid", {"Changed", "Archived"}),
        ("due=unset", {"Changed", "Locked"}),
        ("kind=webinar", set()),
    ):
        assert titles(client, query) == expected, query


def test_a_check_shortly_before_its_day_counts_for_it(client, editor):
    yesterday = TODAY() - timedelta(days=1)
    now = timezone.now()
    factories.make_kit("Never checked", review_by=yesterday)
    factories.make_kit("Long ago", review_by=yesterday, reviewed_at=now - timedelta(days=40))
    factories.make_kit("Lately", review_by=yesterday, reviewed_at=now - timedelta(days=10))
    assert titles(client, "due=now") == {"Never checked", "Long ago"}
    assert titles(client, "due=unset") == {"Lately"}


def test_ended_webinars_without_a_recording(client, editor):
    factories.make_webinar("Nothing", in_days=-3)
    factories.make_webinar("Recorded", in_days=-3, recording_url="https://example.gov/v")
    factories.make_webinar(
        "Never recorded", in_days=-3, recording_plan=WebinarPage.RecordingPlan.NOT_RECORDED
    )
    factories.make_webinar("To come", in_days=3)
    factories.make_webinar("Long over", in_days=-60)
    assert titles(client, "recording=missing", "webinars_list") == {"Nothing"}


def test_search_goes_with_every_filter_and_order(
    client, editor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        factories.make_kit("Zebra crossings", cost="free")
        factories.make_kit("Zebra", live=False)
        factories.make_kit("Okapi")
        factories.make_course("Zebra course")
    assert titles(client, "q=zebra", "kits_list") == {"Zebra crossings", "Zebra"}
    for query in (
        "missing=any",
        "state=published&state=scheduled",
        "due=unset",
        "ordering=missing_count",
        "ordering=-provider__name&missing=level",
        "cost=free",
        "kind=kit",
    ):
        found = titles(client, f"q=zebra&{query}")
        assert "Zebra crossings" in found, query
        assert "Okapi" not in found
    for words in ("%22zebra", "%00", "a:b", "zebra*", "-"):
        read(client, query=f"q={words}&missing=any")
    file = client.get(reverse("resources:index") + "?q=zebra&missing=any&export=csv")
    assert b"Zebra crossings" in b"".join(file.streaming_content)
    chosen = "/admin/bulk/catalog/resourcepage/listing_facts/?q=zebra&missing=any&id=all&next="
    assert "3 listings are chosen" in text_of(client.get(chosen + reverse("resources:index")))


def test_nonsense_in_the_address_is_ignored(client, editor):
    factories.make_kit("There")
    for query in ("missing=zebra", "due=zebra", "topics=x", "state=zebra", "ordering=zebra", "p=x"):
        read(client, query=query)


def test_a_file_of_what_is_listed(client, editor):
    factories.make_kit("Listed", cost="free", owner=editor)
    factories.make_course("Left out")
    response = client.get(reverse("kits_list:index") + "?export=xlsx")
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    head, *rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert len(rows) == 1
    row = dict(zip(head, rows[0], strict=True))
    assert row["Title"] == "Listed"
    assert "level" in row["Missing facts"]
    assert "cost" not in row["Missing facts"]


def test_nothing_for_members(client):
    client.force_login(factories.make_user())
    assert client.get(reverse("resources:index")).status_code in {302, 403}
