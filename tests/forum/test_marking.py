"""Helpful marks and bookmarks of posts."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from forum import marking
from forum.limits import MARKS
from forum.models import Helpful, Post, PostBookmark, Thread
from forum.moderation import hide_post, hide_thread, restore_post
from portal.page_cache.versions import read_versions
from tests.factories import make_agency, make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    user = make_user("Jane Doe")
    client.force_login(user)
    return user


def helpful_url(post):
    return f"/forum/p/{post.pk}/helpful/"


def bookmark_url(post):
    return f"/forum/p/{post.pk}/bookmark/"


def marked(count, thread=None):
    """Make a reply that `count` members found helpful."""
    post = make_reply(thread or make_thread())
    for _ in range(count):
        marking.mark_helpful(post=post, by=make_user())
    return post


def check_counters():
    call_command("forum_recount", "--check", stdout=StringIO())


# Helpful -------------------------------------------------------------------------------------


def test_member_says_that_a_post_helped_and_takes_it_back(client, member):
    post = make_reply(make_thread())
    response = client.post(helpful_url(post))
    assert response.url == post.get_thread_url()
    page = client.get(response.url).content.decode()
    assert "1 person found this helpful" in page
    assert page.count('aria-pressed="true"') == 1
    assert "Jane Doe</a>" in client.get(helpful_url(post)).content.decode()
    post.author.standing.refresh_from_db()
    assert post.author.standing.helpful_received == 1
    check_counters()
    client.post(helpful_url(post))
    page = client.get(post.get_thread_url()).content.decode()
    assert "found this helpful" not in page
    assert "Nobody has said so yet." in client.get(helpful_url(post)).content.decode()
    post.author.standing.refresh_from_db()
    assert post.author.standing.helpful_received == 0
    check_counters()


def test_script_gets_the_new_state_and_count(client, member):
    post = marked(1)
    answer = client.post(helpful_url(post), headers={"Accept": "application/json"}).json()
    assert answer["is_set"]
    assert "2 people found this helpful" in answer["count"]
    answer = client.post(helpful_url(post), headers={"Accept": "application/json"}).json()
    assert not answer["is_set"]
    assert "1 person found" in answer["count"]
    piece = client.get(helpful_url(post), {"piece": ""}).content.decode()
    assert "<html" not in piece
    assert Helpful.objects.get().user.display_name in piece


def test_nobody_finds_his_own_post_helpful(client, member):
    post = make_reply(make_thread(), author=member)
    assert client.post(helpful_url(post)).status_code == 403
    assert f'action="{helpful_url(post)}"' not in client.get(post.get_thread_url()).content.decode()
    with pytest.raises(marking.OwnPost):
        marking.mark_helpful(post=post, by=member)
    assert not Helpful.objects.exists()


def test_one_mark_of_a_member_and_post(member):
    post = make_reply(make_thread())
    for _ in range(2):
        marking.mark_helpful(post=post, by=member)
    post.refresh_from_db()
    assert post.helpful_count == 1
    marking.unmark_helpful(post=post, by=make_user())
    post.refresh_from_db()
    assert post.helpful_count == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Helpful.objects.create(post=post, user=member, created_at=post.created_at)


def test_most_helpful_posts_are_found_from_the_top(client):
    thread = make_thread()
    marked(1, thread)
    three, two = marked(2, thread), marked(3, thread)
    page = client.get(thread.get_absolute_url()).content.decode()
    head = page.partition("<main")[2].split('class="posts"')[0]
    assert head.index(f"#post-{two.number}") < head.index(f"#post-{three.number}")
    assert "Most helpful:" in head
    assert "#post-2" not in head
    moderator = make_user(is_superuser=True)
    hide_post(post=two, by=moderator, reason="spam")
    thread.refresh_from_db()
    assert thread.helpful_numbers == [three.number]
    restore_post(post=two, by=moderator)
    thread.refresh_from_db()
    assert thread.helpful_numbers == [two.number, three.number]
    check_counters()


def test_visitors_see_counts_and_names_without_a_form(client):
    post = marked(2)
    page = client.get(post.get_thread_url()).content.decode()
    assert "2 people found this helpful" in page
    assert 'method="post"' not in page
    names = client.get(helpful_url(post)).content.decode()
    for mark in Helpful.objects.select_related("user"):
        assert mark.user.display_name in names
    assert 'method="post"' not in names
    response = client.post(helpful_url(post))
    assert response.url.startswith("/accounts/login/?next=/forum/t/")


def test_what_is_not_public_takes_no_mark(client, member):
    hidden = make_reply(make_thread())
    hide_post(post=hidden, by=make_user(), reason="spam")
    behind = make_reply(make_thread(category=make_category(read="verified")))
    gone = make_reply(make_thread())
    hide_thread(thread=gone.thread, by=make_user())
    for post in (hidden, behind, gone):
        for url in (helpful_url(post), bookmark_url(post)):
            assert client.post(url).status_code == 404
        assert client.get(helpful_url(post)).status_code == 404
    marking.mark_helpful(post=hidden, by=member)
    assert not Helpful.objects.exists()


def test_visitors_page_is_fresh_after_a_mark(django_capture_on_commit_callbacks):
    post, user = make_reply(make_thread()), make_user()
    for verb in (marking.mark_helpful, marking.unmark_helpful):
        before = read_versions([post.thread.version])
        with django_capture_on_commit_callbacks(execute=True):
            verb(post=post, by=user)
        assert read_versions([post.thread.version]) > before


def test_recount_finds_and_mends_wrong_marks(client):
    post = marked(2)
    Post.objects.filter(pk=post.pk).update(helpful_count=7)
    Thread.objects.update(helpful_numbers=[9])
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("forum_recount", "--check", stdout=out)
    assert "helpful_count, helpful_numbers" in out.getvalue()
    call_command("forum_recount", stdout=out)
    check_counters()
    post.refresh_from_db()
    assert (post.helpful_count, post.thread.helpful_numbers) == (2, [2])


def test_marks_are_limited(client, member, monkeypatch):
    monkeypatch.setattr("forum.views.marking.MARKS", type(MARKS)("mark-test", 1, 3600))
    post = make_reply(make_thread())
    assert client.post(helpful_url(post)).status_code == 302
    answer = client.post(bookmark_url(post))
    assert answer.status_code == 403
    assert "more than 1 in an hour" in answer.content.decode()
    assert "Your text is below" not in answer.content.decode()


# Bookmarks -----------------------------------------------------------------------------------


def test_post_is_kept_and_listed_among_ones_own(client, member):
    post = make_reply(make_thread("Worth keeping"), text="Remember this.")
    assert client.post(bookmark_url(post)).url == post.get_thread_url()
    page = client.get(post.get_thread_url()).content.decode()
    assert page.count('aria-pressed="true"') == 1
    page = client.get("/me/").content.decode()
    assert 'Bookmarked posts <span class="count">(1)</span>' in page
    assert "Worth keeping" in page
    assert "Remember this." in page
    answer = client.post(bookmark_url(post), {"back": "me"})
    assert answer.url == "/me/#my-post-bookmarks"
    assert not PostBookmark.objects.exists()
    assert "The button is below each post." in client.get("/me/").content.decode()


def test_bookmark_of_what_was_hidden_is_not_listed(client, member):
    post = make_reply(make_thread("Now secret"))
    marking.add_bookmark(post=post, by=member)
    marking.add_bookmark(post=post, by=member)
    assert PostBookmark.objects.count() == 1
    hide_post(post=post, by=make_user(), reason="spam")
    assert "Now secret" not in client.get("/me/").content.decode()


def test_visitor_logs_in_to_keep_a_post(client):
    post = make_reply(make_thread())
    assert client.post(bookmark_url(post)).url.startswith("/accounts/login/")
    assert client.get(bookmark_url(post)).status_code == 405


# What it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [2, 20])
@pytest.mark.parametrize(("is_member", "queries"), [(False, 7), (True, 13)])
def test_marks_cost_a_thread_page_nothing(
    client, django_assert_max_num_queries, rows, is_member, queries
):
    thread = make_thread()
    user = make_user(agency=make_agency())
    for _ in range(rows):
        post = marked(2, thread)
        marking.mark_helpful(post=post, by=user)
        marking.add_bookmark(post=post, by=user)
    if is_member:
        client.force_login(user)
    client.get(thread.get_absolute_url())
    with django_assert_max_num_queries(queries):
        page = client.get(thread.get_absolute_url()).content.decode()
    assert page.count("found this helpful") == min(rows, 19)
    assert page.count('aria-pressed="true"') == 2 * min(rows, 19) * is_member


@pytest.mark.parametrize("rows", [2, 20])
def test_names_cost_the_same_for_many(client, django_assert_max_num_queries, rows):
    post = marked(rows)
    moderators = Group.objects.get(name="Forum moderators")
    user = make_user()
    user.groups.add(moderators)
    client.force_login(user)
    with django_assert_max_num_queries(8):
        page = client.get(helpful_url(post)).content.decode()
    assert page.count("/members/") >= rows
