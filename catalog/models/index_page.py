"""The page above all listings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class ResourceIndexPage(Page):
    """The catalog at /resources/. There is one; its address is fixed.

    Renaming it would rewrite the address of every listing, and Wagtail's own redirects break
    on an index with thousands of children.
    """

    SLUG = "resources"

    introduction = models.TextField(_("introduction"), max_length=500, blank=True)

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = [
        "catalog.KitPage",
        "catalog.WebinarPage",
        "catalog.GuidancePage",
        "catalog.CoursePage",
    ]
    content_panels = [*Page.content_panels, "introduction"]
    promote_panels = []
    private_page_options = []
    template = "catalog/resource_index_page.html"

    class Meta:
        verbose_name = _("catalog")

    def save(self, *args, **kwargs):
        self.slug = self.SLUG
        super().save(*args, **kwargs)

    def serve(self, request, *args, **kwargs):
        from ..views import resource_list

        return resource_list(request, self)

    def serve_preview(self, request, mode_name):
        return self.serve(request)
