"""Drafts in the database: saved as one writes, found in any browser, gone when posted."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum import drafts
from forum.limits import SAVES
from forum.models import Draft, Thread
from forum.moderation import hide_thread, lock_thread
from tests.factories import (
    PASSWORD,
    make_category,
    make_reply,
    make_thread,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    user = make_user("Jane Doe", date_joined=timezone.now() - timedelta(days=30))
    client.force_login(user)
    return user


def reply_url(thread):
    return f"{thread.get_absolute_url()}reply/"


def save(client, url, **fields):
    """Send what drafts.js sends."""
    return client.post(url, {**fields, "save_draft": "1"}, headers={"Accept": "application/json"})


def text_in(client, url):
    return client.get(url).context["form"]["text"].value()


def test_draft_survives_logout(client, member):
    """Written in one browser, logged out, logged in again in another."""
    thread = make_thread()
    answer = save(client, reply_url(thread), text="Two paragraphs")
    assert datetime.fromisoformat(answer.json()["at"]) <= timezone.now()
    client.logout()
    assert b"Two paragraphs" not in client.get(thread.get_absolute_url()).content
    elsewhere = Client()
    elsewhere.login(username=member.email, password=PASSWORD)
    page = elsewhere.get(thread.get_absolute_url())
    assert "Two paragraphs</textarea>" in page.content.decode()
    assert "What you wrote before is back. It is not posted yet." in page.content.decode()
    assert text_in(elsewhere, reply_url(thread)) == "Two paragraphs"


def test_draft_of_a_new_thread_comes_back_whole(client, member):
    topic = make_topic()
    sent = {
        "title": "My title",
        "kind": "discussion",
        "category": make_category().slug,
        "text": "My text",
        "topics": [topic.slug],
    }
    save(client, "/forum/new/", **sent)
    form = client.get("/forum/new/").context["form"]
    assert {name: form[name].value() for name in sent} == sent
    client.post("/forum/new/", sent)
    assert Thread.objects.get().title == "My title"
    assert not Draft.objects.exists()


def test_button_saves_without_a_script(client, member):
    thread = make_thread()
    page = client.get(thread.get_absolute_url()).content.decode()
    assert 'name="save_draft"' in page
    page = client.post(reply_url(thread), {"text": "Later", "save_draft": "1"}).content.decode()
    assert "The draft is saved." in page
    assert "Later</textarea>" in page
    assert Draft.objects.get().text == "Later"
    page = client.post(reply_url(thread), {"text": " ", "save_draft": "1"}).content.decode()
    assert "nothing to save yet" in page
    assert not Draft.objects.exists()


def test_saved_time_is_by_the_members_own_clock(member):
    member.time_zone = "America/Chicago"
    now = timezone.now()
    at = datetime(2020, 7, 1, 15, 42, tzinfo=UTC)
    assert drafts.saved_words(at, member) == "Saved Jul 1, 10:42"
    assert "," not in drafts.saved_words(now, member)


def test_discarded_draft_is_gone(client, member):
    thread = make_thread()
    save(client, reply_url(thread), text="Never mind")
    assert "Discard draft" in client.get(thread.get_absolute_url()).content.decode()
    page = client.post(
        reply_url(thread), {"text": "Never mind", "discard_draft": "1"}, follow=True
    ).content.decode()
    assert "The draft is gone." in page
    assert "Never mind" not in page
    assert not Draft.objects.exists()


def test_posting_ends_the_draft_and_late_saves_do_not_bring_it_back(client, member):
    thread, key = make_thread(), str(uuid.uuid4())
    sent = {"text": "Done", "submission_key": key}
    save(client, reply_url(thread), **sent)
    assert Draft.objects.count() == 1
    client.post(reply_url(thread), sent)
    assert not Draft.objects.exists()
    assert save(client, reply_url(thread), **sent).json()["at"] is None
    assert not Draft.objects.exists()


def test_what_could_not_be_posted_is_saved(client, member):
    thread = make_thread()
    client.post(reply_url(thread), {"text": "x" * 20_001})
    assert len(Draft.objects.get().text) == 20_001
    client.post(reply_url(thread), {"text": "As a preview", "preview": "1"})
    assert Draft.objects.get().text == "As a preview"
    lock_thread(thread=thread, by=make_user(is_superuser=True))
    page = client.get(reply_url(thread)).content.decode()
    assert "This thread is closed." in page
    assert "As a preview</textarea>" in page


def test_edit_that_changes_nothing_is_no_draft(client, member):
    post = make_reply(make_thread(), text="Said\n\nso", author=member)
    url = f"/forum/p/{post.pk}/edit/"
    save(client, url, text="Said\r\n\r\nso ")
    assert not Draft.objects.exists()
    save(client, url, text="Said otherwise")
    assert text_in(client, url) == "Said otherwise"
    assert text_in(client, reply_url(post.thread)) == ""
    client.post(url, {"text": "Said otherwise"})
    assert not Draft.objects.exists()


def test_newer_of_session_and_database_is_shown(client, member, time_machine):
    """The session ended while somebody wrote; he had saved an earlier state of it."""
    thread = make_thread()
    save(client, reply_url(thread), text="First half")
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    client.logout()
    writer = drafts.sign_writer(member)
    answer = save(client, reply_url(thread), text="First half, second half", writer=writer)
    assert answer.status_code == 401
    assert "You are logged out" in answer.json()["said"]
    client.login(username=member.email, password=PASSWORD)
    assert text_in(client, reply_url(thread)) == "First half, second half"
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    save(client, reply_url(thread), text="All of it")
    assert text_in(client, reply_url(thread)) == "All of it"
    client.post(reply_url(thread), {"text": "All of it"})
    assert text_in(client, reply_url(thread)) == ""


def test_draft_of_one_member_is_nobody_elses(client, member):
    thread = make_thread()
    save(client, reply_url(thread), text="Mine alone")
    client.force_login(make_user())
    assert text_in(client, reply_url(thread)) == ""
    writer = drafts.sign_writer(member)
    answer = save(client, reply_url(thread), text="Mine alone", writer=writer)
    assert answer.status_code == 409
    assert "Somebody else is logged in" in answer.json()["said"]
    draft = Draft.objects.get()
    assert client.post(f"/forum/drafts/{draft.pk}/discard/").status_code == 404
    client.logout()
    assert "/accounts/login/" in client.post(f"/forum/drafts/{draft.pk}/discard/").url
    assert Draft.objects.count() == 1


def test_saves_are_limited(client, member, monkeypatch):
    monkeypatch.setattr("forum.views.showing.SAVES", type(SAVES)("draft-test", 2, 3600))
    thread = make_thread()
    answers = [save(client, reply_url(thread), text=f"Text {number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert "more than 2 in an hour" in answers[-1].json()["said"]
    assert Draft.objects.get().text == "Text 1"


def test_member_has_so_many_drafts_and_no_more(member, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_SAVED", 3)
    now = timezone.now()
    for minutes in range(5):
        place = drafts.reply_place(make_thread())
        at = now + timedelta(minutes=minutes)
        drafts.save(user=member, place=place, fields={"text": str(minutes)}, now=at)
    assert [draft.text for draft in Draft.objects.of(member)] == ["4", "3", "2"]


def test_odd_texts_are_saved_without_what_no_column_takes(client, member):
    save(client, "/forum/new/", title="t\x00" * 2000, text="a\x00b" * 30_000, topics=["\x00"] * 99)
    draft = Draft.objects.get()
    assert len(draft.title) == drafts.LONGEST_TITLE
    assert len(draft.text) == drafts.LONGEST
    assert client.get("/forum/new/").status_code == 200


# Among one's own -----------------------------------------------------------------------------


def test_drafts_are_listed_with_ways_on(client, member):
    thread, hidden = make_thread("Asked by all"), make_thread("Secret by now")
    post = make_thread("Written by me", author=member).posts.get()
    for url in (reply_url(thread), reply_url(hidden), f"/forum/p/{post.pk}/edit/", "/forum/new/"):
        save(client, url, text=f"Draft for {url}")
    hide_thread(thread=hidden, by=make_user(is_superuser=True))
    page = client.get("/me/").content.decode()
    assert 'Drafts <span class="count">(3)</span>' in page
    for words in (
        "Reply to Asked by all",
        "Change of post 1 in Written by me",
        "New thread without a title",
    ):
        assert words in page
    assert "Secret by now" not in page
    for draft in Draft.objects.visible_to(member):
        assert f'href="{draft.get_absolute_url()}"' in page
        assert f"Draft for {draft.get_absolute_url()}" in text_in(client, draft.get_absolute_url())
    first = Draft.objects.get(place="new")
    page = client.post(f"/forum/drafts/{first.pk}/discard/", follow=True).content.decode()
    assert "The draft is gone." in page
    assert 'Drafts <span class="count">(2)</span>' in page


def test_thread_page_asks_for_the_draft_only_where_there_is_one(
    client, member, django_assert_max_num_queries
):
    thread = make_thread()
    client.get(thread.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get(thread.get_absolute_url())
    save(client, reply_url(thread), text="Begun")
    with django_assert_max_num_queries(13):
        client.get(thread.get_absolute_url())


def test_drafts_of_long_ago_are_purged(member):
    now = timezone.now()
    old, new = (make_thread() for _ in range(2))
    for thread, days in ((old, 181), (new, 179)):
        written = now - timedelta(days=days)
        drafts.save(
            user=member, place=drafts.reply_place(thread), fields={"text": "Text"}, now=written
        )
    assert drafts.purge_old(now) == 1
    assert Draft.objects.get().thread == new
