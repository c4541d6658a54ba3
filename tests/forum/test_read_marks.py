from datetime import timedelta

import pytest
from django.utils import timezone

from forum.models import Thread, ThreadRead
from forum.reading import mark_read
from tests.factories import make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    user = make_user(date_joined=timezone.now() - timedelta(days=30))
    client.force_login(user)
    return user


def unread_of(client, url="/forum/"):
    return {thread.title: thread.unread for thread in client.get(url).context["threads"]}


def test_new_member_begins_with_nothing_unread(client):
    make_thread(now=timezone.now() - timedelta(days=1))
    client.force_login(make_user())
    assert set(unread_of(client).values()) == {0}
    make_thread("Later")
    assert unread_of(client)["Later"] == 1


def test_reading_marks_and_new_posts_count(client, member):
    thread = make_thread("Talk")
    for _ in range(24):
        make_reply(thread, author=thread.author)
    client.get(thread.get_absolute_url())
    assert ThreadRead.objects.get().last_read_number == 20
    assert unread_of(client) == {"Talk": 5}
    client.get(f"{thread.get_absolute_url()}?page=2")
    client.get(thread.get_absolute_url())
    assert ThreadRead.objects.get().last_read_number == 25
    make_reply(thread)
    page = client.get("/forum/")
    assert f"{thread.get_absolute_url()}?page=2#post-26" in page.content.decode()
    assert "1 new" in page.content.decode()


def test_thread_shows_where_the_new_begins(client, member):
    thread = make_thread()
    client.get(thread.get_absolute_url())
    make_reply(thread)
    make_reply(thread)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert page.count("New since your last visit") == 1
    assert "Post 1 by" in page
    assert "Post 2, unread, by" in page
    assert "New since" not in client.get(thread.get_absolute_url()).content.decode()


def test_what_one_wrote_oneself_is_not_new(client, member):
    thread = make_thread("Talk")
    client.get(thread.get_absolute_url())
    client.post(f"{thread.get_absolute_url()}reply/", {"text": "Mine."})
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Post 2 by" in page
    assert "New since" not in page
    client.post(f"{thread.get_absolute_url()}reply/", {"text": "Mine again."})
    make_reply(thread)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Post 3 by" in page
    assert "Post 4, unread, by" in page
    assert page.count("New since your last visit") == 1
    assert page.index("Post 3 by") < page.index("New since") < page.index("Post 4, unread")


def test_unread_list_is_for_members(client, member):
    make_thread("Read")
    client.get(Thread.objects.get().get_absolute_url())
    make_thread("New")
    assert unread_of(client, "/forum/?list=unread") == {"New": 1}
    client.logout()
    page = client.get("/forum/?list=unread")
    assert page.url == "/accounts/login/?next=/forum/%3Flist%3Dunread"


def test_all_is_marked_read_in_a_category_or_everywhere(client, member):
    category = make_category()
    opened = make_thread("Opened", category=make_category(parent=category))
    client.get(opened.get_absolute_url())
    make_reply(opened)
    make_thread("Never opened", category=category)
    make_thread("Elsewhere")
    assert (
        client.post("/forum/read/", {"category": category.slug}).url == category.get_absolute_url()
    )
    assert unread_of(client) == {"Opened": 0, "Never opened": 0, "Elsewhere": 1}
    client.post("/forum/read/")
    assert set(unread_of(client).values()) == {0}
    make_reply(opened)
    assert unread_of(client)["Opened"] == 1
    assert client.get("/forum/read/").status_code == 405
    assert client.post("/forum/read/", {"category": "nowhere\x00"}).status_code == 404


def test_mark_never_goes_back(client, member):
    thread = make_thread()
    for _ in range(20):
        make_reply(thread, author=thread.author)
    url = thread.get_absolute_url()
    stale = Thread.objects.with_read_marks(member).get()
    client.get(f"{url}?page=2")
    mark_read(user=member, thread=stale, number=20)
    stale.last_read = 5
    mark_read(user=member, thread=stale, number=20)
    assert ThreadRead.objects.get().last_read_number == 21
