"""Feeds of the forum: what a visitor may read, whoever asks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.models import Category, Post, Thread
from forum.posting import edit_post
from tests import factories
from tests.catalog.test_feeds import ATOM, read_atom

pytestmark = pytest.mark.django_db


def titles(response):
    return [entry.find(f"{ATOM}title").text for entry in read_atom(response).iter(f"{ATOM}entry")]


def closed_category(**fields):
    return factories.make_category(read=Category.Access.MEMBERS, **fields)


def test_latest_threads_with_what_they_began_with(client):
    author = factories.make_user("Ada Example")
    first = factories.make_thread("First <b>", text="How do *you* do it?", author=author)
    factories.make_thread("Second & third")
    factories.make_reply(first)
    feed = read_atom(client.get("/forum.atom"))
    entries = list(feed.iter(f"{ATOM}entry"))
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["First <b>", "Second & third"]
    entry = entries[0]
    assert entry.find(f"{ATOM}id").text == f"tag:testserver,2026:forum/t/{first.pk}"
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver{first.get_absolute_url()}"
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "Ada Example"
    assert entry.find(f"{ATOM}summary").text == "<p>How do you do it?</p><p>Replies: 1</p>"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "http://testserver/forum.atom"
    assert links["alternate"] == "http://testserver/forum/"


def test_category_has_what_is_inside_of_it(client):
    above = factories.make_category("Above")
    below = factories.make_category("Below", parent=above)
    hidden = closed_category(name="Hidden", parent=above)
    factories.make_thread("In below", category=below)
    factories.make_thread("In hidden", category=hidden)
    factories.make_thread("Elsewhere")
    assert titles(client.get("/forum/c/above.atom")) == ["In below"]
    assert titles(client.get("/forum/c/below.atom")) == ["In below"]


def test_posts_of_a_thread_with_whole_addresses(client):
    kit = factories.make_kit("Good kit")
    thread = factories.make_thread("Talk", text="It begins.")
    factories.make_reply(thread, text=f"Take [[{kit.title}]] and https://example.org/a.")
    feed = read_atom(client.get(f"/forum/t/{thread.pk}.atom"))
    entries = list(feed.iter(f"{ATOM}entry"))
    assert [entry.find(f"{ATOM}title").text for entry in entries] == [
        "Talk: post 2",
        "Talk: post 1",
    ]
    html = entries[0].find(f"{ATOM}summary").text
    assert f'href="http://testserver/resources/{kit.slug}/"' in html
    assert 'href="https://example.org/a"' in html
    post = thread.posts.get(number=2)
    assert entries[0].find(f"{ATOM}id").text == f"tag:testserver,2026:forum/p/{post.pk}"
    assert entries[0].find(f"{ATOM}link").get("href").endswith(f"/forum/p/{post.pk}/")


def test_member_and_moderator_see_no_more_than_a_visitor(client):
    closed = factories.make_thread("Closed", category=closed_category())
    hidden = factories.make_thread("Hidden")
    Thread.objects.filter(pk=hidden.pk).update(state=Thread.State.HIDDEN)
    thread = factories.make_thread("Open", text="Read this.")
    reply = factories.make_reply(thread, text="Not for everyone.")
    Post.objects.filter(pk=reply.pk).update(state=Post.State.HIDDEN)
    held = Post.objects.create(
        thread=thread,
        author=reply.author,
        text="Held.",
        html="<p>Held.</p>",
        state=Post.State.HELD,
        created_at=reply.created_at,
    )
    for user in (None, factories.make_user(is_superuser=True)):
        if user:
            client.force_login(user)
        assert titles(client.get("/forum.atom")) == ["Open"]
        assert client.get(f"/forum/c/{closed.category.slug}.atom").status_code == 404
        assert client.get(f"/forum/t/{closed.pk}.atom").status_code == 404
        assert client.get(f"/forum/t/{hidden.pk}.atom").status_code == 404
        content = client.get(f"/forum/t/{thread.pk}.atom").content.decode()
        assert "Read this." in content
        assert "Not for everyone." not in content
        assert held.text not in content


def test_thread_whose_opening_is_hidden_says_nothing_of_it(client):
    thread = factories.make_thread("Open", text="Something bad.")
    factories.make_reply(thread)
    thread.posts.filter(number=1).update(state=Post.State.HIDDEN)
    assert titles(client.get("/forum.atom")) == ["Open"]
    assert "Something bad" not in client.get("/forum.atom").content.decode()


def test_merged_thread_leads_to_where_it_went(client):
    target, merged = factories.make_thread("Target"), factories.make_thread("Merged")
    Thread.objects.filter(pk=merged.pk).update(merged_into=target)
    response = client.get(f"/forum/t/{merged.pk}.atom")
    assert response.status_code == 301
    assert response["Location"] == f"/forum/t/{target.pk}.atom"
    assert titles(client.get("/forum.atom")) == ["Target"]


@pytest.mark.parametrize("address", ["/forum.atom", "/forum/c/general.atom"])
def test_unchanged_feed_is_not_sent_again(client, address):
    thread = factories.make_thread("Talk", category=factories.make_category("General"))
    first = client.get(address)
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        assert client.get(address, headers=headers).status_code == 304
    factories.make_reply(thread)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_edited_post_is_an_update_of_the_same_entry(client):
    thread = factories.make_thread("Talk", text="Before.")
    address = f"/forum/t/{thread.pk}.atom"
    before = read_atom(client.get(address)).find(f"{ATOM}entry")
    edit_post(post=thread.posts.get(), text="After.", editor=thread.author)
    after = read_atom(client.get(address)).find(f"{ATOM}entry")
    assert after.find(f"{ATOM}id").text == before.find(f"{ATOM}id").text
    assert "After." in after.find(f"{ATOM}summary").text
    assert after.find(f"{ATOM}updated").text >= before.find(f"{ATOM}updated").text


def test_empty_forum_and_what_is_not_there(client):
    assert titles(client.get("/forum.atom")) == []
    assert client.get("/forum/c/none.atom").status_code == 404
    assert client.get("/forum/t/1.atom").status_code == 404
    assert client.post("/forum.atom").status_code == 405


def test_pages_name_their_feeds(client):
    category = factories.make_category("General")
    thread = factories.make_thread("Talk", category=category)
    assert 'href="/forum.atom"' in client.get("/forum/").content.decode()
    assert 'href="/forum/c/general.atom"' in client.get("/forum/c/general/").content.decode()
    text = client.get(thread.get_absolute_url()).content.decode()
    assert f'href="/forum/t/{thread.pk}.atom"' in text


@pytest.mark.parametrize("address", ["/forum.atom", "/forum/c/general.atom", "/forum/t/{}.atom"])
def test_queries_do_not_grow(client, address):
    category = factories.make_category("General")
    thread = factories.make_thread(category=category)
    address = address.format(thread.pk)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            read_atom(client.get(address))
        return len(captured)

    factories.make_thread(category=category)
    factories.make_reply(thread)
    queries()  # the first asks what a visitor may read
    few = queries()
    for _each in range(18):
        factories.make_thread(category=category)
        factories.make_reply(thread)
    assert queries() == few
    assert few <= 6
