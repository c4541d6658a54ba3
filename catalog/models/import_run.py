"""A file of listings that an editor uploaded, and what came of it."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Uploaded files are purged after this; so are the reports.
KEPT = timedelta(days=7)
# A task that said nothing for so long has died.
PATIENCE = timedelta(minutes=10)


def private_storage():
    """Where files lie that no address leads to."""
    return storages["private"]


def file_name(run, name):
    """A name that nobody can guess; the ending tells how to read it."""
    return f"imports/{uuid4().hex}{Path(name).suffix.lower()}"


class ImportRun(models.Model):
    """From upload by preview to the import itself. The report is that of its last step."""

    class State(models.TextChoices):
        READING = "reading", _("being read")
        READY = "ready", _("to be confirmed")
        IMPORTING = "importing", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("cannot be read")

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    file = models.FileField(_("file"), upload_to=file_name, storage=private_storage)
    name = models.CharField(_("name of the file"), max_length=200)
    source = models.CharField(_("source"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.READING
    )
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField(default=timezone.now)
    problem = models.TextField(blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import of listings")
        verbose_name_plural = _("imports of listings")
        ordering = ["-pk"]

    def __str__(self):
        return self.name

    @property
    def is_working(self):
        return self.state in {self.State.READING, self.State.IMPORTING}

    @property
    def is_stuck(self):
        """Whether the task that should work on it seems to have died."""
        return self.is_working and timezone.now() - self.heard_at > PATIENCE
