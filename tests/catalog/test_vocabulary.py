"""Merging, naming and promoting tags and topics, with everything that follows."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry, ReferenceIndex

from catalog import vocabulary
from catalog.models import (
    FormerTag,
    GuidancePage,
    KitPage,
    SavedSearch,
    Tag,
    TagAlias,
    Topic,
    TopicAlias,
)
from forum.models import Thread
from portal.page_cache.versions import read_versions
from portal.search.models import PendingChange
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return factories.make_user("Edith")


def tag(name):
    return Tag.objects.get_or_create(name=name)[0]


def names(tagged):
    return sorted(tag.name for tag in tagged.tags.all())


def merge(into, *tags, user=None):
    return vocabulary.merge_tags(tags=tags, into=into, user=user or factories.make_user())


def test_merge_moves_listings_and_threads(user):
    one = factories.make_guidance(tags=["film"])
    both = factories.make_guidance(tags=["film", "video"])
    thread = factories.make_thread(tags=["film"])
    thread_with_both = factories.make_thread(tags=["film", "video"])
    assert merge(tag("video"), tag("film"), tag("video"), user=user) == 1
    for each in (one, both, thread, thread_with_both):
        each = type(each).objects.get(pk=each.pk)
        assert names(each) == ["video"]
    assert not Tag.objects.filter(name="film").exists()
    assert TagAlias.objects.get().name == "film"
    entry = ModelLogEntry.objects.get(action="catalog.term.merge")
    assert (entry.user, entry.data) == (user, {"old": "film"})


def test_merge_reaches_search_and_kept_pages(django_capture_on_commit_callbacks):
    one = factories.make_guidance(tags=["film"])
    thread = factories.make_thread(tags=["film"])
    PendingChange.objects.all().delete()
    before = read_versions(["catalog", "site", "forum"])
    with django_capture_on_commit_callbacks():
        merge(tag("video"), tag("film"))
        noted = set(PendingChange.objects.values_list("label", "key"))
    assert ("catalog.resourcepage", str(one.pk)) in noted
    assert ("forum.thread", str(thread.pk)) in noted
    with django_capture_on_commit_callbacks(execute=True):
        merge(tag("video"), tag("movie"))
    after = read_versions(["catalog", "site", "forum"])
    assert all(new > old for old, new in zip(before, after, strict=True))


def test_used_by_counts_what_was_merged():
    for tags in (["film"], ["film", "video"], ["video"]):
        ReferenceIndex.create_or_update_for_object(factories.make_guidance(tags=tags))
    merge(tag("video"), tag("film"))
    assert ReferenceIndex.get_references_to(tag("video")).count() == 3


def test_merged_tag_does_not_come_back_from_a_draft():
    page = factories.make_guidance("Guide", tags=["film", "basics"])
    page.save_revision().publish()
    page.title = "Guide to film"
    page.save_revision()
    merge(tag("video"), tag("film"))
    draft = GuidancePage.objects.get().get_latest_revision_as_object()
    assert (draft.title, names(draft)) == ("Guide to film", ["basics", "video"])
    draft.save_revision().publish()
    assert names(GuidancePage.objects.get()) == ["basics", "video"]
    assert not Tag.objects.filter(name="film").exists()


def test_draft_that_has_both_keeps_one():
    page = factories.make_guidance(tags=["film", "video"])
    page.save_revision()
    merge(tag("video"), tag("film"))
    GuidancePage.objects.get().get_latest_revision().publish()
    assert names(GuidancePage.objects.get()) == ["video"]


@pytest.mark.parametrize("typed", ["film", "Film", "FILM"])
def test_typing_a_former_name_gives_the_tag_of_today(typed):
    tag("film")
    merge(tag("video"), tag("film"))
    page = factories.make_guidance(tags=[typed])
    page.tags.set([typed, "video", "basics"])
    page.save()
    thread = factories.make_thread(tags=[typed])
    assert names(GuidancePage.objects.get()) == ["basics", "video"]
    assert names(thread) == ["video"]
    assert not Tag.objects.filter(name__iexact="film").exists()


def test_merging_twice_keeps_all_names():
    merge(tag("video"), tag("film"))
    merge(tag("moving pictures"), tag("video"))
    assert set(TagAlias.objects.values_list("name", "tag__name")) == {
        ("film", "moving pictures"),
        ("video", "moving pictures"),
    }


def test_former_addresses_lead_to_the_tag_of_today(client, user):
    factories.make_guidance("Guide", tags=["film"])
    factories.make_thread("A thread", tags=["film"])
    merge(tag("video"), tag("film"))
    response = client.get("/resources/?tag=film&kind=guidance&page=2")
    assert response.status_code == 302
    assert response["Location"] == "/resources/?kind=guidance&tag=video&page=2"
    response = client.get("/forum/?tag=film")
    assert response["Location"] == "/forum/?tag=video"
    assert "A thread" in text_of(client.get(response["Location"]))
    for suffix in ("atom", "json", "csv"):
        response = client.get(f"/resources.{suffix}?tag=film")
        body = b"".join(response) if response.streaming else response.content
        assert b"Guide" in body, suffix
    client.force_login(user)
    search = SavedSearch.objects.create(user=user, place="resources", query="tag=film", name="F")
    assert "Guide" in text_of(client.get(f"/me/searches/{search.pk}/", follow=True))


def test_a_new_name_leaves_the_old_one(client):
    factories.make_guidance("Guide", tags=["film"])
    row = tag("film")
    row.name, row.slug = "moving pictures", "moving-pictures"
    vocabulary.name_tag(tag=row, other_names=["cinema", "  cinema "])
    assert set(row.aliases.values_list("name", "slug")) == {
        ("film", "film"),
        ("cinema", "cinema"),
    }
    assert client.get("/resources/?tag=film")["Location"] == "/resources/?tag=moving-pictures"
    vocabulary.name_tag(tag=row, other_names=["film"])
    assert list(row.aliases.values_list("name", flat=True)) == ["film"]


def test_a_name_taken_back_leads_no_longer_away():
    row = tag("film")
    row.name, row.slug = "video", "video"
    vocabulary.name_tag(tag=row, other_names=[])
    row.name, row.slug = "film", "film"
    vocabulary.name_tag(tag=row, other_names=["film", "video"])
    assert set(row.aliases.values_list("name", "slug")) == {("video", "video")}


def test_renaming_a_tag_reaches_search():
    page = factories.make_guidance(tags=["film"])
    PendingChange.objects.all().delete()
    row = tag("film")
    row.name = "movies"
    vocabulary.name_tag(tag=row, other_names=[])
    assert PendingChange.objects.filter(label="catalog.resourcepage", key=str(page.pk)).exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Video", "is a tag of its own"),
        ("clip", "is another name of the tag “video” already"),
        ("x" * 101, "is longer than 100 characters"),
    ],
)
def test_a_name_that_is_taken_is_refused(name, message):
    TagAlias.objects.create(tag=tag("video"), name="clip", slug="clip")
    with pytest.raises(ValidationError, match=message):
        vocabulary.name_tag(tag=tag("film"), other_names=[name])


def test_promote_and_replace(client, user):
    page = factories.make_guidance("Guide", tags=["records", "basics"])
    page.save_revision()
    thread = factories.make_thread("A thread", tags=["records"])
    full = factories.make_thread(
        tags=["records"], topics=[factories.make_topic() for _ in range(3)]
    )
    topic = Topic(title="Records", slug="records")
    count = vocabulary.promote_tag(tag=tag("records"), topic=topic, keep=False, user=user)
    assert count == 1
    page = GuidancePage.objects.get()
    assert (names(page), list(page.topics.all())) == (["basics"], [topic])
    draft = page.get_latest_revision_as_object()
    assert (names(draft), list(draft.topics.all())) == (["basics"], [topic])
    assert list(thread.topics.all()) == [topic]
    assert full.topics.count() == 3
    assert not Tag.objects.filter(name="records").exists()
    response = client.get("/resources/?tag=records")
    assert response["Location"] == "/resources/?topic=records"
    assert client.get("/forum/?tag=records")["Location"] == "/forum/?topic=records"
    assert ModelLogEntry.objects.filter(action="catalog.term.promote", user=user).count() == 1


def test_promote_and_keep(user):
    page = factories.make_guidance(tags=["records"])
    page.save_revision()
    topic = factories.make_topic("Records")
    vocabulary.promote_tag(tag=tag("records"), topic=topic, keep=True, user=user)
    vocabulary.promote_tag(tag=tag("records"), topic=topic, keep=True, user=user)
    page = GuidancePage.objects.get()
    assert (names(page), list(page.topics.all())) == (["records"], [topic])
    assert list(page.get_latest_revision_as_object().topics.all()) == [topic]
    assert not FormerTag.objects.exists()


def test_typing_a_promoted_name_makes_the_tag_anew(client, user):
    factories.make_kit("Kit", tags=["records"])
    topic = factories.make_topic("Records")
    vocabulary.promote_tag(tag=tag("records"), topic=topic, keep=False, user=user)
    factories.make_guidance("Guide", tags=["records"])
    assert KitPage.objects.get().tags.count() == 0
    shown = text_of(client.get("/resources/?tag=records"))
    assert "Guide" in shown


def test_topics_are_merged(client, user):
    old, new = factories.make_topic("Film"), factories.make_topic("Video")
    below = factories.make_topic("Captions", parent=old)
    TopicAlias.objects.create(topic=old, title="Cinema", slug="cinema")
    page = factories.make_guidance("Guide", topics=[old, new])
    page.save_revision()
    category = factories.make_category()
    category.topics.add(old)
    thread = factories.make_thread(topics=[old])
    assert vocabulary.merge_topics(topics=[old, new], into=new, user=user) == 1
    page = GuidancePage.objects.get()
    assert list(page.topics.all()) == [new]
    assert list(page.get_latest_revision_as_object().topics.all()) == [new]
    assert list(Thread.objects.get(pk=thread.pk).topics.all()) == [new]
    assert list(category.topics.all()) == [new]
    below.refresh_from_db()
    assert below.parent == new
    for slug in ("film", "cinema"):
        assert client.get(f"/topics/{slug}/")["Location"] == "/topics/video/"
        assert client.get(f"/resources/?topic={slug}")["Location"] == "/resources/?topic=video"
        assert client.get(f"/forum/?topic={slug}")["Location"] == "/forum/?topic=video"


def test_name_that_leads_elsewhere_already_stays_there(user):
    old, new, other = (factories.make_topic(title) for title in ("Film", "Video", "Cinema"))
    TopicAlias.objects.create(topic=other, title="Film", slug="film")
    PendingChange.objects.all().delete()
    vocabulary.merge_topics(topics=[old], into=new, user=user)
    assert TopicAlias.objects.get().topic == other
    assert PendingChange.objects.filter(label="catalog.topic", key=str(new.pk)).exists()


def test_topics_of_three_levels_are_refused(user):
    old = factories.make_topic("Film")
    factories.make_topic("Captions", parent=old)
    new = factories.make_topic("Video", parent=factories.make_topic("Media"))
    with pytest.raises(ValidationError, match="there are two levels only"):
        vocabulary.merge_topics(topics=[old], into=new, user=user)
    assert Topic.objects.filter(pk=old.pk).exists()


def test_topic_is_merged_into_one_below_it(user):
    old = factories.make_topic("Film")
    new, other = (factories.make_topic(title, parent=old) for title in ("Video", "Sound"))
    vocabulary.merge_topics(topics=[old], into=new, user=user)
    new.refresh_from_db()
    other.refresh_from_db()
    assert (new.parent, other.parent) == (None, new)


def test_topic_with_a_new_address_is_found_at_the_old_one(client):
    topic = factories.make_topic("Film")
    before = Topic.objects.get()
    topic.slug = "video"
    topic.save()
    vocabulary.name_topic(topic=topic, before=before)
    assert client.get("/topics/film/")["Location"] == "/topics/video/"
    before, topic.slug = Topic.objects.get(), "film"
    topic.save()
    vocabulary.name_topic(topic=topic, before=before)
    assert client.get("/topics/film/").status_code == 200
    assert client.get("/topics/video/")["Location"] == "/topics/film/"


def test_all_that_points_to_terms_is_known():
    """Whoever points at a tag or a topic from a new table must say what a merge does to it."""
    pointing = {
        (model.__name__, relation.related_model.__name__)
        for model in (Tag, Topic)
        for relation in model._meta.related_objects
        if not (model is Tag and relation.many_to_many)
    }
    assert pointing == {
        ("Tag", "ResourceTag"),
        ("Tag", "TagAlias"),
        ("Tag", "ThreadTag"),
        ("Topic", "Category"),
        ("Topic", "FormerTag"),
        ("Topic", "ResourcePage"),
        ("Topic", "Thread"),
        ("Topic", "Topic"),
        ("Topic", "TopicAlias"),
    }
