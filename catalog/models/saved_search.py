"""A list or a search that a member comes back to."""

from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """A canonical query string with a name. One per member, place and query.

    `seen_at` is when the member last opened it; what was listed since then is new.
    """

    class Place(models.TextChoices):
        RESOURCES = "resources", _("resources")
        SEARCH = "search", _("the whole site")

    LONGEST_QUERY = 2000
    PATHS = {Place.RESOURCES: "/resources/", Place.SEARCH: "/search/"}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    place = models.CharField(_("where"), max_length=10, choices=Place.choices)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "place", "query"], name="one_saved_search")
        ]

    def __str__(self):
        return self.name

    @property
    def url(self):
        """The address of what was saved."""
        path = self.PATHS[self.place]
        return f"{path}?{self.query}" if self.query else path

    @classmethod
    def save_url(cls, place, query):
        """The address of the form that saves a canonical query string."""
        return "/me/searches/save/?" + urlencode({place: query})

    def mark_seen(self, now=None):
        """Record that the member looked at it."""
        self.seen_at = now or timezone.now()
        self.save(update_fields=["seen_at"])
