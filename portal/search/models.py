from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.search import analysis


class PendingChange(models.Model):
    """A row that changed and that the index has not caught up with.

    Written in the transaction of the change, so it exists exactly if the change does. Rows are
    only ever added and deleted; several may name one object. The worker reads the object again:
    what the change was does not matter, nor how often it is applied.
    """

    label = models.CharField(_("model"), max_length=100)
    key = models.CharField(_("primary key"), max_length=100)
    # The task that will apply this change; see portal/search/outbox.py.
    task = models.CharField(max_length=36, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change waiting for the search index")
        verbose_name_plural = _("changes waiting for the search index")

    def __str__(self):
        return f"{self.label} {self.key}"


class SynonymQuerySet(models.QuerySet):
    def state(self):
        """Return a value that is another one after any change; for caches."""
        return self.aggregate(Max("changed_at"), Max("pk"), Count("pk"))


class Synonym(models.Model):
    """Words that editors declare to mean the same to somebody who searches."""

    words = models.CharField(
        _("words"),
        max_length=100,
        help_text=_("What people type, for instance an acronym: CX"),
    )
    others = models.TextField(
        _("also find"),
        help_text=_("Other words for it, one line each: customer experience"),
    )
    both_ways = models.BooleanField(
        _("works both ways"),
        default=True,
        help_text=_(
            "If ticked, typing any of these finds all of them. If not, only typing the words "
            "at the top finds the others too."
        ),
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SynonymQuerySet.as_manager()

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self):
        return self.words

    def clean(self):
        if self.words and not analysis.read_words(self.words):
            raise ValidationError({"words": _("Enter at least one letter or digit.")})
        lines = [line.strip() for line in self.others.replace("\0", "").splitlines()]
        self.others = "\n".join(line for line in lines if line)
        if self.others and not all(analysis.read_words(line) for line in self.others.splitlines()):
            raise ValidationError({"others": _("Each line needs at least one letter or digit.")})


class QueryLogQuerySet(models.QuerySet):
    def top(self, *, since):
        """Return the queries since a day, the most frequent first, with their searches."""
        return (
            self.filter(day__gte=since)
            .values("query")
            .annotate(searches_in_all=Sum("searches"), found_at_last=Max("found"))
            .order_by("-searches_in_all", "query")
        )

    def without_results(self, *, since):
        """Return those of the queries since a day that never found anything."""
        return self.top(since=since).filter(found_at_last=0)


class QueryLog(models.Model):
    """What was searched on one day, how often, and how much it found; never by whom."""

    query = models.CharField(_("query"), max_length=100)
    day = models.DateField(_("day"), default=timezone.localdate)
    searches = models.PositiveIntegerField(_("searches"), default=1)
    found = models.PositiveIntegerField(_("results"), default=0)

    objects = QueryLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("logged query")
        verbose_name_plural = _("logged queries")
        constraints = [models.UniqueConstraint(fields=["query", "day"], name="query_once_a_day")]
        indexes = [models.Index(fields=["day"], name="query_day")]

    def __str__(self):
        return self.query
