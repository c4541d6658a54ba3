"""The page of one listing, for each kind, and what editors do there."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog import changes, curation
from catalog.models import (
    CourseRun,
    KitItem,
    RequiredBy,
    ResourcePage,
    WebinarPage,
)
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def editor():
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    return user


def test_a_course_says_in_its_first_screen_what_it_is(client):
    vendor = factories.make_provider("Example Inc.", kind="vendor")
    page = factories.make_course(
        "Social 101",
        summary="What to post. And what not.",
        link="https://www.training.example.gov/a",
        provider=vendor,
        cost="free",
        delivery="self-paced-online",
        minutes=180,
        captions="yes",
        account_needed="yes",
        reviewed_at=timezone.now() - timedelta(days=12),
    )
    response = client.get(page.get_absolute_url())
    text = text_of(response)
    content = response.content.decode()
    for words in ("Free", "self-paced", "3 hours", "captions yes", "account needed"):
        assert f"<li>{words}</li>" in content
    assert "Go to course (training.example.gov)" in text
    assert 'href="https://www.training.example.gov/a" rel="noopener"' in content
    assert "Offered by Example Inc. (vendor)" in text
    assert "Offered by a vendor that sells products or services." in text
    assert "Checked by an editor 12 days ago" in text
    assert "Discuss this resource" in text
    assert f'href="/forum/new/?resource={page.slug}"' in content
    assert "Not stated: level, pacing, transcript, language, audience, made for." in text
    assert 'method="post"' not in content


def test_runs_say_what_they_are_now(client):
    now = timezone.localtime().replace(tzinfo=None, second=0, microsecond=0)
    page = factories.make_course(
        children={
            "runs": [
                CourseRun(
                    label="Fall",
                    state="open",
                    is_pilot=True,
                    starts_local=now + timedelta(days=9),
                    ends_local=now + timedelta(days=12),
                    registration_url="https://example.gov/register",
                ),
                CourseRun(label="Spring", state="planned"),
                CourseRun(
                    label="Now",
                    state="full",
                    starts_local=now - timedelta(days=1),
                    ends_local=now + timedelta(days=1),
                ),
                CourseRun(
                    label="First",
                    state="open",
                    starts_local=now - timedelta(days=90),
                    ends_local=now - timedelta(days=80),
                    attended=16,
                ),
            ]
        }
    )
    text = text_of(client.get(page.get_absolute_url()))
    coming, past = text.split("Earlier and cancelled runs")
    assert re.search(r"Fall Pilot .* Open for registration Register", coming)
    assert re.search(r"Spring Not fixed yet Planned", coming)
    assert re.search(r"Now .* Running", coming)
    assert re.search(r"First .* Ended 16 took part", past)


def webinar_at(start, **fields):
    return WebinarPage(
        title="W",
        slug="w",
        starts_local=start,
        ends_local=start + timedelta(hours=1) if start else None,
        zone="America/Chicago",
        **fields,
    )


@pytest.mark.parametrize(
    ("fields", "hour", "state"),
    [
        ({}, 9, "today"),
        ({}, 14, "live"),
        ({}, 16, "ended"),
        ({"recording_plan": "not-recorded"}, 16, "not-recorded"),
        ({"recording_url": "https://example.gov/r"}, 16, "recording"),
        ({"recording_url": "https://example.gov/r"}, 9, "today"),
        ({"event_status": "cancelled"}, 9, "cancelled"),
        ({"event_status": "postponed"}, 16, "postponed"),
    ],
)
def test_states_of_a_webinar_on_its_day(fields, hour, state):
    page = webinar_at(datetime(2026, 7, 1, 14, 0), **fields)
    page.copy_up()
    assert page.state(datetime(2026, 7, 1, hour, 30, tzinfo=CHICAGO)) == state


def test_a_webinar_days_ahead_is_upcoming_and_without_date_planned():
    page = webinar_at(datetime(2026, 7, 1, 14, 0))
    page.copy_up()
    assert page.state(datetime(2026, 6, 30, 23, 0, tzinfo=CHICAGO)) == "upcoming"
    undated = webinar_at(None)
    undated.copy_up()
    assert undated.state() == "planned"


def test_a_webinar_says_its_own_zone_and_how_to_register(client):
    day = timezone.localdate() + timedelta(days=4)
    page = factories.make_webinar(
        in_days=4,
        zone="Pacific/Honolulu",
        link="https://events.example.gov/1",
        registration_url="https://register.example.gov/1",
    )
    response = client.get(page.get_absolute_url())
    text = text_of(response)
    assert "2:00 p.m. to 3:00 p.m. Hawaii Time" in text
    assert "Upcoming" in text
    assert "Register (register.example.gov)" in text
    assert "Event page (events.example.gov)" in text
    # 14:00 in Honolulu is midnight in UTC the whole year round.
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    stamp = timezone.localtime(midnight).isoformat()
    assert f'datetime="{stamp}"' in response.content.decode()


def test_a_recording_is_a_link_with_its_length_and_captions(client):
    page = factories.make_webinar(
        in_days=-4,
        recording_url="https://video.example.gov/1",
        recording_minutes=58,
        captions="yes",
    )
    response = client.get(page.get_absolute_url())
    assert "Watch the recording (video.example.gov)" in text_of(response)
    assert "Recording: 58 minutes, with captions." in text_of(response)
    assert b"<iframe" not in response.content


def test_guidance_names_what_replaced_it(client):
    old = factories.make_guidance("Old rule", number="GM-14-005")
    new = factories.make_guidance("New rule", number="SM-25-001", supersedes=old)
    text = text_of(client.get(old.get_absolute_url()))
    assert "Superseded. Use instead: New rule (SM-25-001)" in text
    text = text_of(client.get(new.get_absolute_url()))
    assert "Supersedes Old rule (GM-14-005)" in text
    assert "Use instead" not in text


def test_a_kit_lists_its_contents_and_what_the_vendor_sells(client):
    vendor = factories.make_provider(kind="vendor")
    page = factories.make_kit(
        provider=vendor,
        vendor_disclosure="They sell archiving.",
        contact_details_asked="yes",
        children={"items": [KitItem(title="Template", file_format="Word")]},
    )
    text = text_of(client.get(page.get_absolute_url()))
    assert "Template Word" in text
    assert "They sell archiving." in text
    assert "asked before the download" in text


def test_an_archived_listing_keeps_its_address_and_says_so(client):
    page = factories.make_kit(archived_on=date(2024, 1, 5))
    response = client.get(page.get_absolute_url())
    assert "Archived on Jan. 5, 2024." in text_of(response)
    assert 'content="noindex, follow"' in response.content.decode()


def test_required_by_and_related(client):
    topic = factories.make_topic("Records")
    page = factories.make_course(
        topics=[topic],
        children={
            "requirements": [
                RequiredBy(who="The CIO", of_whom="all staff", link="https://rules.example.gov/1")
            ]
        },
    )
    for number in range(4):
        factories.make_kit(f"Neighbor {number}", topics=[topic])
    factories.make_kit("Far away")
    response = client.get(page.get_absolute_url())
    text = text_of(response)
    assert "The CIO : required of all staff, see the rule (rules.example.gov)" in text
    assert response.content.decode().count(">Neighbor") == 3
    assert "Far away" not in text


def test_words_in_another_language_say_so(client):
    page = factories.make_kit("Lenguaje claro", language="es")
    content = client.get(page.get_absolute_url()).content.decode()
    assert '<h1 lang="es">Lenguaje claro</h1>' in content


def test_a_draft_is_not_there(client):
    page = factories.make_kit(live=False)
    assert client.get(page.get_absolute_url()).status_code == 404
    assert client.post(f"/resources/{page.slug}/reviewed/").status_code == 302  # to log in


def test_an_editor_edits_and_reviews_from_the_page(client, editor):
    page = factories.make_kit()
    client.force_login(editor)
    content = client.get(page.get_absolute_url()).content.decode()
    assert f"/admin/pages/{page.pk}/edit/" in content
    response = client.post(f"/resources/{page.slug}/reviewed/", follow=True)
    assert "Checked by an editor today" in text_of(response)
    row = ResourcePage.objects.get(pk=page.pk)
    assert row.reviewed_by == editor
    entry = PageLogEntry.objects.get(action="catalog.resource.review")
    assert (entry.page_id, entry.user) == (page.pk, editor)


def test_members_see_no_editor_and_may_not_review(client):
    page = factories.make_kit()
    client.force_login(factories.make_user())
    assert "Reviewed today" not in text_of(client.get(page.get_absolute_url()))
    assert client.post(f"/resources/{page.slug}/reviewed/").status_code == 403
    assert client.get(f"/resources/{page.slug}/reviewed/").status_code == 405
    assert client.post("/resources/not-there/reviewed/").status_code == 404


def test_publishing_an_older_draft_keeps_what_was_checked(editor):
    page = factories.make_kit()
    page.save_revision()
    curation.mark_reviewed(resource=page, user=editor)
    draft = ResourcePage.objects.get(pk=page.pk).specific.get_latest_revision()
    draft.publish()
    assert ResourcePage.objects.get(pk=page.pk).reviewed_by == editor


def test_archiving_survives_the_next_publishing_and_tells_the_forum(editor, monkeypatch):
    told = []
    monkeypatch.setattr(changes, "listeners", [told.append])
    page = factories.make_kit("Kit")
    page.title = "Kit, second edition"
    page.save_revision()
    curation.archive(resource=page, user=editor)
    row = ResourcePage.objects.get(pk=page.pk).specific
    assert row.is_archived
    assert row.title == "Kit"
    assert row.has_unpublished_changes
    row.get_latest_revision().publish()
    row = ResourcePage.objects.get(pk=page.pk)
    assert row.is_archived
    assert row.title == "Kit, second edition"
    curation.bring_back(resource=page, user=editor)
    assert not ResourcePage.objects.get(pk=page.pk).is_archived
    assert [each.pk for each in told] == [page.pk, page.pk]


def test_publishing_a_successor_tells_of_the_superseded(monkeypatch):
    told = []
    monkeypatch.setattr(changes, "listeners", [told.append])
    old = factories.make_guidance()
    new = factories.make_guidance(supersedes=old)
    new.save_revision().publish()
    assert [each.pk for each in told] == [old.pk]


def test_a_course_moves_on_to_its_next_run():
    page = factories.make_course(
        children={
            "runs": [
                CourseRun(
                    state="open",
                    starts_local=datetime(2026, 1, 1, 9),
                    ends_local=datetime(2026, 1, 2, 9),
                ),
                CourseRun(
                    state="open",
                    starts_local=datetime(2026, 2, 1, 9),
                    ends_local=datetime(2026, 2, 2, 9),
                ),
            ]
        }
    )
    january = timezone.make_aware(datetime(2026, 1, 1))
    page.copy_up(january)
    ResourcePage.objects.filter(pk=page.pk).update(
        next_starts_at=page.next_starts_at, next_ends_at=page.next_ends_at
    )
    assert ResourcePage.objects.get(pk=page.pk).next_starts_at.month == 1
    later = timezone.make_aware(datetime(2026, 1, 10))
    assert curation.advance_courses(later) == 1
    assert ResourcePage.objects.get(pk=page.pk).next_starts_at.month == 2
    assert curation.advance_courses(later) == 0


def test_the_number_of_queries_does_not_grow(client):
    def queries_of(page):
        client.get(page.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page.get_absolute_url()).status_code == 200
        return len(queries)

    topics = [factories.make_topic() for _ in range(12)]
    runs = [
        CourseRun(starts_local=datetime(2026, 1, n + 1, 9), ends_local=datetime(2026, 1, n + 1, 10))
        for n in range(20)
    ]
    factories.make_kit(topics=topics[:1])
    small = factories.make_course(topics=topics[:2], tags=["a", "b"], children={"runs": runs[:2]})
    few = queries_of(small)
    big = factories.make_course(
        topics=topics, tags=[f"t{n}" for n in range(20)], children={"runs": runs}
    )
    for number in range(20):
        factories.make_kit(topics=[topics[number % 12]])
    assert queries_of(big) == few


@pytest.mark.django_db(transaction=True)
def test_a_former_address_leads_to_the_new_one(client):
    page = factories.make_kit("Named too soon")
    old = page.get_absolute_url()
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.slug = "a-better-name"
        page.save_revision().publish()
    response = client.get(old)
    assert (response.status_code, response.url) == (301, "/resources/a-better-name/")
    assert client.get("/resources/a-better-name/").status_code == 200
    assert client.get(f"{old}event.ics").status_code == 404
