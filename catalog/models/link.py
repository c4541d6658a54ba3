"""What is known of an outside address that a listing leads to."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.page_cache.versions import raise_version

# A link is called broken after two failures at least this far apart.
BETWEEN_FAILURES = timedelta(hours=24)
# A link that is fine is asked again after this long.
BETWEEN_CHECKS = timedelta(days=7)
LONGEST_ADDRESS = 1000
# What went wrong, where no server gave a status.
PROBLEMS = {
    "certificate": _("its certificate is not valid"),
    "connection": _("the connection broke"),
    "name": _("nobody knows this host"),
    "nonsense": _("the answer makes no sense"),
    "redirects": _("it leads round in circles"),
    "refused": _("it leads to a place that may not be asked"),
    "robots.txt": _("robots.txt asks not to look"),
    "timeout": _("no answer in time"),
}


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

    def to_correct(self):
        """Moved for good, and nobody has said that the address is right as it is."""
        return self.moved().exclude(dismissed_to=models.F("moved_to"))


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
    url = models.URLField(_("address"), max_length=LONGEST_ADDRESS)
    host = models.CharField(max_length=255)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.UNCHECKED
    )
    detail = models.CharField(
        _("answer"), max_length=40, blank=True, help_text=_("The HTTP status, or what went wrong.")
    )
    moved_to = models.URLField(_("new address"), max_length=LONGEST_ADDRESS, blank=True)
    # The new address that an editor does not want, or that waits in a draft already.
    dismissed_to = models.URLField(max_length=LONGEST_ADDRESS, blank=True, editable=False)
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

    @property
    def answer(self):
        """What the last answer was, in words."""
        if self.detail in PROBLEMS:
            return PROBLEMS[self.detail]
        return _("status %(number)s") % {"number": self.detail} if self.detail else ""

    @property
    def leads_to_a_front_page(self):
        """Whether the page moved to where no page is: often it is gone, and nobody says so."""
        return urlsplit(self.moved_to).path in {"", "/"} and urlsplit(self.url).path not in {
            "",
            "/",
        }

    def record(self, *, verdict, detail, now, moved_to=""):
        """Note what an answer says of this link: a failure counts only the second time."""
        self.detail = detail[:40]
        self.moved_to = moved_to
        self.checked_at = now
        was_broken = self.state == self.State.BROKEN
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
        if was_broken != (verdict == self.State.BROKEN):
            raise_version("catalog")
