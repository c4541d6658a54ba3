"""A member's own list of resources, in the order and with the words of its owner."""

import secrets

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User

from .resource import ResourcePage


def new_key():
    """Return what nobody can guess: 128 bits as 22 characters that an address may hold."""
    return secrets.token_urlsafe(16)


class ResourceCollectionQuerySet(models.QuerySet):
    def visible_to(self, user, key=""):
        """One's own, public ones, and the unlisted one whose key stands in the address.

        What a banned or former member made public is seen by its owner alone.
        """
        open_to_all = models.Q(visibility=ResourceCollection.Visibility.PUBLIC)
        if key:
            open_to_all |= models.Q(visibility=ResourceCollection.Visibility.UNLISTED, key=key)
        seen = open_to_all & ~models.Q(owner__status__in=[User.Status.BANNED, User.Status.ERASED])
        if user.is_authenticated:
            seen |= models.Q(owner=user)
        return self.filter(seen)

    def editable_by(self, user):
        return self.filter(owner=user) if user.is_authenticated and user.is_active else self.none()

    def public(self):
        """What may be named on other pages."""
        return self.filter(visibility=ResourceCollection.Visibility.PUBLIC).exclude(
            owner__status__in=[User.Status.BANNED, User.Status.ERASED]
        )

    def with_item_count(self):
        """Annotate `item_count`: the listings in it that readers see."""
        counted = (
            CollectionItem.objects.filter(collection=models.OuterRef("pk"), resource__live=True)
            .order_by()
            .values("collection")
            .annotate(number=models.Count("pk"))
            .values("number")
        )
        return self.annotate(item_count=Coalesce(models.Subquery(counted), 0))


class ResourceCollection(models.Model):
    """A list of resources that a member keeps, perhaps to share it.

    `key` opens an unlisted collection to whoever has its whole address; it is made anew each
    time the collection becomes private, so that addresses given away before stop to work.
    """

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("only I")
        UNLISTED = "unlisted", _("whoever has the link")
        PUBLIC = "public", _("everybody")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="resource_collections",
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=1000, blank=True)
    visibility = models.CharField(
        _("who sees it"), max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    key = models.CharField(max_length=43, default=new_key, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ResourceCollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["owner", "-changed_at"], name="collection_of_owner")]

    def __str__(self):
        return self.title

    @property
    def slug(self):
        return slugify(self.title)[:60].strip("-") or "collection"

    def get_absolute_url(self):
        """The address for who sees it anyway; `shared_url` is the one to give away."""
        return f"/collections/{self.pk}-{self.slug}/"

    @property
    def shared_url(self):
        """The path with which others open it, with the key where one is needed."""
        if self.visibility == self.Visibility.UNLISTED:
            return f"{self.get_absolute_url()}?key={self.key}"
        return self.get_absolute_url()

    @property
    def is_public(self):
        return self.visibility == self.Visibility.PUBLIC


class CollectionItemQuerySet(models.QuerySet):
    def visible(self):
        """The items whose listing readers see: an archived one is, an unpublished one is not."""
        return self.filter(resource__live=True)

    def with_card_data(self):
        """Fetch what a row shows, in two queries, without the long text."""
        cards = ResourcePage.objects.with_card_data()
        return self.prefetch_related(models.Prefetch("resource", queryset=cards))


class CollectionItem(models.Model):
    """A resource in a collection, with its place and what the owner says about it."""

    collection = models.ForeignKey(
        ResourceCollection, on_delete=models.CASCADE, related_name="items"
    )
    resource = models.ForeignKey(
        "catalog.ResourcePage", on_delete=models.CASCADE, related_name="collection_items"
    )
    position = models.PositiveIntegerField(_("position"), validators=[MinValueValidator(1)])
    note = models.CharField(_("note"), max_length=500, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    objects = CollectionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a collection")
        verbose_name_plural = _("items of collections")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "resource"], name="one_resource_in_a_collection"
            )
        ]

    def __str__(self):
        return f"{self.collection}: {self.resource}"
