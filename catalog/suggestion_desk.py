"""The editors' queue of suggestions in Wagtail's admin: look, then accept or decline."""

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters import DateFromToRangeFilter, MultipleChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, DateColumn, UserColumn
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from . import suggestions
from .facets import name_of_language
from .models import FetchState, ResourcePage, Suggestion

DECIDED_MEANWHILE = _("Somebody decided this suggestion meanwhile; nothing was changed.")
ACCEPT, DECLINE, REOPEN, FETCH = "accept", "decline", "reopen", "fetch"


class ToldPanel(FieldPanel):
    """What one reads here and does not change; what nobody stated is called so."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"read_only": True, **kwargs})

    def format_value_for_display(self, value):
        if value in (None, ""):
            return _("not yet") if self.field_name.startswith("decided") else _("not stated")
        return super().format_value_for_display(value)


class DecisionForm(WagtailAdminModelForm):
    """An editor decides by one of two buttons; what the contributor wrote stays as it is."""

    kind = forms.ChoiceField(
        label=_("Make a draft of this kind"),
        choices=[("", "---------"), *ResourcePage.Kind.choices],
        required=False,
        help_text=_("Accept makes it from what stands above and opens it for you."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.is_waiting:
            del self.fields["kind"]
            for name in ("resource", "answer"):
                self.fields[name].disabled = True
        elif not suggestions.may_make_drafts(self.for_user):
            del self.fields["kind"]
        # "" where the form came without a button, as by the key that saves.
        self.action = next(
            (name for name in (ACCEPT, DECLINE, REOPEN, FETCH) if f"action-{name}" in self.data), ""
        )

    def clean(self):
        cleaned = super().clean()
        has_kind, has_resource = bool(cleaned.get("kind")), bool(cleaned.get("resource"))
        if not self.instance.is_waiting and self.action != REOPEN:
            raise forms.ValidationError(DECIDED_MEANWHILE)
        if not self.action:
            raise forms.ValidationError(_("Choose Accept or Decline."))
        if self.action == DECLINE and not (cleaned.get("answer") or "").strip():
            self.add_error("answer", _("Say why in a sentence: the contributor reads it."))
        if self.action == ACCEPT and not (has_kind or has_resource or self.errors):
            self.add_error(
                "kind" if "kind" in self.fields else "resource",
                _("Choose a kind, or the listing that is there already."),
            )
        if self.action == ACCEPT and has_kind and has_resource:
            self.add_error("kind", _("Choose a kind or a listing, not both."))
        return cleaned

    def decide(self, suggestion):
        """Do what the button said and return the suggestion. Raises as the verbs do."""
        answer = self.cleaned_data["answer"]
        if self.action == REOPEN:
            return suggestions.reopen(suggestion=suggestion)
        if self.action == FETCH:
            return suggestions.fetch_again(suggestion=suggestion)
        if self.action == DECLINE:
            return suggestions.decline(suggestion=suggestion, user=self.for_user, answer=answer)
        return suggestions.accept(
            suggestion=suggestion,
            user=self.for_user,
            kind=self.cleaned_data.get("kind", ""),
            resource=self.cleaned_data["resource"],
            answer=answer,
        )


class DecisionView(EditView):
    """A suggestion with what the page says of itself, what is like it, and the buttons."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["facts"] = side_by_side(self.object)
        if self.object.is_waiting:
            listings, others = suggestions.doubles_for_editors(self.object)
            context |= {
                "like_listings": listings,
                "like_suggestions": others,
                "can_fetch": self.object.fetch_state != FetchState.DONE,
            }
        return context

    def form_valid(self, form):
        self.form = form
        suggestion = self.get_object()
        try:
            self.object = form.decide(suggestion)
        except suggestions.AlreadyDecided:
            messages.error(self.request, DECIDED_MEANWHILE)
            return redirect(self.get_edit_url())
        if form.action == ACCEPT and form.cleaned_data.get("kind"):
            messages.success(self.request, self.next_step(self.object.resource.specific))
            return redirect(reverse("wagtailadmin_pages:edit", args=[self.object.resource_id]))
        messages.success(self.request, SAID[form.action] % {"title": self.object.title})
        stays = form.action == FETCH
        return redirect(self.get_edit_url() if stays else self.get_success_url())

    def next_step(self, page):
        """Say what is to be done with the draft: where a workflow is set, it goes through that."""
        workflow = page.get_workflow()
        if workflow is None:
            return _("Accepted. This is the draft: complete it and publish it.")
        words = _("Accepted. This is the draft: complete it and submit it to “%(workflow)s”.")
        return words % {"workflow": workflow.name}


def side_by_side(suggestion):
    """What the contributor wrote and what the page says: (name, written, said) of each fact."""
    return [
        (_("Title"), suggestion.title, suggestion.fetched_title),
        (_("What it is"), suggestion.description, suggestion.fetched_description),
        (
            _("Language"),
            name_of_language(suggestion.language) if suggestion.language else "",
            name_of_language(suggestion.fetched_language) if suggestion.fetched_language else "",
        ),
        (_("First published"), suggestion.published_on, suggestion.fetched_published),
    ]


SAID = {
    ACCEPT: _("“%(title)s” is accepted."),
    DECLINE: _("“%(title)s” is declined."),
    REOPEN: _("“%(title)s” waits again."),
    FETCH: _("The address of “%(title)s” is being read. Look at this page again in a moment."),
}


class SuggestionPolicy(ModelPermissionPolicy):
    """Suggestions come from the form on the site alone."""

    def user_has_permission(self, user, action):
        return action != "add" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class QueueView(IndexView):
    """The queue, with who suggested fetched in the same query."""

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("contributor__wagtail_userprofile")


class SuggestionFilterSet(WagtailFilterSet):
    state = MultipleChoiceFilter(
        label=_("State"),
        choices=Suggestion.State.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    created_at = DateFromToRangeFilter(label=_("Suggested"), widget=DateRangePickerWidget)

    class Meta:
        model = Suggestion
        fields = []


def told(*names):
    """Panels that are only read."""
    return [ToldPanel(name) for name in names]


class SuggestionViewSet(ModelViewSet):
    model = Suggestion
    name = "suggestions"
    url_prefix = "catalog/suggestions"
    menu_label = _("Suggestions")
    icon = "help"
    list_display = [
        "title",
        "url",
        UserColumn("contributor", label=_("Contributor")),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        Column(
            "read", label=_("Its page"), accessor="get_fetch_state_display", sort_key="fetch_state"
        ),
        DateColumn("created_at", label=_("Suggested"), sort_key="created_at"),
    ]
    filterset_class = SuggestionFilterSet
    index_view_class = QueueView
    edit_view_class = DecisionView
    edit_template_name = "catalog/admin/suggestion.html"
    search_fields = ["title", "url", "why"]
    ordering = ["-created_at"]
    copy_view_enabled = False
    add_to_reference_index = False
    panels = [
        MultiFieldPanel(
            [
                *told("state"),
                FieldPanel("kind"),
                FieldPanel("resource", heading=_("Listed already")),
                FieldPanel("answer"),
                *told("decided_at", "decided_by"),
            ],
            heading=_("Decision"),
        ),
    ]

    def get_edit_handler(self):
        handler = super().get_edit_handler()
        handler.base_form_class = DecisionForm
        return handler
