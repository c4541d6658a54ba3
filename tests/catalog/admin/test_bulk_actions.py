"""Many listings at once: the form, what will happen, and then that."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog.admin import bulk_actions
from catalog.admin.facts_form import FactsForm
from catalog.facets import FACETS
from catalog.models import ResourceIndexPage, ResourcePage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db


def url(action, pages, model="catalog/resourcepage", more=""):
    ids = "&".join(f"id={page if isinstance(page, str) else page.pk}" for page in pages)
    back = reverse("resources:index")
    return f"/admin/bulk/{model}/{action}/?{ids}&next={back}{more}"


def test_facts_of_many(client, editor):
    pages = [factories.make_kit(f"Kit {number}") for number in range(3)]
    draft = factories.make_kit("Draft", live=False)
    locked = factories.make_kit("Locked", locked=True)
    same = factories.make_kit("Same", cost="free")
    where = url("listing_facts", [*pages, draft, locked, same])
    form = text_of(client.get(where))
    assert "6 listings are chosen" in form
    plan = text_of(client.post(where, {"cost": "free"}))
    for words in (
        "3 listings change for readers at once.",
        "1 listing changes in its draft",
        "1 listing stays as it is",
        "1 is left alone",
        "It is locked.",
        "Change 4 listings",
    ):
        assert words in plan
    assert ResourcePage.objects.filter(cost="free").count() == 1
    done = client.post(where, {"cost": "free", "confirm": "1"}, follow=True)
    assert "4 listings were changed." in text_of(done)
    assert "1 was left alone. Locked: It is locked." in text_of(done)
    assert ResourcePage.objects.filter(cost="free").count() == 5
    assert PageLogEntry.objects.filter(action="catalog.resource.change").count() == 4


def test_the_form_comes_back_as_it_was(client, editor):
    topic = factories.make_topic("Records")
    where = url("listing_facts", [factories.make_kit()])
    data = {"topics": [topic.pk], "tags_how": "add", "tags": "", "minutes": "0"}
    page = text_of(client.post(where, data))
    assert "Say what to do with those you chose." in page
    assert "Choose at least one." in page
    assert "greater than or equal to 1" in page
    again = client.post(where, {"cost": "free", "back": "1"}).content.decode()
    assert '<option value="free" selected>' in again
    assert "Nothing is to be changed" in text_of(client.post(where, {}))
    both = client.post(where, {"review_by": "2030-01-01", "clear_review_by": "on"})
    assert "not both" in text_of(both)


def test_every_field_of_the_form_reaches_the_listing(client, editor):
    topic, provider = factories.make_topic("Records"), factories.make_provider("Agency")
    page = factories.make_kit(minutes=5)
    where = url("listing_facts", [page])
    data = {
        "owner": editor.pk,
        "provider": provider.pk,
        "review_by": "2030-01-02",
        "topics_how": "replace",
        "topics": [topic.pk],
        "tags_how": "add",
        "tags": " plain  language, captions,",
        "level": "working",
        "cost": "free",
        "account_needed": "no",
        "delivery": "document",
        "pacing": "self-directed",
        "language": "es",
        "clear_minutes": "on",
        "captions": "yes",
        "transcript": "no",
    }
    plan = text_of(client.post(where, data))
    for words in ("Edith", "Agency", "Spanish", "plain language, captions", "not stated"):
        assert words in plan
    client.post(where, {**data, "confirm": "1"})
    page = ResourcePage.objects.get()
    assert (page.owner, page.provider, page.language) == (editor, provider, "es")
    assert (page.minutes, str(page.review_by), page.level) == (None, "2030-01-02", "working")
    assert sorted(tag.name for tag in page.tags.all()) == ["captions", "plain language"]
    cleared = dict.fromkeys(["cost", "level", "provider", "owner", "language"], "-")
    client.post(where, {**cleared, "topics_how": "replace", "confirm": "1"})
    page = ResourcePage.objects.get()
    assert (page.cost, page.level, page.provider, page.owner) == ("", "", None, None)
    assert not page.topics.exists()


def test_the_same_in_wagtails_explorer(client, editor):
    page = factories.make_kit("Kit")
    index = ResourceIndexPage.objects.get()
    shown = client.get(reverse("wagtailadmin_explore", args=[index.pk])).content.decode()
    assert "/admin/bulk/wagtailcore/page/listing_facts/" in shown
    where = url("listing_facts", [page, index], model="wagtailcore/page")
    assert "It is no listing" in text_of(client.post(where, {"cost": "free"}))
    client.post(where, {"cost": "free", "confirm": "1"})
    assert ResourcePage.objects.get().cost == "free"


def test_all_in_this_list_means_what_the_list_shows(client, editor):
    factories.make_kit("Paid kit", cost="paid")
    factories.make_kit("Free kit", cost="free")
    factories.make_course("Paid course", cost="paid")
    kits = reverse("kits_list:index")
    where = f"/admin/bulk/catalog/resourcepage/listing_facts/?cost=paid&id=all&next={kits}"
    assert "1 listing is chosen" in text_of(client.get(where))
    where = where.replace(f"&next={kits}", f"&next={reverse('resources:index')}")
    assert "2 listings are chosen" in text_of(client.get(where))
    index = ResourceIndexPage.objects.get()
    where = f"/admin/bulk/wagtailcore/page/listing_facts/?id=all&childOf={index.pk}"
    assert "3 listings are chosen" in text_of(client.get(where))
    # Wagtail's own action, too: it would otherwise mean every page of the site.
    where = f"/admin/bulk/catalog/resourcepage/unpublish/?cost=free&id=all&next={kits}"
    shown = text_of(client.get(where))
    assert "Free kit" in shown
    assert "Paid kit" not in shown


def test_reviewed_today_with_the_next_day(client, editor):
    page, draft = factories.make_kit(), factories.make_kit(live=False)
    where = url("listing_reviewed", [page, draft])
    client.post(where, {"review_by": "2030-01-02", "confirm": "1"})
    page.refresh_from_db()
    draft.refresh_from_db()
    assert page.reviewed_at.date() == timezone.now().date()
    assert str(page.review_by) == "2030-01-02"
    assert draft.reviewed_at is None


def test_archive_and_bring_back(client, editor):
    pages = [factories.make_kit(f"Kit {number}") for number in range(2)]
    where = url("listing_archive", pages)
    assert "2 listings change for readers at once." in text_of(client.get(where))
    client.post(where, {"confirm": "1"})
    assert ResourcePage.objects.archived().count() == 2
    assert "2 listings stay as they are" in text_of(client.get(where))
    client.post(url("listing_bring_back", pages), {"confirm": "1"})
    assert not ResourcePage.objects.archived().exists()


def test_kind_of_many(client, editor):
    kit = factories.make_kit("Kit", licence="CC0")
    webinar = factories.make_webinar("Webinar", in_days=2)
    where = url("listing_kind", [kit, webinar])
    assert "New kind" in text_of(client.get(where))
    plan = text_of(client.post(where, {"kind": "course"}))
    assert "Lost: licence (CC0)." in plan
    assert "starts (" in plan
    client.post(where, {"kind": "course", "confirm": "1"})
    assert set(ResourcePage.objects.values_list("kind", flat=True)) == {"course"}


def test_a_listing_leads_to_the_change_of_its_kind(client, editor):
    page = factories.make_kit()
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert f"listing_kind/?id={page.pk}&amp;next=" in shown


@pytest.mark.parametrize("action", [action.action_type for action in bulk_actions.ACTIONS])
def test_members_may_not(client, action):
    client.force_login(factories.make_user())
    page = factories.make_kit()
    response = client.post(url(action, [page]), {"cost": "free", "kind": "course", "confirm": "1"})
    assert response.status_code in {302, 403}
    page.refresh_from_db()
    assert (page.kind, page.cost, page.live) == ("kit", "", True)


def test_too_many_and_none(client, editor, monkeypatch):
    monkeypatch.setattr(bulk_actions, "MOST", 1)
    pages = [factories.make_kit(), factories.make_kit()]
    response = client.get(url("listing_archive", pages), follow=True)
    assert "Choose at most 1 at once" in text_of(response)
    response = client.get(url("listing_archive", ["all"], more="&cost=paid"), follow=True)
    assert "Choose at least one listing first." in text_of(response)
    assert client.get(url("listing_archive", ["zebra"])).status_code == 400


def test_what_is_due_is_done_by_the_review(client, editor):
    page = factories.make_kit("Due", review_by=timezone.localdate() - timedelta(days=1))
    listed = reverse("resources:index") + "?due=now"
    assert "Due" in {page.title for page in client.get(listed).context["object_list"]}
    client.post(url("listing_reviewed", [page]), {"confirm": "1"})
    assert not client.get(listed).context["object_list"]


def test_wagtails_own_actions_leave_an_entry_for_each(client, editor):
    pages = [factories.make_kit(live=False) for _number in range(3)]
    client.post(url("publish", pages))
    assert ResourcePage.objects.live().count() == 3
    for page in pages:
        history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk]))
        assert "Published" in text_of(history)


def test_every_facet_that_is_stated_by_hand_has_its_place_in_the_form():
    # The kind has an action of its own; the others come from dates, provider and cited rules.
    elsewhere = {"kind", "availability", "by", "required"}
    fields = {"time": "minutes", "topic": "topics", "audience": "audiences", "tag": "tags"}
    fields |= {"platform": "platforms", "for": "made_for"}
    stated = {fields.get(facet.key, facet.key) for facet in FACETS if facet.key not in elsewhere}
    with_place = {name for _heading, rows in FactsForm().groups() for row in rows for name in row}
    assert stated <= with_place
    assert with_place == set(FactsForm().fields)
