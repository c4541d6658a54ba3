import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from forum import drafts
from forum.limits import POSTS_WHEN_NEW, THREADS_WHEN_NEW, refusal
from forum.models import Post, Thread
from forum.moderation import lock_thread
from tests.factories import (
    PASSWORD,
    make_agency,
    make_category,
    make_kit,
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


def text_of(response):
    assert response.status_code in {200, 403}, response
    return response.content.decode()


# Replying ------------------------------------------------------------------------------------


def test_reply_stands_in_the_thread_at_once(client, member):
    thread = make_thread()
    response = client.post(reply_url(thread), {"text": "My **reply**"})
    assert response.url == f"{thread.get_absolute_url()}#post-2"
    page = text_of(client.get(response.url))
    assert "<p>My <strong>reply</strong></p>" in page
    assert "Just now" in page
    assert f"/forum/p/{thread.posts.get(number=2).pk}/edit/" in page


def test_reply_leads_to_the_page_it_stands_on(client, member):
    thread = make_thread()
    for _ in range(19):
        make_reply(thread, author=thread.author)
    response = client.post(reply_url(thread), {"text": "Twenty-one"})
    assert response.url == f"{thread.get_absolute_url()}?page=2#post-21"


def test_form_posts_once_however_often_it_is_sent(client, member):
    thread = make_thread()
    page = client.get(thread.get_absolute_url()).content.decode()
    key = re.search(r'name="submission_key" value="(.*?)"', page)[1]
    sent = {"text": "Once", "submission_key": key}
    first, again = client.post(reply_url(thread), sent), client.post(reply_url(thread), sent)
    assert first.url == again.url
    assert thread.posts.count() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write something before you post."),
        (" \x00\r\n ", "Write something before you post."),
        ("x" * 20_001, "A post may have 20,000 characters; yours has 20,001."),
    ],
)
def test_refused_text_comes_back(client, member, text, said):
    thread = make_thread()
    page = text_of(client.post(reply_url(thread), {"text": text}))
    assert said in page
    assert text.strip(" \x00\r\n") in page
    assert thread.posts.count() == 1


def test_nul_is_dropped(client, member):
    thread = make_thread()
    client.post(reply_url(thread), {"text": "a\x00b\r\nc", "submission_key": "no\x00key"})
    assert thread.posts.get(number=2).text == "ab\nc"


def test_preview_posts_nothing_and_keeps_the_text(client, member):
    make_kit("The Kit", slug="the-kit")
    thread = make_thread()
    key = str(uuid.uuid4())
    sent = {"text": "See [[the kit]] <b>", "preview": "1", "submission_key": key}
    page = text_of(client.post(reply_url(thread), sent))
    assert "Preview: not posted yet" in page
    assert '<a href="/resources/the-kit/" class="mention">The Kit</a> &lt;b&gt;' in page
    assert "See [[the kit]] &lt;b&gt;</textarea>" in page
    assert key in page
    assert thread.posts.count() == 1
    assert "the text is empty" in text_of(client.post(reply_url(thread), {"preview": "1"}))


def test_thread_closed_while_writing_gives_the_text_back(client, member):
    thread = make_thread()
    lock_thread(thread=thread, by=make_user(is_superuser=True))
    page = text_of(client.post(reply_url(thread), {"text": "Long work"}))
    assert "was closed while you wrote" in page
    assert "Long work</textarea>" in page
    assert f"/forum/new/?category={thread.category.slug}" in page
    # It waits among his drafts; who has none is refused.
    assert "Long work</textarea>" in text_of(client.get(reply_url(thread)))
    client.force_login(make_user())
    assert client.get(reply_url(thread)).status_code == 403


def test_reader_without_right_to_write_keeps_his_text(client, member):
    thread = make_thread(category=make_category(write="verified"))
    assert "Mine</textarea>" in text_of(client.post(reply_url(thread), {"text": "Mine"}))
    assert thread.posts.count() == 1
    assert "but not write" in text_of(client.get(reply_url(thread)))
    client.post(reply_url(thread), {"discard_draft": "1"})
    assert client.get(reply_url(thread)).status_code == 403


def test_invisible_thread_is_not_found(client, member):
    thread = make_thread(category=make_category(read="verified"))
    assert client.get(reply_url(thread)).status_code == 404
    assert client.post(reply_url(thread), {"text": "x"}).status_code == 404


def test_quotation_says_whose_it_is(client, member):
    thread = make_thread(text="First line\n\nSecond", author=make_user("A [tricky] name"))
    post = thread.posts.get()
    page = client.get(f"{reply_url(thread)}?quote={post.pk}")
    assert page.context["form"]["text"].value() == (
        f"> [A tricky name in post 1](/forum/p/{post.pk}/):\n>\n> First line\n>\n> Second\n\n"
    )
    for odd in ("x", "-1", "9" * 30, "%00", "0"):
        assert client.get(f"{reply_url(thread)}?quote={odd}").status_code == 200


# Starting ------------------------------------------------------------------------------------


def test_question_is_asked(client, member):
    category, topic = make_category(), make_topic()
    sent = {
        "title": " What about\nthis? ",
        "kind": "question",
        "category": category.slug,
        "text": "Tell me.",
        "topics": [topic.slug],
    }
    response = client.post("/forum/new/", sent)
    thread = Thread.objects.get()
    assert response.url == thread.get_absolute_url()
    assert (thread.title, thread.kind, thread.author) == ("What about this?", "question", member)
    assert list(thread.topics.all()) == [topic]


def test_new_thread_is_prefilled_from_where_one_came(client, member):
    topic = make_topic()
    make_kit("The Kit", slug="the-kit", topics=[topic])
    category = make_category()
    make_category()
    query = f"category={category.slug}&title=My+title&text=Words&resource=the-kit"
    form = client.get(f"/forum/new/?{query}").context["form"]
    assert form["title"].value() == "My title"
    assert form["text"].value() == "[[The Kit]]\n\nWords"
    assert form["category"].value() == category.slug
    assert form["kind"].value() == "discussion"
    assert form["topics"].value() == [topic.slug]
    odd = client.get("/forum/new/?category=nowhere&resource=none&title=%00&topic=x")
    assert odd.status_code == 200


def test_wrong_thread_form_comes_back_as_typed(client, member):
    topics = [make_topic() for _ in range(4)]
    closed = make_category("Closed", write="verified")
    sent = {
        "title": "x" * 201,
        "kind": "announcement",
        "category": closed.slug,
        "text": "My long text",
        "topics": [topic.slug for topic in topics],
    }
    page = text_of(client.post("/forum/new/", sent))
    assert "x" * 201 in page
    assert "My long text</textarea>" in page
    assert page.count("checked") == 4
    assert "Choose at most three topics." in page
    assert "Choose one of the categories in the list." in page
    assert not Thread.objects.exists()
    assert "Give it a title" in text_of(client.post("/forum/new/", {"text": "x"}))


def test_announcements_are_for_moderators_of_the_category(client, member):
    mine, other = make_category(), make_category()
    mine.moderators.create(user=member)
    sent = {"title": "Hear", "kind": "announcement", "text": "x", "category": other.slug}
    assert "for moderators" in text_of(client.post("/forum/new/", sent))
    client.post("/forum/new/", {**sent, "category": mine.slug})
    assert Thread.objects.get().kind == "announcement"


def test_heading_says_what_one_is_about_to_write(client, member):
    make_category("Help")
    make_kit("The kit", slug="the-kit")
    assert "<h1>Ask a question</h1>" in text_of(client.get("/forum/new/"))
    for _visit in ("as a member", "as a visitor"):
        page = text_of(client.get("/forum/new/?resource=the-kit"))
        assert "<h1>Start a discussion</h1>" in page
        assert "Ask a question" not in page.partition("<main")[2]
        client.logout()


def test_visitor_is_asked_to_join_and_comes_back_to_the_form(client):
    make_category()
    page = text_of(client.get("/forum/new/?title=A+b"))
    assert "/accounts/signup/?next=%2Fforum%2Fnew%2F%3Ftitle%3DA%2Bb" in page
    assert "csrfmiddlewaretoken" not in page


# Editing -------------------------------------------------------------------------------------


def test_author_edits_and_readers_see_when(client, member):
    post = make_reply(make_thread(), author=member)
    url = f"/forum/p/{post.pk}/edit/"
    assert client.get(url).context["form"]["text"].value() == post.text
    response = client.post(url, {"text": "Better"})
    assert response.url.endswith("#post-2")
    page = text_of(client.get(response.url))
    assert "Better" in page
    assert "edited just now" in page


def test_opening_post_is_edited_with_its_title(client, member):
    thread = make_thread("Old", author=member)
    url = f"/forum/p/{thread.posts.get().pk}/edit/"
    assert client.post(url, {"text": "x", "title": ""}).status_code == 200
    client.post(url, {"text": "x", "title": "New"})
    thread.refresh_from_db()
    assert thread.title == "New"


def test_others_posts_are_not_edited(client, member):
    thread = make_thread()
    url = f"/forum/p/{thread.posts.get().pk}/edit/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"text": "x", "title": "x"}).status_code == 403
    lock_thread(thread=thread, by=make_user(is_superuser=True))
    own = make_thread(author=member)
    post = own.posts.get()
    lock_thread(thread=own, by=make_user(is_superuser=True))
    assert client.get(f"/forum/p/{post.pk}/edit/").status_code == 403
    page = text_of(client.post(f"/forum/p/{post.pk}/edit/", {"text": "Kept", "title": "T"}))
    assert "Kept</textarea>" in page
    post.refresh_from_db()
    assert post.edited_at is None


# Answers -------------------------------------------------------------------------------------


def test_asker_accepts_an_answer_and_takes_it_back(client, member):
    thread = make_thread(kind="question", author=member)
    post = make_reply(thread)
    url = f"/forum/p/{post.pk}/answer/"
    assert "Accept as answer" in text_of(client.get(thread.get_absolute_url()))
    assert client.post(url).url.endswith("#post-2")
    page = text_of(client.get(thread.get_absolute_url()))
    assert "<strong>answered</strong>" in page
    assert f"Post 2 by {post.author.display_name}" in page
    client.post(url, {"undo": "1"})
    thread.refresh_from_db()
    assert thread.answer is None


def test_only_asker_and_moderators_accept(client, member):
    thread = make_thread(kind="question")
    post = make_reply(thread, author=member)
    url = f"/forum/p/{post.pk}/answer/"
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 403
    thread.category.moderators.create(user=member)
    assert client.post(url).status_code == 302
    opening = thread.posts.get(number=1)
    assert client.post(f"/forum/p/{opening.pk}/answer/").status_code == 404
    discussion = make_reply(make_thread(author=member))
    assert client.post(f"/forum/p/{discussion.pk}/answer/").status_code == 404


# Limits --------------------------------------------------------------------------------------


def test_limit_answers_clearly_and_keeps_the_text(client):
    user = make_user()
    client.force_login(user)
    thread = make_thread()
    for _ in range(POSTS_WHEN_NEW.times):
        assert client.post(reply_url(thread), {"text": "x"}).status_code == 302
    page = text_of(client.post(reply_url(thread), {"text": "One too many"}))
    assert "more than 10 in an hour" in page
    assert "accounts of the first two days" in page
    assert "One too many</textarea>" in page
    assert thread.posts.count() == 1 + POSTS_WHEN_NEW.times


def test_limit_is_wider_for_known_members():
    new, known = make_user(), make_user(date_joined=timezone.now() - timedelta(days=3))
    verified = make_user(agency=make_agency())
    for user in (new, known, verified):
        said = [refusal(user, starts_thread=True) for _ in range(THREADS_WHEN_NEW.times + 1)]
        assert bool(said[-1]) == (user == new)
        assert not any(said[:-1])


@pytest.mark.django_db(transaction=True)
def test_limit_holds_under_two_workers():
    user, thread = make_user(), make_thread()
    answers = []

    def work():
        client = Client()
        client.force_login(user)
        sent = [client.post(reply_url(thread), {"text": "x"}) for _ in range(8)]
        answers.extend(response.status_code for response in sent)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert answers.count(302) == POSTS_WHEN_NEW.times
    # So many at once are held from the sixth on; none is lost, none has a number twice.
    posts = Post.objects.filter(thread=thread)
    numbers = posts.exclude(state="held").values_list("number", flat=True)
    assert posts.count() == POSTS_WHEN_NEW.times + 1
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


# Without a session, with a stale token -------------------------------------------------------


def test_text_survives_logging_in(client):
    """The session ended while somebody wrote: log in, and the text stands in the form."""
    user, thread = make_user(email="jane@example.org"), make_thread()
    writer = drafts.sign_writer(user)
    response = client.post(reply_url(thread), {"text": "Hours of work", "writer": writer})
    assert response.url == f"/accounts/login/?next={reply_url(thread)}"
    assert thread.posts.count() == 1
    client.login(username=user.email, password=PASSWORD)
    page = client.get(reply_url(thread))
    assert page.context["form"]["text"].value() == "Hours of work"
    assert "What you wrote before is back" in text_of(page)
    assert "Hours of work</textarea>" in text_of(client.get(thread.get_absolute_url()))
    client.post(reply_url(thread), {"text": "Hours of work"})
    assert client.get(reply_url(thread)).context["form"]["text"].value() == ""


def test_new_thread_and_edit_survive_logging_in(client):
    user, category, topic = make_user(), make_category(), make_topic()
    thread = make_thread(author=user)
    post = thread.posts.get()
    sent = {
        "title": "My title",
        "text": "My text",
        "kind": "discussion",
        "category": category.slug,
        "topics": [topic.slug],
    }
    client.post("/forum/new/", sent)
    client.post(f"/forum/p/{post.pk}/edit/", {"text": "Edited", "title": "Also"})
    client.force_login(user)
    form = client.get("/forum/new/").context["form"]
    assert {name: form[name].value() for name in sent} == sent
    form = client.get(f"/forum/p/{post.pk}/edit/").context["form"]
    assert (form["text"].value(), form["title"].value()) == ("Edited", "Also")


def test_kept_text_is_for_its_writer_alone(client):
    writer, other, thread = make_user(), make_user(), make_thread()
    sent = {"text": "For me", "writer": drafts.sign_writer(writer)}
    client.post(reply_url(thread), sent)
    client.force_login(other)
    assert "For me" not in text_of(client.get(reply_url(thread)))


def test_kept_texts_are_few_and_end(client, time_machine):
    threads = [make_thread() for _ in range(drafts.MOST_DRAFTS + 1)]
    for thread in threads:
        client.post(reply_url(thread), {"text": f"For {thread.pk}"})
    assert len(client.session[drafts.KEY]) == drafts.MOST_DRAFTS
    time_machine.move_to(timezone.now() + timedelta(days=2))
    client.force_login(make_user())
    assert client.get(reply_url(threads[-1])).context["form"]["text"].value() == ""


def test_form_opened_for_another_member_is_not_posted_at_once(client, member):
    thread = make_thread()
    sent = {"text": "Whose is it?", "writer": drafts.sign_writer(make_user())}
    response = client.post(reply_url(thread), sent)
    page = text_of(response)
    assert "You are logged in as Jane Doe now." in page
    assert "Whose is it?</textarea>" in page
    form = response.context["form"]
    sent["writer"] = form["writer"].value()
    assert client.post(reply_url(thread), sent).status_code == 302


@pytest.mark.parametrize("writer", ["x", "1:forged", "\x00"])
def test_forged_writer_is_nobody(client, member, writer):
    thread = make_thread()
    assert client.post(reply_url(thread), {"text": "x", "writer": writer}).status_code == 302


@pytest.mark.parametrize("is_member", [True, False])
def test_stale_token_shows_the_form_again(is_member):
    client, thread = Client(enforce_csrf_checks=True), make_thread()
    if is_member:
        client.force_login(make_user())
    response = client.post(reply_url(thread), {"text": "Not lost"})
    page = text_of(response)
    assert response.status_code == 403
    assert "open for too long" in page
    assert "Not lost</textarea>" in page
    token = client.cookies["csrftoken"].value
    sent = {"text": "Not lost", "csrfmiddlewaretoken": token}
    again = client.post(reply_url(thread), sent)
    assert again.status_code == 302
    assert thread.posts.count() == 1 + is_member
    if not is_member:
        assert again.url.startswith("/accounts/login/")
    assert client.post("/forum/new/", {"text": "Nor this"}).content.count(b"Nor this") == 1
    edit = f"/forum/p/{thread.posts.get(number=1).pk}/edit/"
    assert client.post(edit, {"text": "x"}).status_code == 403


# Preview as one writes -----------------------------------------------------------------------


def test_script_gets_what_the_text_looks_like_and_nothing_is_kept(client, member):
    thread = make_thread()
    make_kit("The Kit", slug="the-kit")
    sent = {"text": "See [[The Kit]] <script>", "preview": "1"}
    answer = client.post(reply_url(thread), sent, headers={"Accept": "application/json"}).json()
    assert (
        '<a href="/resources/the-kit/" class="mention">The Kit</a> &lt;script&gt;'
        in (answer["html"])
    )
    assert thread.posts.count() == 1
    assert not thread.drafts.exists()


def test_live_preview_is_limited(client, member, monkeypatch):
    monkeypatch.setattr("forum.views.showing.LIVE_PREVIEWS", type(POSTS_WHEN_NEW)("x", 0, 3600))
    sent = {"text": "x", "preview": "1"}
    url = reply_url(make_thread())
    answer = client.post(url, sent, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "more than 0 in an hour" in answer.json()["said"]
