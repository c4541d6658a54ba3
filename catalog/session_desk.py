"""Wagtail's admin: "Copy as next session" of a webinar."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.admin.widgets.button import Button

from portal.plain_text import without_nul

from . import sessions
from .models import WebinarPage
from .models.wall_clock import WallClockFormField, to_utc, zone_words


class NextSessionForm(forms.Form):
    """When the next session takes place. Everything else comes from the one that is copied."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=255)
    starts_local = WallClockFormField(label=gettext_lazy("Starts"), widget=AdminDateTimeInput)
    ends_local = WallClockFormField(
        label=gettext_lazy("Ends"), widget=AdminDateTimeInput, required=False
    )
    series = forms.CharField(
        label=gettext_lazy("Series"),
        max_length=120,
        help_text=gettext_lazy("Both sessions are in it, and each page leads to the other."),
    )

    def __init__(self, data=None, *, webinar, **kwargs):
        super().__init__(without_nul(data), **kwargs)
        self.webinar = webinar
        self.fields["starts_local"].help_text = _("On the clock where it is held: %(zone)s.") % {
            "zone": zone_words(webinar.zone)
        }

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_local"), cleaned.get("ends_local")
        for name, moment in (("starts_local", start), ("ends_local", end)):
            if moment:
                try:
                    to_utc(moment, self.webinar.zone)
                except ValidationError as error:
                    self.add_error(name, error)
        if start and end and end <= start:
            self.add_error("ends_local", _("It must end after it starts."))
        return cleaned


def may_copy(page, user):
    """Tell whether `user` may make a session like this one."""
    return page.permissions_for_user(user).can_copy_to(page.get_parent())


def next_session(request, page_id):
    """Ask for the day of the next session, and make its draft."""
    webinar = get_object_or_404(WebinarPage, pk=page_id)
    if not may_copy(webinar, request.user):
        raise PermissionDenied
    start, end = sessions.proposed_times(webinar)
    proposed = {
        "title": webinar.title,
        "starts_local": start,
        "ends_local": end,
        "series": webinar.series or webinar.title[:120],
    }
    form = NextSessionForm(
        request.POST if request.method == "POST" else None, webinar=webinar, initial=proposed
    )
    if request.method == "POST" and form.is_valid():
        draft = sessions.copy_as_next_session(
            webinar=webinar, user=request.user, **form.cleaned_data
        )
        messages.success(
            request,
            _(
                "A draft of the next session. Look it over, above all its registration, and publish it."
            ),
        )
        return redirect("wagtailadmin_pages:edit", draft.pk)
    context = {
        "form": form,
        "webinar": webinar,
        "media": form.media,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("wagtailadmin_pages:edit", args=[page_id]), "label": webinar.title},
            {"url": "", "label": _("Copy as next session")},
        ],
    }
    return render(request, "catalog/admin/next_session.html", context)


class NextSessionButton(Button):
    """Stands among the actions of a webinar's page in the admin."""

    label = gettext_lazy("Copy as next session")
    icon_name = "copy"

    def __init__(self, page, **kwargs):
        self.page = page
        super().__init__(
            self.label,
            url=reverse("next_session", args=[page.pk]),
            icon_name=self.icon_name,
            **kwargs,
        )


def buttons(page, user):
    """Yield the button for a page of the explorer that is a webinar the user may copy."""
    if page.cached_content_type.model_class() is WebinarPage and may_copy(page, user):
        yield NextSessionButton(page, priority=32)


urlpatterns = [path("catalog/next-session/<int:page_id>/", next_session, name="next_session")]
