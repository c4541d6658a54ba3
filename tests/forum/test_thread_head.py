import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum.answering import accept_answer
from forum.models import Thread
from forum.moderation import hide_post
from forum.reading import mark_read
from tests.factories import (
    make_category,
    make_kit,
    make_reply,
    make_thread,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def page_of(client, thread, query=""):
    return client.get(thread.get_absolute_url() + query).content.decode()


def data_of(page):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(found[1])["@graph"][0] if found else None


# Ways ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "lands"),
    [
        ("3", "#post-3"),
        ("21", "?page=2#post-21"),
        ("999", "?page=2#post-22"),
        ("0", "#post-1"),
        ("x", "#post-1"),
    ],
)
def test_number_leads_to_its_post(client, asked, lands):
    thread = make_thread()
    for _ in range(21):
        make_reply(thread, author=thread.author)
    assert client.get(f"{thread.get_absolute_url()}?post={asked}").url.endswith(f"/{lands}")
    page = page_of(client, thread)
    assert 'name="post"' in page
    assert f'{thread.get_absolute_url()}?page=2#post-22">Last post' in page


def test_member_is_told_where_the_new_begins(client):
    thread, reader = make_thread(), make_user()
    for _ in range(24):
        make_reply(thread, author=thread.author)
    client.force_login(reader)
    own = Thread.objects.with_read_marks(reader)
    mark_read(user=reader, thread=own.get(pk=thread.pk), number=22)
    assert "3 posts are new to you." in page_of(client, thread)
    page_of(client, thread, "?page=2")
    assert "new to you" not in page_of(client, thread)


def test_who_takes_part_is_listed(client):
    thread = make_thread(author=make_user("Ann Asker"))
    assert "Who takes part" not in page_of(client, thread)
    for _ in range(2):
        make_reply(thread, author=thread.author)
    make_reply(thread, author=make_user("Bob Writer"))
    page = page_of(client, thread)
    assert "Ann Asker</a> (3 posts)" in page
    assert page.index("Ann Asker</a> (3") < page.index("Bob Writer</a> (1 post)")


def test_old_thread_says_so_and_names_current_resources(client):
    topic = make_topic("Plain language")
    make_kit("Today's kit", topics=[topic])
    make_kit("Old kit", topics=[topic], archived_on=timezone.localdate())
    long_ago = timezone.now() - timedelta(days=9 * 365)
    thread = make_thread(topics=[topic], now=long_ago)
    page = page_of(client, thread)
    assert "The last post here was written 8" in page
    assert "Today&#x27;s kit" in page
    assert "Old kit" not in page
    make_reply(thread)
    assert "The last post here was written" not in page_of(client, thread)


# For machines ----------------------------------------------------------------------------------


def test_question_is_a_page_of_questions_and_answers(client):
    thread = make_thread("What </script> now?", text="Ask **this**", kind="question")
    make_reply(thread, "No idea")
    accept_answer(post=make_reply(thread, "Do that"), by=thread.author)
    data = data_of(page_of(client, thread))
    assert data["@type"] == "QAPage"
    question = data["mainEntity"]
    assert (question["name"], question["answerCount"]) == ("What </script> now?", 2)
    assert question["acceptedAnswer"][0]["text"] == "Do that"
    assert [answer["text"] for answer in question["suggestedAnswer"]] == ["No idea"]
    assert question["author"]["@type"] == "Person"


def test_discussion_is_a_posting_with_comments_that_are_in_sight(client):
    thread = make_thread(kind="discussion")
    make_reply(thread, "Kept")
    post = make_reply(thread, "Hidden away")
    hide_post(post=post, by=make_user(is_superuser=True), reason="spam")
    data = data_of(page_of(client, thread))
    assert data["@type"] == "DiscussionForumPosting"
    assert [comment["text"] for comment in data["comment"]] == ["Kept"]


def test_machines_get_nothing_of_a_closed_category(client):
    thread = make_thread(category=make_category(read="members"))
    client.force_login(make_user())
    assert data_of(page_of(client, thread)) is None


# New replies while one reads ---------------------------------------------------------------------


def test_last_number_comes_from_memory_and_with_a_tag(client):
    thread = make_thread()
    url = f"/forum/t/{thread.pk}/last"
    first = client.get(url)
    assert first.json() == {"last": 1}
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    make_reply(thread)
    assert client.get(url).json() == {"last": 2}


def test_last_number_of_a_closed_thread_is_for_its_readers(client):
    thread = make_thread(category=make_category(read="members"))
    url = f"/forum/t/{thread.pk}/last"
    assert client.get(url).status_code == 404
    member = Client()
    member.force_login(make_user())
    answer = member.get(url)
    assert answer.json() == {"last": 1}
    assert "private" in answer["Cache-Control"]
    assert "data-open" not in member.get(thread.get_absolute_url()).content.decode()


def test_page_says_what_the_script_needs(client):
    thread = make_thread()
    page = page_of(client, thread)
    assert f'data-news="/forum/t/{thread.pk}/last"' in page
    assert 'role="status"' in page
    assert "data-open" in page
    assert page_of(client, thread).count("news.js") == 1
