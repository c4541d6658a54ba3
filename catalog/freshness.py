"""When a listing is to be looked at again, and what is past its day.

Reports, filters and the editors' desk count by these functions alone, so that each number leads
to the list of what it counts.
"""

from datetime import timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.utils import timezone

from .models import ResourcePage, WebinarPage

# A check that comes this much before its day is the check of that day.
EARLY = timedelta(days=30)
# How far back ended events without a recording are asked after.
TIME_TO_FIND_A_RECORDING = timedelta(days=30)


def kept(listings):
    """What readers find in the lists, and so must be right."""
    return listings.live().exclude(ResourcePage.objects.archived_condition(timezone.now()))


def end_of_month(today):
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def due_by(listings, day):
    """Kept listings whose day is `day` or before, and that nobody checked for that day."""
    late_enough = ExpressionWrapper(F("reviewed_at") + EARLY, output_field=DateTimeField())
    return (
        kept(listings)
        .filter(review_by__lte=day)
        .alias(good_for=late_enough)
        .filter(Q(reviewed_at__isnull=True) | Q(good_for__date__lt=F("review_by")))
    )


def overdue(listings, today=None):
    """Listings whose day to be checked again has come."""
    return due_by(listings, today or timezone.localdate())


def due_this_month(listings, today=None):
    """Listings to be checked until the month ends, with those that are overdue."""
    return due_by(listings, end_of_month(today or timezone.localdate()))


def without_a_day(listings, today=None):
    """Kept listings that nobody will be reminded of: no day, or one that is past and done."""
    today = today or timezone.localdate()
    done = due_by(listings, today).order_by().values("pk")
    return (
        kept(listings)
        .filter(Q(review_by__isnull=True) | Q(review_by__lte=today))
        .exclude(pk__in=done)
    )


def missing_recordings(listings, now=None):
    """Webinars that ended lately, and neither have a recording nor say that there is none.

    `listings` are of ResourcePage.
    """
    now = now or timezone.now()
    not_recorded = WebinarPage.objects.filter(recording_plan=WebinarPage.RecordingPlan.NOT_RECORDED)
    return (
        kept(listings)
        .filter(
            kind=ResourcePage.Kind.WEBINAR,
            event_status=ResourcePage.EventStatus.SCHEDULED,
            has_recording=False,
            next_ends_at__lt=now,
            next_ends_at__gte=now - TIME_TO_FIND_A_RECORDING,
        )
        .exclude(pk__in=not_recorded.order_by().values("pk"))
    )
