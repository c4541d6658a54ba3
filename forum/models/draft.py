"""What a member has written and not yet posted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from .thread import Thread


class DraftQuerySet(models.QuerySet):
    def of(self, user):
        """The drafts of `user`, whatever became of what they answer."""
        return self.filter(user=user)

    def visible_to(self, user):
        """One's own drafts, but for those in threads that one may no longer read."""
        readable = Q(thread__isnull=True) | Q(thread__in=Thread.objects.visible_to(user))
        return self.of(user).filter(readable)


class Draft(models.Model):
    """The state of one form of the forum: a reply, an edit or a new thread.

    `place` tells the forms of a member apart (see forum.drafts.Place). `choices` holds what is
    neither title nor text: kind, category, topics, by name and slug.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="forum_drafts"
    )
    place = models.CharField(max_length=40)
    thread = models.ForeignKey(
        Thread, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    post = models.ForeignKey(
        "forum.Post", on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    title = models.CharField(_("title"), max_length=1000, blank=True)
    text = models.TextField(_("text"), blank=True)
    choices = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(_("saved"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-updated_at"]
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="one_draft")]
        indexes = [models.Index(fields=["user", "-updated_at"], name="draft_of_user")]

    def __str__(self):
        return f"{self.user}: {self.place}"

    def get_absolute_url(self):
        """The form in which one goes on writing."""
        if self.post_id:
            return reverse("forum:edit", args=[self.post_id])
        if self.thread_id:
            return reverse("forum:reply", args=[self.thread_id, self.thread.slug])
        return reverse("forum:new")

    @property
    def heading(self):
        """What it is, in words."""
        if self.post_id:
            return _("Change of post %(number)s in %(title)s") % {
                "number": self.post.number or "",
                "title": self.thread.title,
            }
        if self.thread_id:
            return _("Reply to %(title)s") % {"title": self.thread.title}
        return self.title.strip() or pgettext("draft", "New thread without a title")

    @property
    def fields(self):
        """What the form shows, by the name of its fields."""
        return {"title": self.title, "text": self.text, **self.choices}
