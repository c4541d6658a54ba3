import threading
from datetime import date, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from forum import drafts, polling
from forum.models import Poll, PollVote
from forum.moderation import lock_thread
from forum.recount import recount_poll
from tests.factories import make_category, make_thread, make_user

pytestmark = pytest.mark.django_db
ASKED = {"question": "Which day?", "options": ["Monday", "Friday", "Never"]}


@pytest.fixture
def member(client):
    user = make_user("Jane Doe", date_joined=timezone.now() - timedelta(days=30))
    client.force_login(user)
    return user


def make_poll(thread=None, **fields):
    thread = thread or make_thread()
    return polling.make_poll(thread=thread, by=thread.author, **(ASKED | fields))


def keys(poll):
    return list(poll.options.values_list("pk", flat=True))


def counts(poll):
    poll.refresh_from_db()
    return poll.voter_count, list(poll.options.values_list("vote_count", flat=True))


def vote_url(poll):
    return f"{poll.thread.get_absolute_url()}vote/"


def page_of(client, poll, query=""):
    return client.get(poll.thread.get_absolute_url() + query).content.decode()


# Voting ----------------------------------------------------------------------------------------


def test_vote_counts_and_changes_until_it_is_taken_back(client, member):
    poll = make_poll()
    first, second, _ = keys(poll)
    page = page_of(client, poll)
    assert "Choose one" in page
    assert "<meter" not in page
    assert client.post(vote_url(poll), {"option": first}).url.endswith("#poll")
    assert counts(poll) == (1, [1, 0, 0])
    page = page_of(client, poll)
    assert 'value="100"' in page
    assert "Your vote" in page
    assert f'value="{first}" checked' in page_of(client, poll, "?poll=vote")
    client.post(vote_url(poll), {"option": second})
    assert counts(poll) == (1, [0, 1, 0])
    client.post(vote_url(poll), {"withdraw": "1"})
    assert counts(poll) == (0, [0, 0, 0])


def test_results_are_shown_before_voting_to_who_asks(client, member):
    assert "<meter" in page_of(client, make_poll(), "?poll=results")


def test_several_options_where_that_is_asked(client, member):
    poll = make_poll(is_multiple=True)
    first, _, third = keys(poll)
    client.post(vote_url(poll), {"option": [first, third]})
    assert counts(poll) == (1, [1, 0, 1])


@pytest.mark.parametrize("chosen", [[], ["x"], ["999999"], "both"])
def test_wrong_choice_is_said_and_counts_nothing(client, member, chosen):
    poll = make_poll()
    sent = {"option": keys(poll)[:2] if chosen == "both" else chosen}
    answer = client.post(vote_url(poll), sent, follow=True)
    assert "Choose one option." in answer.content.decode()
    assert counts(poll) == (0, [0, 0, 0])


def test_option_of_another_poll_counts_nowhere(client, member):
    poll, other = make_poll(), make_poll()
    client.post(vote_url(poll), {"option": keys(other)[0]})
    assert counts(other) == (0, [0, 0, 0])


def test_closed_poll_takes_no_votes(client, member):
    poll = make_poll(closes_at=timezone.now() - timedelta(minutes=1))
    answer = client.post(vote_url(poll), {"option": keys(poll)[0]}, follow=True)
    assert "The poll is closed, so nothing was counted." in answer.content.decode()
    assert "<meter" in answer.content.decode()
    assert counts(poll) == (0, [0, 0, 0])


def test_closed_thread_closes_its_poll(member):
    poll = make_poll()
    lock_thread(thread=poll.thread, by=make_user(is_superuser=True))
    with pytest.raises(polling.PollClosed):
        polling.vote(poll=poll, by=member, options=keys(poll)[:1])


def test_visitors_see_results_and_log_in_to_vote(client):
    poll = make_poll()
    page = page_of(client, poll)
    assert "<meter" in page
    assert "Log in to vote" in page
    assert '<form method="post"' not in page
    assert client.post(vote_url(poll), {"option": keys(poll)[0]}).url.startswith("/accounts/login/")


def test_who_may_not_write_does_not_vote(client, member):
    poll = make_poll(make_thread(category=make_category(write="verified")))
    assert client.post(vote_url(poll), {"option": keys(poll)[0]}).status_code == 403


def test_poll_of_an_invisible_thread_is_not_found(client):
    poll = make_poll(make_thread(category=make_category(read="members")))
    assert client.post(vote_url(poll), {"option": keys(poll)[0]}).status_code == 404


def test_kept_page_shows_the_vote_at_once(client):
    poll = make_poll()
    assert "1 person voted" not in page_of(client, poll)
    voter = make_user()
    member = client.__class__()
    member.force_login(voter)
    member.post(vote_url(poll), {"option": keys(poll)[0]})
    assert "1 person voted" in page_of(client, poll)


# One query for a member, and one for the options where the page is made anew, as here.
def test_poll_costs_the_same_however_many_voted(client, member):
    def ask(poll):
        url = poll.thread.get_absolute_url()
        client.get(url)
        with CaptureQueriesContext(connections["default"]) as asked:
            client.get(url)
        return len(asked)

    plain = make_thread()
    client.get(plain.get_absolute_url())
    with CaptureQueriesContext(connections["default"]) as asked:
        client.get(plain.get_absolute_url())
    few, many = make_poll(), make_poll(is_multiple=True)
    for _ in range(10):
        polling.vote(poll=many, by=make_user(), options=keys(many))
    assert ask(few) == ask(many) <= len(asked) + 2


# Making and changing ---------------------------------------------------------------------------


def thread_fields(category, **more):
    return {
        "title": "A question",
        "text": "Text",
        "kind": "question",
        "category": category.slug,
        "poll-question": "Which day?",
        "poll-options": "Monday\n\n  Friday ",
        **more,
    }


def test_poll_comes_with_a_new_thread(client, member):
    day = timezone.localdate() + timedelta(days=7)
    sent = thread_fields(make_category(), **{"poll-closes_on": day.isoformat()})
    client.post("/forum/new/", sent)
    poll = Poll.objects.get()
    assert [option.words for option in poll.options.all()] == ["Monday", "Friday"]
    assert timezone.localtime(poll.closes_at).date() == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"poll-options": "One"}, "A poll has 2 to 10 options; here are 1."),
        ({"poll-options": "\n".join(map(str, range(11)))}, "here are 11."),
        ({"poll-options": "a\nA"}, "Two options are the same."),
        ({"poll-options": "a\n" + "b" * 121}, "An option may have 120 characters."),
        ({"poll-question": ""}, "Say what the poll asks."),
        ({"poll-closes_on": "2020-01-01"}, "This day is over."),
        ({"poll-closes_on": "9999-12-31"}, "A poll runs for a year at most."),
        ({"poll-closes_on": "soon"}, "Give the day like 2027-03-31."),
    ],
)
def test_wrong_poll_comes_back_as_typed(client, member, typed, said):
    page = client.post("/forum/new/", thread_fields(make_category(), **typed)).content.decode()
    assert said in page
    assert not Poll.objects.exists()
    assert 'value="A question"' in page


def test_preview_shows_the_poll_as_far_as_it_is_one(client, member):
    category = make_category()
    sent = thread_fields(category, preview="1")
    page = client.post("/forum/new/", sent).content.decode()
    assert "<li>Monday</li><li>Friday</li>" in page
    page = client.post("/forum/new/", sent | {"poll-options": "One"}).content.decode()
    assert "<li>One</li>" not in page
    assert "Preview: not posted yet" in page


def test_draft_keeps_the_poll(client, member):
    client.post("/forum/new/", thread_fields(make_category(), save_draft="1"))
    assert drafts.Draft.objects.get().choices["poll-question"] == "Which day?"
    page = client.get("/forum/new/").content.decode()
    assert 'value="Which day?"' in page
    assert "Monday" in page


def test_author_gives_a_thread_its_poll_and_changes_it_before_anybody_votes(client, member):
    thread = make_thread(author=member)
    url = f"{thread.get_absolute_url()}poll/"
    assert url in client.get(thread.get_absolute_url()).content.decode()
    client.post(url, {"question": "Which day?", "options": "Monday\nFriday"})
    poll = Poll.objects.get()
    client.post(url, {"question": "Which week?", "options": "One\nTwo", "is_multiple": "on"})
    poll.refresh_from_db()
    assert (poll.question, poll.is_multiple) == ("Which week?", True)
    polling.vote(poll=poll, by=make_user(), options=keys(poll)[:1])
    page = client.get(url).content.decode()
    assert "People have voted" in page
    day = date.today() + timedelta(days=3)
    client.post(url, {"question": "Another?", "options": "x\ny", "closes_on": day.isoformat()})
    poll.refresh_from_db()
    assert poll.question == "Which week?"
    assert poll.closes_at
    assert client.post(url, {"remove": "1"}).status_code == 403
    client.post(url, {"close": "1"})
    poll.refresh_from_db()
    assert poll.has_ended
    assert not ModelLogEntry.objects.exists()


def test_moderator_removes_a_poll_and_the_log_says_so(client):
    poll = make_poll()
    polling.vote(poll=poll, by=make_user(), options=keys(poll)[:1])
    client.force_login(make_user(is_superuser=True))
    client.post(f"{poll.thread.get_absolute_url()}poll/", {"remove": "1"})
    assert not Poll.objects.exists()
    assert ModelLogEntry.objects.get().action == "forum.poll.remove"


def test_others_make_no_poll(client, member):
    url = f"{make_thread().get_absolute_url()}poll/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"question": "x", "options": "a\nb"}).status_code == 403


def test_poll_that_somebody_voted_in_meanwhile_stays(member):
    poll = make_poll()
    polling.vote(poll=poll, by=member, options=keys(poll)[:1])
    with pytest.raises(polling.HasVotes):
        polling.change_poll(
            poll=poll,
            by=member,
            question="Other?",
            options=["a", "b"],
            is_multiple=False,
            closes_at=None,
        )


def test_recount_finds_drift(member):
    poll = make_poll()
    poll = polling.vote(poll=poll, by=member, options=keys(poll)[:1])
    assert recount_poll(poll) == []
    poll.options.update(vote_count=7)
    Poll.objects.update(voter_count=3)
    poll.refresh_from_db()
    assert recount_poll(poll, check=True) == ["voter_count", "vote_count"]
    recount_poll(poll)
    assert counts(poll) == (1, [1, 0, 0])


@pytest.mark.django_db(transaction=True)
def test_votes_at_the_same_moment_all_count():
    poll = make_poll()
    chosen, voters = keys(poll), [make_user() for _ in range(4)]

    def choose(user):
        try:
            for option in (chosen[0], chosen[1], chosen[0]):
                polling.vote(poll=poll, by=user, options=[option])
        finally:
            connections.close_all()

    # Each of them twice at once, as from two tabs.
    threads = [threading.Thread(target=choose, args=[user]) for user in voters * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts(poll) == (4, [4, 0, 0])
    assert PollVote.objects.count() == 4
