"""Whether one can use a listing now: worked out in SQL from its dates and now, never stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventStatus(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


class Availability(models.TextChoices):
    """Never stored: worked out from dates and now."""

    ON_NOW = "on-now", _("on now")
    UPCOMING = "upcoming", _("upcoming")
    ANY_TIME = "any-time", _("any time")
    RECORDING = "recording", _("recording")
    PLANNED = "planned", _("planned")
    ENDED = "ended", _("ended")


def availability(now):
    """The SQL of a listing's availability at `now` (an aware datetime).

    A cancelled event counts as ended and a postponed one as planned; a recording outlives both
    the end and the cancelling of its event.
    """
    value, status = Availability, EventStatus
    held = models.Q(event_status=status.SCHEDULED)
    return models.Case(
        models.When(
            event_status=status.CANCELLED, has_recording=False, then=models.Value(value.ENDED)
        ),
        models.When(
            models.Q(event_status=status.POSTPONED) | models.Q(held, is_planned=True),
            then=models.Value(value.PLANNED),
        ),
        models.When(held, next_starts_at__gt=now, then=models.Value(value.UPCOMING)),
        models.When(
            held, next_starts_at__lte=now, next_ends_at__gt=now, then=models.Value(value.ON_NOW)
        ),
        models.When(has_recording=True, then=models.Value(value.RECORDING)),
        models.When(next_starts_at__isnull=False, then=models.Value(value.ENDED)),
        default=models.Value(value.ANY_TIME),
        output_field=models.CharField(),
    )
