"""What earns and costs trust, and what a moderator may impose."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Sanction(models.Model):
    class Kind(models.TextChoices):
        SILENCE = "silence", _("silence")
        SUSPENSION = "suspension", _("suspension")
        BAN = "ban", _("ban")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sanctions"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering = ["-starts_at"]

    def __str__(self):
        return f"{self.user}: {self.get_kind_display()}"


class Standing(models.Model):
    """A member's record in the forum, kept by the verbs that change it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standing"
    )
    posts = models.PositiveIntegerField(default=0)
    posts_hidden = models.PositiveIntegerField(default=0)
    helpful_received = models.PositiveIntegerField(default=0)
    reports_upheld = models.PositiveIntegerField(default=0)
    reports_refused = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")

    def __str__(self):
        return f"{self.user}: {self.posts}"
