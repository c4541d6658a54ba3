"""An account holder finds a free course to take at her own pace, and hears of the next ones."""

import html
import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests import factories
from tests.catalog.test_resource_list import heading_of, text_of

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def make_course(title, **fields):
    usual = {"cost": "free", "delivery": "self-paced-online", "level": "working"}
    return factories.make_course(title, **{**usual, **fields})


def link(page, words):
    """Return where the link with these words leads, as a click would follow it."""
    for address, text in re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL):
        if words in html.unescape(re.sub(r"<[^>]+>", "", text)):
            return html.unescape(address)
    raise AssertionError(f"No link says “{words}”.")


def entries(client, address):
    """Return the titles of an Atom feed, the newest first, and what says whether it changed."""
    response = client.get(address)
    assert response.status_code == 200
    found = ET.fromstring(response.content).findall(f"{ATOM}entry")
    return [entry.findtext(f"{ATOM}title") for entry in found], response["ETag"]


def test_a_free_self_paced_course_and_the_list_it_stands_in(client):
    provider = factories.make_provider("City of Harrow Bay", kind="agency")
    wanted = make_course(
        "Before you post",
        provider=provider,
        minutes=180,
        captions="yes",
        account_needed="no",
        link="https://example.gov/before-you-post",
        reviewed_at=timezone.now() - timedelta(days=12),
    )
    make_course("Expensive", cost="paid")
    make_course("In a room", delivery="in-person")
    make_course("For beginners", level="introductory")
    factories.make_kit("Posters", cost="free")

    # She ticks one box after the other; each count is what the next page has.
    page = client.get("/resources/").content.decode()
    query = {}
    for key, value, total in (
        ("kind", "course", 4),
        ("cost", "free", 3),
        ("delivery", "self-paced-online", 2),
        ("level", "working", 1),
    ):
        option = re.search(
            rf'name="{key}" value="{value}".*?option__count">(\d+)<', page, re.DOTALL
        )
        assert int(option[1]) == total
        query[key] = value
        page = client.get("/resources/", query).content.decode()
        assert f"{total} resource" in heading_of(client.get("/resources/", query))

    # The listing says the plain facts and leads out by one button.
    listing = client.get(link(page, "Before you post"))
    assert listing.wsgi_request.path == wanted.get_absolute_url()
    text = text_of(listing)
    assert "Free self-paced 3 hours captions yes no account needed" in text
    assert "Checked by an editor 12 days ago" in text
    assert "Made by an agency for its own people." in text
    assert link(listing.content.decode(), "Go to course") == "https://example.gov/before-you-post"

    # She subscribes to the list she came from, without an account.
    subscribe = client.get(link(page, "Subscribe"))
    assert "1 resource" in text_of(subscribe)
    feed = link(subscribe.content.decode(), "Feed (Atom)")
    titles, etag = entries(client, feed)
    assert titles == ["Before you post"]
    assert client.get(feed, headers={"if-none-match": etag}).status_code == 304

    # A week later a course of that sort is listed, and one of another.
    with time_machine.travel(timezone.now() + timedelta(days=7)):
        make_course("Answering comments", first_published_at=timezone.now())
        make_course("Another expensive one", cost="paid", first_published_at=timezone.now())
        titles, new_etag = entries(client, feed)
        assert titles == ["Answering comments", "Before you post"]
        assert new_etag != etag
        assert client.get(feed, headers={"if-none-match": etag}).status_code == 200
        items = json.loads(client.get(link(subscribe.content.decode(), "JSON Feed")).content)
        assert [item["title"] for item in items["items"]] == titles
        csv = b"".join(client.get(link(subscribe.content.decode(), "CSV file")))
        assert csv.count(b"example.gov/before-you-post") == 1
        assert b"Another expensive one" not in csv
