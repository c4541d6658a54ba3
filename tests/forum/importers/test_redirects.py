"""Former addresses lead where the thread or post stands now, for those who may see it."""

import pytest

from forum.importers.addresses import former_path
from forum.models import ImportedAddress, Post, Thread
from forum.moderation import hide_thread
from tests.factories import make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    thread = make_thread("Travel cards")
    post = make_reply(thread)
    for path, target in (
        ("/forums/topic/travel-cards/", None),
        ("/forums/reply/481/", post),
        ("/?p=481", post),
        ("/town/?p=482", post),
        ("/forums/topic/réunion/", None),
    ):
        ImportedAddress.objects.create(path=path, thread=thread, post=target)
    return post


@pytest.mark.parametrize(
    "address",
    [
        "/forums/topic/travel-cards/",
        "/forums/topic/travel-cards",
        "/forums/topic/travel-cards/?utm_source=mail",
        "/forums/topic/travel-cards/page/2/",
        "/forums/topic/travel-cards/feed/",
        "/forums/topic/r%C3%A9union/",
        "/forums/topic/r%c3%a9union/",
    ],
)
def test_thread(client, post, address):
    response = client.get(address)
    assert response.status_code == 301
    assert response.headers["Location"] == post.thread.get_absolute_url()


@pytest.mark.parametrize(
    "address",
    ["/forums/reply/481/", "/?p=481", "/?p=481&utm_source=x", "/town/?p=482"],
)
def test_post(client, post, address):
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (301, f"/forum/p/{post.pk}/")
    there = client.get(response.headers["Location"])
    assert there.headers["Location"].endswith("#post-2")


@pytest.mark.parametrize(
    "address",
    ["/forums/topic/other/", "/forums/reply/482/", "/%00", "/forums/topic/" + "a" * 600 + "/"],
)
def test_unknown_address_is_not_found(client, post, address):
    assert client.get(address).status_code == 404


def test_front_page_stays_what_it_is(client, post):
    assert client.get("/").status_code == 200
    assert client.get("/?p=9999").status_code == 200


def test_post_request_is_not_redirected(client, post):
    assert client.post("/forums/topic/travel-cards/").status_code in (403, 404, 405)


def test_pages_that_are_found_cost_nothing(client, post, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_hidden_thread_stays_not_found(client, post):
    hide_thread(thread=post.thread, by=None)
    assert client.get("/forums/topic/travel-cards/").status_code == 404
    assert client.get("/forums/reply/481/").status_code == 404


def test_category_for_members_asks_who_one_is(client):
    thread = make_thread(category=make_category(read="members"))
    ImportedAddress.objects.create(path="/old/", thread=thread)
    assert client.get("/old/").status_code == 404
    client.force_login(make_user())
    assert client.get("/old/").status_code == 301


def test_merged_thread_leads_to_where_it_went(client, post):
    target = make_thread()
    Thread.objects.filter(pk=post.thread.pk).update(merged_into=target)
    Post.objects.filter(pk=post.pk).update(thread=target, number=2)
    response = client.get("/forums/topic/travel-cards/")
    assert response.headers["Location"] == target.get_absolute_url()
    assert client.get("/?p=481").headers["Location"] == f"/forum/p/{post.pk}/"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://old.example.gov/forums/topic/a-b/#post-12", "/forums/topic/a-b/"),
        ("https://old.example.gov/forums/topic/a-b", "/forums/topic/a-b/"),
        ("https://old.example.gov/?post_type=topic&p=12", "/?p=12"),
        ("https://old.example.gov/?topic=a-b", "/?topic=a-b"),
        ("/x/%C3%A9/", "/x/é/"),
        ("http://[bad", ""),
        ("/" + "a" * 600, ""),
    ],
)
def test_spelling(url, path):
    assert former_path(url) == path
