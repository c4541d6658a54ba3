"""Messages of the contact form in Wagtail's admin."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from .models import ContactMessage


class MessageForm(WagtailAdminModelForm):
    """Nothing of a message is changed but whether somebody has dealt with it."""

    is_done = forms.BooleanField(label=_("Dealt with"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_done"].initial = self.instance.done_at is not None

    def save(self, commit=True):
        if self.cleaned_data["is_done"] != (self.instance.done_at is not None):
            self.instance.done_at = timezone.now() if self.cleaned_data["is_done"] else None
        return super().save(commit=commit)


class MessagePolicy(ModelPermissionPolicy):
    """Messages come from the contact form alone."""

    def user_has_permission(self, user, action):
        return action != "add" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


class MessageViewSet(ModelViewSet):
    model = ContactMessage
    name = "messages"
    url_prefix = "messages"
    icon = "mail"
    menu_label = _("Messages")
    menu_order = 270
    add_to_admin_menu = True
    ordering = ["-created_at"]
    list_display = [
        "__str__",
        "email",
        DateColumn("created_at", label=_("Received")),
        BooleanColumn("is_done", label=_("Dealt with"), accessor=lambda row: bool(row.done_at)),
    ]
    list_filter = ["about", "created_at"]
    search_fields = ["text", "name", "email", "address"]
    copy_view_enabled = False
    add_to_reference_index = False
    panels = [
        FieldPanel("about", read_only=True),
        FieldPanel("text", read_only=True),
        FieldPanel("address", read_only=True),
        FieldPanel("name", read_only=True),
        FieldPanel("email", read_only=True),
        FieldPanel("created_at", read_only=True),
        FieldPanel("is_done"),
    ]

    def get_edit_handler(self):
        handler = super().get_edit_handler()
        handler.base_form_class = MessageForm
        return handler
