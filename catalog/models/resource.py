"""A listing of the catalog: what all kinds share, so that every facet filters one table."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from portal.page_cache.versions import raise_version

from .. import panels
from ..addresses import normalize
from .availability import Availability, EventStatus
from .index_page import ResourceIndexPage
from .resource_queryset import ResourceManager
from .tag import ResourceTags
from .wall_clock import in_zone

# Who looked at a listing, and where an import had it from, is true whatever text is published.
OUTSIDE_OF_REVISIONS = ["reviewed_at", "reviewed_by", "source", "source_id", "is_superseded"]
BODY_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote"]


class ResourcePage(Page):
    """What kit, webinar, guidance and course have in common.

    Cannot be created itself. Identity, tags, mentions and bookmarks hang on this row, so a
    listing can change its kind and keep them. Empty means "not stated", never "no".
    """

    class Kind(models.TextChoices):
        KIT = "kit", _("kit")
        WEBINAR = "webinar", _("webinar")
        GUIDANCE = "guidance", _("guidance")
        COURSE = "course", _("course")

    class Level(models.TextChoices):
        INTRODUCTORY = "introductory", _("introductory, for everyone")
        WORKING = "working", _("working, for official account holders")
        ADVANCED = "advanced", _("advanced")

    class Delivery(models.TextChoices):
        IN_PERSON = "in-person", _("in person")
        LIVE_ONLINE = "live-online", _("live online")
        SELF_PACED_ONLINE = "self-paced-online", _("self-paced online")
        BLENDED = "blended", _("blended")
        DOCUMENT = "document", _("document")

    class Pacing(models.TextChoices):
        INSTRUCTOR_LED = "instructor-led", _("instructor-led")
        SELF_DIRECTED = "self-directed", _("self-directed")

    class Cost(models.TextChoices):
        FREE = "free", _("free")
        FREE_WITH_ACCOUNT = "free-with-account", _("free with account")
        PAID = "paid", _("paid")
        FREE_TO_GOVERNMENT = "free-to-government", _("free to government")

    EventStatus = EventStatus
    Availability = Availability

    class Stated(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")

    KIND = ""  # set by each concrete kind

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, editable=False)
    summary = models.TextField(
        _("summary"),
        max_length=600,
        blank=True,
        help_text=_("What it is, in two sentences of plain language. Shown in lists and search."),
    )
    body = RichTextField(
        _("description"),
        features=BODY_FEATURES,
        blank=True,
        help_text=_("What a colleague should know before using it. Nobody needs to read it all."),
    )
    link = models.URLField(
        _("address of the resource"),
        max_length=1000,
        blank=True,
        help_text=_(
            "Where the button on the page leads: the resource itself, not a search result."
        ),
    )
    normalized_link = models.CharField(max_length=1000, blank=True, db_index=True, editable=False)
    provider = models.ForeignKey(
        "catalog.Provider",
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resources",
        help_text=_("Who offers it. Its kind decides the no-endorsement line."),
    )
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, blank=True)
    delivery = models.CharField(_("delivery"), max_length=20, choices=Delivery.choices, blank=True)
    pacing = models.CharField(_("pacing"), max_length=20, choices=Pacing.choices, blank=True)
    cost = models.CharField(_("cost"), max_length=20, choices=Cost.choices, blank=True)
    minutes = models.PositiveIntegerField(
        _("time needed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In minutes, all in all. Leave empty when nobody states it."),
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        help_text=_("A BCP 47 code such as en, es or zh-Hans."),
    )
    topics = ParentalManyToManyField(
        "catalog.Topic", verbose_name=_("topics"), blank=True, related_name="resources"
    )
    audiences = ParentalManyToManyField(
        "catalog.Audience", verbose_name=_("audience"), blank=True, related_name="resources"
    )
    made_for = ParentalManyToManyField(
        "catalog.GovernmentLevel", verbose_name=_("made for"), blank=True, related_name="resources"
    )
    platforms = ParentalManyToManyField(
        "catalog.Platform",
        verbose_name=_("platforms"),
        blank=True,
        related_name="resources",
        help_text=_("The services it is about, not where an event is held."),
    )
    tags = ResourceTags(through="catalog.ResourceTag", blank=True, verbose_name=_("tags"))

    # Plain facts
    account_needed = models.CharField(
        _("account needed"), max_length=3, choices=Stated.choices, blank=True
    )
    captions = models.CharField(_("captions"), max_length=3, choices=Stated.choices, blank=True)
    transcript = models.CharField(_("transcript"), max_length=3, choices=Stated.choices, blank=True)
    accessibility_link = models.URLField(
        _("accessibility conformance report"), max_length=1000, blank=True
    )
    accessibility_on = models.DateField(_("date of that report"), null=True, blank=True)

    # Copied up from a webinar or the runs of a course by save(), and by the clock.
    next_starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_zone = models.CharField(max_length=64, blank=True, editable=False)
    event_status = models.CharField(
        _("status"), max_length=10, choices=EventStatus.choices, default=EventStatus.SCHEDULED
    )
    is_planned = models.BooleanField(default=False, editable=False)
    has_recording = models.BooleanField(default=False, editable=False)
    # Whether live guidance replaces it; kept by catalog/descent.py.
    is_superseded = models.BooleanField(default=False, editable=False)

    # Freshness. The page's owner is the editor who answers for it.
    published_on = models.DateField(_("first published by its provider"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("last checked by an editor"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    review_by = models.DateField(_("check again by"), null=True, blank=True)
    archived_on = models.DateField(
        _("archived on"),
        null=True,
        blank=True,
        help_text=_("The page keeps its address, gets a banner and leaves the lists."),
    )

    # Where an import had it from: (source, source_id) is its identity there.
    source = models.CharField(max_length=120, blank=True, editable=False)
    source_id = models.CharField(max_length=500, blank=True, editable=False)
    source_url = models.URLField(_("source"), max_length=1000, blank=True)

    objects = ResourceManager()

    is_creatable = False
    parent_page_types = ["catalog.ResourceIndexPage"]
    subpage_types = []
    private_page_options = []
    template = "catalog/resource_page.html"
    content_panels = panels.RESOURCE
    promote_panels = panels.PROMOTE
    settings_panels = panels.SETTINGS

    search_fields = [
        *Page.search_fields,
        index.SearchField("title", boost=4),
        index.SearchField("summary", boost=2),
        index.SearchField("body"),
        index.RelatedFields("topics", [index.SearchField("title")]),
        index.RelatedFields("tags", [index.SearchField("name")]),
        index.RelatedFields(
            "provider", [index.SearchField("name"), index.SearchField("former_names")]
        ),
        index.FilterField("kind"),
        index.FilterField("cost"),
        index.FilterField("level"),
        index.FilterField("archived_on"),
        index.FilterField("next_starts_at"),
    ]

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~models.Q(source_id=""),
                name="resource_identity",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "archived_on"], name="resource_kind"),
            models.Index(fields=["next_starts_at"], name="resource_starts"),
            models.Index(fields=["next_ends_at"], name="resource_ends"),
            models.Index(fields=["review_by"], name="resource_review"),
        ]

    def save(self, *args, **kwargs):
        if self.KIND:
            self.kind = self.KIND
        self.normalized_link = normalize(self.link)
        self.copy_up()
        raise_version("catalog")
        return super().save(*args, **kwargs)

    def copy_up(self, now=None):
        """Set the columns that facets read from what the concrete kind holds.

        A listing without dates has nothing to copy; webinar and course override this.
        """

    def clean(self):
        super().clean()
        if self.accessibility_on and not self.accessibility_link:
            raise ValidationError(
                {"accessibility_link": _("Give the address of the report whose date you gave.")}
            )

    def get_absolute_url(self):
        """The address below the catalog, whose own address is fixed: no query is needed."""
        return f"/{ResourceIndexPage.SLUG}/{self.slug}/" if self.slug else None

    def get_url(self, request=None, current_site=None):
        return self.get_absolute_url()

    url = property(get_url)

    def with_content_json(self, content):
        """Take the words from a revision, and from the row what is true of it by now."""
        page = super().with_content_json(content)
        for name in OUTSIDE_OF_REVISIONS:
            setattr(page, name, getattr(self, name))
        return page

    def get_context(self, request, *args, **kwargs):
        from ..pages import resource_context

        context = super().get_context(request, *args, **kwargs)
        return {**context, **resource_context(self, request)}

    @property
    def starts_there(self):
        """The start on the clock where it is held, or None. Naive: say the zone beside it."""
        return in_zone(self.next_starts_at, self.next_zone)

    @property
    def ends_there(self):
        return in_zone(self.next_ends_at, self.next_zone)

    @property
    def calendar_url(self):
        """Where one has it for one's calendar; "" where nothing of it is to come."""
        is_over = self.next_ends_at is None or self.next_ends_at <= timezone.now()
        if is_over or not self.live or self.event_status == self.EventStatus.CANCELLED:
            return ""
        return f"{self.get_absolute_url()}event.ics"

    @property
    def search_date(self):
        """What "newer" means to search: when it takes place, else when it was published."""
        return self.next_starts_at or self.published_on or self.first_published_at

    @property
    def is_archived(self):
        return self.archived_on is not None and self.archived_on <= timezone.localdate()

    @cached_property
    def kind_page(self):
        """The row of the concrete kind (one query, unless this is it already)."""
        return self if self.KIND else self.specific

    def mark_reviewed(self, *, user, now=None):
        """Record that `user` looked at the listing and found it right."""
        self.reviewed_at = now or timezone.now()
        self.reviewed_by = user
        ResourcePage.objects.filter(pk=self.pk).update(
            reviewed_at=self.reviewed_at, reviewed_by=user
        )
        raise_version("catalog")


class RequiredBy(Orderable):
    """A rule that makes the resource mandatory for somebody, cited."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="requirements")
    who = models.CharField(_("who requires it"), max_length=200)
    of_whom = models.CharField(_("of whom"), max_length=200)
    link = models.URLField(_("where that is written"), max_length=1000)

    class Meta(Orderable.Meta):
        verbose_name = _("rule that requires it")
        verbose_name_plural = _("rules that require it")

    def __str__(self):
        return f"{self.who}: {self.of_whom}"
