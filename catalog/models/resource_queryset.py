"""Words for many listings."""

from collections import Counter

from django.apps import apps
from django.db import models
from django.utils import timezone
from wagtail.models.pages import PageManager, PageQuerySet

from .availability import Availability, availability


class ResourceQuerySet(PageQuerySet):
    """Words for many listings."""

    def visible_to(self, user):
        """Listings are public or drafts, never private: everybody sees the same ones."""
        return self.live()

    def editable_by(self, user):
        if user.is_active and user.has_perm("catalog.change_resourcepage"):
            return self
        return self.none()

    def current(self, now=None):
        """Leave out archived listings and ended events without a recording."""
        now = now or timezone.now()
        ended = Availability.ENDED
        return self.exclude(self.archived_condition(now)).exclude(
            pk__in=self.model.objects.with_availability(now).filter(availability=ended).values("pk")
        )

    def archived(self, now=None):
        return self.filter(self.archived_condition(now or timezone.now()))

    @staticmethod
    def archived_condition(now):
        """The Q of listings whose day of archiving has come."""
        return models.Q(archived_on__lte=timezone.localdate(now), archived_on__isnull=False)

    def with_availability(self, now=None):
        """Annotate `availability`, worked out from the dates and `now`."""
        return self.annotate(availability=availability(now or timezone.now()))

    def to_come(self, now=None):
        """Events that are not over, soonest first, with what is postponed or cancelled."""
        now = now or timezone.now()
        return (
            self.filter(next_ends_at__gt=now)
            .exclude(self.archived_condition(now))
            .order_by("next_starts_at", "pk")
        )

    def ended(self, now=None):
        """Events that are over, the latest first."""
        now = now or timezone.now()
        return (
            self.filter(next_ends_at__lte=now)
            .exclude(self.archived_condition(now))
            .order_by("-next_starts_at", "-pk")
        )

    def counts_by_status(self):
        """Return how many events are scheduled, postponed and cancelled, as a Counter."""
        rows = self.order_by().values_list("event_status").annotate(models.Count("pk"))
        return Counter(dict(rows))

    def with_card_data(self):
        """Fetch what a row of a list shows, in one query, without the long text.

        Beside the columns: `plan_of_recording` of a webinar, and `run_state` and `run_is_pilot`
        of the run of a course whose dates the row has.
        """
        runs = apps.get_model("catalog.CourseRun").objects.order_by("sort_order", "pk")
        chosen = runs.filter(
            page=models.OuterRef("pk"), starts_at=models.OuterRef("next_starts_at")
        ).exclude(state="cancelled", page__event_status="scheduled")
        return (
            self.select_related("provider")
            .annotate(
                plan_of_recording=models.F("webinarpage__recording_plan"),
                run_state=models.Subquery(chosen.values("state")[:1]),
                run_is_pilot=models.Subquery(chosen.values("is_pilot")[:1]),
            )
            .defer("body", "search_description")
        )


class ResourceManager(PageManager.from_queryset(ResourceQuerySet)):
    def get_queryset(self):
        return super().get_queryset().order_by("path")
