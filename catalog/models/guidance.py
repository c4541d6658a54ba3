from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from .. import panels
from .resource import ResourcePage


class GuidancePage(ResourcePage):
    """A document that says how something is to be done, with its place in a line of descent."""

    KIND = ResourcePage.Kind.GUIDANCE

    number = models.CharField(
        _("number"), max_length=80, blank=True, help_text=_("As its issuer writes it: M-23-22.")
    )
    version = models.CharField(_("version"), max_length=40, blank=True)
    effective_on = models.DateField(_("effective from"), null=True, blank=True)
    ends_on = models.DateField(_("no longer in force from"), null=True, blank=True)
    supersedes = models.ForeignKey(
        "self",
        verbose_name=_("supersedes"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="superseded_by",
        help_text=_("The document it replaces; that one will say so by itself."),
    )
    applies_to = models.CharField(_("applies to"), max_length=300, blank=True)

    content_panels = panels.GUIDANCE
    search_fields = [*ResourcePage.search_fields, index.SearchField("number", boost=4)]

    class Meta:
        verbose_name = _("guidance")
        verbose_name_plural = _("guidances")

    def save(self, *args, **kwargs):
        from ..descent import settle

        super().save(*args, **kwargs)
        settle()

    def delete(self, *args, **kwargs):
        from ..descent import settle

        done = super().delete(*args, **kwargs)
        settle()
        return done

    def clean(self):
        super().clean()
        if self.ends_on and self.effective_on and self.ends_on < self.effective_on:
            raise ValidationError({"ends_on": _("It cannot end before it takes effect.")})
        if self.supersedes_id:
            self.check_descent()

    def check_descent(self):
        """Refuse a line of descent that returns to this document."""
        seen, ancestor_id = {self.pk}, self.supersedes_id
        while ancestor_id:
            if ancestor_id in seen:
                raise ValidationError(
                    {"supersedes": _("Those documents would replace each other in a circle.")}
                )
            seen.add(ancestor_id)
            ancestor_id = (
                GuidancePage.objects.filter(pk=ancestor_id)
                .values_list("supersedes_id", flat=True)
                .first()
            )
