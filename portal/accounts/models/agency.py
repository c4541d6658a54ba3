"""Agencies, the mail domains that prove one works there, and who does."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel


class Agency(ClusterableModel):
    """An employer of members, from a federal department to a school district."""

    class Kind(models.TextChoices):
        FEDERAL = "federal", _("federal")
        STATE = "state", _("state")
        COUNTY = "county", _("county")
        CITY = "city", _("city")
        TRIBAL = "tribal", _("tribal")
        TERRITORY = "territory", _("territory")
        SCHOOL_DISTRICT = "school-district", _("school district")
        SPECIAL_DISTRICT = "special-district", _("special district")
        INTERNATIONAL = "international", _("international")
        OTHER = "other", _("other")

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("people:agency", args=[self.slug])

    @property
    def kind_words(self):
        """What is shown of the agency where its name is not: "county government"."""
        if self.kind == self.Kind.OTHER:
            return _("another public body")
        if self.kind == self.Kind.INTERNATIONAL:
            return _("international organization")
        if self.kind in {self.Kind.SCHOOL_DISTRICT, self.Kind.SPECIAL_DISTRICT}:
            return self.get_kind_display()
        return _("%(kind)s government") % {"kind": self.get_kind_display()}


class AgencyDomain(models.Model):
    """A mail domain whose confirmed addresses belong to the agency."""

    agency = ParentalKey(Agency, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(
        _("domain"),
        max_length=253,
        unique=True,
        help_text=_("In small letters, without the @: example.gov. It covers nothing below it."),
    )

    class Meta:
        verbose_name = _("mail domain of an agency")
        verbose_name_plural = _("mail domains of agencies")
        ordering = ["domain"]

    def __str__(self):
        return self.domain

    def save(self, *args, **kwargs):
        self.domain = self.domain.strip().lower().lstrip("@")
        super().save(*args, **kwargs)


class Membership(models.Model):
    """That a member works (or worked) for an agency, as a confirmed address proved."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    email_domain = models.CharField(_("domain of the confirmed address"), max_length=253)
    verified_at = models.DateTimeField(_("verified"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-verified_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(ended_at__isnull=True),
                name="one_current_membership",
            ),
        ]
        indexes = [models.Index(Lower("email_domain"), name="membership_domain")]

    def __str__(self):
        return f"{self.user} – {self.agency}"
