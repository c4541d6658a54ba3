"""The history of a post, and deleting one's own."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from forum import withdrawing
from forum.answering import accept_answer
from forum.history import MOST_CHANGES, compare
from forum.moderation import hide_post, lock_thread
from forum.posting import edit_post
from tests.factories import make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    user = make_user("Jane Doe")
    client.force_login(user)
    return user


def history_url(post):
    return f"/forum/p/{post.pk}/history/"


def delete_url(post):
    return f"/forum/p/{post.pk}/delete/"


# History -------------------------------------------------------------------------------------


def test_history_tells_who_changed_what_and_when(client):
    thread = make_thread("Old title", text="We use the old kit.", author=make_user("Ana Lopez"))
    post = thread.posts.get()
    post = edit_post(
        post=post,
        editor=post.author,
        text="We use the new kit.",
        title="New title",
        now=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )
    post = edit_post(post=post, editor=post.author, text="We use the new kit <now>.")
    assert history_url(post) in client.get(thread.get_absolute_url() + "", follow=True).text
    page = client.get(history_url(post)).text
    assert page.count("Changed by Ana Lopez") == 2
    assert "March 1, 2026" in page
    plain = page.replace('<span class="visually-hidden">', "").replace("</span>", "")
    assert "<del>[removed: old]</del><ins>[added: new]</ins> kit." in plain
    assert "<del>[removed: Old]</del><ins>[added: New]</ins> title" in plain
    assert "&lt;now&gt;" in page
    assert 'method="post"' not in page


def test_post_never_edited_has_a_short_history(client):
    post = make_reply(make_thread())
    assert "It stands as it was written." in client.get(history_url(post)).text


def test_history_of_a_hidden_post_is_for_moderators(client, member):
    post = make_reply(make_thread(), text="A secret")
    edit_post(post=post, editor=post.author, text="Nothing here")
    assert "A secret" in " ".join(client.get(history_url(post)).text.split())
    moderator = make_user(is_superuser=True)
    hide_post(post=post, by=moderator, reason="sensitive")
    for user in (member, post.author):
        client.force_login(user)
        assert client.get(history_url(post)).status_code == 404
    client.logout()
    assert client.get(history_url(post)).status_code == 404
    client.force_login(moderator)
    assert client.get(history_url(post)).status_code == 200


@pytest.mark.parametrize("edits", [2, 20])
def test_history_costs_the_same_for_many(client, django_assert_max_num_queries, edits):
    post = make_reply(make_thread())
    for number in range(edits):
        edit_post(post=post, editor=make_user(), text=f"Text {number}")
    with django_assert_max_num_queries(4):
        page = client.get(history_url(post)).text
    assert page.count("Changed by") == edits <= MOST_CHANGES


@given(before=st.text(max_size=300), after=st.text(max_size=300))
def test_difference_leads_from_one_text_to_the_other(before, after):
    pieces = [piece for piece in compare(before, after) if piece.kind != "same"]
    if before == after:
        assert not [piece for piece in pieces if piece.kind != "skip"]
    for kind, whole in (("del", before), ("ins", after)):
        for piece in pieces:
            assert piece.kind != kind or piece.text in whole


def test_difference_keeps_to_what_changed_and_is_quick():
    lines = [f"Line {number}\n" for number in range(100)]
    pieces = compare("".join(lines), "".join(lines).replace("Line 50\n", "Line fifty\n"))
    assert [piece.kind for piece in pieces] == [
        *("skip", "same", "same", "del", "ins", "same", "same", "skip")
    ]
    whole = compare("a " * 10_000, "b " * 10_000)
    assert [piece.kind for piece in whole] == ["del", "ins"]


# Deleting one's own --------------------------------------------------------------------------


def test_member_deletes_and_restores_his_post(client, member):
    thread = make_thread(kind="question")
    post = make_reply(thread, text="Too fast", author=member)
    accept_answer(post=post, by=thread.author)
    assert delete_url(post) in client.get(thread.get_absolute_url()).text
    page = client.get(delete_url(post)).text
    assert "Too fast" in page
    assert "the question will be open again" in page
    page = client.post(delete_url(post), follow=True).text
    assert "Post 2 was deleted." in page
    assert "Too fast" not in page
    assert delete_url(post) in page
    thread.refresh_from_db()
    assert (thread.reply_count, thread.voice_count, thread.answer) == (0, 1, None)
    assert make_reply(thread).number == 3
    call_command("forum_recount", "--check", stdout=StringIO())
    client.logout()
    page = client.get(thread.get_absolute_url()).text
    assert "Too fast" not in page
    assert delete_url(post) not in page
    client.force_login(member)
    assert "Restore post 2" in client.get(delete_url(post)).text
    page = client.post(delete_url(post), {"restore": "1"}, follow=True).text
    assert "Too fast" in page
    thread.refresh_from_db()
    assert (thread.reply_count, thread.voice_count) == (2, 3)
    call_command("forum_recount", "--check", stdout=StringIO())


def test_only_the_author_deletes_and_only_in_an_open_thread(client, member):
    other, own = make_reply(make_thread()), make_reply(make_thread(), author=member)
    assert client.get(delete_url(other)).status_code == 403
    assert client.post(delete_url(other)).status_code == 403
    withdrawing.delete_own_post(post=other, by=member)
    other.refresh_from_db()
    assert other.state == "public"
    lock_thread(thread=own.thread, by=make_user(is_superuser=True))
    assert client.post(delete_url(own)).status_code == 403
    client.logout()
    assert client.post(delete_url(own)).url.startswith("/accounts/login/")


def test_author_does_not_bring_back_what_a_moderator_hid(client, member):
    post = make_reply(make_thread(), author=member)
    hide_post(post=post, by=make_user(is_superuser=True), reason="abuse")
    assert client.post(delete_url(post), {"restore": "1"}).status_code == 404
    assert withdrawing.restore_own_post(post=post, by=member).state == "hidden"
