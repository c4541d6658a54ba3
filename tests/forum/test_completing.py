"""What is offered while somebody writes: titles, members, threads like a title."""

import pytest

from forum.completing import MOST, members, similar, titles
from forum.mentions import look_up
from forum.moderation import hide_thread
from tests.factories import (
    make_category,
    make_guidance,
    make_kit,
    make_reply,
    make_thread,
    make_user,
)
from tests.site_search.conftest import built_once, index_path, indexed  # noqa: F401

pytestmark = pytest.mark.django_db
COMPLETE = "/forum/complete"
SIMILAR = "/forum/similar"


@pytest.fixture
def member(client):
    user = make_user("Jane Doe")
    client.force_login(user)
    return user


def offered(client, **query):
    return [item["text"] for item in client.get(COMPLETE, query).json()["items"]]


# Titles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_index", [True, False])
def test_titles_are_offered_that_the_text_then_finds(client, member, request, with_index):
    refresh = request.getfixturevalue("indexed") if with_index else None
    kit = make_kit("Social media kit")
    make_guidance("Records of social media", slug="records")
    make_kit("Social media draft", live=False)
    make_kit("Something else")
    if refresh:
        refresh()
    assert offered(client, title="social me") == [
        "[[Social media kit]]",
        "[[Records of social media]]",
    ]
    item = client.get(COMPLETE, {"title": "social"}).json()["items"][0]
    assert (item["label"], item["hint"]) == ("Social media kit", "Kit")
    assert look_up(item["text"]).resources["Social media kit"].pk == kit.pk


def test_title_that_would_break_the_brackets_goes_by_its_slug(client, member):
    kit = make_kit("Kit [2024] for posts", slug="kit-2024")
    assert offered(client, title="for posts") == ["[[kit-2024]]"]
    assert look_up("[[kit-2024]]").resources["kit-2024"].pk == kit.pk


def test_few_letters_and_odd_ones_offer_nothing(client, member):
    make_kit("A kit")
    for typed in ("", " ", "k", "\x00", "%", "\x00" * 500, "[" * 300):
        assert offered(client, title=typed) == []
    assert offered(client) == []


def test_at_most_eight_are_offered_in_few_queries(member, django_assert_max_num_queries):
    for number in range(20):
        make_kit(f"Posting kit {number}")
        make_user(f"Posting Person {number}")
    with django_assert_max_num_queries(3):
        assert len(titles("posting")) == MOST
    with django_assert_max_num_queries(1):
        assert len(members("posting", reader=member)) == MOST


# Members -------------------------------------------------------------------------------------


def test_members_are_found_by_handle_and_name(client, member):
    make_user("Ana Lopez", username="alo")
    make_user("Bo Anders", username="bo-a")
    make_user("Ana Gone", status="banned")
    assert offered(client, member="ana") == ["@alo"]
    assert offered(client, member="AND") == ["@bo-a"]
    assert offered(client, member="bo-") == ["@bo-a"]
    assert offered(client, member="jane") == []  # oneself
    assert offered(client, member="zzz") == []


def test_who_wrote_in_the_thread_comes_first(client, member):
    make_user("Ana Aaron", username="ana-aaron")
    here = make_user("Ana Zimmer", username="ana-zimmer")
    thread = make_thread(author=member)
    make_reply(thread, author=here)
    sent = {"member": "ana", "in": thread.pk}
    assert offered(client, **sent) == ["@ana-zimmer", "@ana-aaron"]
    assert offered(client, member="", **{"in": thread.pk}) == ["@ana-zimmer"]
    assert offered(client, member="") == []
    for odd in ("x", "-1", "9" * 30, "\x00"):
        assert offered(client, member="ana", **{"in": odd}) == ["@ana-aaron", "@ana-zimmer"]


def test_thread_that_one_may_not_read_tells_nothing_of_its_voices(client, member):
    thread = make_thread(category=make_category(read="verified"))
    assert offered(client, member="", **{"in": thread.pk}) == []


@pytest.mark.parametrize("address", [f"{COMPLETE}?member=a", f"{COMPLETE}?title=kit", SIMILAR])
def test_only_members_are_answered_and_only_to_reading(client, address):
    assert "/accounts/login/" in client.get(address).url
    client.force_login(make_user())
    answer = client.get(address)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert client.post(address).status_code == 405


def test_composer_says_where_to_ask(client, member):
    thread = make_thread()
    page = client.get(thread.get_absolute_url()).content.decode()
    assert f'data-complete="{COMPLETE}" data-thread="{thread.pk}"' in page
    assert "site/completion" in page
    client.logout()
    assert "site/completion" not in client.get(thread.get_absolute_url()).content.decode()


# Similar threads and resources ---------------------------------------------------------------


@pytest.fixture
def talk():
    make_thread("Training dispatchers on social media", kind="question")
    for number in range(4):
        make_thread(f"Social media rules {number}")
    hide_thread(thread=make_thread("Dispatchers in secret"), by=make_user())
    make_thread("Dispatchers behind doors", category=make_category(read="verified"))
    make_thread("Lunch")
    make_kit("Social media for dispatchers")
    make_kit("Dispatchers of old", archived_on="2020-01-01")
    for number in range(3):
        make_kit(f"Social media course {number}")


def test_closest_come_first_and_only_what_one_may_see(member, talk, indexed):  # noqa: F811
    indexed()
    found = similar("How do you train dispatchers for social media?", reader=member)
    assert found.threads[0].title == "Training dispatchers on social media"
    assert len(found.threads) == 3
    assert found.resources[0].title == "Social media for dispatchers"
    assert len(found.resources) == 2
    names = [row.title for row in (*found.threads, *found.resources)]
    assert not {"Dispatchers in secret", "Dispatchers behind doors", "Lunch"} & set(names)
    assert "Dispatchers of old" not in names


def test_similar_ones_come_to_a_script_and_with_the_preview(client, member, talk, indexed):  # noqa: F811
    indexed()
    piece = client.get(SIMILAR, {"title": "dispatchers media"}).content.decode()
    assert "Is one of these it?" in piece
    assert "/resources/social-media-for-dispatchers" in piece
    assert "<html" not in piece
    sent = {"title": "Dispatchers and social media", "text": "x", "preview": "1"}
    page = client.post("/forum/new/", sent).content.decode()
    assert page.index('name="title"') < page.index("Is one of these it?") < page.index("Category")
    assert "Training dispatchers on social media" in page


@pytest.mark.parametrize("title", ["", "short", "\x00\x00\x00\x00\x00\x00\x00\x00\x00", "?" * 500])
def test_title_without_words_is_like_nothing(client, member, talk, title):
    answer = client.get(SIMILAR, {"title": title})
    assert (answer.status_code, answer.content.decode().strip()) == (200, "")


@pytest.mark.parametrize("rows", [2, 20])
def test_similar_ones_cost_the_same_for_many(client, member, django_assert_num_queries, rows):
    category = make_category()
    for _ in range(rows):
        make_thread("Social media rules", category=category)
        make_kit("Social media kit")
    client.get(SIMILAR, {"title": "Social media"})
    with django_assert_num_queries(6):
        client.get(SIMILAR, {"title": "Social media"})
