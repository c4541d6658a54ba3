"""Ask a question with fixed options at the head of a thread, and count who chose which.

Each verb is one transaction under the lock of the thread's row, so that counters are right
however many vote at once.
"""

from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from portal.page_cache.versions import raise_version

from .models import Poll, PollOption, PollVote
from .posting import lock

FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
LONGEST_QUESTION = 200
LONGEST_OPTION = 120


class PollClosed(Exception):
    """The poll takes no votes (any more)."""


class WrongChoice(Exception):
    """Nothing was chosen, or more than one option where only one may be."""


class HasVotes(Exception):
    """Somebody has voted, so that question and options stay as they are."""


def make_poll(*, thread, by, question, options, is_multiple=False, closes_at=None, now=None):
    """Give `thread` its poll and return it; one that it has already stays and is returned."""
    with transaction.atomic():
        thread = lock(thread)
        poll = Poll.objects.filter(thread=thread).first()
        if poll is None:
            poll = Poll.begin(
                thread=thread,
                by=by,
                question=question,
                options=options,
                is_multiple=is_multiple,
                closes_at=closes_at,
                now=now or timezone.now(),
            )
            raise_version(thread.version)
            _log(poll, "forum.poll.make", by)
    return poll


def change_poll(*, poll, by, question, options, is_multiple, closes_at):
    """Change a poll and return it; raises HasVotes where more than its end would change."""
    with transaction.atomic():
        thread = lock(poll.thread)
        poll = Poll.objects.get(pk=poll.pk)
        before = [option.words for option in poll.options.all()]
        is_same = (question, is_multiple, options) == (poll.question, poll.is_multiple, before)
        if not is_same and poll.voter_count:
            raise HasVotes
        poll.question, poll.is_multiple, poll.closes_at = question, is_multiple, closes_at
        poll.save(update_fields=["question", "is_multiple", "closes_at"])
        if options != before:
            poll.set_options(options)
        raise_version(thread.version)
        _log(poll, "forum.poll.change", by)
    return poll


def close_poll(*, poll, by, now=None):
    """End a poll now and return it."""
    with transaction.atomic():
        thread = lock(poll.thread)
        poll = Poll.objects.get(pk=poll.pk)
        if not poll.has_ended:
            poll.closes_at = now or timezone.now()
            poll.save(update_fields=["closes_at"])
            raise_version(thread.version)
            _log(poll, "forum.poll.close", by)
    return poll


def remove_poll(*, poll, by):
    """Delete a poll with its votes."""
    with transaction.atomic():
        thread = lock(poll.thread)
        _log(poll, "forum.poll.remove", by)
        Poll.objects.filter(pk=poll.pk).delete()
        raise_version(thread.version)


def vote(*, poll, by, options):
    """Count that `by` chooses the `options` (primary keys), in place of any before; return poll.

    Raises PollClosed, and WrongChoice unless one is chosen, or at least one where several may be.
    """
    with transaction.atomic():
        thread = lock(poll.thread)
        poll = Poll.objects.get(pk=poll.pk)
        if not poll.takes_votes(thread):
            raise PollClosed
        chosen = set(poll.options.filter(pk__in=options).values_list("pk", flat=True))
        if not chosen or (len(chosen) > 1 and not poll.is_multiple):
            raise WrongChoice
        _choose(poll, by, chosen)
        raise_version(thread.version)
    return poll


def withdraw_vote(*, poll, by):
    """Take back what `by` chose and return the poll."""
    with transaction.atomic():
        thread = lock(poll.thread)
        poll = Poll.objects.get(pk=poll.pk)
        if not poll.takes_votes(thread):
            raise PollClosed
        _choose(poll, by, set())
        raise_version(thread.version)
    return poll


@dataclass(frozen=True)
class Shown:
    """A poll as its reader gets it: the form, or the results. `mine` are keys of options."""

    poll: Poll
    options: list
    is_open: bool
    may_vote: bool
    mine: frozenset
    is_form: bool

    @property
    def has_voted(self):
        return bool(self.mine)


def shown(poll, options, thread, *, mine=(), may_vote=False, wish=""):
    """Return a poll as Shown to who chose `mine` (primary keys); nothing is asked here.

    `wish` is "results" or "vote" where the reader asked for one of the two.
    """
    is_open = poll.takes_votes(thread)
    may_vote = may_vote and is_open
    is_form = may_vote and wish != "results" and (not mine or wish == "vote")
    return Shown(poll, options, is_open, may_vote, frozenset(mine), is_form)


def _choose(poll, user, chosen):
    mine = PollVote.objects.filter(poll=poll, user=user)
    before = set(mine.values_list("option", flat=True))
    mine.exclude(option__in=chosen).delete()
    PollVote.objects.bulk_create(
        PollVote(poll=poll, option_id=option, user=user) for option in chosen - before
    )
    PollOption.objects.filter(pk__in=chosen - before).update(vote_count=F("vote_count") + 1)
    PollOption.objects.filter(pk__in=before - chosen).update(vote_count=F("vote_count") - 1)
    if bool(chosen) != bool(before):
        poll.voter_count += 1 if chosen else -1
        poll.save(update_fields=["voter_count"])


def _log(poll, action, by):
    """Log what a moderator does to another's poll; what one does to one's own is no such act."""
    if by.pk != poll.thread.author_id:
        log(instance=poll.thread, action=action, user=by, uuid=uuid4())
