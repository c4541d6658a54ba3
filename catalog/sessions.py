"""Series of events: the day of the next session, and a session made like another."""

import calendar
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from .models import ResourcePage, WebinarPage
from .models.wall_clock import in_zone

# What is true of one session alone, beside its times; all the rest the next one has from it.
OF_ONE_SESSION = [
    "starts_at",
    "ends_at",
    "event_status",
    "recording_url",
    "recording_minutes",
    "recording_plan",
    "slides_url",
    "published_on",
    "archived_on",
    "review_by",
    "reviewed_at",
    "reviewed_by",
    "source",
    "source_id",
    "calendar_sequence",
    "calendar_changed_at",
]
LONGEST_SLUG = 200


def same_weekday_next_month(moment):
    """Return `moment` (naive) a month on, on the same weekday of the month at the same time.

    The second Tuesday stays the second Tuesday; where a month has no fifth, its last.
    """
    year, month = divmod(moment.year * 12 + moment.month, 12)
    first_weekday, days = calendar.monthrange(year, month + 1)
    first = 1 + (moment.weekday() - first_weekday) % 7
    day = first + 7 * ((moment.day - 1) // 7)
    return moment.replace(year=year, month=month + 1, day=day if day <= days else day - 7)


def proposed_times(webinar, now=None):
    """Return (start, end) to propose for the session after the last of the series.

    Naive, on the clock of `webinar`; (None, None) where no session has a date. Never in the past.
    """
    dated = WebinarPage.objects.filter(starts_at__isnull=False)
    same = dated.filter(series__iexact=webinar.series) if webinar.series else dated.none()
    last = same.order_by("starts_at", "pk").last() or webinar
    if last.starts_local is None:
        return None, None
    start = last.starts_local
    length = last.ends_local - start if last.ends_local else None
    today = in_zone(now or timezone.now(), webinar.zone)
    start = same_weekday_next_month(start)
    while start <= today:
        start = same_weekday_next_month(start)
    return start, start + length if length and length > timedelta(0) else None


@transaction.atomic
def copy_as_next_session(*, webinar, title, starts_local, ends_local, series, user):
    """Make a draft of the next session like `webinar`, and return it.

    Both are in the series afterwards, also where `webinar` was in none so far. Raises Wagtail's
    CopyPagePermissionError where `user` may not make pages there.
    """
    if series != webinar.series:
        put_in_series(webinar, series, user)
    return webinar.copy(
        update_attrs={
            "title": title,
            "draft_title": title,
            "slug": free_slug(webinar, title, starts_local),
            "starts_local": starts_local,
            "ends_local": ends_local,
            "series": series,
        },
        exclude_fields=[*OF_ONE_SESSION],
        copy_revisions=False,
        keep_live=False,
        user=user,
    )


def put_in_series(webinar, series, user):
    """Give a session the name of its series, in what is public and in the draft of it."""
    draft = webinar.get_latest_revision_as_object() if webinar.latest_revision_id else None
    webinar.series = series
    webinar.save()
    if draft:
        # Otherwise the next time somebody publishes, the session would leave its series.
        draft.series = series
        draft.save_revision(user=user, changed=webinar.has_unpublished_changes, log_action=False)


def free_slug(webinar, title, starts_local):
    """Return an address that says the day: "monthly-call-2026-12-09", with a number if taken."""
    base = f"{slugify(title)[:LONGEST_SLUG] or webinar.slug}-{starts_local:%Y-%m-%d}"
    siblings = ResourcePage.objects.filter(slug__startswith=base)
    taken = set(siblings.values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
