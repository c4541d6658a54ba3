"""That a member found a post helpful."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Helpful(models.Model):
    """One mark: one of a member and post, never on one's own. Post.helpful_count counts them."""

    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="helpful_marks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="helpful_marks"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("helpful mark")
        verbose_name_plural = _("helpful marks")
        ordering = ["post", "created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="one_helpful_mark")]

    def __str__(self):
        return f"{self.user}: {self.post_id}"
