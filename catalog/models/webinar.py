from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import panels
from .in_calendars import InCalendars
from .resource import ResourcePage
from .wall_clock import WallClockField, ZoneField, in_zone, to_utc

# How long an event lasts when nobody says.
UNSTATED_LENGTH = timedelta(hours=1)


class WebinarPage(InCalendars, ResourcePage):
    """One event at one time, online or in a room."""

    KIND = ResourcePage.Kind.WEBINAR
    CALENDAR_FACTS = (
        "title",
        "starts_local",
        "ends_local",
        "zone",
        "event_status",
        "held_on",
        "venue",
        "registration_url",
    )

    class RecordingPlan(models.TextChoices):
        PROMISED = "promised", _("promised")
        NOT_RECORDED = "not-recorded", _("not recorded")

    class State(models.TextChoices):
        """What a reader wants to know of the event at this moment; never stored."""

        PLANNED = "planned", _("planned, no date yet")
        UPCOMING = "upcoming", _("upcoming")
        TODAY = "today", _("today")
        LIVE = "live", _("live now")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")
        RECORDING = "recording", _("recording available")
        NOT_RECORDED = "not-recorded", _("ended, not recorded")
        ENDED = "ended", _("ended")

    starts_local = WallClockField(
        _("starts"), null=True, blank=True, help_text=_("The clock where it is held.")
    )
    ends_local = WallClockField(_("ends"), null=True, blank=True)
    zone = ZoneField(_("time zone"), default="America/New_York")
    starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    registration_url = models.URLField(_("registration"), max_length=1000, blank=True)
    held_on = models.CharField(
        _("held on"), max_length=80, blank=True, help_text=_("For example: Zoom, Teams.")
    )
    venue = models.CharField(_("venue"), max_length=300, blank=True)
    recording_url = models.URLField(_("recording"), max_length=1000, blank=True)
    recording_minutes = models.PositiveIntegerField(
        _("length of the recording in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    recording_plan = models.CharField(
        _("will there be a recording"), max_length=15, choices=RecordingPlan.choices, blank=True
    )
    slides_url = models.URLField(_("slides"), max_length=1000, blank=True)
    series = models.CharField(
        _("series"),
        max_length=120,
        blank=True,
        db_index=True,
        help_text=_(
            "Sessions of a series have the same name here, for example: Monthly call. Each page "
            "leads to the next session and the one before."
        ),
    )

    content_panels = panels.WEBINAR

    class Meta:
        verbose_name = _("webinar")
        verbose_name_plural = _("webinars")

    def save(self, *args, **kwargs):
        self.series = self.name_of_series()
        super().save(*args, **kwargs)

    def name_of_series(self):
        """Return the name of the series as its other sessions write it."""
        name = " ".join(self.series.split())
        same = WebinarPage.objects.filter(series__iexact=name).exclude(pk=self.pk)
        return (same.values_list("series", flat=True).first() or name) if name else ""

    def sessions(self):
        """Return the other public sessions of the series that have a date, soonest first."""
        if not self.series:
            return WebinarPage.objects.none()
        return (
            WebinarPage.objects.live()
            .filter(series__iexact=self.series, starts_at__isnull=False)
            .exclude(pk=self.pk)
            .order_by("starts_at", "pk")
        )

    def next_session(self):
        """Return the session after this one that takes place, or None."""
        return (
            self.held_sessions().filter(starts_at__gt=self.starts_at).first()
            if self.starts_at
            else None
        )

    def session_before(self):
        """Return the session before this one, or the latest where this has no date."""
        held = self.held_sessions()
        return (held.filter(starts_at__lt=self.starts_at) if self.starts_at else held).last()

    def held_sessions(self):
        return self.sessions().exclude(event_status=self.EventStatus.CANCELLED)

    def clean(self):
        super().clean()
        errors = {}
        for name in ("starts_local", "ends_local"):
            value = getattr(self, name)
            if value:
                try:
                    to_utc(value, self.zone)
                except ValidationError as error:
                    errors[name] = error
        if self.ends_local and not self.starts_local:
            errors["starts_local"] = _("Say when it starts, too.")
        elif self.ends_local and self.starts_local and self.ends_local <= self.starts_local:
            errors["ends_local"] = _("It must end after it starts.")
        if self.recording_url and self.recording_plan == self.RecordingPlan.NOT_RECORDED:
            errors["recording_plan"] = _("There is a recording, so it was recorded.")
        if errors:
            raise ValidationError(errors)

    def state(self, now=None):
        """Return the State at `now`. A day is a day where the event is held."""
        now = now or timezone.now()
        if self.event_status == self.EventStatus.CANCELLED:
            return self.State.CANCELLED
        if self.event_status == self.EventStatus.POSTPONED:
            return self.State.POSTPONED
        coming = state_of(self.starts_at, self.ends_at, self.zone, now) if self.starts_at else None
        if coming:
            return coming
        if self.recording_url:
            return self.State.RECORDING
        if not self.starts_at:
            return self.State.PLANNED
        if self.recording_plan == self.RecordingPlan.NOT_RECORDED:
            return self.State.NOT_RECORDED
        return self.State.ENDED

    def copy_up(self, now=None):
        self.starts_at = moment(self.starts_local, self.zone)
        self.ends_at = moment(self.ends_local, self.zone)
        if self.starts_at and not self.ends_at:
            self.ends_at = self.starts_at + UNSTATED_LENGTH
        self.next_starts_at, self.next_ends_at = self.starts_at, self.ends_at
        self.next_zone = self.zone if self.starts_at else ""
        self.is_planned = (
            self.starts_at is None and not self.recording_url
        ) or self.event_status == self.EventStatus.POSTPONED
        self.has_recording = bool(self.recording_url)


def state_of(start, end, zone, now):
    """Place `now` before, on the day of, within or after an event; None after it."""
    if start > now:
        same_day = in_zone(start, zone).date() == in_zone(now, zone).date()
        return WebinarPage.State.TODAY if same_day else WebinarPage.State.UPCOMING
    return WebinarPage.State.LIVE if end > now else None


def moment(local, zone):
    """Return `local` in `zone` as UTC, or None while a draft holds an impossible time."""
    if local is None:
        return None
    try:
        return to_utc(local, zone)
    except ValidationError:
        return None
