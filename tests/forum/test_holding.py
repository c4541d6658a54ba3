"""Posts that wait for a moderator: which, and what happens to them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from forum import holding, screening
from forum.models import Category, SeenText, Standing, Thread
from forum.posting import reply, start_thread
from forum.withdrawing import delete_own_post, restore_own_post
from tests.factories import make_agency, make_category, make_kit, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db
SPAM = "Great offers at https://spam.example.com/buy"


def send(thread, author, text, **fields):
    return reply(thread=thread, author=author, text=text, is_screened=True, **fields)


def test_honest_first_post_appears_at_once():
    post = send(make_thread(), make_user(), "We do this in two hours, in class.")
    assert (post.state, post.number, post.signals) == ("public", 2, "")


def test_outside_link_among_the_first_three_posts_is_held():
    thread, member = make_thread(), make_user()
    for text in ("One.", "Two."):
        send(thread, member, text)
    held = send(thread, member, SPAM)
    assert (held.state, held.number, held.signals) == ("held", None, "links")
    thread.refresh_from_db()
    assert (thread.reply_count, thread.last_number, thread.voice_count) == (2, 3, 2)
    assert Standing.objects.get(user=member).posts == 2
    send(thread, member, "Three.")
    assert send(thread, member, SPAM.replace("offers", "ideas")).state == "public"


def test_our_own_pages_and_listings_are_no_outside_links():
    kit = make_kit(link="https://kit.example.gov/one")
    text = f"See [[{kit.title}]], https://kit.example.gov/one and /resources/{kit.slug}/"
    assert send(make_thread(), make_user(), text).state == "public"


def test_members_of_an_agency_and_moderators_are_never_held():
    thread, moderator = make_thread(), make_user()
    thread.category.moderators.create(user=moderator)
    for author in (make_user(agency=make_agency()), moderator):
        assert send(thread, author, SPAM).state == "public"


def test_posts_of_imports_and_demo_are_never_held():
    assert make_reply(make_thread(), text=SPAM).state == "public"


def test_many_mentions_are_held():
    names = [make_user(f"Person Number{word}").username for word in "abcdef"]
    thread, member = make_thread(), make_user()
    Standing.objects.create(user=member, posts=30)
    five = " ".join(f"@{name}" for name in names[:5])
    assert send(thread, member, five).state == "public"
    six = " ".join(f"@{name}" for name in names)
    assert send(thread, member, six).signals == "mentions"


def test_text_seen_before_is_held_whoever_sends_it():
    thread, now = make_thread(), timezone.now()
    text = "You will not believe how much I saved with this one simple thing last year, ask me how!"
    assert send(thread, make_user(), text, now=now).state == "public"
    same = text.upper().replace(" ", "  ")
    assert send(thread, make_user(), same, now=now).signals == "repeated"
    later = now + timedelta(days=8)
    assert screening.forget_texts(later) == 1
    assert send(thread, make_user(), text, now=later).state == "public"


def test_short_words_are_not_remembered():
    for _ in range(2):
        assert send(make_thread(), make_user(), "Thank you!").state == "public"
    assert not SeenText.objects.exists()


def test_pace_is_held():
    thread, member, now = make_thread(), make_user(), timezone.now()
    Standing.objects.create(user=member, posts=30)
    for number in range(5):
        assert send(thread, member, f"Post {number}", now=now).state == "public"
    assert send(thread, member, "Another", now=now).signals == "pace"
    assert send(thread, member, "Later", now=now + timedelta(minutes=6)).state == "public"


def test_field_that_nobody_sees_holds():
    post = send(make_thread(), make_user(), "Hello", is_from_a_program=True)
    assert post.signals == "program"


def test_released_post_gets_the_next_number_and_counts(django_capture_on_commit_callbacks):
    thread, member, moderator = make_thread(), make_user(), make_user()
    held = send(thread, member, SPAM)
    make_reply(thread, text="Meanwhile")
    with django_capture_on_commit_callbacks(execute=True):
        post = holding.release_post(post=held, by=moderator)
    assert (post.state, post.number, post.signals) == ("public", 3, "links")
    thread.refresh_from_db()
    assert (thread.reply_count, thread.voice_count, thread.last_post_by) == (2, 3, member)
    assert thread.last_post_at == post.created_at > held.created_at
    assert Standing.objects.get(user=member).posts == 1
    assert "Everyone can read it now" in mail.outbox[0].body
    assert holding.release_post(post=post, by=moderator).number == 3


def test_held_thread_is_seen_by_author_and_moderators_alone():
    author, moderator, category = make_user(), make_user(), make_category()
    category.moderators.create(user=moderator)
    thread = start_thread(
        category=category, author=author, title="Offers", text=SPAM, is_screened=True
    )
    assert (thread.state, thread.last_number) == ("held", 0)
    visible = [
        Thread.objects.visible_to(user).filter(pk=thread.pk).exists()
        for user in (author, moderator, make_user())
    ]
    assert visible == [True, True, False]
    category.refresh_from_db()
    assert (category.thread_count, category.post_count) == (0, 0)
    post = holding.release_post(post=thread.posts.get(), by=moderator)
    thread.refresh_from_db()
    assert (thread.state, post.number, thread.voice_count) == ("public", 1, 1)
    assert Category.objects.get(pk=category.pk).post_count == 1
    assert Thread.objects.visible_to(make_user()).filter(pk=thread.pk).exists()


def test_refused_post_is_told_its_author_and_has_no_number(django_capture_on_commit_callbacks):
    held = send(make_thread("Talk"), make_user(), SPAM)
    with django_capture_on_commit_callbacks(execute=True):
        post = holding.refuse_post(post=held, by=make_user(), reason="spam", note="No ads.")
    assert (post.state, post.number, post.note) == ("hidden", None, "No ads.")
    assert "spam" in mail.outbox[0].body
    assert "No ads." in mail.outbox[0].body
    assert f"/forum/p/{post.pk}/hidden/" in mail.outbox[0].body
    assert not Standing.objects.filter(user=post.author, posts__gt=0).exists()


def test_taking_back_a_held_post_takes_its_thread_along():
    author = make_user()
    thread = start_thread(
        category=make_category(), author=author, title="Offers", text=SPAM, is_screened=True
    )
    post = delete_own_post(post=thread.posts.get(), by=author)
    assert post.state == "deleted"
    assert Thread.objects.get(pk=thread.pk).state == "deleted"
    # It never was public, so that bringing it back would go round the moderators.
    assert restore_own_post(post=post, by=author).state == "deleted"
