"""The home page, plain pages, and what an editor may set for the whole site."""

from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from catalog.selection import Selection
from portal.page_cache.versions import depends_on

from .addresses import RESERVED_SLUGS


def refuse_reserved_slug(page):
    """Raise if a page directly below home would hide one of the site's own addresses."""
    parent = page.get_parent() if page.depth else None
    if page.slug in RESERVED_SLUGS and (parent is None or isinstance(parent.specific, HomePage)):
        raise ValidationError(
            {
                "slug": _("“%(slug)s” is an address of the site itself. Please choose another one.")
                % {"slug": page.slug}
            }
        )


class HomePage(Page):
    """The first page. Its lists and numbers are counted; only its words are edited."""

    heading = models.CharField(
        _("heading"),
        max_length=160,
        default=_("Training that works in public service, and the people who tried it."),
    )
    search_hint = models.CharField(
        _("words in the empty search box"),
        max_length=120,
        default=_("Try: social media policy, plain language, free webinar"),
    )

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.StandardPage", "catalog.ResourceIndexPage"]
    private_page_options = []
    content_panels = [
        *Page.content_panels,
        "heading",
        "search_hint",
        InlinePanel("starting_points", heading=_("Starting points"), label=_("starting point")),
    ]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        from .front import front

        return {**super().get_context(request, *args, **kwargs), **front(request, self)}


class StartingPoint(Orderable):
    """One of the plain links below the search box: a filtered list with an introduction."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="starting_points")
    slug = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("link"), max_length=80)
    query = models.CharField(
        _("filters"),
        max_length=300,
        help_text=_("The part after the question mark of a filtered list: time=15&audience=…"),
    )
    introduction = models.TextField(
        _("introduction"), max_length=600, help_text=_("About three lines, above that list.")
    )

    panels = [FieldPanel(name) for name in ("label", "slug", "query", "introduction")]

    def clean(self):
        """Refuse filters that the list of resources does not know: the link would lead astray."""
        super().clean()
        self.query = self.query.strip().rpartition("?")[2]
        known = {name for name, _value in Selection.read(self.query).pairs()}
        unknown = {name for name in QueryDict(self.query) if name not in known}
        if unknown or not known:
            raise ValidationError(
                {
                    "query": _(
                        "Filter a list at /resources/ and copy what stands after the question "
                        "mark. Not understood: %(names)s"
                    )
                    % {"names": ", ".join(sorted(unknown)) or self.query}
                }
            )

    class Meta(Orderable.Meta):
        verbose_name = _("starting point")
        verbose_name_plural = _("starting points")
        constraints = [models.UniqueConstraint(fields=["page", "slug"], name="one_starting_point")]

    def __str__(self):
        return self.label


class StandardPage(Page):
    """A plain page of text: About, Privacy, and the like."""

    introduction = models.TextField(_("introduction"), max_length=600, blank=True)
    body = RichTextField(
        _("text"),
        features=["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote"],
        blank=True,
    )

    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    private_page_options = []
    content_panels = [*Page.content_panels, "introduction", "body"]
    template = "home/standard_page.html"
    search_fields = [
        *Page.search_fields,
        index.SearchField("title", boost=4),
        index.SearchField("introduction", boost=2),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("page of text")

    def get_context(self, request, *args, **kwargs):
        depends_on(request, "site")
        context = super().get_context(request, *args, **kwargs)
        above = self.get_ancestors().filter(depth__gt=2).live()
        context["crumbs"] = [(page.title, page.get_url(request)) for page in above]
        context["children"] = self.get_children().live()
        return context

    @property
    def search_date(self):
        """What "newer" means to search."""
        return self.first_published_at

    def clean(self):
        super().clean()
        refuse_reserved_slug(self)


@register_setting(icon="site")
class SiteSettings(BaseGenericSetting):
    """What an administrator may set without a developer."""

    contact_email = models.EmailField(
        _("mail of the contact form goes to"),
        blank=True,
        help_text=_("Empty: to all administrators."),
    )
    checklist_done = models.BooleanField(_("hide the checklist for a new site"), default=False)

    class Meta:
        verbose_name = _("site settings")


class ContactMessage(models.Model):
    """What somebody wrote through the contact form, kept until an editor has dealt with it."""

    class About(models.TextChoices):
        QUESTION = "question", _("A question or an idea")
        POST = "post", _("A post that should not be here")
        BARRIER = "barrier", _("A barrier to access")
        PRIVACY = "privacy", _("Privacy")

    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    address = models.CharField(_("address of the page or post"), max_length=1000, blank=True)
    text = models.TextField(_("message"), max_length=4000)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    done_at = models.DateTimeField(_("dealt with"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.get_about_display()}: {self.text[:60]}"
