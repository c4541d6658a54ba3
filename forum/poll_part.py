"""The poll at the head of a thread's first page, made for each reader.

What a poll asks and how many chose what is shared with the page; whether it is still open is asked
of the clock, and what oneself chose of the database, in one query.
"""

from django.template.loader import render_to_string

from .models import PollVote, Thread
from .polling import shown


def for_visitor(page):
    """Return the bytes of the results; none without a poll."""
    poll = page.poll
    if poll is None:
        return b""
    thread = page.thread
    if page.number > 1:
        return _render(thread, elsewhere=poll)
    return _render(thread, poll=shown(poll, page.poll_options, thread))


def for_member(page, mine, user, *, token, wish):
    """Return the bytes of the form or the results, with the way to make or change the poll.

    `mine` is the OwnState of `user`, `wish` what he asked to see.
    """
    poll, thread = page.poll, page.thread
    is_author = thread.author_id == user.pk
    may_change = mine.may_moderate or (is_author and mine.may_write and thread.takes_replies)
    if page.number > 1:
        return _render(thread, elsewhere=poll) if poll else b""
    if poll is None:
        may_change = may_change and thread.state == Thread.State.PUBLIC
        return _render(thread, may_change_poll=True) if may_change else b""
    votes = PollVote.objects.filter(poll=poll, user=user)
    found = shown(
        poll,
        page.poll_options,
        thread,
        mine=set(votes.values_list("option", flat=True)),
        may_vote=mine.may_write,
        wish=wish,
    )
    return _render(
        thread, poll=found, may_change_poll=may_change, is_member=True, csrf_token=token.decode()
    )


def _render(thread, **context):
    return render_to_string("forum/_poll_place.html", {"thread": thread, **context}).encode()
