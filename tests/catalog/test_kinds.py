"""A listing changes its kind and keeps all that hangs on it."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex, Revision

from catalog import changes
from catalog.kinds import change_kind, lost_facts, plan
from catalog.models import (
    KINDS,
    Bookmark,
    CollectionItem,
    CourseRun,
    KitItem,
    ResourceCollection,
    ResourcePage,
    WebinarPage,
)
from catalog.models.resource import RequiredBy
from catalog.outcomes import Verdict
from forum.models import PostMention
from portal.notifications.models import Watch
from portal.search.models import PendingChange
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    return user


def fresh(page):
    return ResourcePage.objects.get(pk=page.pk).specific


def make(kind, **fields):
    return getattr(factories, f"make_{kind}")("Records for beginners", **fields)


@pytest.mark.parametrize("before", KINDS)
@pytest.mark.parametrize("after", KINDS)
def test_every_kind_becomes_every_other(client, editor, before, after):
    page = make(before, cost="free")
    outcome = change_kind(page=page, user=editor, kind=after)
    assert outcome.verdict == (Verdict.UNCHANGED if before == after else Verdict.PUBLISHED)
    new = fresh(page)
    assert type(new) is KINDS[after]
    assert (new.kind, new.cost, new.live) == (after, "free", True)
    assert [kind for kind in KINDS if KINDS[kind].objects.filter(pk=page.pk).exists()] == [after]
    assert client.get(page.get_absolute_url()).status_code == 200
    assert Page.find_problems() == ([], [], [], [], [])


def test_everything_that_hangs_on_it_stays(client, editor):
    topic, provider = factories.make_topic(), factories.make_provider()
    page = make(
        "webinar",
        in_days=3,
        topics=[topic],
        tags=["records"],
        provider=provider,
        source="import",
        source_id="17",
        owner=editor,
        children={"requirements": [RequiredBy(who="A", of_whom="B", link="https://example.gov/")]},
    )
    member = factories.make_user()
    Bookmark.objects.create(user=member, resource=page)
    collection = ResourceCollection.objects.create(owner=member, title="Mine")
    CollectionItem.objects.create(collection=collection, resource=page, position=1)
    thread = factories.make_thread(text=f"See [[{page.slug}]].")
    assert PostMention.objects.filter(resource=page).exists()
    watch = Watch.objects.create(
        user=member,
        content_type=ContentType.objects.get_for_model(WebinarPage),
        object_id=page.pk,
    )
    change_kind(page=page, user=editor, kind="course")
    new = fresh(page)
    assert new.get_absolute_url() == page.get_absolute_url()
    assert (new.source, new.source_id, new.owner) == ("import", "17", editor)
    assert (new.provider, list(new.topics.all())) == (provider, [topic])
    assert [tag.name for tag in new.tags.all()] == ["records"]
    assert new.requirements.count() == 1
    assert Bookmark.objects.filter(resource=page, user=member).exists()
    assert CollectionItem.objects.filter(resource=page).exists()
    assert PostMention.objects.filter(resource=page).exists()
    watch.refresh_from_db()
    assert watch.content_type.model == "coursepage"
    assert "Records for beginners" in client.get(thread.get_absolute_url()).content.decode()
    # What was true of the webinar alone is not told of the course.
    assert (new.next_starts_at, new.event_status) == (None, "scheduled")


def test_what_would_be_lost_is_said_first(editor):
    page = make(
        "webinar", in_days=3, venue="Room 5", recording_url="https://example.gov/v", cost="free"
    )
    lost = dict(lost_facts(page))
    assert set(lost) == {"starts", "ends", "venue", "recording"}
    assert lost["venue"] == "Room 5"
    outcome = plan(page=page, user=editor, kind="kit")
    assert "venue (Room 5)" in outcome.notes[0]
    assert type(fresh(page)) is WebinarPage


@pytest.mark.parametrize(
    ("kind", "children", "words"),
    [
        ("course", {"runs": [CourseRun(label="Fall")]}, "runs of a course (Fall)"),
        ("kit", {"items": [KitItem(title="Template")]}, "items of a kit (Template)"),
    ],
)
def test_runs_and_items_are_lost_and_said(editor, kind, children, words):
    page = make(kind, children=children)
    outcome = change_kind(page=page, user=editor, kind="guidance")
    assert words in outcome.notes[0]
    assert not CourseRun.objects.exists()
    assert not KitItem.objects.exists()
    before = Revision.objects.filter(object_id=str(page.pk)).earliest("pk")
    assert before.content[next(iter(children))]


def test_what_it_superseded_is_told(editor):
    old = make("guidance")
    newer = factories.make_guidance("Newer", supersedes=old)
    told = []
    listener = changes.on_change(told.append)
    try:
        outcome = change_kind(page=old, user=editor, kind="kit")
    finally:
        changes.listeners.remove(listener)
    assert "supersedes it" in outcome.notes[0]
    newer.refresh_from_db()
    assert newer.supersedes is None
    assert {page.pk for page in told} == {old.pk}


def test_the_line_of_descent_is_mended(editor):
    first = make("guidance")
    second = factories.make_guidance("Second", supersedes=first)
    third = factories.make_guidance("Third", supersedes=second)
    assert fresh(first).is_superseded
    assert fresh(second).is_superseded
    change_kind(page=second, user=editor, kind="kit")
    assert not any(fresh(page).is_superseded for page in (first, second, third))


def test_a_draft_stays_a_draft_of_the_new_kind(editor):
    page = make("webinar", venue="Room 5")
    page.title = "Draft title"
    page.save_revision(user=editor)
    outcome = change_kind(page=page, user=editor, kind="course")
    assert any("wait for publication" in note for note in outcome.notes)
    new = fresh(page)
    assert (new.title, new.has_unpublished_changes) == ("Records for beginners", True)
    new.get_latest_revision().publish(user=editor)
    assert (fresh(page).title, fresh(page).kind) == ("Draft title", "course")


def test_history_of_the_old_kind_can_be_read_compared_and_reverted_to(client, editor):
    page = make("webinar", in_days=3)
    first = page.save_revision(user=editor, log_action=True)
    change_kind(page=page, user=editor, kind="course")
    client.force_login(editor)
    history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk]))
    assert "Kind changed: webinar became course." in history.content.decode()
    last = fresh(page).get_latest_revision()
    for name, arguments in (
        ("revisions_view", [page.pk, first.pk]),
        ("revisions_revert", [page.pk, first.pk]),
        ("revisions_compare", [page.pk, first.pk, last.pk]),
        ("edit", [page.pk]),
    ):
        response = client.get(reverse(f"wagtailadmin_pages:{name}", args=arguments))
        assert response.status_code == 200, name
    assert client.get(reverse("wagtailadmin_reports:site_history")).status_code in {200, 302}


def test_search_and_references_follow(editor):
    topic = factories.make_topic()
    page = make("webinar", topics=[topic], provider=factories.make_provider())
    PendingChange.objects.all().delete()
    change_kind(page=page, user=editor, kind="kit")
    assert PendingChange.objects.filter(key=str(page.pk)).exists()
    found = ReferenceIndex.objects.filter(object_id=str(page.pk))
    assert {row.content_type.model for row in found} <= {"kitpage", "resourcepage", "page"}
    assert found.exists()


class TestRefused:
    def test_a_kit_of_a_vendor_says_what_it_sells(self, editor):
        page = make("course", provider=factories.make_provider(kind="vendor"))
        outcome = change_kind(page=page, user=editor, kind="kit")
        assert outcome.verdict == Verdict.REFUSED
        assert "vendor disclosure" in outcome.notes[0]
        assert fresh(page).kind == "course"
        change_kind(page=page, user=editor, kind="kit", vendor_disclosure="It sells slides.")
        assert fresh(page).vendor_disclosure == "It sells slides."

    def test_without_permission(self):
        page = make("course")
        outcome = change_kind(page=page, user=factories.make_user(), kind="kit")
        assert outcome.notes == ("You may not edit it.",)
        assert fresh(page).kind == "course"


def test_back_and_forth_leaves_one_row_and_a_readable_history(editor):
    page = make("kit")
    for kind in ("course", "webinar", "kit"):
        change_kind(page=page, user=editor, kind=kind)
    assert fresh(page).kind == "kit"
    for revision in Revision.objects.filter(object_id=str(page.pk)):
        assert revision.as_object().kind_page.KIND == "kit"
