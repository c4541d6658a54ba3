"""What members tell moderators about a post: that it should not be here, or should be again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .category import Category
from .post import Post


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=self.model.State.OPEN)

    def moderated_by(self, user):
        """Those about posts in categories that `user` moderates."""
        return self.filter(post__thread__category__in=Category.objects.moderated_by(user))


class Report(models.Model):
    """That a member finds something wrong with a post: one of a member and post, ever.

    `hides_until` is set while a report of sensitive information has hidden the post by itself;
    without a moderator's word the post comes back then (forum/reporting.py).
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting for a moderator")
        UPHELD = "upheld", _("upheld")
        REFUSED = "refused", _("refused")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reports"
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Post.Reason.choices)
    text = models.TextField(_("what is wrong"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("reported"))
    hides_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(
        _("note"), max_length=1000, blank=True, help_text=_("The reporter reads it.")
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["post", "reporter"], name="one_report")]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="open"), name="report_open"),
            models.Index(
                fields=["hides_until"],
                condition=Q(hides_until__isnull=False),
                name="report_hides_until",
            ),
        ]

    def __str__(self):
        return f"{self.post_id}: {self.get_reason_display()}"

    @property
    def is_open(self):
        return self.state == self.State.OPEN


class ReviewRequest(models.Model):
    """That the author of a hidden post asks moderators to look at it again."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for a moderator")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="review_requests")
    text = models.TextField(_("why it should be shown"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to show a post again")
        verbose_name_plural = _("requests to show posts again")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(state="open"), name="one_open_review_request"
            )
        ]

    def __str__(self):
        return f"{self.post_id}: {self.get_state_display()}"


class SeenText(models.Model):
    """That somebody without standing sent a text, known by its digest (forum/screening.py)."""

    digest = models.CharField(max_length=32)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("text seen before")
        verbose_name_plural = _("texts seen before")
        indexes = [models.Index(fields=["digest", "created_at"], name="seen_text")]

    def __str__(self):
        return self.digest
