"""How often what stands in readers' calendars has changed (RFC 5545: SEQUENCE)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InCalendars(models.Model):
    """A row that calendars show. A calendar believes a change only where the sequence rose.

    The two columns are true of the row and not of a text: they are read from the database before
    each save, so that publishing an old revision counts on and never back.
    """

    # The fields whose change a calendar must learn of.
    CALENDAR_FACTS = ()

    calendar_sequence = models.PositiveIntegerField(
        _("changes in calendars"), default=0, editable=False
    )
    calendar_changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None:
            self.count_calendar_change()
        elif not set(self.CALENDAR_FACTS).isdisjoint(update_fields):
            self.count_calendar_change()
            update_fields = {*update_fields, "calendar_sequence", "calendar_changed_at"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def count_calendar_change(self, now=None):
        """Add one to what the database counts where a fact is another than there."""
        names = [*self.CALENDAR_FACTS, "calendar_sequence", "calendar_changed_at"]
        stored = None
        if self.pk is not None:
            stored = type(self)._base_manager.filter(pk=self.pk).values(*names).first()
        if stored is None:
            self.calendar_sequence, self.calendar_changed_at = 0, now or timezone.now()
            return
        self.calendar_sequence = stored["calendar_sequence"]
        self.calendar_changed_at = stored["calendar_changed_at"]
        for name in self.CALENDAR_FACTS:
            if self._meta.get_field(name).to_python(getattr(self, name)) != stored[name]:
                self.calendar_sequence += 1
                self.calendar_changed_at = now or timezone.now()
                return
