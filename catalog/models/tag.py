"""Free labels, one table for resources and threads, merged and aliased by editors."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase
from wagtail.search import index


class Tag(index.Indexed, TagBase):
    """A free label. Names are unique without regard to case."""

    free_tagging = True
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_name_unique")]


class TagAlias(models.Model):
    """Another spelling that leads to the tag: left by a merge or added by an editor."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=100, unique=True, allow_unicode=True)

    class Meta:
        verbose_name = _("alias of a tag")
        verbose_name_plural = _("aliases of tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_alias_unique")]

    def __str__(self):
        return self.name


class ResourceTag(ItemBase):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="resource_items")
    content_object = ParentalKey(
        "catalog.ResourcePage", on_delete=models.CASCADE, related_name="tagged_items"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="one_resource_tag")
        ]
