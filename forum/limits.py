"""How much a member may post, by account, counted in the database for all workers alike."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.limits import Limit

HOUR = 60 * 60
NEW_FOR = timedelta(days=2)
# A member whose agency stands behind him is never treated as new.
POSTS = Limit("post", 60, HOUR)
POSTS_WHEN_NEW = Limit("post-new", 10, HOUR)
THREADS = Limit("thread", 12, HOUR)
THREADS_WHEN_NEW = Limit("thread-new", 3, HOUR)
PREVIEWS = Limit("preview", 200, HOUR)
# As one writes, for who has switched it on.
LIVE_PREVIEWS = Limit("live-preview", 1200, HOUR)
EDITS = Limit("edit", 60, HOUR)
# As one writes a script saves every few seconds, in each of one's windows.
SAVES = Limit("draft", 1200, HOUR)
MARKS = Limit("mark", 300, HOUR)
# Reports, and requests to look again.
REPORTS = Limit("report", 20, HOUR)
# For what is sent while nobody is logged in, by address; an agency may be one address.
KEPT_TEXTS = Limit("kept-text", 200, HOUR)


def refusal(user, *, starts_thread=False, now=None):
    """Count one more post of `user`; return "" or the sentence that says why and until when."""
    now = now or timezone.now()
    is_new = not user.is_verified and now - user.date_joined < NEW_FOR
    if starts_thread:
        limit = THREADS_WHEN_NEW if is_new else THREADS
    else:
        limit = POSTS_WHEN_NEW if is_new else POSTS
    return refusal_of(limit, user, is_new=is_new, now=now)


def refusal_of(limit, user, *, is_new=False, keeps_text=True, now=None):
    """Count one more for `limit`; return "" or the sentence that says why and until when."""
    if limit.take(user.pk, now):
        return ""
    minutes = -(-limit.seconds_left(now) // 60)
    said = ngettext(
        "This was more than %(times)s in an hour. Please send it again in %(minutes)s minute.",
        "This was more than %(times)s in an hour. Please send it again in %(minutes)s minutes.",
        minutes,
    ) % {"times": limit.times, "minutes": minutes}
    if is_new:
        said += " " + _("The limit is low for accounts of the first two days.")
    return said + " " + _("Your text is below.") if keeps_text else said
