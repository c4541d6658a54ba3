"""What editors narrow their lists of listings by."""

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import (
    ChoiceFilter,
    DateFromToRangeFilter,
    ModelMultipleChoiceFilter,
    MultipleChoiceFilter,
)
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.models import Page, Revision, WorkflowState

from .. import completeness, freshness
from ..models import Platform, Provider, ResourcePage, Tag, Topic

ANY_FACT = "any"
MISSING = [(ANY_FACT, _("any fact"))] + [(fact.key, fact.label) for fact in completeness.FACTS]
NOT_STATED = "none"


def of_page(rows):
    """Hold where one of the rows is of the page. They know it by the name of its key."""
    return lambda: Q(
        Exists(
            rows.filter(
                base_content_type=ContentType.objects.get_for_model(Page),
                object_id=Cast(OuterRef("pk"), CharField()),
            )
        )
    )


# What each word of the filter "State" finds: a Q, or a function that returns one.
STATES = {
    "published": (_("published"), Q(live=True)),
    "draft": (_("draft, not published"), Q(live=False)),
    "changed": (
        _("published, with changes that wait"),
        Q(live=True, has_unpublished_changes=True),
    ),
    "archived": (
        _("archived"),
        lambda: ResourcePage.objects.archived_condition(timezone.now()),
    ),
    "moderation": (
        _("in moderation"),
        of_page(WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)),
    ),
    "scheduled": (
        _("publication is scheduled"),
        of_page(Revision.objects.filter(approved_go_live_at__isnull=False)),
    ),
    "locked": (_("locked"), Q(locked=True)),
}
DUE = {
    "now": (_("overdue"), freshness.overdue),
    "month": (_("this month, and what is overdue"), freshness.due_this_month),
    "unset": (_("no day is set"), freshness.without_a_day),
}


def any_of(name, choices, label):
    """A filter by one column: boxes, any of which may hold."""
    return MultipleChoiceFilter(
        field_name=name,
        label=label,
        choices=[*choices, (NOT_STATED, _("not stated"))],
        null_value=NOT_STATED,
        method="filter_by_column",
        widget=forms.CheckboxSelectMultiple,
    )


def any_row(name, model, label):
    """A filter by a relation: boxes, any of which may hold."""
    return ModelMultipleChoiceFilter(
        field_name=name,
        queryset=model.objects.all(),
        label=label,
        method="filter_by_relation",
        widget=forms.CheckboxSelectMultiple,
    )


def days(label):
    return DateFromToRangeFilter(label=label, widget=DateRangePickerWidget)


def one_of(label, choices, method):
    return ChoiceFilter(
        label=label,
        choices=choices,
        method=method,
        empty_label=_("Any"),
        widget=forms.RadioSelect,
    )


class ResourceFilterSet(PageFilterSet):
    """What editors look for: by kind, state, facts and dates."""

    site = None
    has_child_pages = None
    kind = MultipleChoiceFilter(
        label=_("Kind"), choices=ResourcePage.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    state = MultipleChoiceFilter(
        label=_("State"),
        choices=[(key, label) for key, (label, condition) in STATES.items()],
        method="filter_by_state",
        widget=forms.CheckboxSelectMultiple,
    )
    missing = MultipleChoiceFilter(
        label=_("Missing facts"),
        choices=MISSING,
        method="filter_by_missing",
        widget=forms.CheckboxSelectMultiple,
    )
    due = one_of(
        _("To be checked again"), [(key, label) for key, (label, find) in DUE.items()], "filter_due"
    )
    recording = one_of(
        _("Recording"), [("missing", _("ended lately, and none is listed"))], "filter_recording"
    )
    topics = any_row("topics", Topic, _("Topic"))
    provider = any_row("provider", Provider, _("Provider"))
    platforms = any_row("platforms", Platform, _("Platform"))
    tags = any_row("tags", Tag, _("Tag"))
    level = any_of("level", ResourcePage.Level.choices, _("Level"))
    cost = any_of("cost", ResourcePage.Cost.choices, _("Cost"))
    delivery = any_of("delivery", ResourcePage.Delivery.choices, _("Delivery"))
    review_by = days(_("Check again by"))
    reviewed_at = days(_("Last checked"))
    archived_on = days(_("Archived on"))
    next_starts_at = days(_("Takes place"))

    class Meta:
        model = ResourcePage
        fields = []

    def filter_by_column(self, listings, name, values):
        return listings.filter(**{f"{name}__in": ["" if v == NOT_STATED else v for v in values]})

    def filter_by_relation(self, listings, name, rows):
        if not rows:
            return listings
        condition = Q(**{f"{name}__in": rows})
        if name == "topics":
            condition |= Q(topics__parent__in=rows)  # as on the site
        found = ResourcePage.objects.filter(condition).order_by().values("pk")
        return listings.filter(pk__in=found)

    def filter_by_state(self, listings, name, values):
        condition = Q()
        for value in values:
            label, found = STATES[value]
            condition |= found() if callable(found) else found
        found = ResourcePage.objects.filter(condition).order_by().values("pk")
        return listings.filter(pk__in=found) if values else listings

    def filter_by_missing(self, listings, name, values):
        if not values:
            return listings
        keys = [] if ANY_FACT in values else values
        return completeness.lacking_any_of(listings, keys)

    def filter_due(self, listings, name, value):
        label, find = DUE[value]
        return find(listings)

    def filter_recording(self, listings, name, value):
        return freshness.missing_recordings(listings)


class OneKindFilterSet(ResourceFilterSet):
    """The same within one kind."""

    kind = None


class WithoutRecordingFilterSet(OneKindFilterSet):
    """The same for kinds that are never recorded."""

    recording = None
