from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from forum.announcing import announce, unpin_past
from forum.models import Category, Thread
from forum.moderation import pin_thread
from tests.factories import make_category, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("Eve Editor", date_joined=timezone.now() - timedelta(days=30))
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


def form(category, **more):
    sent = {"title": "News", "text": "Text", "kind": "announcement", "category": category.slug}
    return sent | more


def test_editor_announces_on_top_for_a_while_and_without_replies(client, editor):
    category = make_category()
    client.post("/forum/new/", form(category))
    thread = Thread.objects.get()
    assert (thread.is_announcement, thread.is_locked, thread.is_pinned) == (True, True, True)
    page = client.get(category.get_absolute_url()).content.decode()
    assert "Announcement" in page
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "An announcement: it takes no replies." in page
    assert f"/forum/p/{thread.posts.get().pk}/edit/" in page
    edited = client.post(
        f"/forum/p/{thread.posts.get().pk}/edit/", {"title": "News", "text": "New"}
    )
    assert edited.status_code == 302
    client.force_login(make_user())
    assert client.get(f"{thread.get_absolute_url()}reply/").status_code == 403


def test_announcement_takes_replies_where_its_author_says_so(client, editor):
    client.post("/forum/new/", form(make_category(), takes_replies="on"))
    assert Thread.objects.get().takes_replies


def test_members_do_not_announce(client):
    client.force_login(make_user())
    category = make_category()
    assert "announcement" not in client.get("/forum/new/").content.decode()
    client.post("/forum/new/", form(category))
    assert not Thread.objects.exists()


def test_editor_announces_only_where_he_may_write(client, editor):
    category = make_category(read="groups", write="groups")
    client.post("/forum/new/", form(category))
    assert not Thread.objects.exists()


def test_time_on_top_ends_by_itself(client):
    now = timezone.now()
    category = make_category()
    fields = {"category": category, "author": make_user(), "text": "Text"}
    old = announce(title="Old", now=now - timedelta(days=15), **fields)
    new = announce(title="New", now=now, **fields)
    by_hand = pin_thread(thread=make_thread(category=category), by=make_user(is_superuser=True))
    client.get("/forum/")
    assert unpin_past(now) == 1
    pinned = Thread.objects.filter(is_pinned=True).values_list("pk", flat=True)
    assert set(pinned) == {new.pk, by_hand.pk}
    old.refresh_from_db()
    assert old.pinned_until is None
    assert unpin_past(now) == 0
    assert Category.objects.get().thread_count == 3
