"""The controlled subject taxonomy, two levels deep."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index


class TopicQuerySet(models.QuerySet):
    def roots(self):
        return self.filter(parent__isnull=True)

    def with_children(self):
        return self.prefetch_related("children")


class Topic(index.Indexed, ClusterableModel):
    """A subject. A topic includes its children: whoever filters by it finds theirs too."""

    title = models.CharField(_("title"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text=_("Leave empty for a topic of the first level. There are two levels."),
    )
    summary = models.TextField(
        _("summary"), max_length=500, blank=True, help_text=_("One or two sentences.")
    )
    website = models.URLField(_("website"), max_length=500, blank=True)

    objects = TopicQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=5),
        index.AutocompleteField("title"),
        index.SearchField("summary"),
        index.RelatedFields("aliases", [index.SearchField("title")]),
    ]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("catalog:topic", args=[self.slug])

    def clean(self):
        super().clean()
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": _("A topic cannot be its own parent.")})
        if self.parent_id and self.parent.parent_id:
            raise ValidationError(
                {"parent": _("Choose a topic of the first level: there are two levels only.")}
            )
        if self.parent_id and self.pk and self.children.exists():
            raise ValidationError(
                {"parent": _("This topic has topics below it, so it must stay on the first level.")}
            )


class TopicAlias(models.Model):
    """Another name of the topic; its address redirects."""

    topic = ParentalKey(Topic, on_delete=models.CASCADE, related_name="aliases")
    title = models.CharField(_("other name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("other name of a topic")
        verbose_name_plural = _("other names of topics")
        ordering = ["title"]

    def __str__(self):
        return self.title
