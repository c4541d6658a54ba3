"""The lists of listings in Wagtail's admin: all of them, and each kind with its own columns."""

from django.db.models import Case, F, When
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet

from portal.search.backend.querysets import with_keys

from ..completeness import completeness_of, with_missing_facts
from ..models import KINDS, ResourceIndexPage, ResourcePage
from .filters import OneKindFilterSet, ResourceFilterSet, WithoutRecordingFilterSet
from .selection import found_keys


class DayColumn(Column):
    """A day, past or to come. Wagtail's own column calls each time to come "Just now"."""

    def get_value(self, instance):
        day = super().get_value(instance)
        return date_format(day, "DATE_FORMAT") if day else ""


class FactsColumn(Column):
    """How many of the facts that readers look for are stated, and which are not."""

    cell_template_name = "catalog/admin/facts_cell.html"

    def get_value(self, instance):
        return completeness_of(instance)


class OwnerColumn(Column):
    """The editor who answers for the listing."""

    def get_value(self, instance):
        return get_user_display_name(instance.owner) if instance.owner else ""


class ResourceIndexView(IndexView):
    """Listings of one kind or of all, with saved views above them."""

    template_name = "catalog/admin/listings.html"
    kind = ""

    def get_base_queryset(self):
        listings = super().get_base_queryset()
        return listings.filter(kind=self.kind) if self.kind else listings

    def annotate_queryset(self, pages):
        pages = with_missing_facts(super().annotate_queryset(pages))
        # The concrete rows are fetched apart, so that joined rows would be lost.
        return pages.prefetch_related("provider", "owner")

    def order_queryset(self, queryset):
        name = (self.ordering or "").lstrip("-")
        if name in EMPTY_LAST and not (self.is_searching and not self.is_explicitly_ordered):
            descending = self.ordering.startswith("-")
            by = F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True)
            return queryset.order_by(by, "pk")
        return super().order_queryset(queryset)

    def search_queryset(self, queryset):
        """Restrict to what the search finds; the best first, unless a column is sorted by."""
        if not self.is_searching:
            return queryset
        keys = found_keys(self.search_query)
        found = with_keys(queryset, keys)
        if self.is_explicitly_ordered:
            return found
        best = [When(pk=key, then=place) for place, key in enumerate(keys[:RANKED])]
        return found.order_by(Case(*best, default=RANKED), "title", "pk") if best else found

    def get_page_title(self):
        return dict(LISTS)[self.list_name] if self.kind else _("Resources")

    @cached_property
    def verbose_name(self):
        return KINDS[self.kind]._meta.verbose_name if self.kind else _("listing")

    @cached_property
    def verbose_name_plural(self):
        return _("listings")

    def to_row_dict(self, item):
        item.missing = None  # a heading of the file, worked out below
        row = super().to_row_dict(item)
        row["missing"] = ", ".join(str(fact.label) for fact in completeness_of(item).missing)
        return row

    def get_add_url(self):
        if not self.user_has_permission("add"):
            return None
        if self.kind:
            index = ResourceIndexPage.objects.only("pk").first()
            model = KINDS[self.kind]._meta.model_name
            return index and reverse("wagtailadmin_pages:add", args=["catalog", model, index.pk])
        return super().get_add_url()

    @cached_property
    def add_item_label(self):
        noun = KINDS[self.kind]._meta.verbose_name if self.kind else _("resource")
        return _("Add %(noun)s") % {"noun": noun}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["kinds"] = [
            {"words": words, "url": reverse(f"{name}:index"), "is_here": name == self.list_name}
            for name, words in LISTS
        ]
        here = self.request.GET.urlencode()
        context["views"] = [
            {"words": words, "url": f"{self.index_url}?{query}", "is_here": query == here}
            for words, query in saved_views(self.request.user)
        ]
        return context

    @property
    def list_name(self):
        return self.index_url_name.partition(":")[0]


# So many of the best hits of a search stand in the order of the search; nobody reads further.
RANKED = 100
# What is often empty and stands last, whichever way it is sorted.
EMPTY_LAST = {"next_starts_at", "reviewed_at", "review_by", "provider__name", "owner__display_name"}


def saved_views(user):
    """The narrowed lists that editors come for: (words, query) each."""
    return [
        (_("Mine"), urlencode({"owner": user.pk})),
        (_("Missing facts"), urlencode({"missing": "any"})),
        (_("Due this month"), urlencode({"due": "month"})),
        (_("Drafts"), urlencode({"state": "draft"})),
    ]


class AddResourceView(View):
    """Choose the kind of a new listing: there is one place where all of them stand."""

    def get(self, request):
        index = get_object_or_404(ResourceIndexPage)
        return redirect("wagtailadmin_pages:add_subpage", index.pk)


CHOOSE = BulkActionsColumn("bulk_actions")
TITLE = PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title")
KIND = Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind")
PROVIDER = Column("provider", label=_("Provider"), sort_key="provider__name")
FACTS = FactsColumn("facts", label=_("Facts"), sort_key="missing_count")
TAKES_PLACE = DayColumn(
    "takes_place", label=_("Takes place"), accessor="starts_there", sort_key="next_starts_at"
)
OWNER = OwnerColumn("owner", label=_("Owner"), sort_key="owner__display_name")
REVIEWED = DateColumn("reviewed_at", label=_("Last checked"), sort_key="reviewed_at")
REVIEW_BY = DayColumn("review_by", label=_("Check again by"), sort_key="review_by")
EDITED = DateColumn(
    "latest_revision_created_at", label=_("Edited"), sort_key="latest_revision_created_at"
)
STATUS = PageStatusColumn("status", label=_("Status"), sort_key="live")
LAST = [OWNER, REVIEW_BY, STATUS]

EXPORTED = [
    *("title", "kind", "url", "link", "provider", "level", "delivery", "pacing", "cost"),
    *("minutes", "language", "live", "archived_on", "owner", "reviewed_at", "review_by"),
]


class ResourceViewSet(PageListingViewSet):
    """All listings."""

    model = ResourcePage
    name = "resources"
    kind = ""
    url_prefix = "catalog/resources"
    menu_label = _("Resources")
    icon = "doc-full"
    index_view_class = ResourceIndexView
    filterset_class = ResourceFilterSet
    columns = [CHOOSE, TITLE, KIND, PROVIDER, FACTS, OWNER, REVIEWED, REVIEW_BY, STATUS]
    list_export = [*EXPORTED, "missing"]
    export_headings = {"link": _("Address of the resource"), "missing": _("Missing facts")}

    @cached_property
    def export_filename(self):
        return self.name

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(kind=self.kind, **kwargs)

    @cached_property
    def choose_parent_view(self):
        return AddResourceView.as_view()


class CourseViewSet(ResourceViewSet):
    name = "courses_list"
    kind = "course"
    url_prefix = "catalog/courses"
    filterset_class = WithoutRecordingFilterSet
    columns = [
        CHOOSE,
        TITLE,
        PROVIDER,
        FACTS,
        DayColumn(
            "takes_place",
            label=_("Next or last run"),
            accessor="starts_there",
            sort_key="next_starts_at",
        ),
        Column("pacing", label=_("Pacing"), accessor="get_pacing_display", sort_key="pacing"),
        *LAST,
    ]


class WebinarViewSet(ResourceViewSet):
    name = "webinars_list"
    kind = "webinar"
    url_prefix = "catalog/webinars"
    filterset_class = OneKindFilterSet
    columns = [
        CHOOSE,
        TITLE,
        PROVIDER,
        FACTS,
        TAKES_PLACE,
        Column("happens", label=_("Event"), accessor=lambda page: page.state().label),
        *LAST,
    ]


class GuidanceViewSet(ResourceViewSet):
    name = "guidance_list"
    kind = "guidance"
    url_prefix = "catalog/guidance"
    filterset_class = WithoutRecordingFilterSet
    columns = [
        CHOOSE,
        TITLE,
        Column("number", label=_("Number"), sort_key="guidancepage__number"),
        PROVIDER,
        FACTS,
        DayColumn("effective_on", label=_("Effective from"), sort_key="guidancepage__effective_on"),
        *LAST,
    ]


class KitViewSet(ResourceViewSet):
    name = "kits_list"
    kind = "kit"
    url_prefix = "catalog/kits"
    filterset_class = WithoutRecordingFilterSet
    columns = [
        CHOOSE,
        TITLE,
        PROVIDER,
        FACTS,
        Column("licence", label=_("Licence"), sort_key="kitpage__licence"),
        REVIEWED,
        *LAST,
    ]


# The lists above each other's tables: name of the viewset and words.
LISTS = [
    ("resources", _("All")),
    ("courses_list", _("Courses")),
    ("webinars_list", _("Webinars")),
    ("guidance_list", _("Guidance")),
    ("kits_list", _("Kits")),
]
OF_ONE_KIND = (CourseViewSet, WebinarViewSet, GuidanceViewSet, KitViewSet)
KIND_OF_LIST = {viewset.name: viewset.kind for viewset in (ResourceViewSet, *OF_ONE_KIND)}
