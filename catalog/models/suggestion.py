"""What somebody proposes for the catalog. Not a page until an editor accepts it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .fetched_page import (
    LONGEST_DESCRIPTION,
    LONGEST_LANGUAGE,
    LONGEST_TITLE,
    FetchState,
    explain,
)


class SuggestionQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Suggestion.State.WAITING)

    def visible_to(self, user):
        """Editors see all; a member sees his own."""
        if user.has_perm("catalog.change_suggestion"):
            return self
        return self.filter(contributor=user) if user.is_authenticated else self.none()


class Suggestion(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    url = models.URLField(_("address"), max_length=1000)
    normalized_url = models.CharField(max_length=1000, db_index=True, editable=False)
    title = models.CharField(_("title"), max_length=255)
    why = models.TextField(_("why it helps"), max_length=2000, blank=True)
    description = models.TextField(
        _("what it is, in two sentences"), max_length=LONGEST_DESCRIPTION, blank=True
    )
    language = models.CharField(_("language"), max_length=LONGEST_LANGUAGE, blank=True)
    published_on = models.DateField(_("first published"), null=True, blank=True)
    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("contributor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    answer = models.TextField(_("answer to the contributor"), max_length=2000, blank=True)
    resource = models.ForeignKey(
        "catalog.ResourcePage",
        verbose_name=_("listing"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions",
    )
    # What the page said of itself, whatever the contributor made of it. `fetched_note` is a
    # word that `explain` understands.
    fetch_state = models.CharField(
        _("the page itself"),
        max_length=10,
        choices=FetchState.choices,
        default=FetchState.NONE,
        editable=False,
    )
    fetched_title = models.CharField(
        _("its title"), max_length=LONGEST_TITLE, blank=True, editable=False
    )
    fetched_description = models.TextField(
        _("its description"), max_length=LONGEST_DESCRIPTION, blank=True, editable=False
    )
    fetched_language = models.CharField(
        _("its language"), max_length=LONGEST_LANGUAGE, blank=True, editable=False
    )
    fetched_published = models.DateField(_("its date"), null=True, blank=True, editable=False)
    fetched_note = models.CharField(max_length=20, blank=True, editable=False)
    created_at = models.DateTimeField(_("suggested"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "created_at"], name="suggestion_state")]

    def __str__(self):
        return self.title

    def take_facts(self, page):
        """Copy what a FetchedPage holds; the caller saves."""
        self.fetch_state = page.state
        self.fetched_title = page.title
        self.fetched_description = page.description
        self.fetched_language = page.language
        self.fetched_published = page.published
        self.fetched_note = page.note

    @property
    def is_waiting(self):
        return self.state == self.State.WAITING

    @property
    def what_the_fetch_brought(self):
        """One line for editors: that it was read, or why not."""
        return explain(self.fetch_state, self.fetched_note) or self.get_fetch_state_display()
