from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from .. import panels
from .in_calendars import InCalendars
from .resource import ResourcePage
from .wall_clock import WallClockField, ZoneField, to_utc, zone_words
from .webinar import UNSTATED_LENGTH, moment


class CoursePage(ResourcePage):
    """Something one learns step by step; given at certain times or always open."""

    KIND = ResourcePage.Kind.COURSE

    weeks = models.PositiveSmallIntegerField(
        _("weeks"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(260)]
    )
    hours_per_week = models.DecimalField(
        _("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    outcomes = models.TextField(
        _("what one can do afterwards"), blank=True, help_text=_("One a line.")
    )
    prerequisites = models.TextField(_("what one needs before"), blank=True)
    credential = models.CharField(_("certificate or credit"), max_length=200, blank=True)

    content_panels = panels.COURSE

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def copy_up(self, now=None):
        """Copy the next run to come, else the last, up to the row that facets read."""
        now = now or timezone.now()
        runs = list(self.runs.all())
        for run in runs:
            run.compute_moments()
        self.event_status = self.EventStatus.SCHEDULED
        self.next_starts_at = self.next_ends_at = None
        self.next_zone = ""
        dated = [run for run in runs if run.starts_at]
        held = [run for run in dated if run.state != CourseRun.State.CANCELLED]
        to_come = sorted((run for run in held if run.ends_at > now), key=lambda run: run.starts_at)
        past = sorted(held or dated, key=lambda run: run.starts_at)
        chosen = to_come[0] if to_come else (past[-1] if past else None)
        if chosen:
            self.next_starts_at, self.next_ends_at = chosen.starts_at, chosen.ends_at
            self.next_zone = chosen.zone
            self.event_status = chosen.event_status
        self.is_planned = not to_come and any(
            run.state in {CourseRun.State.PLANNED, CourseRun.State.POSTPONED}
            for run in runs
            if not run.starts_at or run.ends_at > now
        )
        if chosen and chosen.state in {CourseRun.State.PLANNED, CourseRun.State.POSTPONED}:
            self.is_planned = chosen in to_come


class CourseRun(InCalendars, Orderable):
    """One time a course is given. Running and ended are read from its dates."""

    CALENDAR_FACTS = ("label", "state", "starts_local", "ends_local", "zone", "registration_url")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        OPEN = "open", _("open for registration")
        FULL = "full", _("full")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    class Now(models.TextChoices):
        """What a run is at this moment; never stored."""

        PLANNED = "planned", _("planned")
        OPEN = "open", _("open for registration")
        FULL = "full", _("full")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="runs")
    label = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("For example: Fall cohort.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    is_pilot = models.BooleanField(_("pilot"), default=False)
    starts_local = WallClockField(_("starts"), null=True, blank=True)
    ends_local = WallClockField(_("ends"), null=True, blank=True)
    zone = ZoneField(_("time zone"), default="America/New_York")
    starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    registration_url = models.URLField(_("registration"), max_length=1000, blank=True)
    registration_ends_on = models.DateField(_("register by"), null=True, blank=True)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    attended = models.PositiveIntegerField(_("took part"), null=True, blank=True)
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("What changed since the last run.")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("run of a course")
        verbose_name_plural = _("runs of a course")

    def __str__(self):
        return self.label or str(self.starts_local or self.get_state_display())

    @property
    def event_status(self):
        if self.state == self.State.CANCELLED:
            return ResourcePage.EventStatus.CANCELLED
        if self.state == self.State.POSTPONED:
            return ResourcePage.EventStatus.POSTPONED
        return ResourcePage.EventStatus.SCHEDULED

    def state_now(self, now=None):
        """Return the Now at `now`: what the editor said, until the dates say more."""
        now = now or timezone.now()
        if self.state in {self.State.CANCELLED, self.State.POSTPONED}:
            return self.Now(self.state)
        if self.ends_at and self.ends_at <= now:
            return self.Now.ENDED
        if self.starts_at and self.starts_at <= now:
            return self.Now.RUNNING
        return self.Now(self.state)

    @property
    def can_be_joined(self):
        """Whether to offer its registration."""
        closed = self.registration_ends_on and self.registration_ends_on < timezone.localdate()
        return bool(self.registration_url and not closed and self.state_now() == self.Now.OPEN)

    @property
    def zone_words(self):
        return zone_words(self.zone)

    def compute_moments(self):
        self.starts_at = moment(self.starts_local, self.zone)
        self.ends_at = moment(self.ends_local, self.zone)
        if self.starts_at and not self.ends_at:
            self.ends_at = self.starts_at + UNSTATED_LENGTH

    def save(self, *args, **kwargs):
        self.compute_moments()
        super().save(*args, **kwargs)

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
        if self.state in {self.State.OPEN, self.State.FULL} and not self.starts_local:
            errors["starts_local"] = _("A run that people can register for needs its start.")
        if (
            self.registration_ends_on
            and self.ends_local
            and self.registration_ends_on > self.ends_local.date()
        ):
            errors["registration_ends_on"] = _("Registration cannot end after the run itself.")
        if self.capacity and self.attended and self.attended > self.capacity:
            errors["attended"] = _("More people than places: please check both numbers.")
        if errors:
            raise ValidationError(errors)
