"""Facts of many listings: what is published, what joins a draft, what is refused and why."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from catalog.bulk_changes import Labels, Put, Several, carry_out, plan
from catalog.models import KitPage, ResourceIndexPage, ResourcePage, Tag
from catalog.outcomes import Verdict
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    return user


def change(page, user, **changes):
    """Plan and do; both must say the same."""
    before = ResourcePage.objects.filter(pk=page.pk).values().first()
    planned = plan(page=page, user=user, changes=changes)
    assert ResourcePage.objects.filter(pk=page.pk).values().first() == before
    done = carry_out(page=page, user=user, changes=changes)
    assert (planned.verdict, planned.notes) == (done.verdict, done.notes)
    return done


def fresh(page):
    return ResourcePage.objects.get(pk=page.pk).specific


def test_what_is_published_is_published_again(editor):
    topic, other = factories.make_topic(), factories.make_topic()
    provider = factories.make_provider()
    page = factories.make_kit(topics=[other], tags=["old"], cost="paid")
    outcome = change(
        page,
        editor,
        cost=Put("free"),
        provider=Put(provider),
        topics=Several("add", (topic,)),
        tags=Labels("replace", ("New one",)),
        minutes=Put(None),
    )
    assert outcome.verdict == Verdict.PUBLISHED
    page = fresh(page)
    assert (page.cost, page.provider, page.live) == ("free", provider, True)
    assert not page.has_unpublished_changes
    assert set(page.topics.all()) == {topic, other}
    assert [tag.name for tag in page.tags.all()] == ["New one"]
    assert page.get_latest_revision_as_object().cost == "free"


def test_a_draft_keeps_its_draft_and_takes_the_fact_along(editor):
    page = factories.make_kit("Title", cost="paid")
    page.title = "Draft title"
    page.save_revision(user=editor)
    outcome = change(page, editor, cost=Put("free"))
    assert outcome.verdict == Verdict.DRAFT
    page = fresh(page)
    assert (page.title, page.cost, page.has_unpublished_changes) == ("Title", "paid", True)
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.cost) == ("Draft title", "free")


def test_an_unpublished_listing_stays_unpublished(editor):
    page = factories.make_kit(live=False)
    assert change(page, editor, cost=Put("free")).verdict == Verdict.DRAFT
    page = fresh(page)
    assert (page.live, page.cost) == (False, "free")
    assert page.get_latest_revision_as_object().cost == "free"


def test_whose_it_is_and_when_it_is_due_counts_at_once(editor):
    page = factories.make_kit("Title")
    page.title = "Draft title"
    page.save_revision(user=editor)
    day = timezone.localdate() + timedelta(days=40)
    change(page, editor, owner=Put(editor), review_by=Put(day))
    page = fresh(page)
    assert (page.owner, page.review_by, page.title) == (editor, day, "Title")
    page.get_latest_revision().publish()
    page = fresh(page)
    assert (page.owner, page.review_by, page.title) == (editor, day, "Draft title")


def test_what_is_so_already_is_left_alone(editor):
    topic = factories.make_topic()
    page = factories.make_kit(cost="free", topics=[topic], tags=["Records"])
    outcome = change(
        page,
        editor,
        cost=Put("free"),
        topics=Several("add", (topic,)),
        tags=Labels("add", ("records",)),
    )
    assert outcome.verdict == Verdict.UNCHANGED
    assert not Revision.objects.exists()
    assert not PageLogEntry.objects.filter(action="catalog.resource.change").exists()


@pytest.mark.parametrize(
    ("how", "expected"),
    [("add", {"a", "b", "c"}), ("remove", {"a"}), ("replace", {"b", "c"})],
)
def test_tags_and_topics_are_added_taken_away_and_replaced(editor, how, expected):
    topics = {name: factories.make_topic(name) for name in "abc"}
    page = factories.make_kit(tags=["a", "b"], topics=[topics["a"], topics["b"]])
    change(
        page,
        editor,
        tags=Labels(how, ("B", "c")),
        topics=Several(how, (topics["b"], topics["c"])),
    )
    page = fresh(page)
    assert {tag.name for tag in page.tags.all()} == expected
    assert {topic.title for topic in page.topics.all()} == expected


def test_planning_makes_no_tag(editor):
    page = factories.make_kit()
    plan(page=page, user=editor, changes={"tags": Labels("add", ("Quite new",))})
    assert not Tag.objects.exists()


class TestRefused:
    def refused(self, page, user, **changes):
        outcome = change(page, user, **(changes or {"cost": Put("free")}))
        assert outcome.verdict == Verdict.REFUSED
        assert not Revision.objects.filter(object_id=str(page.pk), user=user).exists()
        return outcome.notes[0]

    def test_without_permission(self):
        assert self.refused(factories.make_kit(), factories.make_user()) == "You may not edit it."

    def test_locked_by_somebody_else(self, editor):
        other = factories.make_user("Otto")
        page = factories.make_kit(locked=True, locked_by=other, locked_at=timezone.now())
        assert self.refused(page, editor) == "Otto has locked it."

    def test_scheduled(self, editor):
        page = factories.make_kit(live=False)
        page.go_live_at = timezone.now() + timedelta(days=1)
        page.save_revision().publish()
        assert "scheduled" in self.refused(page, editor)

    def test_invalid(self, editor):
        vendor = factories.make_provider(kind="vendor")
        said = self.refused(factories.make_kit(), editor, provider=Put(vendor))
        assert said.startswith("It would not be valid. vendor disclosure: This provider sells")
        assert KitPage.objects.get().provider is None

    def test_no_listing(self, editor):
        page = ResourceIndexPage.objects.get()
        assert plan(page=page, user=editor, changes={}).verdict == Verdict.REFUSED
        assert carry_out(page=page, user=editor, changes={}).verdict == Verdict.REFUSED


def test_each_listing_has_an_entry_of_its_own(client, editor):
    pages = [factories.make_kit() for _number in range(3)]
    for page in pages:
        change(page, editor, cost=Put("free"))
    client.force_login(editor)
    for page in pages:
        history = client.get(f"/admin/pages/{page.pk}/history/").content.decode()
        assert "Facts changed in a list: cost" in history
