"""Addresses that posts and threads had before; they redirect for ever."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PostAddress(models.Model):
    """An earlier number of a post in a thread, also in one that was merged away."""

    thread = models.ForeignKey("forum.Thread", on_delete=models.CASCADE, related_name="addresses")
    number = models.PositiveIntegerField()
    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="addresses")

    class Meta:
        verbose_name = _("earlier address of a post")
        verbose_name_plural = _("earlier addresses of posts")
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="one_post_address")
        ]

    def __str__(self):
        return f"{self.thread_id} #{self.number} → {self.post_id}"


class ImportedAddress(models.Model):
    """A path of the site that threads were imported from."""

    path = models.CharField(max_length=500, unique=True)
    thread = models.ForeignKey("forum.Thread", on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(
        "forum.Post", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("address of a former site")
        verbose_name_plural = _("addresses of a former site")

    def __str__(self):
        return self.path
