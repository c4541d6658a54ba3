from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from forum import moderation
from forum.models import Category, Post, Thread
from tests.factories import make_category, make_reply, make_thread, make_user
from tests.forum.sequences import ACTIONS, Forum

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(client):
    user = make_user("Mod Erator")
    user.groups.add(Group.objects.get(name="Forum moderators"))
    client.force_login(user)
    return user


def test_hidden_post_leaves_number_and_reason(client, moderator):
    thread = make_thread()
    post = make_reply(thread, text="A secret")
    url = f"/forum/p/{post.pk}/moderate/"
    assert "A secret" in client.get(url).content.decode()
    assert "Choose a reason" in client.post(url, {"action": "hide"}).content.decode()
    assert client.post(url, {"action": "hide", "reason": "sensitive"}).url.endswith("#post-2")
    client.logout()
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Post 2 was hidden: sensitive information" in page
    assert "A secret" not in page
    thread.refresh_from_db()
    thread.category.refresh_from_db()
    assert (thread.reply_count, thread.voice_count, thread.category.post_count) == (0, 1, 1)
    assert thread.last_post_by == thread.author
    entry = ModelLogEntry.objects.get(action="forum.post.hide")
    assert (entry.user, entry.data) == (moderator, {"reason": "sensitive"})


def test_restored_post_counts_again(client, moderator):
    post = make_reply(make_thread(), text="Fine after all")
    moderation.hide_post(post=post, by=moderator, reason="spam")
    client.post(f"/forum/p/{post.pk}/moderate/", {"action": "restore"})
    post.thread.refresh_from_db()
    assert (post.thread.reply_count, post.thread.voice_count) == (1, 2)
    assert "Fine after all" in client.get(post.thread.get_absolute_url()).content.decode()


def test_hidden_answer_opens_the_question(moderator):
    thread = make_thread(kind="question")
    post = make_reply(thread)
    thread.answer = post
    thread.save()
    moderation.hide_post(post=post, by=moderator, reason="other")
    thread.refresh_from_db()
    assert thread.answer is None


def test_number_of_hidden_post_is_not_given_again(moderator):
    thread = make_thread()
    moderation.hide_post(post=make_reply(thread), by=moderator, reason="spam")
    assert make_reply(thread).number == 3


def test_two_actions_on_one_request_are_two_entries(moderator):
    """Wagtail keeps one entry for each id and action, so each has an id of its own."""
    posts = [make_reply(make_thread()) for _ in range(2)]
    for post in posts:
        moderation.hide_post(post=post, by=moderator, reason="spam")
    assert ModelLogEntry.objects.values("uuid").distinct().count() == 2


@pytest.mark.parametrize(
    ("action", "column", "value"),
    [
        ("lock", "is_locked", True),
        ("pin", "is_pinned", True),
        ("hide", "state", "hidden"),
    ],
)
def test_thread_is_moderated_where_it_is_read(client, moderator, action, column, value):
    thread = make_thread()
    url = f"{thread.get_absolute_url()}moderate/"
    assert url in client.get(thread.get_absolute_url()).content.decode()
    assert client.post(url, {"action": action}, follow=True).status_code == 200
    thread.refresh_from_db()
    assert getattr(thread, column) == value
    undo = {"lock": "unlock", "pin": "unpin", "hide": "restore"}[action]
    client.post(url, {"action": undo})
    thread.refresh_from_db()
    assert getattr(thread, column) != value
    assert client.post(url, {"action": "nonsense"}).status_code == 200


def test_moved_thread_is_counted_where_it_stands(client, moderator):
    thread, target = make_thread(), make_category()
    make_reply(thread)
    before = thread.category
    url = f"{thread.get_absolute_url()}moderate/"
    assert client.post(url, {"move": "1", "category": ""}).status_code == 200
    client.post(url, {"move": "1", "category": target.pk})
    before.refresh_from_db()
    target.refresh_from_db()
    assert (before.thread_count, before.post_count, before.last_post_at) == (0, 0, None)
    assert (target.thread_count, target.post_count) == (1, 2)


def test_moderators_of_a_category_moderate_there_and_inside(client):
    user, category = make_user(), make_category()
    inside = make_category(parent=category)
    group = Group.objects.create(name="HR desk")
    group.user_set.add(user)
    category.moderators.create(group=group)
    client.force_login(user)
    for own in (make_thread(category=category), make_thread(category=inside)):
        assert client.get(f"{own.get_absolute_url()}moderate/").status_code == 200
    other = make_thread()
    assert client.get(f"{other.get_absolute_url()}moderate/").status_code == 403
    assert client.post(f"/forum/p/{other.posts.get().pk}/moderate/").status_code == 403
    client.logout()
    assert client.get(f"{other.get_absolute_url()}moderate/").status_code == 403


# Counters ------------------------------------------------------------------------------------


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(ACTIONS, max_size=14))
def test_all_is_right_after_any_sequence_of_actions(actions, moderator):
    with transaction.atomic():
        forum = Forum(moderator)
        forum.act(actions)
        forum.check()
        transaction.set_rollback(True)


def test_recount_finds_and_mends_drift():
    thread = make_thread()
    make_reply(thread)
    Thread.objects.update(reply_count=7, voice_count=9)
    Category.objects.update(post_count=0)
    thread.voices.all().delete()
    out = StringIO()
    with pytest.raises(CommandError, match="2 rows"):
        call_command("forum_recount", "--check", stdout=out)
    assert "reply_count, voice_count, voices" in out.getvalue()
    call_command("forum_recount", stdout=out)
    call_command("forum_recount", "--check", stdout=out)
    thread.refresh_from_db()
    assert (thread.reply_count, thread.voice_count) == (1, 2)


# In Wagtail ----------------------------------------------------------------------------------


def test_admin_lists_threads_and_posts_for_moderators(client, moderator):
    thread = make_thread("Listed thread", text="Findable words")
    page = client.get("/admin/forum/threads/").content.decode()
    assert "Listed thread" in page
    assert f"{thread.get_absolute_url()}moderate/" in page
    page = client.get("/admin/forum/posts/?q=Findable").content.decode()
    assert "Listed thread #1" in page
    assert "Listed thread" not in client.get("/admin/forum/posts/?q=nothing").content.decode()
    assert client.get("/admin/forum/posts/?state=hidden").status_code == 200
    assert client.get("/admin/forum/categories/new/").status_code == 302


def test_admin_edits_categories_with_moderators(client):
    client.force_login(make_user(is_superuser=True))
    someone = make_user("Jane Doe", username="jane-doe")
    group = Group.objects.create(name="Desk")
    sent = {
        "name": "New room",
        "slug": "new-room",
        "description": "",
        "position": "3",
        "read": "everyone",
        "write": "members",
        "moderator_groups": [group.pk],
        "moderator_names": "@Jane-Doe, nobody-here",
    }
    page = client.post("/admin/forum/categories/new/", sent)
    assert "Nobody has the public name “nobody-here”" in page.content.decode()
    sent["moderator_names"] = "@Jane-Doe"
    assert client.post("/admin/forum/categories/new/", sent).status_code == 302
    category = Category.objects.get(slug="new-room")
    assert Category.objects.moderated_by(someone).get() == category
    page = client.get(f"/admin/forum/categories/edit/{category.pk}/").content.decode()
    assert 'value="jane-doe"' in page
    client.post(f"/admin/forum/categories/edit/{category.pk}/", {**sent, "moderator_names": ""})
    assert not Category.objects.moderated_by(someone).exists()
    assert category.moderators.get().group == group


def test_admin_history_tells_what_moderators_did(client):
    client.force_login(make_user(is_superuser=True))
    moderation.lock_thread(thread=make_thread(), by=make_user("Mod Erator"))
    assert "Thread closed" in client.get("/admin/reports/site-history/").content.decode()


def test_hidden_post_is_not_found_by_search(moderator):
    post = make_reply(make_thread(), text="Unfindable")
    moderation.hide_post(post=post, by=moderator, reason="spam")
    assert Post.objects.get(pk=post.pk).search_text == ""
