from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .resource import ResourcePage


class BookmarkQuerySet(models.QuerySet):
    def visible(self):
        """The bookmarks whose listing readers see: an archived one is, a draft is not."""
        return self.filter(resource__live=True)

    def with_card_data(self):
        """Fetch what rows show, the latest first, in two queries and without the long text."""
        cards = ResourcePage.objects.with_card_data()
        fetched = models.Prefetch("resource", queryset=cards)
        return self.order_by("-created_at", "-pk").prefetch_related(fetched)


class Bookmark(models.Model):
    """A resource a member keeps."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="resource_bookmarks"
    )
    resource = models.ForeignKey(
        "catalog.ResourcePage", on_delete=models.CASCADE, related_name="bookmarks"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BookmarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "resource"], name="one_resource_bookmark")
        ]

    def __str__(self):
        return f"{self.user}: {self.resource}"
