"""The search page, suggestions and OpenSearch through HTTP."""

import json
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page

from catalog.keeping import keep
from catalog.models import Tag, TopicAlias
from forum.models import Category, Thread
from portal.search.models import QueryLog
from portal.site_search.asking import LONGEST_WORDS, MOST_PAGES, Question
from tests.factories import (
    PASSWORD,
    make_category,
    make_course,
    make_guidance,
    make_kit,
    make_provider,
    make_reply,
    make_thread,
    make_topic,
    make_user,
    make_webinar,
)

pytestmark = pytest.mark.django_db
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


def get(client, query="", path="/search/", **extra):
    response = client.get(path + query, headers=BROWSER, **extra)
    assert response.status_code == 200
    return response.content.decode()


def titles(html):
    """Return the text of the links in headings of results."""
    rows = html.split('<h3 class="item-title">')[1:]
    plain = [row.split("</h3>")[0].replace("<mark>", "").replace("</mark>", "") for row in rows]
    return [unescape(row.split(">", 1)[1].split("</a>")[0]) for row in plain]


def test_heading_counts_by_kind_and_title_carries_it(client, indexed):
    make_course("Walrus course")
    make_kit("Walrus kit")
    make_thread("Walrus?")
    indexed()
    html = get(client, "?q=walrus")
    assert "<h1>3 results for walrus: 2 resources, 1 conversation</h1>" in html
    assert "<title>3 results for walrus: 2 resources, 1 conversation · " in html
    assert '<meta name="robots" content="noindex, follow">' in html
    assert "Pages <span" not in html
    html = get(client, "?q=walrus&tab=resources")
    assert "<h1>2 resources for walrus</h1>" in html
    assert sorted(titles(html)) == ["Walrus course", "Walrus kit"]


def test_result_says_what_it_is_and_why_it_was_found(client, indexed):
    provider = make_provider("Institute of Seas")
    make_guidance(
        "Animals",
        summary="Whatever lives in the sea, a <walrus> & others.",
        provider=provider,
        published_on=date(2021, 5, 6),
        archived_on=date(2024, 1, 1),
        tags=["tusks"],
        cost="free",
    )
    category = make_category("Cold water")
    thread = make_thread("A question", text="Hello.", category=category)
    post = make_reply(thread, text="**Walruses** are my work.", author=make_user("Dana"))
    indexed()
    html = get(client, "?q=walrus")
    assert "a &lt;<mark>walrus</mark>&gt; &amp; others" in html
    for words in ("Guidance", "Archived", "Institute of Seas", "May 6, 2021", "#tusks", "Free"):
        assert words in html
    assert "<mark>Walruses</mark> are my work" in html
    assert f'href="/forum/p/{post.pk}/"' in html
    assert "Post 2 by Dana" in html
    assert "Cold water" in html


def test_titles_and_words_are_escaped(client, indexed):
    make_course("<script>alert(1)</script> walrus")
    indexed()
    html = get(client, "?q=%3Cscript%3Ewalrus")
    assert "<script>alert" not in html
    assert "for &lt;script&gt;walrus" in html


@pytest.mark.parametrize("name", ["walrus", "Sea Cows", "#tusks", "Bureau of Tusks"])
def test_exact_name_leads_to_its_page(client, indexed, name):
    topic = make_topic("Walrus")
    TopicAlias.objects.create(topic=topic, title="Sea cows", slug="sea-cows")
    Tag.objects.create(name="Tusks", slug="tusks")
    make_provider("Institute of Seas", former_names="Seas Office\nBureau of Tusks")
    url = {
        "walrus": "/topics/walrus/",
        "Sea Cows": "/topics/walrus/",
        "#tusks": "/resources/?tag=tusks",
        "Bureau of Tusks": "/providers/institute-of-seas/",
    }[name]
    response = client.get("/search/", {"q": name})
    box = response.content.decode().split('class="best-match')[1]
    assert f'href="{url}"' in box.split("</div>")[0]
    assert "best-match" not in client.get("/search/", {"q": f"{name} x"}).content.decode()


def test_editors_pick_stands_above_and_once(client, indexed):
    best, draft = make_course("Walrus basics"), make_course("Secret", live=False)
    make_course("Walrus, walrus, walrus")
    indexed()
    query = Query.get("Walrus")
    for page in (best, draft):
        SearchPromotion.objects.create(query=query, page_id=page.pk, description="Begin here.")
    SearchPromotion.objects.create(
        query=query, external_link_url="https://example.org/", external_link_text="Elsewhere"
    )
    html = get(client, "?q=walrus")
    assert titles(html) == ["Walrus basics", "Elsewhere", "Walrus, walrus, walrus"]
    assert "Recommended by the editors" in html
    assert "<h1>2 results" in html


def test_corrected_words_are_said_and_can_be_refused(client, indexed):
    for number in range(3):
        make_course(f"Chinchilla {number}")
    indexed()
    html = get(client, "?q=chinchila")
    assert "<h1>3 results for chinchilla" in html
    assert 'href="?q=chinchila&amp;typed=1"' in html
    html = get(client, "?q=chinchila&typed=1")
    assert "No results for chinchila" in html
    assert 'href="?q=chinchilla"' in html


def test_nothing_found_offers_ways_on(client, indexed):
    make_topic("Whiskers and tusks")
    html = get(client, "?q=wiskers and tuskz")
    assert "No results for wiskers and tuskz" in html
    assert 'href="/topics/whiskers-and-tusks/"' in html
    assert 'href="/forum/new/?title=wiskers%20and%20tuskz"' in html
    assert 'href="/suggest/?title=wiskers%20and%20tuskz"' in html


def test_empty_filter_names_what_to_remove_with_counts(client, indexed):
    make_course("Walrus course", cost="paid")
    make_kit("Walrus kit", cost="free")
    indexed()
    html = get(client, "?q=walrus&tab=resources&kind=course&cost=free")
    assert "<h1>No results for walrus with these filters</h1>" in html
    assert 'href="?q=walrus&amp;tab=resources&amp;kind=course"' in html
    assert "Without the filter “Free”" in html
    assert 'name="kind" value="course" checked' in html
    assert 'name="q" value="walrus"' in html
    assert "(1)" in html


def test_filter_row_of_all_leads_to_resources(client, indexed):
    make_course("Walrus course", cost="paid")
    make_kit("Walrus kit", cost="free")
    make_thread("Walrus?")
    indexed()
    html = get(client, "?q=walrus")
    assert 'name="kind"' in html and 'name="cost"' in html
    html = get(client, "?q=walrus&kind=&cost=free")
    assert "<h1>1 resource for walrus</h1>" in html
    assert "Remove filter:" in html
    assert 'href="?q=walrus&amp;tab=resources"' in html


def test_forum_filters_stand_above_conversations(client, indexed):
    make_thread("Walrus one", category=make_category("Here"))
    make_thread("Walrus two", category=make_category("There"), kind="question")
    indexed()
    html = get(client, "?q=walrus&tab=forum")
    for name in ("category", "author"):
        assert f'<select name="{name}"' in html
    solved = make_thread("Walrus three", kind="question")
    answer = make_reply(solved, text="Yes.")
    Thread.objects.filter(pk=solved.pk).update(answer=answer)
    indexed()
    html = get(client, "?q=walrus&tab=forum")
    assert "answered (1)" in html
    assert "no accepted answer yet (1)" in html
    assert titles(get(client, "?q=walrus&tab=forum&solved=yes")) == ["Walrus three"]
    html = get(client, "?q=walrus&tab=forum&category=here")
    assert titles(html) == ["Walrus one"]
    assert "Category: Here" in html


def test_search_inside_of_a_thread_says_so(client, indexed):
    thread = make_thread("About seas")
    make_reply(thread, text="A walrus.")
    make_thread("Walrus elsewhere")
    indexed()
    html = get(client, f"?q=walrus&in=thread:{thread.pk}")
    assert "<h1>1 post for walrus</h1>" in html
    assert "About seas" in html
    assert f'name="in" value="thread:{thread.pk}"' in html
    assert 'href="?q=walrus"' in html
    empty = get(client, f"?in=thread:{thread.pk}")
    assert f'name="in" value="thread:{thread.pk}"' in empty


def test_misspelled_words_are_corrected_inside_of_a_thread(client, indexed):
    thread = make_thread("About animals")
    for _number in range(3):
        make_reply(thread, text="The chinchilla sleeps.")
    indexed()
    place = f"in=thread:{thread.pk}"
    html = get(client, f"?q=chinchila&{place}")
    assert "<h1>3 posts for chinchilla</h1>" in html
    refused = f"?q=chinchila&tab=forum&{place}&typed=1".replace(":", "%3A")
    assert f'href="{refused.replace("&", "&amp;")}"' in html
    assert "No results for chinchila" in get(client, refused)


def test_threads_and_categories_have_a_box_of_their_own(client, settings):
    settings.POSTS_PER_PAGE = 2
    category = make_category("Cold water")
    thread = make_thread("About seas", category=category)
    short = make_thread("Short", category=category)
    for _number in range(3):
        make_reply(thread)
    html = client.get(thread.get_absolute_url()).content.decode()
    assert f'<input type="hidden" name="in" value="thread:{thread.pk}">' in html
    assert "Search this thread" in html
    # One page the browser itself searches.
    assert "Search this thread" not in client.get(short.get_absolute_url()).content.decode()
    html = client.get("/forum/c/cold-water/").content.decode()
    assert '<input type="hidden" name="in" value="category:cold-water">' in html
    empty = make_category("Empty")
    assert "Search this category" not in client.get(empty.get_absolute_url()).content.decode()


def test_members_bookmark_what_they_found(client, indexed):
    member = make_user()
    course, kit = make_course("Walrus course"), make_kit("Walrus kit")
    make_thread("Walrus?")
    keep(user=member, resource=kit)
    indexed()
    assert 'id="keep-form"' not in get(client, "?q=walrus")
    client.force_login(member)
    html = get(client, "?q=walrus")
    assert f'name="keep" value="{course.pk}:listing"' in html
    assert f'name="drop" value="{kit.pk}:listing"' in html
    assert html.count('class="keep" id="listing-') == 2
    assert '<input type="hidden" name="next" value="/search/?q=walrus">' in html
    sent = {"keep": f"{course.pk}:listing", "next": "/search/?q=walrus"}
    response = client.post("/me/bookmarks/", sent)
    assert response["Location"] == f"/search/?q=walrus#listing-{course.pk}"
    assert 'id="keep-form"' not in get(client, "?q=walrus&tab=forum")


def test_search_inside_of_what_one_may_not_read_is_404(client):
    category = make_category("Closed", read=Category.Access.MEMBERS)
    thread = make_thread(category=category)
    member = make_user()
    for place in (f"thread:{thread.pk}", "category:closed", "thread:999999"):
        assert client.get(f"/search/?q=x&in={place}").status_code == 404
    client.login(username=member.email, password=PASSWORD)
    assert client.get(f"/search/?q=x&in=thread:{thread.pk}").status_code == 200


def test_without_words_the_page_helps_to_begin(client):
    make_topic("Walrus keeping")
    for query in ("", "?q=", "?q=+++", "?q=%00", "?q=%E2%80%8F"):
        html = get(client, query)
        assert "<h1>Search</h1>" in html
        assert 'href="/topics/walrus-keeping/"' in html
        assert "I run training for my agency" in html


def test_page_beyond_the_last_is_the_last(client, indexed):
    for number in range(25):
        make_kit(f"Walrus {number}")
    indexed()
    for page in ("2", "3", "99999", "999999999999"):
        assert len(titles(get(client, f"?q=walrus&page={page}"))) in (5, 20)
    html = get(client, "?q=walrus&page=3")
    assert "(page 2)" in html
    assert len(titles(html)) == 5
    assert len(titles(get(client, "?q=walrus&page=-1"))) == 20


def test_depth_is_capped():
    assert Question.read(f"q=x&page={MOST_PAGES + 1}").page == MOST_PAGES


HOSTILE = [
    '"unbalanced',
    "'",
    "walrus\x00training",
    "[a TO b*",
    "title:walrus",
    "wal* ?rus ~2 ^9",
    "(walrus AND (NOT",
    "walrus OR",
    "NEAR(walrus, 2)",
    "-walrus +",
    "\\",
    "%_",
    "\u202egnp.exe walrus\u202c",
    "שלום walrus",
    "🦭👩‍👩‍👧",
    "the of and",
    "x" * 5000,
    "walrus " * 700,
    "é" * 300,
    "\ud800",
    "<mark>",
    "{{ q }} {% x %} {0}",
]


@pytest.mark.parametrize("engine", ["index", "database_engine", "unreadable_index"])
def test_hostile_words_are_words(client, request, indexed, engine):
    if engine != "index":
        request.getfixturevalue(engine)
    make_course("Walrus training")
    make_thread("Walrus?")
    if engine != "unreadable_index":
        indexed()
    for words in HOSTILE:
        data = {"q": words.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
        response = client.get("/search/", data, headers=BROWSER)
        assert response.status_code == 200, words
        assert response.content.count(b"<h1>") == 1
        assert client.get("/search/suggest", data).status_code == 200, words


@pytest.mark.parametrize(
    "query",
    [
        "?q=walrus&tab=nonsense&sort=x&page=x",
        "?q=walrus&tab=forum&since=ever&solved=maybe&author=%00&tag=%22&category=%27",
        "?q=walrus&in=thread:x",
        "?q=walrus&in=thread:99999999999999999999999",
        "?q=walrus&kind=nonsense&topic=%22&time=-1&tag=%00",
        "?q=walrus&q=otter&page=1&page=2",
        "?tab=resources&cost=free",
    ],
)
def test_odd_addresses_are_no_errors(client, query):
    assert client.get("/search/" + query).status_code == 200


def test_unreadable_index_is_said_in_one_line(client, unreadable_index):
    make_course("Training", summary="With a walrus.")
    html = get(client, "?q=walrus")
    assert "1 result for walrus: 1 resource" in html
    assert "only titles and summaries are searched" in html


def test_words_are_cut_not_refused(client):
    html = get(client, "?q=" + "walrus+" * 100)
    assert f'value="{("walrus " * 100)[:LONGEST_WORDS].strip()}"' in html


def test_right_to_left_words_stay_apart(client):
    assert "<bdi>שלום</bdi>" in get(client, "?q=%D7%A9%D7%9C%D7%95%D7%9D")


def test_first_submit_is_logged_and_nothing_else(client, indexed):
    make_course("Walrus training")
    indexed()
    get(client, "?q=Walrus")
    get(client, "?q=walrus&tab=resources")
    get(client, "?q=walrus&sort=newest")
    get(client, "?q=walrus&page=2")
    get(client, "?q=walrus&cost=free")
    get(client, "?q=")
    client.get("/search/?q=walrus", headers={"User-Agent": "ExampleBot/1.0 (+http://example.org)"})
    client.get("/search/?q=walrus")
    client.get("/search/?q=walrus", headers={**BROWSER, "Sec-Purpose": "prefetch"})
    get(client, "?q=xylophone")
    assert set(QueryLog.objects.values_list("query", "searches", "found")) == {
        ("walrus", 1, 1),
        ("xylophone", 1, 0),
    }


def test_misspelled_search_is_logged_as_one_without_results(client, indexed):
    for number in range(3):
        make_course(f"Chinchilla {number}")
    indexed()
    get(client, "?q=chinchila")
    assert list(QueryLog.objects.values_list("query", "found")) == [("chinchila", 0)]


def test_queries_do_not_grow_with_results(client, indexed):
    kinds = (make_course, make_kit, make_guidance, make_webinar)
    category, author = make_category(), make_user()

    def make(number):
        tag = f"tag {number}"
        provider, topic = make_provider(), make_topic()
        kinds[number % 4](f"Walrus {number}", provider=provider, topics=[topic], tags=[tag])
        make_thread(f"Walrus {number}", category=category, author=author).tags.add(tag)

    client.force_login(author)

    def count(tab):
        get(client, f"?q=walrus&tab={tab}")  # what is kept in memory is read once
        with CaptureQueriesContext(connection) as queries:
            html = get(client, f"?q=walrus&tab={tab}")
        return len(titles(html)), len(queries)

    for number in range(4):
        make(number)
    indexed()
    few = {tab: count(tab) for tab in ("all", "resources", "forum")}
    for number in range(4, 21):
        make(number)
    indexed()
    for tab, (rows, queries) in few.items():
        assert rows == (8 if tab == "all" else 4)
        assert count(tab)[0] == 20
        assert count(tab)[1] <= queries <= 45


def test_suggestions_come_in_two_groups(client, indexed):
    make_topic("Walrus keeping")
    make_course("Training a walrus")
    make_course("Walrus drafts", live=False)
    make_thread("Has anybody a walrus?", category=make_category("Cold water"))
    make_thread("Walrus secrets", category=make_category(read=Category.Access.MEMBERS))
    indexed()
    response = client.get("/search/suggest?q=walr")
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in response.get("Vary", "")
    groups = json.loads(response.content)["groups"]
    assert [group["label"] for group in groups] == ["Resources", "Conversations"]
    assert [item["title"] for item in groups[0]["items"]] == ["Walrus keeping", "Training a walrus"]
    assert groups[0]["items"][0]["url"] == "/topics/walrus-keeping/"
    assert groups[1]["items"][0] == {
        "title": "Has anybody a walrus?",
        "url": groups[1]["items"][0]["url"],
        "hint": "Cold water",
    }


def test_suggestions_are_the_same_for_a_member(client, indexed):
    make_thread("Walrus secrets", category=make_category(read=Category.Access.MEMBERS))
    indexed()
    member = make_user()
    client.login(username=member.email, password=PASSWORD)
    assert client.get("/search/suggest?q=walrus").json() == {"groups": []}


def test_suggestions_are_eight_at_most(client, indexed):
    for number in range(10):
        make_course(f"Walrus {number}")
        make_thread(f"Walrus {number}?")
        make_topic(f"Walrus topic {number}")
    indexed()
    groups = client.get("/search/suggest?q=walrus").json()["groups"]
    assert sum(len(group["items"]) for group in groups) == 8
    assert all(len(group["items"]) >= 3 for group in groups)


def test_suggestions_without_index_come_from_titles(client, unreadable_index):
    make_course("Training a walrus")
    groups = client.get("/search/suggest?q=walr").json()["groups"]
    assert groups[0]["items"][0]["title"] == "Training a walrus"


def test_one_letter_suggests_nothing(client):
    for words in ("", "w", "  ", "!!"):
        assert client.get("/search/suggest", {"q": words}).json() == {"groups": []}


def test_opensearch_describes_the_search(client):
    response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(response.content)
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    urls = {url.get("type"): url.get("template") for url in root.iter(f"{name}Url")}
    assert urls["text/html"] == "http://testserver/search/?q={searchTerms}"
    assert len(root.find(f"{name}ShortName").text) <= 16
    html = get(client, "?q=")
    assert 'rel="search" type="application/opensearchdescription+xml"' in html


def test_posting_to_the_search_page_is_refused(client):
    assert client.post("/search/?q=walrus").status_code == 405


def test_pick_may_be_a_page_outside_of_the_catalog(client, indexed):
    about = Page.objects.filter(depth=2).get()
    SearchPromotion.objects.create(query=Query.get("beginning here"), page=about)
    html = get(client, "?q=Beginning+here")
    assert titles(html) == [about.title]
    assert "No results for Beginning here" in html
