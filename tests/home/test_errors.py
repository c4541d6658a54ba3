"""Pages for what went wrong."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.home.errors import bad_request, server_error, words_of

pytestmark = pytest.mark.django_db


def test_dead_address_offers_its_words(client):
    response = client.get("/resources/plain-language-101/")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'value="plain language"' in page
    assert 'href="/forum/new/?title=plain%20language"' in page
    assert 'href="/suggest/?title=plain%20language"' in page


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ""),
        ("/a/b/c-d-e/", ""),
        ("/social-media/policy.html", "policy"),
        ("/guia-de-redacción/", "guia de redacción"),
        ("/<script>alert(1)</script>/", "script"),
        ("/12345/", ""),
        ("/" + "word-" * 30, "word word word word word word word word"),
    ],
)
def test_words_of_an_address(path, words):
    assert words_of(path) == words


def test_bad_request_is_answered_without_details(rf):
    response = bad_request(rf.get("/"), SuspiciousOperation("secret"))
    assert response.status_code == 400
    assert "secret" not in response.content.decode()


def test_failure_of_the_site_is_told_without_the_database(rf, settings):
    settings.SITE_NAME = "Another Name"
    with CaptureQueriesContext(connection) as queries:
        response = server_error(rf.get("/"))
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong on our side · Another Name" in page
    assert len(queries) == 0


def test_machine_files(client, settings):
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /accounts/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
    sitemap = client.get("/sitemap.xml")
    assert sitemap.status_code == 200
    assert "/how-listings-are-chosen/" in sitemap.content.decode()
    assert client.get("/favicon.ico")["Location"].endswith("site/favicon.ico")


def test_feeds_page_answers(client):
    assert client.get("/feeds/").status_code == 200
