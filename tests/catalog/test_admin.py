"""The catalog in Wagtail's admin, as an editor who is no administrator."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text
from wagtail.users.models import UserProfile

from catalog import curation, suggestions
from catalog.models import (
    KINDS,
    Audience,
    CoursePage,
    GuidancePage,
    KitPage,
    Platform,
    Provider,
    ResourceIndexPage,
    ResourcePage,
    Tag,
    Topic,
    WebinarPage,
)
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


def form_of(kind, **fields):
    """What the admin's form sends for a new listing of one kind."""
    inlines = {"requirements": inline_formset([]), "comments": inline_formset([])}
    if kind == "kit":
        inlines["items"] = inline_formset(
            [{"title": "Template", "file_format": "Word", "link": ""}]
        )
    if kind == "course":
        inlines["runs"] = inline_formset(
            [
                {
                    "label": "Fall",
                    "state": "open",
                    "starts_local": "2027-10-04 14:00",
                    "ends_local": "2027-10-04 16:00",
                    "zone": "America/Denver",
                    "registration_url": "https://example.gov/register",
                    "registration_ends_on": "",
                    "capacity": "20",
                    "attended": "",
                    "note": "",
                }
            ]
        )
    data = {
        "title": f"A {kind}",
        "slug": f"a-{kind}",
        "summary": "Two sentences. Here they are.",
        "body": rich_text("<p>More of it.</p>"),
        "link": "https://example.gov/it",
        "tags": "basics, plain language",
        "event_status": "scheduled",
        "zone": "America/New_York",
        **inlines,
        "action-publish": "action-publish",
    }
    return {**nested_form_data(data), **fields}


def add(client, kind, **fields):
    index = ResourceIndexPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["catalog", f"{kind}page", index.pk])
    assert client.get(address).status_code == 200
    return client.post(address, form_of(kind, **fields))


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_creates_and_publishes_each_kind(client, editor, kind):
    topic = factories.make_topic("Records")
    provider = factories.make_provider()
    response = add(
        client,
        kind,
        topics=[str(topic.pk)],
        audiences=[str(Audience.objects.first().pk)],
        provider=str(provider.pk),
        cost="free",
        minutes="90",
    )
    assert response.status_code == 302, text_of(response)
    page = KINDS[kind].objects.get()
    assert page.live
    assert page.kind == kind
    assert list(page.topics.all()) == [topic]
    assert sorted(tag.name for tag in page.tags.all()) == ["basics", "plain language"]
    shown = client.get(page.get_absolute_url())
    assert "1 hour 30 minutes" in text_of(shown)
    listed = client.get("/resources/?topic=records&tag=basics&cost=free")
    assert f"A {kind}" in text_of(listed)


def test_the_time_an_editor_types_is_the_time_where_it_is_held(client, editor):
    profile = UserProfile.get_for_user(editor)
    profile.current_time_zone = "Asia/Tokyo"
    profile.save()
    response = add(
        client,
        "webinar",
        zone="America/Chicago",
        starts_local="2027-07-01 14:00",
        ends_local="2027-07-01 15:00",
    )
    assert response.status_code == 302
    page = WebinarPage.objects.get()
    assert page.starts_at.isoformat() == "2027-07-01T19:00:00+00:00"
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'value="2027-07-01 14:00"' in edit


@pytest.mark.parametrize(
    ("kind", "fields", "field", "message"),
    [
        (
            "webinar",
            {"starts_local": "2027-07-01 14:00", "ends_local": "2027-07-01 13:00"},
            "ends_local",
            "It must end after it starts.",
        ),
        (
            "webinar",
            {"starts_local": "2027-03-14 02:30"},
            "starts_local",
            "the clocks skip it that night",
        ),
        (
            "guidance",
            {"effective_on": "2027-01-02", "ends_on": "2027-01-01"},
            "ends_on",
            "It cannot end before it takes effect.",
        ),
        ("course", {"accessibility_on": "2026-01-01"}, "accessibility_link", "whose date you gave"),
    ],
)
def test_what_is_wrong_stands_at_its_field(client, editor, kind, fields, field, message):
    response = add(client, kind, **fields)
    assert response.status_code == 200
    assert message in " ".join(response.context["form"].errors[field])
    assert message in text_of(response)
    assert not KINDS[kind].objects.exists()


def test_a_vendor_kit_without_a_disclosure_is_refused(client, editor):
    vendor = factories.make_provider(kind="vendor")
    response = add(client, "kit", provider=str(vendor.pk))
    assert "vendor_disclosure" in response.context["form"].errors
    assert not KitPage.objects.exists()


def test_a_run_that_ends_before_it_starts_is_refused(client, editor):
    data = form_of("course")
    data["runs-0-ends_local"] = "2027-10-03 10:00"
    index = ResourceIndexPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["catalog", "coursepage", index.pk])
    response = client.post(address, data)
    assert "It must end after it starts." in text_of(response)
    assert not CoursePage.objects.exists()


def test_an_editor_changes_a_listing(client, editor):
    old = factories.make_guidance("Old")
    page = factories.make_guidance("New", number="M-1")
    data = form_of("guidance", title="New title", slug=page.slug, supersedes=str(old.pk))
    response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    assert response.status_code == 302
    page = GuidancePage.objects.get(pk=page.pk)
    assert page.title == "New title"
    assert page.supersedes_id == old.pk


@pytest.mark.parametrize("kind", KINDS)
def test_preview_shows_what_is_typed(client, editor, kind):
    """Also of a listing that was never saved."""
    index = ResourceIndexPage.objects.get()
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["catalog", f"{kind}page", index.pk]
    )
    answer = client.post(address, form_of(kind, title="Not saved yet"))
    assert answer.json()["is_valid"]
    shown = client.get(address)
    assert shown.status_code == 200
    assert "Not saved yet" in text_of(shown)


def test_preview_of_the_index(client, editor):
    index = ResourceIndexPage.objects.get()
    request = index.make_preview_request()
    assert request.status_code == 200


def test_the_list_of_resources_with_its_filters(client, editor):
    topic = factories.make_topic("Records")
    factories.make_course("A course", cost="free", topics=[topic])
    factories.make_kit("A kit")
    address = reverse("resources:index")
    content = text_of(client.get(address))
    assert "A course" in content
    assert "A kit" in content
    for query in ("kind=course", f"topics={topic.pk}", "cost=free", "q=course"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 200
        if not query.startswith("q"):
            assert "A course" in text_of(response)
            assert "A kit" not in text_of(response)
    for ordering in ("kind", "-reviewed_at", "provider__name", "next_starts_at"):
        assert client.get(f"{address}?ordering={ordering}").status_code == 200


def test_the_list_exports(client, editor):
    factories.make_course("A course", link="https://example.gov/c")
    for suffix in ("csv", "xlsx"):
        response = client.get(reverse("resources:index") + f"?export={suffix}")
        body = b"".join(response.streaming_content if response.streaming else [response.content])
        assert response.status_code == 200
        assert body
        if suffix == "csv":
            assert b"https://example.gov/c" in body


def test_adding_asks_for_the_kind(client, editor):
    response = client.get(reverse("resources:choose_parent"), follow=True)
    text = text_of(response)
    for kind in ("Kit", "Webinar", "Guidance", "Course"):
        assert re.search(kind, text, re.IGNORECASE)


@pytest.mark.parametrize("model", [Topic, Provider, Platform, Tag])
def test_vocabularies(client, editor, model):
    name = model._meta.model_name
    field = "title" if model is Topic else "name"
    address = reverse(f"wagtailsnippets_catalog_{name}:add")
    assert client.get(address).status_code == 200
    data = {field: "Zebra", "slug": "zebra", "aliases": inline_formset([])}
    response = client.post(address, nested_form_data(data))
    assert response.status_code == 302, text_of(response)
    row = model.objects.get()
    listed = text_of(client.get(reverse(f"wagtailsnippets_catalog_{name}:list")))
    assert "Zebra" in listed
    deleted = client.post(reverse(f"wagtailsnippets_catalog_{name}:delete", args=[row.pk]))
    assert deleted.status_code == 302
    assert not model.objects.exists()


def test_a_topic_gets_other_names(client, editor):
    data = {
        "title": "Records",
        "slug": "records",
        "aliases": inline_formset([{"title": "Archives", "slug": "archives"}]),
    }
    response = client.post(reverse("wagtailsnippets_catalog_topic:add"), nested_form_data(data))
    assert response.status_code == 302, text_of(response)
    assert client.get("/topics/archives/")["Location"] == "/topics/records/"


def test_what_is_in_use_cannot_be_deleted(client, editor):
    provider = factories.make_provider("In use")
    factories.make_course(provider=provider)
    parent = factories.make_topic("Parent")
    factories.make_topic("Child", parent=parent)
    for name, row in (("provider", provider), ("topic", parent)):
        address = reverse(f"wagtailsnippets_catalog_{name}:delete", args=[row.pk])
        for ask in (client.get, client.post):
            assert f"“{row}” cannot be deleted: 1" in text_of(ask(address, follow=True))
        row.refresh_from_db()


class TestSuggestions:
    @pytest.fixture
    def suggestion(self):
        return suggestions.suggest(
            url="https://example.gov/new", title="A new one", why="It helped."
        )

    def test_the_queue(self, client, editor, suggestion):
        text = text_of(client.get(reverse("suggestions:index")))
        assert "A new one" in text
        assert "waiting" in text
        filtered = client.get(reverse("suggestions:index") + "?state=declined")
        assert "A new one" not in text_of(filtered)

    def test_nobody_adds_one_there(self, client, editor):
        response = client.get(reverse("suggestions:add"))
        assert response.status_code == 302
        assert response["Location"] == reverse("wagtailadmin_home")


def test_the_history_names_what_verbs_did(client, editor):
    page = factories.make_kit()
    curation.mark_reviewed(resource=page, user=editor)
    curation.archive(resource=page, user=editor)
    text = text_of(client.get(reverse("wagtailadmin_pages:history", args=[page.pk])))
    assert "Checked: the listing is right" in text
    assert "Archived" in text


def test_the_plain_resource_cannot_be_created():
    assert not ResourcePage.can_create_at(ResourceIndexPage.objects.get())
