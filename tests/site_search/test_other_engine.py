"""The search page while the database's own full text serves search (SEARCH_URL=database)."""

import json

import pytest
from modelsearch.backends import get_search_backend

from forum.models import Category
from portal.search.backend import SearchBackend
from portal.site_search.asking import Filters, ForumFilters
from portal.site_search.finding import find, find_ids
from tests.factories import make_category, make_course, make_kit, make_reply, make_thread

from .test_finding import keys, make_page
from .test_pages import get, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(database_engine, indexed):
    """A little of everything that speaks of a walrus; the reply that does."""
    make_course("Walrus training", summary="How to train a <walrus>.", cost="free")
    make_kit("Sea kit", summary="Tools.", body="<p>Nets for a walrus & others.</p>", cost="paid")
    make_course("Walrus draft", live=False)
    make_page("Walrus page", introduction="About the walrus.")
    thread = make_thread("Feeding", category=make_category("Zoo"), text="What does it eat?")
    post = make_reply(thread, text="A walrus eats clams.")
    make_thread("Walrus secrets", category=make_category(read=Category.Access.MEMBERS))
    indexed()
    assert not isinstance(get_search_backend(), SearchBackend)
    return post


def test_totals_tabs_and_snippets(client, reply):
    html = get(client, "?q=walrus")
    assert "<h1>4 results for walrus: 2 resources, 1 conversation, 1 page</h1>" in html
    assert sorted(titles(html)) == ["Feeding", "Sea kit", "Walrus page", "Walrus training"]
    assert "How to train a &lt;<mark>walrus</mark>&gt;." in html
    assert "Nets for a <mark>walrus</mark> &amp; others." in html
    assert "A <mark>walrus</mark> eats clams." in html  # the post that has the word
    assert reply.get_absolute_url() in html
    assert "only titles and summaries" not in html
    assert titles(get(client, "?q=walrus&tab=pages")) == ["Walrus page"]


def test_facets_and_filters_narrow_and_count(client, reply):
    html = get(client, "?q=walrus&tab=resources")
    assert 'name="cost"' in html
    assert titles(get(client, "?q=walrus&tab=resources&cost=paid")) == ["Sea kit"]
    found = find("walrus", tab="forum", filters=Filters(forum=ForumFilters(category="zoo")))
    assert keys(found, "thread") == [reply.thread_id]
    (zoo,) = found.forum.selects()[0]["options"]
    assert (zoo["value"], zoo["count"]) == ("zoo", 1)
    assert find("walrus", tab="forum", filters=Filters(forum=ForumFilters(tag="x"))).total == 0


def test_newest_first_and_inside_of_a_thread(client, reply):
    newest = find("walrus", sort="newest")
    assert keys(newest, "thread") == [reply.thread_id] and newest.total == 4
    inside = find("walrus", filters=Filters(thread=reply.thread_id))
    assert inside.rows[0][:2] == ("post", reply.pk)


def test_misspelled_words_find_nothing_and_say_what_else_to_do(client, reply):
    html = get(client, "?q=walruss+trainig")
    assert "No results for walruss trainig" in html
    assert "Did you mean" not in html
    assert find_ids("walruss") == []


def test_suggestions_come_from_titles(client, reply):
    groups = json.loads(get(client, "?q=walr", path="/search/suggest"))["groups"]
    assert [item["title"] for item in groups[0]["items"]] == ["Walrus training"]


@pytest.mark.parametrize("words", ['"walrus', "walrus\0", "walrus & !(", "'walrus'", "walrus:*"])
def test_signs_around_words_mean_nothing(words, client, reply):
    assert find(words).totals.resources == 2
