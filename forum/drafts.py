"""Keep what somebody wrote until it is posted.

A member's text is saved in the database as he writes, so that it waits for him in any browser
(`save`). A form sent while nobody is logged in is kept in the browser's own session, which
survives logging in and joining, and fills the same form afterwards (`keep`). A form that was
opened by a member is given back to that member alone, should another one log in. Of both, the
newer is shown; posting and discarding end both.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Draft, Post, Thread
from .posting import clean_text

KEY = "forum_drafts"
MOST_DRAFTS = 5
SECONDS_KEPT = 24 * 60 * 60
LONGEST = 40_000
LONGEST_TITLE = 1000
# Of one member in the database; the oldest give way.
MOST_SAVED = 50
DAYS_SAVED = 180
_signer = Signer(salt="forum.drafts")


@dataclass(frozen=True)
class Place:
    """Which form a text belongs to. `name` is unique among the forms of one member."""

    name: str
    thread: Thread | None = None
    post: Post | None = None


@dataclass(frozen=True)
class Kept:
    """A text that was kept: the fields of its form, and when."""

    fields: dict
    at: datetime


def reply_place(thread):
    return Place(f"reply-{thread.pk}", thread=thread)


def edit_place(post):
    return Place(f"edit-{post.pk}", thread=post.thread, post=post)


NEW_PLACE = Place("new")


def sign_writer(user):
    """What a form carries to say for whom it was opened; "" for a visitor."""
    return _signer.sign(str(user.pk)) if user.is_authenticated else ""


def read_writer(value):
    """Return the primary key of the member for whom a form was opened, or None."""
    try:
        return int(_signer.unsign(value)) if value else None
    except (BadSignature, ValueError):
        return None


# In the database -----------------------------------------------------------------------------


def save(*, user, place, fields, submission_key=None, now=None):
    """Save `fields` (names and texts) of the form at `place`; return the Draft or None.

    Nothing is saved of an empty form, of an edit that changes nothing, and of a form that was
    posted meanwhile (a script's last message may come after it); what was saved before then goes.
    """
    fields = {name: _shorten(value) for name, value in fields.items()}
    title = fields.pop("title", "")[:LONGEST_TITLE]
    text = fields.pop("text", "")
    if _says_nothing(place, title, text) or _is_posted(user, submission_key):
        discard(user=user, place=place)
        return None
    draft, is_new = Draft.objects.update_or_create(
        user=user,
        place=place.name,
        defaults={
            "thread": place.thread,
            "post": place.post,
            "title": title,
            "text": text,
            "choices": fields,
            "updated_at": now or timezone.now(),
        },
    )
    if is_new:
        mine = Draft.objects.of(user)
        newest = mine.order_by("-updated_at", "-pk").values_list("pk", flat=True)[:MOST_SAVED]
        mine.exclude(pk__in=list(newest)).delete()
    return draft


def purge_old(now=None):
    """Delete drafts that nobody has written at for DAYS_SAVED; return how many."""
    oldest = (now or timezone.now()) - timedelta(days=DAYS_SAVED)
    return Draft.objects.filter(updated_at__lt=oldest).delete()[0]


def discard(*, user, place):
    """Delete what is saved for `place`; return whether there was something."""
    return bool(Draft.objects.of(user).filter(place=place.name).delete()[0])


def _says_nothing(place, title, text):
    title, text = title.strip(), text.strip()
    if place.post is None:
        return not title and not text
    same_title = place.post.number != 1 or title in {"", place.thread.title}
    return text == place.post.text and same_title


def _is_posted(user, submission_key):
    return bool(
        submission_key and Post.objects.filter(submission_key=submission_key, author=user).exists()
    )


# In the session ------------------------------------------------------------------------------


def keep(request, place, fields, writer=None):
    """Keep `fields` (names and texts) of the form at `place` in this browser's session."""
    kept = _standing(request)
    kept.pop(place.name, None)
    while len(kept) >= MOST_DRAFTS:
        kept.pop(min(kept, key=lambda name: kept[name]["at"]))
    fields = {name: _shorten(value) for name, value in fields.items()}
    kept[place.name] = {"fields": fields, "writer": writer, "at": int(timezone.now().timestamp())}
    request.session[KEY] = kept


def _standing(request):
    oldest = timezone.now().timestamp() - SECONDS_KEPT
    drafts = request.session.get(KEY, {})
    return {place: draft for place, draft in drafts.items() if draft["at"] > oldest}


def _shorten(value):
    if isinstance(value, list):
        return [clean_text(item)[:LONGEST] for item in value[:20]]
    return clean_text(value)[:LONGEST]


# Both ----------------------------------------------------------------------------------------


def restore(request, place, *, is_saved=True):
    """Return what was kept for `place`, the newer of session and database, as Kept; or None.

    Say `is_saved=False` where it is known that nothing is in the database, and nothing is asked.
    """
    in_session = _standing(request).get(place.name)
    found = None
    if in_session and in_session["writer"] in {None, request.user.pk}:
        at = datetime.fromtimestamp(in_session["at"], tz=UTC)
        found = Kept(fields=in_session["fields"], at=at)
    if is_saved:
        draft = Draft.objects.of(request.user).filter(place=place.name).first()
        if draft and (found is None or draft.updated_at >= found.at):
            found = Kept(fields=draft.fields, at=draft.updated_at)
    return found


def forget(request, place):
    """Let go of what was kept for `place`, in session and database."""
    kept = _standing(request)
    if kept.pop(place.name, None):
        request.session[KEY] = kept
    discard(user=request.user, place=place)


def saved_words(at, user):
    """Say when a draft was saved, by the member's own clock: "Saved 10:42"."""
    local = timezone.localtime(at, ZoneInfo(user.time_zone) if user.time_zone else None)
    today = timezone.localtime(timezone.now(), local.tzinfo).date()
    shown = date_format(local, "G:i" if local.date() == today else "M j, G:i")
    return _("Saved %(time)s") % {"time": shown}
