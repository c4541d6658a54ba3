"""What crawlers are told of: every public page with the day of its last change."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.curation import archive
from catalog.models import ResourcePage
from forum.models import Category
from portal.home import sitemaps, views
from tests import factories

pytestmark = pytest.mark.django_db
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client, address="/sitemap.xml"):
    """Return {address without the host: day of change or None}."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)
    found = {}
    for entry in root:
        location = entry.find(f"{NAMESPACE}loc").text
        assert location.startswith("http://testserver/")
        assert location not in found
        changed = entry.find(f"{NAMESPACE}lastmod")
        found[location.removeprefix("http://testserver")] = (
            changed.text if changed is not None else None
        )
    return found


def on(day, page):
    """Say that the listing was published on a day; return its address."""
    moment = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    ResourcePage.objects.filter(pk=page.pk).update(last_published_at=moment)
    return page.get_absolute_url()


def test_every_public_page_with_its_date(client):
    above = factories.make_topic("Above")
    below = factories.make_topic("Below", parent=above)
    factories.make_topic("Unused")
    provider = factories.make_provider("Bureau")
    factories.make_provider("Nobody")
    kit = on("2026-05-01", factories.make_kit(topics=[above], provider=provider))
    course = on("2026-06-01", factories.make_course(topics=[below], provider=provider))
    thread = factories.make_thread()
    found = read(client)
    assert found[kit] == "2026-05-01"
    assert found[course] == "2026-06-01"
    assert found["/topics/below/"] == found["/topics/above/"] == "2026-06-01"
    assert found["/topics/unused/"] is None
    assert found["/providers/bureau/"] == "2026-06-01"
    assert "/providers/nobody/" not in found
    today = timezone.localdate().isoformat()
    assert found[thread.get_absolute_url()] == today
    assert found[thread.category.get_absolute_url()] == today
    assert {"/", "/about/", "/resources/", "/events/", "/topics/", "/forum/"} <= set(found)
    for address in found:
        assert client.get(address).status_code == 200, address


def test_what_is_not_public_is_not_named(client):
    draft = factories.make_kit(live=False)
    gone = factories.make_kit()
    archive(resource=gone, user=factories.make_user())
    closed = factories.make_category(read=Category.Access.MEMBERS)
    thread = factories.make_thread(category=closed)
    for user in (None, factories.make_user(is_superuser=True)):
        if user:
            client.force_login(user)
        found = read(client)
        for thing in (draft, gone, closed, thread):
            assert thing.get_absolute_url() not in found


def test_many_addresses_make_an_index_of_files(client, monkeypatch):
    monkeypatch.setattr(views, "MOST", 10)
    monkeypatch.setattr(sitemaps.Addresses, "limit", 3)
    pages = [factories.make_kit() for _number in range(7)]
    index = read(client)
    files = {address for address in index if address.startswith("/sitemap-listings.xml")}
    assert files == {f"/sitemap-listings.xml{page}" for page in ("", "?p=2", "?p=3")}
    assert {address.partition(".")[0] for address in index} == {
        f"/sitemap-{kind}" for kind in sitemaps.SITEMAPS
    }
    found = {}
    for address in index:
        some = read(client, address)
        assert len(some) <= 3
        assert not found.keys() & some.keys()
        found |= some
    assert {page.get_absolute_url() for page in pages} <= set(found)
    assert "/about/" in found
    assert client.get("/sitemap-listings.xml?p=9").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_index_has_dates(client, monkeypatch):
    monkeypatch.setattr(views, "MOST", 1)
    on("2026-05-01", factories.make_kit(topics=[factories.make_topic()]))
    index = read(client)
    assert index["/sitemap-listings.xml"].startswith("2026-05-01T")
    assert index["/sitemap-topics.xml"].startswith("2026-05-01T")


@pytest.mark.parametrize("most", [1, 1000])
def test_queries_do_not_grow(client, monkeypatch, most):
    monkeypatch.setattr(views, "MOST", most)

    def fill(number):
        for _each in range(number):
            topic, provider = factories.make_topic(), factories.make_provider()
            factories.make_kit(topics=[topic], provider=provider)
            factories.make_thread()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            read(client)
            for kind in sitemaps.SITEMAPS:
                read(client, f"/sitemap-{kind}.xml")
        return len(captured)

    fill(2)
    few = queries()
    fill(18)
    assert queries() == few
