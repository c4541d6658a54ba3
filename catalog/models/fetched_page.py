"""What the site read at an address that somebody pasted."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .collection import new_key

# So long is the page that says "Fetching" shown; then one goes on by hand.
PATIENCE = timedelta(seconds=10)
# So long can a form that was prefilled from it be sent.
KEPT = timedelta(days=2)
LONGEST_TITLE = 255
LONGEST_DESCRIPTION = 600
LONGEST_LANGUAGE = 35


class FetchState(models.TextChoices):
    NONE = "none", gettext_lazy("not fetched")
    WAITING = "waiting", gettext_lazy("being fetched")
    DONE = "done", gettext_lazy("fetched")
    FAILED = "failed", gettext_lazy("could not be read")


class FetchedPageQuerySet(models.QuerySet):
    def kept(self, now=None):
        """Leave out those that are too old to be used; the clock deletes them."""
        return self.filter(created_at__gt=(now or timezone.now()) - KEPT)


class FetchedPage(models.Model):
    """One reading of one address, found again by its key alone.

    `note` is a word that `explain` understands where the state is "failed".
    """

    key = models.CharField(max_length=43, unique=True, default=new_key, editable=False)
    url = models.URLField(max_length=1000)
    state = models.CharField(max_length=10, choices=FetchState.choices, default=FetchState.WAITING)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    description = models.TextField(max_length=LONGEST_DESCRIPTION, blank=True)
    language = models.CharField(max_length=LONGEST_LANGUAGE, blank=True)
    published = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=20, blank=True)
    # Sent before the answer was in: the suggestion gets the facts when they come.
    suggestion = models.ForeignKey(
        "catalog.Suggestion", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = FetchedPageQuerySet.as_manager()

    def __str__(self):
        return self.url

    def is_awaited(self, now=None):
        """Whether it is worth waiting for a moment longer."""
        age = (now or timezone.now()) - self.created_at
        return self.state == FetchState.WAITING and age < PATIENCE

    @property
    def trouble(self):
        """One line for whoever pasted the address, or ""."""
        return explain(self.state, self.note)


def explain(state, note):
    """Return in one sentence why an address told nothing, or "" where it did.

    Private and unknown addresses are told apart nowhere: an answer would say which machines
    stand behind this server.
    """
    if state == FetchState.WAITING:
        return _("The address has not answered yet.")
    if state != FetchState.FAILED:
        return ""
    if note == "timeout":
        return _("The address took too long to answer.")
    if note == "certificate":
        return _("The certificate of that address is not valid.")
    if note == "file":
        return _("The address leads to a file, which does not say what it is called.")
    if note == "empty":
        return _("The page at that address does not say what it is called.")
    if note.isdigit():
        return _("The address answered with an error (%(code)s).") % {"code": note}
    return _("The address could not be reached.")
