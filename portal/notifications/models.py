"""What a member follows, what he is told, and (in the demo) the mail he would have got.

Both point at things by content type, because this package knows no product model.
"""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Watch(models.Model):
    class Level(models.TextChoices):
        FOLLOW = "follow", _("following")
        MUTE = "mute", _("muted")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches"
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    watched = GenericForeignKey()
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.FOLLOW)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("thing followed")
        verbose_name_plural = _("things followed")
        constraints = [
            models.UniqueConstraint(fields=["user", "content_type", "object_id"], name="one_watch")
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="watch_object")]

    def __str__(self):
        return f"{self.user_id}: {self.content_type_id} {self.object_id}"


class Notification(models.Model):
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    verb = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey()
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["recipient", "-created_at"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(fields=["recipient", "-created_at"], name="notification_recipient"),
        ]

    def __str__(self):
        return f"{self.recipient_id}: {self.verb}"


class OutboxMail(models.Model):
    """A mail the demo would have sent, kept for /demo/outbox/."""

    to = models.CharField(_("to"), max_length=500)
    subject = models.CharField(_("subject"), max_length=500)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        verbose_name = _("mail in the demo outbox")
        verbose_name_plural = _("mails in the demo outbox")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.subject
