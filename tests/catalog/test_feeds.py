"""Atom and JSON Feed of any filtered list, and the page that leads to them."""

import json
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import http_date

from catalog.curation import archive
from catalog.models import ResourcePage
from tests import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read_atom(response):
    """Return the feed element, having checked what RFC 4287 demands of every feed."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert re.match(r"(urn|tag|https?):\S+$", element.find(f"{ATOM}id").text)
        assert parse_datetime(element.find(f"{ATOM}updated").text).tzinfo is not None
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    relations = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert relations["self"].startswith("http://testserver/")
    ids = [entry.find(f"{ATOM}id").text for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    return feed


def read_json(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for item in feed["items"]:
        assert item["id"]
        assert item["content_html"]
        assert parse_datetime(item["date_published"]).tzinfo is not None
    return feed


def atom_titles(client, query=""):
    feed = read_atom(client.get(f"/resources.atom{query}"))
    return [entry.find(f"{ATOM}title").text for entry in feed.iter(f"{ATOM}entry")]


def json_titles(client, query=""):
    return [item["title"] for item in read_json(client.get(f"/resources.json{query}"))["items"]]


def listed(title, days_ago=0, make=factories.make_kit, **fields):
    """Make a listing that came into the catalog so many days ago."""
    moment = timezone.now() - timedelta(days=days_ago)
    return make(title, first_published_at=moment, last_published_at=moment, **fields)


@pytest.fixture(params=[atom_titles, json_titles])
def titles(request):
    return request.param


# What they bring


def test_what_was_listed_last_comes_first_whatever_the_order_of_the_list(client, titles):
    listed("Old here", 9, published_on="2026-11-01")
    listed("New here", 1, published_on="1999-01-01")
    assert titles(client) == ["New here", "Old here"]
    assert titles(client, "?sort=title") == ["New here", "Old here"]


def test_filters_hold(client, titles):
    listed("Free kit", cost="free")
    listed("Paid kit", cost="paid")
    listed("Draft", live=False, cost="free")
    assert titles(client, "?cost=free&foo=1&kind=nonsense") == ["Free kit"]
    assert titles(client, "?kind=course") == []


def test_archived_ones_only_where_all_is_asked_for(client, titles):
    archive(resource=listed("Gone", 2), user=factories.make_user())
    listed("Here", 1)
    assert titles(client) == ["Here"]
    assert titles(client, "?all=1") == ["Here", "Gone"]


def test_fifty_at_most(client, titles):
    for number in range(52):
        listed(f"Kit {number}", number)
    found = titles(client)
    assert len(found) == 50
    assert found[0] == "Kit 0"
    assert found[-1] == "Kit 49"


def test_entry_says_what_it_is(client):
    page = listed(
        "Plain <b>words</b> & such",
        make=factories.make_course,
        summary="How to write <em>well</em>.",
        provider=factories.make_provider("Bureau & Words"),
        topics=[factories.make_topic("Language")],
        cost="free",
        minutes=90,
        link="https://example.org/course?a=1&b=2",
    )
    entry = read_atom(client.get("/resources.atom")).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "Plain <b>words</b> & such"
    assert entry.find(f"{ATOM}id").text == f"urn:uuid:{page.translation_key}"
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver/resources/{page.slug}/"
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "Bureau & Words"
    terms = [each.get("term") for each in entry.findall(f"{ATOM}category")]
    assert terms == ["course", "Language"]
    summary = entry.find(f"{ATOM}summary")
    assert summary.get("type") == "html"
    assert summary.text == (
        "<p>How to write &lt;em&gt;well&lt;/em&gt;.</p>"
        "<ul><li>Course</li><li>Free</li><li>1 hour 30 minutes</li></ul>"
    )
    item = read_json(client.get("/resources.json"))["items"][0]
    assert item["id"] == f"urn:uuid:{page.translation_key}"
    assert item["external_url"] == "https://example.org/course?a=1&b=2"
    assert item["content_html"] == summary.text
    assert item["authors"] == [{"name": "Bureau & Words"}]
    assert item["tags"] == ["course", "Language"]


def test_event_says_when(client):
    start = datetime(2030, 7, 15, 14)
    listed("Talk", make=factories.make_webinar, starts_local=start)
    content = client.get("/resources.atom").content.decode()
    assert "July 15, 2030, 2:00 p.m. Eastern Time" in content
    ResourcePage.objects.update(event_status="cancelled", has_recording=True)
    content = client.get("/resources.atom").content.decode()
    assert "&lt;li&gt;Cancelled&lt;/li&gt;" in content
    assert "July 15" not in content


def test_characters_that_xml_cannot_hold(client, titles):
    listed("A\x0bB \ufffe C", summary="One\x01 two")
    (title,) = titles(client)
    assert title.replace("\x0b", "").replace("\ufffe", "") == "AB  C"


def test_feed_without_entries_is_valid_and_stays_the_same(client):
    with time_machine.travel("2027-01-01"):
        feed = read_atom(client.get("/resources.atom"))
    with time_machine.travel("2028-01-01"):
        again = read_atom(client.get("/resources.atom"))
    assert ElementTree.tostring(feed) == ElementTree.tostring(again)
    assert read_json(client.get("/resources.json"))["items"] == []


def test_address_and_identity_of_a_feed_are_canonical(client):
    listed("Kit")
    one = read_atom(client.get("/resources.atom?cost=free&kind=kit&kind=course&x=1&sort=title"))
    two = read_atom(client.get("/resources.atom?kind=course&kind=kit&cost=free"))
    assert ElementTree.tostring(one) == ElementTree.tostring(two)
    query = "?kind=course&kind=kit&cost=free"
    assert one.find(f"{ATOM}id").text == f"tag:testserver,2026:resources{query}"
    links = {link.get("rel"): link.get("href") for link in one.findall(f"{ATOM}link")}
    assert links == {
        "self": f"http://testserver/resources.atom{query}",
        "alternate": f"http://testserver/resources/{query}",
    }
    assert one.find(f"{ATOM}title").text == "Common Practice: Resources: Course or Kit; Free"


# What is not sent again


@pytest.mark.parametrize("suffix", ["atom", "json"])
def test_unchanged_feed_is_not_sent_again(client, suffix):
    page = listed("Kit", 3)
    address = f"/resources.{suffix}"
    first = client.get(address)
    assert first["Last-Modified"]
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-None-Match": f'"other", W/{first["ETag"]}'},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        again = client.get(address, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    page.title = "Kit, renamed"
    page.save_revision().publish()
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        changed = client.get(address, headers=headers)
        assert changed.status_code == 200
        assert b"Kit, renamed" in changed.content
    assert changed["Last-Modified"] != first["Last-Modified"]


def test_kept_feed_is_not_sent_again_either(settings, tmp_path):
    settings.PAGE_CACHE_BYTES = 1_000_000
    settings.VAR_DIR = tmp_path
    page = listed("Kit", 3)
    visitor = Client()
    first = visitor.get("/resources.atom")
    with CaptureQueriesContext(connection) as captured:
        for headers in (
            {"If-None-Match": first["ETag"]},
            {"If-Modified-Since": first["Last-Modified"]},
        ):
            again = visitor.get("/resources.atom", headers=headers)
            assert (again.status_code, again.content) == (304, b"")
        earlier = {"If-Modified-Since": http_date(0)}
        assert visitor.get("/resources.atom", headers=earlier).status_code == 200
        other = {"If-None-Match": '"other"', "If-Modified-Since": first["Last-Modified"]}
        assert visitor.get("/resources.atom", headers=other).status_code == 200
    assert len(captured) == 0
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.title = "Renamed"
        page.save()
    assert b"Renamed" in visitor.get("/resources.atom").content


def test_identity_outlives_title_and_address(client):
    page = listed("Kit")
    before = read_json(client.get("/resources.json"))["items"][0]
    page.title, page.slug = "Another", "another"
    page.save_revision().publish()
    after = read_json(client.get("/resources.json"))["items"][0]
    assert after["id"] == before["id"]
    assert after["url"] != before["url"]
    assert after["date_modified"] > before["date_modified"]
    assert after["date_published"] == before["date_published"]


@pytest.mark.parametrize("address", ["/resources.atom", "/resources.json", "/subscribe/"])
def test_queries_do_not_grow(client, address):
    def fill(number):
        for _each in range(number):
            fields = {"topics": [factories.make_topic()], "provider": factories.make_provider()}
            listed("Kit", **fields)
            listed("Talk", make=factories.make_webinar, **fields)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    fill(1)
    client.get(address)
    few = queries()
    fill(9)
    assert queries() == few


# The page that leads to them


def test_page_offers_all_ways_for_these_filters(client):
    listed("Talk", make=factories.make_webinar, cost="free", starts_local=datetime(2040, 1, 1, 9))
    response = client.get("/subscribe/?cost=free&kind=webinar&x=1&sort=title")
    text = response.content.decode()
    query = "?kind=webinar&amp;cost=free"
    assert f'href="/resources/{query}">Resources: Webinar; Free</a>' in text
    for suffix in ("ics", "atom", "json", "csv", "xlsx"):
        assert f'href="/resources.{suffix}{query}"' in text
    assert f'href="webcal://testserver/resources.ics{query}"' in text
    assert f'value="http://testserver/resources.atom{query}"' in text
    assert "1 event now." in text
    assert '<meta name="robots" content="noindex, follow">' in text
    assert text.count("<h1") == 1


def test_page_of_a_list_without_events_says_so(client):
    listed("Kit")
    text = client.get("/subscribe/?kind=kit").content.decode()
    assert "There is no event with a date in this list now." in text


def test_page_of_everything(client):
    text = client.get("/subscribe/").content.decode()
    assert 'href="/resources/">All resources</a>' in text
    assert 'href="/resources.ics"' in text
