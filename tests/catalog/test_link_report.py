"""The report of links in Wagtail's admin, and correcting addresses that moved."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog.corrections import correct_addresses
from catalog.models import CheckedLink, GuidancePage, ResourcePage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db

OLD, NEW = "https://old.example.gov/page", "https://new.example.gov/page"
CORRECT = "/admin/bulk/catalog/checkedlink/correct/"
DISMISS = "/admin/bulk/catalog/checkedlink/dismiss/"


@pytest.fixture
def editor(client):
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


def moved(page, url=OLD, to=NEW, **fields):
    fields = {"state": "moved", "detail": "301", "checked_at": timezone.now(), **fields}
    return CheckedLink.objects.create(
        resource_id=page.pk, url=url, host="old.example.gov", moved_to=to, **fields
    )


def make_published(**fields):
    page = factories.make_guidance(**fields)
    page.save_revision().publish()
    return page


def test_report_shows_answers_and_filters(client, editor):
    gone = factories.make_guidance("Gone", link="https://gone.example.gov/")
    now = timezone.now()
    CheckedLink.objects.create(
        resource_id=gone.pk,
        url=gone.link,
        host="gone.example.gov",
        state="broken",
        detail="certificate",
        checked_at=now,
        failed_at=now - timedelta(days=3),
    )
    moved(factories.make_guidance("Moved", link=OLD))
    shown = text_of(client.get("/admin/reports/links/"))
    assert "Gone" in shown
    assert "its certificate is not valid" in shown
    assert NEW in shown
    shown = text_of(client.get("/admin/reports/links/?state=broken"))
    assert "Gone" in shown
    assert NEW not in shown
    shown = text_of(client.get("/admin/reports/links/?state=to-correct&host=OLD.example"))
    assert NEW in shown
    assert "Gone" not in shown
    shown = text_of(client.get("/admin/reports/links/results/?state=unknown"))
    assert "Gone" not in shown


def test_report_is_exported(client, editor):
    moved(factories.make_guidance("Moved", link=OLD))
    response = client.get("/admin/reports/links/?export=csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].startswith("Listing,Page,Address,State,Answer,New address")
    assert OLD in lines[1]
    assert NEW in lines[1]
    assert client.get("/admin/reports/links/?export=xlsx").status_code == 200


def test_report_costs_the_same_for_many(client, editor, django_assert_max_num_queries):
    def add(count):
        for number in range(count):
            page = factories.make_guidance(link=f"{OLD}/{count}/{number}")
            moved(page, url=page.link)

    add(2)
    client.get("/admin/reports/links/")
    with django_assert_max_num_queries(40) as few:
        client.get("/admin/reports/links/")
    add(20)
    with django_assert_max_num_queries(len(few)):
        client.get("/admin/reports/links/")


@pytest.mark.parametrize("address", ["/admin/reports/links/", CORRECT + "?id=1"])
def test_members_and_moderators_are_kept_out(client, address):
    user = factories.make_user()
    user.groups.add(Group.objects.get(name="Forum moderators"))
    client.force_login(user)
    link = moved(factories.make_guidance(link=OLD))
    response = client.get(address.replace("id=1", f"id={link.pk}"))
    assert NEW not in response.content.decode()
    client.post(f"{CORRECT}?id={link.pk}")
    assert ResourcePage.objects.get().link == OLD


def test_many_addresses_are_corrected_after_a_look(client, editor):
    pages = [make_published(title=f"Guide {n}", link=OLD) for n in range(2)]
    links = [moved(page) for page in pages]
    address = f"{CORRECT}?" + "&".join(f"id={link.pk}" for link in links)
    shown = text_of(client.get(address + "&next=/admin/reports/links/"))
    assert "Correct the address of 2 listings" in shown
    response = client.post(address + "&next=/admin/reports/links/", follow=True)
    assert "The addresses of 2 listings are corrected." in text_of(response)
    for page in pages:
        page = GuidancePage.objects.get(pk=page.pk)
        assert page.link == NEW
        assert page.normalized_link == "new.example.gov/page"
        assert page.get_latest_revision_as_object().link == NEW
        assert page.live
        assert not page.has_unpublished_changes
        entry = PageLogEntry.objects.get(page=page, action="catalog.resource.correct_address")
        assert entry.user == editor
        assert NEW in entry.message
    assert not CheckedLink.objects.to_correct().exists()
    assert set(CheckedLink.objects.values_list("url", "state")) == {(NEW, "fine")}


def test_links_of_parts_are_corrected_too(editor):
    from catalog.models import KitItem, RequiredBy, WebinarPage

    kit = factories.make_kit(
        link="https://kit.example.gov/",
        children={
            "items": [KitItem(title="Sheet", link=OLD)],
            "requirements": [RequiredBy(who="A", of_whom="B", link=OLD)],
        },
    )
    webinar = factories.make_webinar(in_days=-3, recording_url=OLD, slides_url=OLD)
    correct_addresses(links=[moved(kit), moved(webinar)], user=editor)
    assert kit.items.get().link == NEW
    assert kit.requirements.get().link == NEW
    webinar = WebinarPage.objects.get()
    assert (webinar.recording_url, webinar.slides_url) == (NEW, NEW)


def test_draft_gets_the_address_and_is_not_published(client, editor):
    page = make_published(title="Guide", link=OLD)
    page.title = "Better title"
    page.save_revision()
    link = moved(page)
    response = client.post(f"{CORRECT}?id={link.pk}&next=/admin/reports/links/", follow=True)
    assert "has unpublished changes: its draft has the new address" in text_of(response)
    page = GuidancePage.objects.get()
    assert (page.title, page.link) == ("Guide", OLD)
    draft = page.get_latest_revision_as_object()
    assert (draft.title, draft.link) == ("Better title", NEW)
    assert page.has_unpublished_changes
    assert not CheckedLink.objects.to_correct().exists()


def test_locked_listing_stays_and_is_named(client, editor):
    page = make_published(title="Guide", link=OLD)
    other = factories.make_user()
    GuidancePage.objects.update(locked=True, locked_by=other, locked_at=timezone.now())
    link = moved(page)
    response = client.post(f"{CORRECT}?id={link.pk}&next=/admin/reports/links/", follow=True)
    assert "“Guide” is locked and stays as it is." in text_of(response)
    assert GuidancePage.objects.get().link == OLD
    assert CheckedLink.objects.to_correct().count() == 1


def test_dismissed_until_it_leads_elsewhere(client, editor):
    link = moved(factories.make_guidance(link=OLD))
    shown = client.post(f"{DISMISS}?id={link.pk}&next=/admin/reports/links/", follow=True)
    assert "1 address stays; it is not proposed again." in text_of(shown)
    assert not CheckedLink.objects.to_correct().exists()
    link.refresh_from_db()
    link.record(verdict="moved", detail="301", moved_to=NEW + "2", now=timezone.now())
    assert CheckedLink.objects.to_correct().get() == link


def test_what_has_not_moved_is_left_out(client, editor):
    page = factories.make_guidance(link=OLD)
    link = moved(page, state="fine", to="")
    shown = text_of(client.get(f"{CORRECT}?id={link.pk}"))
    assert "None of the addresses that you chose has moved for good." in shown
    assert client.get(f"{CORRECT}?id=abc").status_code == 200
    assert "1 address that you chose has not moved and is left out." in shown


def test_front_page_is_pointed_out(client, editor):
    link = moved(factories.make_guidance(link=OLD), to="https://new.example.gov/")
    assert link.leads_to_a_front_page
    assert "That is a front page" in text_of(client.get("/admin/reports/links/"))


def test_readers_are_told_of_a_broken_link(client, django_capture_on_commit_callbacks):
    page = factories.make_guidance(link=OLD, accessibility_link="https://report.example.gov/")
    assert "did not answer" not in text_of(client.get(page.url))
    link = moved(page, to="", state="fine")
    now = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        for hours in (0, 25):
            link.record(
                verdict="broken", detail="404", moved_to="", now=now + timedelta(hours=hours)
            )
    assert "The link did not answer on" in text_of(client.get(page.url))
    with django_capture_on_commit_callbacks(execute=True):
        link.record(verdict="fine", detail="200", moved_to="", now=now + timedelta(hours=50))
    assert "did not answer" not in text_of(client.get(page.url))
    moved(page, url=page.accessibility_link, to="", state="broken")
    assert "A link to old.example.gov on this page did not answer" in text_of(client.get(page.url))
