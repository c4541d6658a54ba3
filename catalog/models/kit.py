from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable
from wagtail.search import index

from .. import panels
from .resource import ResourcePage


class KitPage(ResourcePage):
    """A set of materials one takes and uses: templates, checklists, slides."""

    KIND = ResourcePage.Kind.KIT

    licence = models.CharField(
        _("licence"),
        max_length=200,
        blank=True,
        help_text=_("For example: public domain, CC BY 4.0, ask the vendor."),
    )
    contact_details_asked = models.CharField(
        _("asks for contact details before the download"),
        max_length=3,
        choices=ResourcePage.Stated.choices,
        blank=True,
    )
    vendor_disclosure = models.TextField(
        _("vendor disclosure"),
        max_length=500,
        blank=True,
        help_text=_("What the vendor sells that the kit leads to. Required for vendors."),
    )

    content_panels = panels.KIT
    search_fields = [
        *ResourcePage.search_fields,
        index.RelatedFields("items", [index.SearchField("title")]),
    ]

    class Meta:
        verbose_name = _("kit")
        verbose_name_plural = _("kits")

    def clean(self):
        super().clean()
        if self.provider_id and self.provider.sells and not self.vendor_disclosure.strip():
            raise ValidationError(
                {
                    "vendor_disclosure": _(
                        "This provider sells something: say in one sentence what, so that "
                        "readers can judge the kit."
                    )
                }
            )


class KitItem(Orderable):
    page = ParentalKey(KitPage, on_delete=models.CASCADE, related_name="items")
    title = models.CharField(_("title"), max_length=200)
    file_format = models.CharField(
        _("format"),
        max_length=60,
        blank=True,
        help_text=_("For example: PDF, Word, slides, video."),
    )
    link = models.URLField(_("address"), max_length=1000, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("item of a kit")
        verbose_name_plural = _("items of a kit")

    def __str__(self):
        return self.title
