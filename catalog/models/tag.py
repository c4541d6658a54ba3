"""Free labels, one table for resources and threads, merged and aliased by editors."""

from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager, _ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.managers import _TaggableManager
from taggit.models import ItemBase, TagBase
from wagtail.search import index


def of_today(tags):
    """Return tags and typed names with the tag of today in the place of each former name."""
    names = {tag for tag in tags if isinstance(tag, str) and tag.strip()}
    if not names:
        return list(tags)
    like = reduce(or_, (models.Q(name__iexact=name.strip()) for name in sorted(names)))
    aliases = TagAlias.objects.filter(like).select_related("tag")
    known = {alias.name.casefold(): alias.tag for alias in aliases}
    return [known.get(tag.strip().casefold(), tag) if isinstance(tag, str) else tag for tag in tags]


class TagsOfToday(_TaggableManager):
    """Tags of a plain model; whoever types a former name gets the tag of today."""

    def _to_tag_model_instances(self, tags, tag_kwargs):
        return super()._to_tag_model_instances(of_today(tags), tag_kwargs)


class ClusterTagsOfToday(_ClusterTaggableManager):
    """The same for pages."""

    def _to_tag_model_instances(self, tags, tag_kwargs):
        return super()._to_tag_model_instances(of_today(tags), tag_kwargs)


class ResourceTags(ClusterTaggableManager):
    """The tags of a listing."""

    def __get__(self, instance, model):
        return ClusterTagsOfToday(
            through=self.through,
            model=model,
            instance=instance,
            prefetch_cache_name=self.name,
        )


class Tag(index.Indexed, TagBase):
    """A free label. Names are unique without regard to case."""

    free_tagging = True
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_name_unique")]

    def clean(self):
        """Refuse the name of another tag's alias: it would never be reached."""
        super().clean()
        others = TagAlias.objects.exclude(tag=self.pk).select_related("tag")
        taken = others.filter(name__iexact=self.name.strip()).first()
        if taken:
            raise ValidationError(
                {
                    "name": _("“%(name)s” is another name of the tag “%(tag)s”.")
                    % {"name": taken.name, "tag": taken.tag}
                }
            )


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


class FormerTag(models.Model):
    """The address of a tag that became a topic and is no tag any more; it leads there.

    Whoever types the name makes the tag anew, and its address is the tag's again.
    """

    topic = models.ForeignKey("catalog.Topic", on_delete=models.CASCADE, related_name="former_tags")
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=100, unique=True, allow_unicode=True)

    class Meta:
        verbose_name = _("former tag")
        verbose_name_plural = _("former tags")
        ordering = ["name"]

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
