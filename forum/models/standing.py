"""What earns and costs trust, and what a moderator may impose."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SanctionQuerySet(models.QuerySet):
    def in_force(self, now=None):
        """Those that hold now: begun, not lifted, not over."""
        now = now or timezone.now()
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            starts_at__lte=now,
            lifted_at__isnull=True,
        )

    def silencing(self, now=None):
        return self.in_force(now).filter(kind=self.model.Kind.SILENCE)


class Sanction(models.Model):
    """What moderators imposed on a member; the row stays when it is over.

    A silence lets read and not write. A suspension and a ban let nobody log in; the first has
    an end. The verbs stand in forum/sanctions.py.
    """

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
    # Set when somebody ended it early, or the clock when its time was over.
    lifted_at = models.DateTimeField(_("ended"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering = ["-starts_at"]
        indexes = [
            models.Index(
                fields=["user", "kind"],
                condition=Q(lifted_at__isnull=True),
                name="sanction_standing",
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.get_kind_display()}"

    @property
    def is_in_force(self):
        is_over = self.ends_at is not None and self.ends_at <= timezone.now()
        return self.lifted_at is None and not is_over


class Standing(models.Model):
    """A member's record in the forum, kept by the verbs that change it.

    What the numbers allow is said in one place, forum/standing.py.
    """

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
