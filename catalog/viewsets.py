"""The catalog in Wagtail's admin: listings of all kinds, vocabularies, suggestions."""

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_filters import DateFromToRangeFilter, ModelMultipleChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .models import (
    Provider,
    ResourceIndexPage,
    ResourcePage,
    Topic,
)
from .suggestion_desk import SuggestionViewSet
from .vocabulary_desk import PlatformViewSet, ProviderViewSet, TagViewSet, TopicViewSet


def any_of(name, choices, label):
    """A filter by one column: boxes, any of which may hold; empty means not stated."""
    return MultipleChoiceFilter(
        field_name=name,
        label=label,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        null_label=None,
    )


class ResourceFilterSet(PageFilterSet):
    """What editors look for: by kind, facts and dates."""

    site = None
    has_child_pages = None
    kind = any_of("kind", ResourcePage.Kind.choices, _("Kind"))
    topics = ModelMultipleChoiceFilter(
        queryset=Topic.objects.all(), label=_("Topic"), widget=forms.CheckboxSelectMultiple
    )
    provider = ModelMultipleChoiceFilter(
        queryset=Provider.objects.all(), label=_("Provider"), widget=forms.CheckboxSelectMultiple
    )
    level = any_of("level", ResourcePage.Level.choices, _("Level"))
    cost = any_of("cost", ResourcePage.Cost.choices, _("Cost"))
    delivery = any_of("delivery", ResourcePage.Delivery.choices, _("Delivery"))
    review_by = DateFromToRangeFilter(label=_("Check again by"), widget=DateRangePickerWidget)
    reviewed_at = DateFromToRangeFilter(label=_("Last checked"), widget=DateRangePickerWidget)
    archived_on = DateFromToRangeFilter(label=_("Archived on"), widget=DateRangePickerWidget)
    next_starts_at = DateFromToRangeFilter(label=_("Takes place"), widget=DateRangePickerWidget)

    class Meta:
        model = ResourcePage
        fields = []


class DayColumn(Column):
    """A day, past or to come. Wagtail's own column calls each time to come "Just now"."""

    def get_value(self, instance):
        day = super().get_value(instance)
        return date_format(day, "DATE_FORMAT") if day else ""


class ResourceIndexView(IndexView):
    """All listings, with their providers fetched beside them."""

    def annotate_queryset(self, pages):
        return super().annotate_queryset(pages).select_related("provider")


class AddResourceView(View):
    """Choose the kind of a new listing: there is one place where all of them stand."""

    def get(self, request):
        index = get_object_or_404(ResourceIndexPage)
        return redirect("wagtailadmin_pages:add_subpage", index.pk)


class ResourceViewSet(PageListingViewSet):
    model = ResourcePage
    name = "resources"
    url_prefix = "catalog/resources"
    menu_label = _("Resources")
    icon = "doc-full"
    index_view_class = ResourceIndexView
    filterset_class = ResourceFilterSet
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("provider", label=_("Provider"), sort_key="provider__name"),
        DayColumn(
            "takes_place",
            label=_("Takes place"),
            accessor="starts_there",
            sort_key="next_starts_at",
        ),
        DateColumn("reviewed_at", label=_("Last checked"), sort_key="reviewed_at"),
        DayColumn("review_by", label=_("Check again by"), sort_key="review_by"),
        DateColumn(
            "latest_revision_created_at", label=_("Edited"), sort_key="latest_revision_created_at"
        ),
        PageStatusColumn("status", label=_("Status"), sort_key="live"),
    ]
    list_export = [
        "title",
        "kind",
        "url",
        "link",
        "provider",
        "level",
        "delivery",
        "pacing",
        "cost",
        "minutes",
        "language",
        "live",
        "archived_on",
        "reviewed_at",
        "review_by",
    ]
    export_headings = {"link": _("address of the resource")}

    @cached_property
    def choose_parent_view(self):
        return AddResourceView.as_view()


class CatalogGroup(SnippetViewSetGroup):
    items = (
        ResourceViewSet,
        SuggestionViewSet,
        TopicViewSet,
        ProviderViewSet,
        PlatformViewSet,
        TagViewSet,
    )
    menu_label = _("Catalog")
    menu_icon = "folder-open-inverse"
    menu_order = 150
