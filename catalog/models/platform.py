from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index


class Platform(index.Indexed, models.Model):
    """The social or digital service a resource is about (not where an event is held)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    former_names = models.TextField(_("former names"), blank=True, help_text=_("One a line."))

    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
        ordering = ["name"]

    def __str__(self):
        return self.name
