"""Small fixed vocabularies, tables because a resource may have several; filled by migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# The names that the migration writes, here so that they can be translated.
NAMES = {
    "all-staff": pgettext_lazy("audience", "all staff"),
    "official-account-holders": pgettext_lazy("audience", "official account holders"),
    "communications": pgettext_lazy("audience", "communications"),
    "leadership": pgettext_lazy("audience", "leadership"),
    "hr": pgettext_lazy("audience", "HR"),
    "it": pgettext_lazy("audience", "IT"),
    "legal-and-records": pgettext_lazy("audience", "legal and records"),
    "federal": _("federal"),
    "state": _("state"),
    "county": _("county"),
    "city": _("city"),
    "tribal": _("tribal"),
    "territory": _("territory"),
    "school-district": _("school district"),
    "special-district": _("special district"),
    "international": _("international"),
    "other": _("other"),
}


class Audience(models.Model):
    """Whom a resource is for."""

    slug = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["position"]

    def __str__(self):
        return str(NAMES.get(self.slug, self.name))


class GovernmentLevel(models.Model):
    """For which kind of government a resource is made: the kinds of Agency."""

    slug = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("level of government")
        verbose_name_plural = _("levels of government")
        ordering = ["position"]

    def __str__(self):
        return str(NAMES.get(self.slug, self.name))
