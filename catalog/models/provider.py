"""Who offers a resource."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index


class Provider(index.Indexed, models.Model):
    """An organisation that offers resources; may be one of our agencies."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("agency, for its own people")
        OTHER_GOVERNMENT = "other-government", _("other government")
        CONTRACTOR = "contractor", _("contractor")
        VENDOR = "vendor", _("vendor")
        UNIVERSITY = "university", _("university")
        NONPROFIT = "nonprofit", _("nonprofit")

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind.choices,
        blank=True,
        help_text=_("Leave empty when it is not stated anywhere; never guess."),
    )
    agency = models.ForeignKey(
        "accounts.Agency",
        verbose_name=_("agency"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="providers",
        help_text=_("If members of this site work there."),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    summary = models.TextField(_("summary"), max_length=500, blank=True)
    former_names = models.TextField(
        _("former names"), blank=True, help_text=_("One a line. Search finds them.")
    )

    search_fields = [
        index.SearchField("name", boost=5),
        index.AutocompleteField("name"),
        index.SearchField("summary"),
        index.SearchField("former_names"),
    ]

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("catalog:provider", args=[self.slug])

    @property
    def sells(self):
        """Whether listings of this provider must carry a disclosure."""
        return self.kind in {self.Kind.VENDOR, self.Kind.CONTRACTOR}
