import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.models import PostEdit
from forum.posting import ThreadClosed, edit_post, reply, start_thread
from tests.factories import make_category, make_kit, make_reply, make_thread, make_topic, make_user

pytestmark = pytest.mark.django_db


def test_thread_begins_with_its_first_post():
    author, category = make_user(), make_category()
    thread = start_thread(category=category, author=author, title=" Two\x00  words ", text="Hello")
    post = thread.posts.get()
    assert (thread.title, thread.slug) == ("Two words", "two-words")
    assert (post.number, post.html, post.author) == (1, "<p>Hello</p>", author)
    assert (thread.reply_count, thread.voice_count, thread.last_post_by) == (0, 1, author)
    category.refresh_from_db()
    assert (category.thread_count, category.post_count) == (1, 1)
    assert category.last_post_at == thread.last_post_at == post.created_at


def test_reply_gets_next_number_and_counts():
    thread = make_thread()
    other = make_user()
    numbers = [make_reply(thread, author=other).number, make_reply(thread, author=other).number]
    thread.refresh_from_db()
    assert numbers == [2, 3]
    assert (thread.reply_count, thread.voice_count, thread.last_number) == (2, 2, 3)
    assert thread.last_post_by == other
    assert other.standing.posts == 2


def test_reply_of_the_past_leaves_last_activity():
    thread = make_thread()
    earlier = timezone.now() - timedelta(days=3)
    post = make_reply(thread, now=earlier)
    thread.refresh_from_db()
    thread.category.refresh_from_db()
    assert post.created_at == earlier
    assert thread.last_post_by == thread.author
    assert thread.category.last_post_at == thread.last_post_at > earlier


def test_same_form_posts_once():
    thread, author, key = make_thread(), make_user(), uuid.uuid4()
    first = reply(thread=thread, author=author, text="Once", submission_key=key)
    again = reply(thread=thread, author=author, text="Once", submission_key=str(key))
    thread.refresh_from_db()
    assert (again.pk, thread.reply_count) == (first.pk, 1)

    fields = {"category": thread.category, "author": author, "title": "T", "text": "x"}
    key = uuid.uuid4()
    assert start_thread(**fields, submission_key=key) == start_thread(**fields, submission_key=key)


def test_closed_thread_takes_no_reply():
    thread = make_thread()
    thread.is_locked = True
    thread.save()
    with pytest.raises(ThreadClosed):
        make_reply(thread)
    thread.refresh_from_db()
    assert thread.last_number == 1


def test_edit_keeps_what_was_said():
    thread = make_thread("Old title", text="Old")
    post = thread.posts.get()
    edited = edit_post(post=post, editor=thread.author, text="New", title="New title")
    thread.refresh_from_db()
    assert (edited.html, edited.edited_by) == ("<p>New</p>", thread.author)
    assert (thread.title, thread.slug) == ("New title", "new-title")
    edit = PostEdit.objects.get()
    assert (edit.text_before, edit.title_before) == ("Old", "Old title")


def test_edit_that_changes_nothing_is_none():
    post = make_thread(text="Same").posts.get()
    assert edit_post(post=post, editor=post.author, text=" Same\r\n").edited_at is None
    assert not PostEdit.objects.exists()


def test_topics_come_from_category_and_listings():
    of_category, of_kit, chosen = make_topic(), make_topic(), make_topic()
    category = make_category()
    category.topics.add(of_category)
    make_kit("Plain Words", topics=[of_kit])
    thread = make_thread(category=category, text="See [[plain words]].")
    assert set(thread.topics.all()) == {of_category, of_kit}
    assert list(make_thread(category=category, topics=[chosen]).topics.all()) == [chosen]
