"""/resources/: the page around the counts."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import digest
from tests import factories

pytestmark = pytest.mark.django_db


def text_of(response):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def heading_of(response):
    found = re.search(r'<h2 id="results"[^>]*>(.*?)</h2>', response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", found[1]))).strip()


def test_an_empty_catalog_says_what_to_do(client):
    response = client.get("/resources/")
    assert "The catalog is empty" in text_of(response)
    assert 'href="/suggest/"' in response.content.decode()
    for query in ("sort=title", "sort=upcoming", "q=a", "kind=kit", "all=1"):
        assert client.get(f"/resources/?{query}").status_code == 200


def test_heading_and_title_carry_count_and_filters(client):
    factories.make_course("Plain words", cost="free")
    factories.make_kit("Other")
    response = client.get("/resources/?kind=course&cost=free")
    assert heading_of(response) == "1 resource: Course; Free"
    assert "<title>1 resource: Course; Free · " in response.content.decode()
    assert "Plain words" in text_of(response)
    assert "Other" not in text_of(response)


def test_active_filters_are_links_that_take_themselves_away(client):
    factories.make_course(cost="free")
    content = client.get("/resources/?kind=course&cost=free").content.decode()
    assert re.search(r'href="\?kind=course"><span[^>]*>Remove filter: </span>Free', content)
    assert re.search(r'href="\?cost=free"><span[^>]*>Remove filter: </span>Course', content)


def test_combinations_are_not_indexed_and_have_one_canonical_address(client):
    factories.make_course(cost="free")
    plain = client.get("/resources/").content.decode()
    assert 'name="robots"' not in plain
    assert '<link rel="canonical" href="http://testserver/resources/">' in plain
    mixed = client.get("/resources/?cost=free&kind=course&kind=&foo=1").content.decode()
    assert '<meta name="robots" content="noindex, follow">' in mixed
    assert 'href="http://testserver/resources/?kind=course&amp;cost=free"' in mixed


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=abc",
        "page=99999999999999999999",
        "page=²",
        "sort=nonsense",
        "kind=nonsense&time=nonsense",
        "q=%00",
        "q=%22unbalanced",
        "q=*",
        "q=a:b+AND+(",
        "topic=%00&tag=%3Cscript%3E",
        "q=" + "x" * 5000,
        "&".join(f"topic=t{n}" for n in range(500)),
        "unknown=1",
        "show=nonsense",
    ],
)
def test_no_query_is_an_error(client, query):
    factories.make_course()
    response = client.get(f"/resources/?{query}")
    assert response.status_code == 200
    assert b"<script>" not in response.content


def test_a_page_too_far_is_the_last_one(client, settings):
    settings.RESOURCES_PER_PAGE = 2
    for number in range(5):
        factories.make_kit(f"Kit {number}")
    response = client.get("/resources/?page=99&sort=title")
    assert "Kit 4" in text_of(response)
    assert heading_of(response) == "5 resources (page 3 of 3)"
    assert 'aria-current="page"' in response.content.decode()


def test_what_is_over_is_left_out_and_counted(client):
    factories.make_webinar("Long ago", in_days=-9)
    factories.make_kit("Kit")
    response = client.get("/resources/")
    assert "1 archived or past listing is not shown. Show all" in text_of(response)
    assert "Long ago" not in text_of(response)
    assert "Long ago" in text_of(client.get("/resources/?all=1"))


def test_an_empty_answer_names_one_filter_fewer_and_carries_the_words_over(client):
    factories.make_course(cost="free")
    factories.make_kit(cost="paid")
    response = client.get("/resources/?kind=course&cost=paid")
    assert "Nothing matches all of this" in text_of(response)
    assert "Without “Course” (1)" in text_of(response)
    assert "Without “Paid” (1)" in text_of(response)
    content = client.get("/resources/?q=zebra+stripes").content.decode()
    assert "/forum/new/?title=zebra%20stripes" in content
    assert "/suggest/?title=zebra%20stripes" in content


def test_filters_can_be_cleared_but_words_are_no_filter(client):
    factories.make_course("Zebra crossing", cost="free")
    assert "Clear all" in text_of(client.get("/resources/?q=zebra&cost=free"))
    assert "Clear all" not in text_of(client.get("/resources/?q=zebra"))


def test_words_go_through_the_search(client):
    factories.make_course("Zebra crossing", cost="free")
    factories.make_course("Okapi")
    response = client.get("/resources/?q=zebra")
    assert heading_of(response) == "1 resource for “zebra”"
    assert "Zebra crossing" in text_of(response)
    assert "Okapi" not in text_of(response)


def test_the_form_works_without_javascript(client):
    factories.make_course("A", cost="free")
    factories.make_course("B", cost="paid")
    content = client.get("/resources/?q=a&sort=title").content.decode()
    assert (
        '<form class="fold__body" id="filters" action="/resources/#results" method="get"' in content
    )
    assert 'name="q" id="q" value="a"' in content
    assert 'form="filters"' in content
    assert '<a class="skip" href="#results">' in content
    assert 'method="post"' not in content


def test_facets_with_one_value_are_not_shown_and_definitions_are(client):
    factories.make_course(cost="free")
    factories.make_course(cost="paid")
    response = client.get("/resources/")
    assert 'id="facet-cost"' in response.content.decode()
    assert 'id="facet-kind"' not in response.content.decode()
    assert "What one person pays" in text_of(response)
    assert 'id="facet-kind"' in client.get("/resources/?kind=course").content.decode()


def test_a_long_facet_opens_by_a_link(client):
    for number in range(15):
        factories.make_course(topics=[factories.make_topic(f"Subject {number:02}")])
    content = client.get("/resources/").content.decode()
    assert content.count('name="topic"') == 8
    assert "?show=topic#facet-topic" in content
    assert client.get("/resources/?show=topic").content.decode().count('name="topic"') == 15


def queries_of(client, address):
    """How many queries a page takes, once what Wagtail keeps of the site is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow(client):
    provider = factories.make_provider()
    topic = factories.make_topic()
    for _number in range(2):
        factories.make_course(provider=provider, topics=[topic], tags=["one"])
    few = queries_of(client, "/resources/?sort=title")
    for number in range(18):
        factories.make_webinar(provider=provider, topics=[topic], tags=[f"t{number}"], in_days=3)
    assert queries_of(client, "/resources/?sort=title") == few


def test_a_starting_point_of_the_home_page_introduces_its_list(client):
    factories.make_course(minutes=10)
    assert "a quarter of an hour or less" in text_of(client.get("/resources/?time=15"))
    assert "a quarter of an hour" not in text_of(client.get("/resources/?time=15&cost=free"))


class TestWithADigestKept:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_a_page_with_all_counts_takes_few_queries(self, client, settings, monkeypatch):
        settings.CATALOG_SECONDS_KEPT = 60
        monkeypatch.setattr(digest, "_kept", digest.Kept())
        for number in range(20):
            factories.make_kit(f"Kit {number}", cost="free", tags=["a"])
        assert queries_of(client, "/resources/?cost=free") <= 10
