"""What a post said before it was edited."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PostEdit(models.Model):
    """One edit: who, when, and the text (and title of the thread) as it was until then."""

    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="edits")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(_("edited"))
    text_before = models.TextField(_("text before"))
    title_before = models.CharField(
        _("title before"), max_length=200, blank=True, help_text=_("Empty where it stayed.")
    )

    class Meta:
        verbose_name = _("edit of a post")
        verbose_name_plural = _("edits of posts")
        ordering = ["post", "edited_at", "pk"]

    def __str__(self):
        return f"{self.post_id}: {self.edited_at}"
