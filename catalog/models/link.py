"""What is known of an outside address that a listing leads to."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# A link is called broken after two failures at least this far apart.
BETWEEN_FAILURES = timedelta(hours=24)
# A link that is fine is asked again after this long.
BETWEEN_CHECKS = timedelta(days=7)


class CheckedLinkQuerySet(models.QuerySet):
    def due(self, now):
        """Never asked, asked long ago, or failed and due for the second opinion."""
        doubtful = [CheckedLink.State.FAILING, CheckedLink.State.UNKNOWN]
        return self.filter(
            Q(checked_at__isnull=True)
            | Q(checked_at__lte=now - BETWEEN_CHECKS)
            | Q(state__in=doubtful, checked_at__lte=now - BETWEEN_FAILURES)
        ).order_by(models.F("checked_at").asc(nulls_first=True), "pk")

    def broken(self):
        return self.filter(state=CheckedLink.State.BROKEN)

    def moved(self):
        return self.filter(state=CheckedLink.State.MOVED)


class CheckedLink(models.Model):
    class State(models.TextChoices):
        UNCHECKED = "unchecked", _("not asked yet")
        FINE = "fine", _("fine")
        MOVED = "moved", _("moved for good")
        FAILING = "failing", _("failed once")
        BROKEN = "broken", _("broken")
        UNKNOWN = "unknown", _("cannot tell")

    resource = models.ForeignKey(
        "catalog.ResourcePage", on_delete=models.CASCADE, related_name="checked_links"
    )
    url = models.URLField(_("address"), max_length=1000)
    host = models.CharField(max_length=255)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.UNCHECKED
    )
    detail = models.CharField(
        _("answer"), max_length=40, blank=True, help_text=_("The HTTP status, or what went wrong.")
    )
    moved_to = models.URLField(_("new address"), max_length=1000, blank=True)
    checked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failing since"), null=True, blank=True)

    objects = CheckedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [models.UniqueConstraint(fields=["resource", "url"], name="one_checked_link")]
        indexes = [
            models.Index(fields=["state", "checked_at"], name="link_state"),
            models.Index(fields=["host"], name="link_host"),
        ]

    def __str__(self):
        return self.url

    def record(self, *, verdict, detail, now, moved_to=""):
        """Note what an answer says of this link: a failure counts only the second time."""
        self.detail = detail[:40]
        self.moved_to = moved_to[:1000]
        self.checked_at = now
        if verdict == self.State.BROKEN:
            if self.failed_at is None:
                self.failed_at = now
            if self.state != self.State.BROKEN and now - self.failed_at < BETWEEN_FAILURES:
                verdict = self.State.FAILING
        elif verdict != self.State.UNKNOWN:
            self.failed_at = None
        elif self.state == self.State.BROKEN:
            # "Cannot tell" is no proof that it works again.
            verdict = self.State.BROKEN
        self.state = verdict
        self.save(update_fields=["state", "detail", "moved_to", "checked_at", "failed_at"])
