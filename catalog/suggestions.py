"""From an idea of a reader to a row that editors see, and to a draft of a listing."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.mail import post

from . import fetching
from .addresses import normalize
from .importers.listings import Shelf
from .models import KINDS, FetchedPage, FetchState, ResourcePage, Suggestion
from .searching import found_keys

# From here on two titles mean the same: one letter in ten may differ.
SAME_TITLE = 0.9
# Looking further down would only find what has fewer of the words.
HITS_LOOKED_AT = 3
# Doubles that an editor is shown of each sort.
MOST = 3


class AlreadyDecided(Exception):
    """Somebody else accepted or declined the suggestion meanwhile."""


@dataclass(frozen=True)
class Doubles:
    """What is known already at one address or by one title: a listing, or what waits."""

    resource: ResourcePage | None = None
    suggestion: Suggestion | None = None
    like_title: tuple = ()

    def __bool__(self):
        return bool(self.resource or self.suggestion or self.like_title)


def doubles_of(url, title=""):
    """Return the Doubles of `url`, whatever its spelling, and of `title`, if it is given."""
    address = normalize(url)
    resource = suggestion = None
    if address:
        resource = ResourcePage.objects.live().filter(normalized_link=address).first()
        suggestion = Suggestion.objects.waiting().filter(normalized_url=address).first()
    like_title = [page for page in titled_like(title) if page != resource]
    return Doubles(resource=resource, suggestion=suggestion, like_title=tuple(like_title))


def doubles_for_editors(suggestion):
    """Return what an editor should know before deciding: (listings, other suggestions).

    Listings of the same address, drafts too, then public ones that are probably called the
    same; suggestions of the same address, whatever became of them. At most three each.
    """
    address = suggestion.normalized_url
    listings = list(ResourcePage.objects.filter(normalized_link=address)[:MOST]) if address else []
    known = {page.pk for page in listings}
    listings += [page for page in titled_like(suggestion.title) if page.pk not in known]
    others = Suggestion.objects.exclude(pk=suggestion.pk).filter(normalized_url=address)
    return listings[:MOST], list(others[:MOST]) if address else []


@transaction.atomic
def fetch_again(*, suggestion):
    """Have the address of a waiting suggestion read, for its editors; return the Suggestion.

    Raises AlreadyDecided. Does nothing while an answer is awaited.
    """
    suggestion = _waiting(suggestion)
    latest = FetchedPage.objects.filter(suggestion=suggestion).order_by("-created_at").first()
    if latest is None or not latest.is_awaited():
        fetching.begin(url=suggestion.url, suggestion=suggestion)
        suggestion.fetch_state = FetchState.WAITING
        suggestion.fetched_note = ""
        suggestion.save(update_fields=["fetch_state", "fetched_note"])
    return suggestion


def titled_like(title):
    """Return the public listings, at most three, that are probably called `title`."""
    title = " ".join(title.split())
    if not title:
        return []
    live = ResourcePage.objects.live()
    same = list(live.filter(title__iexact=title)[:HITS_LOOKED_AT])
    if same:
        return same
    hits = live.filter(pk__in=found_keys(title)[:HITS_LOOKED_AT])
    return [page for page in hits if is_alike(page.title, title)]


def is_alike(one, other):
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= SAME_TITLE


@transaction.atomic
def suggest(
    *, url, title, why="", description="", language="", published_on=None, contributor=None, key=""
):
    """Keep what somebody proposes and return the Suggestion; editors find it in their queue.

    `contributor` is a member or None; `key` that of the FetchedPage the form began with, whose
    facts are kept beside what was typed if they are of this address. A double is kept, too: two
    people who ask for the same are news, and an editor declines it with one word.
    """
    suggestion = Suggestion(
        url=url,
        normalized_url=normalize(url),
        title=title,
        why=why,
        description=description,
        language=language,
        published_on=published_on,
        contributor=contributor,
    )
    page = FetchedPage.objects.select_for_update().kept().filter(key=key).first() if key else None
    if page is not None and normalize(page.url) == suggestion.normalized_url:
        suggestion.take_facts(page)
    else:
        page = None
    suggestion.save()
    if page is not None:
        page.suggestion = suggestion
        page.save(update_fields=["suggestion"])
    return suggestion


@transaction.atomic
def accept(*, suggestion, user, kind="", resource=None, answer=""):
    """Take a suggestion into the catalog, tell its contributor, and return the Suggestion.

    `kind` makes a draft of that kind from it; `resource` is a listing that is there already.
    Raises AlreadyDecided and PermissionDenied where `user` may add no listing.
    """
    suggestion = _waiting(suggestion)
    suggestion.resource = resource or _make_draft(suggestion, kind, user)
    return _decide(suggestion, Suggestion.State.ACCEPTED, user, answer)


@transaction.atomic
def decline(*, suggestion, user, answer):
    """Turn a suggestion down, tell its contributor why, and return the Suggestion."""
    if not answer.strip():
        raise ValueError("Declining needs a reason.")
    return _decide(_waiting(suggestion), Suggestion.State.DECLINED, user, answer)


@transaction.atomic
def reopen(*, suggestion):
    """Let a decided suggestion wait again; what came of it stays named. Returns it."""
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    suggestion.state = Suggestion.State.WAITING
    suggestion.decided_at = suggestion.decided_by = None
    suggestion.save()
    return suggestion


def may_make_drafts(user):
    return Shelf().index.permissions_for_user(user).can_add_subpage()


def _waiting(suggestion):
    """Return the row, locked; raises AlreadyDecided."""
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if not suggestion.is_waiting:
        raise AlreadyDecided
    return suggestion


def _decide(suggestion, state, user, answer):
    suggestion.state = state
    suggestion.answer = answer
    suggestion.decided_at = timezone.now()
    suggestion.decided_by = user
    suggestion.save()
    _tell_contributor(suggestion)
    return suggestion


def _make_draft(suggestion, kind, user):
    """Make the draft that an editor completes and publishes; returns the page."""
    shelf = Shelf()
    if not shelf.index.permissions_for_user(user).can_add_subpage():
        raise PermissionDenied
    page = KINDS[kind](
        title=suggestion.title,
        slug=shelf.new_slug(suggestion.title, kind),
        summary=suggestion.description or suggestion.fetched_description,
        link=suggestion.url,
        language=suggestion.language or suggestion.fetched_language,
        published_on=suggestion.published_on or suggestion.fetched_published,
        live=False,
        owner=user,
    )
    page = shelf.index.add_child(instance=page)  # which writes to the history, for its owner
    page.save_revision(user=user, log_action=False)
    return page


def _tell_contributor(suggestion):
    """Post a mail to the contributor, if he is known, has an address and may log in."""
    contributor = suggestion.contributor
    if contributor is None or not contributor.email or not contributor.is_active:
        return
    context = {
        "suggestion": suggestion,
        "is_accepted": suggestion.state == Suggestion.State.ACCEPTED,
        "site_name": settings.SITE_NAME,
        "site_url": settings.BASE_URL,
    }
    mail = EmailMultiAlternatives(
        subject=_("Your suggestion: %(title)s") % {"title": suggestion.title},
        body=render_to_string("emails/suggestion_decided.txt", context),
        to=[contributor.email],
    )
    mail.attach_alternative(
        render_to_string("emails/suggestion_decided.html", context), "text/html"
    )
    post(mail)
