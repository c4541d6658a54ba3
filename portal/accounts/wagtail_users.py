"""Wagtail's user administration with our fields; its own demands first and last names.

A member is never deleted, the status decides who may log in, and an address that an
administrator typed proves nothing until its owner typed a code.
"""

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views import users as wagtail

from .addresses import set_address
from .models import User
from .names import clean_display_name
from .profiles import is_free, save_profile

OURS = {"email", "username", "display_name", "time_zone", "is_superuser", "groups"}
# The other two are made by an import and by erasure alone.
CHOSEN_HERE = [User.Status.ACTIVE, User.Status.SUSPENDED, User.Status.BANNED]


class MemberFields:
    """What creating and editing have in common; first base of both forms."""

    first_name = None
    last_name = None

    def clean_email(self):
        email = (self.cleaned_data["email"] or "").strip().lower()
        if email and User.objects.by_email(email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("A member has this address already."))
        return email

    def clean_display_name(self):
        return clean_display_name(self.cleaned_data["display_name"])

    def clean_username(self):
        username = self.cleaned_data["username"]
        if username and not is_free(username, user=self.instance):
            raise ValidationError(_("Somebody has or had this name. Please choose another."))
        return username


class MemberCreationForm(MemberFields, UserCreationForm):
    """Make an account for somebody, who then chooses a password by a code sent to the address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].help_text = _("Empty: made from the display name.")
        self.fields["email"].help_text = _(
            "A mail tells the new member how to choose a password; nothing else is to be done."
        )

    class Meta(UserCreationForm.Meta):
        fields = OURS

    @transaction.atomic
    def save(self, commit=True):
        self.instance.set_unusable_password()
        if not self.instance.username:
            self.instance.username = User.objects.free_username(self.instance.display_name)
        user = super().save(commit=commit)
        set_address(user=user, email=user.email)
        get_adapter().send_mail("account/email/made_for_you", user.email, {})
        return user


class MemberEditForm(MemberFields, UserEditForm):
    """Change a member; a changed address has to be confirmed by its owner."""

    def __init__(self, *args, **kwargs):
        editing_self = kwargs.pop("editing_self", False)
        super().__init__(*args, **kwargs)
        status = self.instance.status
        self.fields["email"].required = status in CHOSEN_HERE
        if editing_self or status not in CHOSEN_HERE:
            del self.fields["status"]
        else:
            self.fields["status"].choices = [(state.value, state.label) for state in CHOSEN_HERE]
        if editing_self:
            del self.fields["is_superuser"]

    class Meta(UserEditForm.Meta):
        fields = OURS | {"status"}
        widgets = {**UserEditForm.Meta.widgets, "status": forms.RadioSelect}

    @transaction.atomic
    def save(self, commit=True):
        username = self.cleaned_data["username"]
        super().save(commit=False)
        user = save_profile(user=self.instance, username=username)
        self.save_m2m()
        if "email" in self.changed_data and user.email:
            set_address(user=user, email=user.email)
        return user


class IndexView(wagtail.IndexView):
    """The list, without check boxes: what they offer would delete members or open accounts."""

    page_title = gettext_lazy("Members")
    add_item_label = gettext_lazy("Add a member")

    @property
    def search_fields(self):
        return ["username", "display_name", "email"]

    def get_delete_url(self, instance):
        return None

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("agency")

    def order_queryset(self, queryset):
        if self.ordering in {"name", "-name"}:
            return queryset.order_by(self.ordering.replace("name", "display_name"))
        return super().order_queryset(queryset)

    @property
    def columns(self):
        _boxes, name, address, level, *_rest = super().columns
        return [
            name,
            address,
            Column("agency", label=gettext_lazy("Agency"), width="20%"),
            level,
            Column(
                "status", accessor="get_status_display", label=gettext_lazy("Status"), width="10%"
            ),
            DateColumn("last_login", label=gettext_lazy("Last login"), sort_key="last_login"),
        ]


class EditView(wagtail.EditView):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.can_delete = False


class DeleteView(wagtail.DeleteView):
    def dispatch(self, request, *args, **kwargs):
        raise PermissionDenied(
            _(
                "Members are never deleted: what they wrote stands beside their name. Ban the account."
            )
        )


class UserViewSet(wagtail.UserViewSet):
    menu_label = gettext_lazy("Members")
    index_view_class = IndexView
    edit_view_class = EditView
    delete_view_class = DeleteView

    def get_form_class(self, for_update=False):
        return MemberEditForm if for_update else MemberCreationForm
