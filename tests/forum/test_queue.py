"""The moderators' queue in the admin, and deciding from the thread."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from forum import moderation
from forum.models import Post, Report
from forum.posting import reply
from forum.queue import counts_for, neighbours, waiting_for
from forum.reporting import report_post
from tests.factories import make_agency, make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/forum/queue/"
SPAM = "Great offers at https://spam.example.com/buy"


@pytest.fixture
def moderator(client):
    user = make_user("Mod Erator")
    user.groups.add(Group.objects.get(name="Forum moderators"))
    client.force_login(user)
    return user


def held(thread=None, text=SPAM):
    post = reply(thread=thread or make_thread(), author=make_user(), text=text, is_screened=True)
    assert post.state == "held"
    return post


def reported(reason="spam", text="Buy this", **fields):
    post = make_reply(make_thread(), text="Something reported")
    report_post(post=post, reporter=make_user(), reason=reason, text=text, **fields)
    return post


def asked(moderator):
    post = make_reply(make_thread(), text="Something hidden")
    moderation.hide_post(post=post, by=moderator, reason="abuse")
    moderation.ask_again(post=post, by=post.author, text="I changed it")
    return post


def fresh(post):
    return Post.objects.get(pk=post.pk)


def test_queue_shows_what_waits_with_its_context(client, moderator):
    thread = make_thread("Talk of the town")
    held(thread)
    reported()
    asked(moderator)
    page = client.get(QUEUE).content.decode()
    for words in (
        "Talk of the town",
        "links to outside pages",
        "Buy this",
        "Its author asks again",
        "I changed it",
        "All (3)",
        "Held (1)",
    ):
        assert words in page
    only = client.get(f"{QUEUE}?kind=reported").content.decode()
    assert "Something reported" in only
    assert "I changed it" not in only
    panel = client.get("/admin/").content.decode()
    for words in ("1 held post", "1 reported post", "1 author asks again"):
        assert words in panel


def test_oldest_is_first(moderator):
    now = timezone.now()
    late = reported()
    early = make_reply(make_thread())
    report_post(post=early, reporter=make_user(), reason="spam", now=now - timedelta(days=2))
    assert list(waiting_for(moderator)) == [early, late]
    assert counts_for(moderator)["since"] == now - timedelta(days=2)


def test_moderators_see_their_categories_alone(client):
    desk, mine = make_user(), make_category()
    mine.moderators.create(user=desk)
    inside = make_category(parent=mine)
    own, other = held(make_thread(category=inside)), held(make_thread(), text=f"{SPAM} now")
    client.force_login(desk)
    assert list(waiting_for(desk)) == [own]
    assert client.get(f"{QUEUE}{own.pk}/").status_code == 200
    assert client.get(f"{QUEUE}{other.pk}/").status_code == 404
    client.post(QUEUE, {"post": [own.pk, other.pk], "action": "release"})
    assert (fresh(own).state, fresh(other).state) == ("public", "held")
    client.force_login(make_user())
    assert client.get(QUEUE).status_code == 403
    editor = make_user()
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    page = client.get("/admin/").content.decode()
    assert "forum-queue" not in page
    assert client.get(QUEUE).status_code in {302, 403}


def test_case_shows_neighbours_and_record(client, moderator):
    thread = make_thread(text="It began so")
    make_reply(thread, text="Said before")
    post = make_reply(thread, text="The bad one")
    make_reply(thread, text="Said after")
    report_post(post=post, reporter=make_user("Wanda Watchful"), reason="abuse")
    before, after = neighbours(post)
    assert [row.number for row in before] == [1, 2]
    assert [row.number for row in after] == [4]
    page = client.get(f"{QUEUE}{post.pk}/").content.decode()
    for words in ("It began so", "Said before", "Said after", "Wanda Watchful", "1 open"):
        assert words in page


def test_case_is_decided_with_reason(client, moderator):
    post = reported()
    url = f"{QUEUE}{post.pk}/"
    assert "Choose a reason." in client.post(url, {"action": "hide"}).content.decode()
    assert fresh(post).state == "public"
    answer = client.post(url, {"action": "hide", "reason": "spam", "note": "No ads"})
    assert answer.url == QUEUE
    assert (fresh(post).state, fresh(post).note) == ("hidden", "No ads")
    assert Report.objects.get().state == "upheld"
    # Somebody who has the page still open is told.
    again = client.post(url, {"action": "dismiss"}).content.decode()
    assert "no choice any more" in again


def test_many_are_decided_together_each_with_its_line_in_the_log(client, moderator):
    posts = [held(text=f"{SPAM} number {word}") for word in ("one", "two")]
    other = reported()
    ticked = [post.pk for post in (*posts, other)]
    assert "Tick at least one" in client.post(QUEUE, {"action": "release"}).content.decode()
    assert "Choose what" in client.post(QUEUE, {"post": ticked}).content.decode()
    page = client.post(QUEUE, {"post": ticked, "action": "release"}, follow=True).content.decode()
    assert "2 posts are decided" in page
    assert "1 post stays" in page
    assert [fresh(post).state for post in posts] == ["public", "public"]
    rows = ModelLogEntry.objects.filter(action="forum.post.release")
    assert rows.count() == 2
    assert rows.values("uuid").distinct().count() == 2


def test_hiding_many_does_not_let_held_posts_appear(client, moderator):
    one, other = held(), reported()
    client.post(QUEUE, {"post": [one.pk, other.pk], "action": "hide", "reason": "spam"})
    assert [fresh(post).state for post in (one, other)] == ["hidden", "hidden"]
    assert fresh(one).number is None
    assert "Nothing waits" in client.get(QUEUE).content.decode()


def test_author_who_asked_again_is_granted_or_refused(client, moderator):
    one, other = asked(moderator), asked(moderator)
    client.post(f"{QUEUE}{one.pk}/", {"action": "restore"})
    client.post(f"{QUEUE}{other.pk}/", {"action": "keep-hidden", "note": "Still rude"})
    assert (fresh(one).state, one.review_requests.get().state) == ("public", "granted")
    assert (fresh(other).state, other.review_requests.get().state) == ("hidden", "refused")
    assert fresh(other).note == "Still rude"


def test_queue_and_case_cost_the_same_for_many(client, moderator):
    thread = make_thread()
    people = [make_user(agency=make_agency()) for _ in range(2)]

    def fill(rows):
        for number in range(rows):
            post = make_reply(thread, author=people[0], text=f"Post {number}")
            report_post(post=post, reporter=people[1], reason="spam")
        return f"{QUEUE}{post.pk}/"

    def queries(url):
        # Wagtail keeps some of what its menu asks, so that the first time counts for nothing.
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    case = fill(2)
    few = queries(QUEUE), queries(case)
    case = fill(18)
    assert (queries(QUEUE), queries(case)) == few
    assert max(few) <= 20


@pytest.mark.parametrize("pk", ["999999", "x"])
def test_what_is_not_there_is_not_found(client, moderator, pk):
    make_category()
    assert client.get(f"{QUEUE}{pk}/").status_code == 404
    assert client.get(f"{QUEUE}?p=%00&kind=nonsense").status_code == 200
    assert client.post(QUEUE, {"post": ["x", "²"], "action": "hide"}).status_code == 200
