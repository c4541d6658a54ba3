"""Tags and topics in Wagtail's admin, as an editor."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from catalog.models import GuidancePage, Tag, TagAlias, Topic, TopicAlias
from portal.search.models import PendingChange
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db

MERGE = "/admin/bulk/catalog/{}/merge/"


@pytest.fixture
def editor(client):
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


def tag(name):
    return Tag.objects.get_or_create(name=name)[0]


def test_list_counts_uses(client, editor):
    factories.make_guidance(tags=["film", "basics"])
    factories.make_guidance(tags=["film"])
    factories.make_thread(tags=["film"])
    tag("idle")
    shown = text_of(client.get("/admin/snippets/catalog/tag/?ordering=-uses_resource_items"))
    assert "Resources Threads" in " ".join(shown.split())
    assert shown.index("film") < shown.index("basics") < shown.index("idle")
    assert "Make it a topic" in shown


def test_list_costs_the_same_for_many(client, editor, django_assert_max_num_queries):
    for number in range(2):
        factories.make_guidance(tags=[f"tag {number}"])
    client.get("/admin/snippets/catalog/tag/")
    with django_assert_max_num_queries(40) as few:
        client.get("/admin/snippets/catalog/tag/")
    factories.make_guidance(tags=[f"more {number}" for number in range(18)])
    with django_assert_max_num_queries(len(few)):
        client.get("/admin/snippets/catalog/tag/")


def test_editor_gives_other_names(client, editor):
    row = tag("video")
    address = f"/admin/snippets/catalog/tag/edit/{row.pk}/"
    form = {"name": "video", "slug": "video", "other_names": "film\r\nmoving pictures\r\n"}
    assert client.post(address, form).status_code == 302
    assert set(row.aliases.values_list("name", flat=True)) == {"film", "moving pictures"}
    assert "moving pictures" in text_of(client.get(address))
    tag("movie")
    response = client.post(address, {**form, "other_names": "film\r\nmovie"})
    assert "“movie” is a tag of its own: merge the two instead." in text_of(response)
    assert "film\nmovie" in response.content.decode().replace("\r", "")


def test_new_tag_with_the_name_of_an_alias_is_refused(client, editor):
    TagAlias.objects.create(tag=tag("video"), name="film", slug="film")
    form = {"name": "Film", "slug": "film-2", "other_names": ""}
    shown = text_of(client.post("/admin/snippets/catalog/tag/add/", form))
    assert "“film” is another name of the tag “video”." in shown
    assert (
        client.post("/admin/snippets/catalog/tag/add/", {**form, "name": "cinema"}).status_code
        == 302
    )
    assert Tag.objects.filter(name="cinema").exists()


def test_tags_are_merged_after_a_look(client, editor):
    page = factories.make_guidance(tags=["film"])
    factories.make_guidance(tags=["video"])
    factories.make_thread(tags=["video"])
    film, video = tag("film"), tag("video")
    address = f"{MERGE.format('tag')}?id={film.pk}&id={video.pk}&next=/admin/reports/tags/"
    response = client.get(address)
    assert "video (1 resource, 1 thread)" in text_of(response)
    inputs = re.findall(r"<input[^>]*name=\"into\"[^>]*>", response.content.decode())
    checked = [each for each in inputs if " checked" in each]
    assert len(inputs) == 2
    assert f'value="{video.pk}"' in checked[0]
    response = client.post(address, {"into": str(video.pk)}, follow=True)
    assert "1 was merged into “video”." in text_of(response)
    assert [each.name for each in GuidancePage.objects.get(pk=page.pk).tags.all()] == ["video"]


@pytest.mark.parametrize("bulk", [False, True])
def test_deleting_a_tag_reaches_search(editor, bulk):
    client = Client()  # which does not commit, so that what was noted waits
    client.force_login(editor)
    page = factories.make_guidance(tags=["film"])
    row = tag("film")
    PendingChange.objects.all().delete()
    address = (
        f"/admin/bulk/catalog/tag/delete/?id={row.pk}"
        if bulk
        else f"/admin/snippets/catalog/tag/delete/{row.pk}/"
    )
    assert client.get(address).status_code == 200
    assert not PendingChange.objects.exists()
    assert client.post(address).status_code == 302
    assert not Tag.objects.exists()
    assert PendingChange.objects.filter(label="catalog.resourcepage", key=str(page.pk)).exists()


def test_merging_needs_two(client, editor):
    response = client.get(f"{MERGE.format('tag')}?id={tag('film').pk}")
    assert "Choose at least two." in text_of(response)


def test_merging_everything_is_refused(client, editor):
    for number in range(31):
        tag(f"tag {number}")
    address = f"{MERGE.format('tag')}?id=all"
    assert "Choose at most 30 at once." in text_of(client.get(address))
    client.post(address, {"into": str(Tag.objects.first().pk)})
    assert Tag.objects.count() == 31


@pytest.mark.parametrize("address", [MERGE.format("tag"), MERGE.format("topic")])
def test_odd_addresses_lead_nowhere(client, editor, address):
    for query in ("", "?id=", "?id=abc", "?id=99999"):
        assert client.get(address + query).status_code == 404


def test_one_that_is_not_among_them_is_refused(client, editor):
    film, video, other = tag("film"), tag("video"), tag("other")
    address = f"{MERGE.format('tag')}?id={film.pk}&id={video.pk}"
    client.post(address, {"into": str(other.pk)})
    assert Tag.objects.count() == 3


def test_topics_are_merged_and_a_third_level_refused(client, editor):
    old = factories.make_topic("Film")
    factories.make_topic("Captions", parent=old)
    new = factories.make_topic("Video", parent=factories.make_topic("Media"))
    address = f"{MERGE.format('topic')}?id={old.pk}&id={new.pk}&next=/admin/snippets/catalog/topic/"
    response = client.post(address, {"into": str(new.pk)})
    assert "there are two levels only" in text_of(response)
    response = client.post(address, {"into": str(old.pk)}, follow=True)
    assert "1 was merged into “Film”." in text_of(response)
    assert TopicAlias.objects.get().slug == "video"


def test_topic_renamed_in_the_admin_leaves_its_address(client, editor):
    topic = factories.make_topic("Film")
    form = nested_form_data(
        {
            "title": "Video",
            "slug": "video",
            "summary": "",
            "website": "",
            "parent": "",
            "aliases": inline_formset([]),
        }
    )
    response = client.post(f"/admin/snippets/catalog/topic/edit/{topic.pk}/", form)
    assert response.status_code == 302
    assert client.get("/topics/film/")["Location"] == "/topics/video/"


def test_near_doubles_lead_to_the_merge(client, editor):
    assert "No two tags look alike." in text_of(client.get("/admin/reports/tags/"))
    factories.make_guidance(tags=["videos"])
    one, other = tag("Video"), tag("videos")
    tag("Records")
    factories.make_topic("Record")
    response = client.get("/admin/reports/tags/")
    shown = text_of(response)
    assert "videos (1 resource)" in shown
    assert "Video (not in use)" in shown
    assert "Make it that topic" in shown
    body = response.content.decode()
    assert f"/admin/bulk/catalog/tag/merge/?id={other.pk}&amp;id={one.pk}&amp;next=" in body


def test_near_doubles_cost_the_same_for_many(client, editor, django_assert_max_num_queries):
    for number in range(2):
        tag(f"video{'s' * number}")
    client.get("/admin/reports/tags/")
    with django_assert_max_num_queries(30) as few:
        client.get("/admin/reports/tags/")
    for number in range(18):
        tag(f"subject {chr(97 + number) * 9}")
        tag(f"subject {chr(97 + number) * 9}s")
    with django_assert_max_num_queries(len(few)):
        client.get("/admin/reports/tags/")


def test_tag_becomes_a_topic(client, editor):
    page = factories.make_guidance(tags=["open data"])
    address = f"/admin/catalog/tags/{tag('open data').pk}/promote/"
    assert "Open data" in client.get(address).content.decode()
    parent = factories.make_topic("Data")
    response = client.post(
        address, {"title": "Open data", "parent": str(parent.pk), "topic": ""}, follow=True
    )
    assert "has the topic “Open data” now." in text_of(response)
    topic = Topic.objects.get(title="Open data")
    assert topic.parent == parent
    assert list(GuidancePage.objects.get(pk=page.pk).topics.all()) == [topic]
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "Choose a topic above, or name the new one."),
        ("!!!", "The title needs a letter or digit for its address."),
        ("data", "There is such a topic: choose it above."),
    ],
)
def test_topic_needs_a_name_of_its_own(client, editor, title, message):
    factories.make_topic("Data")
    address = f"/admin/catalog/tags/{tag('open').pk}/promote/"
    response = client.post(address, {"title": title, "topic": "", "parent": ""})
    assert message in text_of(response)
    assert Topic.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    ["/admin/reports/tags/", "/admin/catalog/tags/{pk}/promote/", MERGE.format("tag") + "?id={pk}"],
)
def test_moderators_are_kept_out(client, address):
    user = factories.make_user()
    user.groups.add(Group.objects.get(name="Forum moderators"))
    client.force_login(user)
    row = tag("film")
    response = client.get(address.format(pk=row.pk), follow=True)
    assert "film" not in text_of(response)
    client.post(address.format(pk=row.pk), {"title": "Film", "into": str(row.pk)})
    assert Tag.objects.filter(pk=row.pk).exists()
    assert not Topic.objects.exists()
