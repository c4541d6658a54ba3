"""allauth's forms in our words.

The label stands above a field and the help below it, so that no placeholder repeats it; a
password is typed once, because it can be reset by mail and browsers can show it.
"""

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.plain_text import without_nul

from .models import User
from .names import LONGEST, clean_display_name

LABELS = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "code": _("Six-digit code"),
}


class Plain:
    """First base of each form here: NUL stripped, our labels, no placeholders."""

    labels = {}

    def __init__(self, *args, **kwargs):
        # Views give everything by name; the order of arguments differs between the forms.
        kwargs["data"] = without_nul(kwargs.pop("data", None))
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name) or LABELS.get(name) or field.label
        if "code" in self.fields:
            self.fields["code"].widget.attrs.update(inputmode="numeric", maxlength=12)
        for name in ("password", "oldpassword"):
            if name in self.fields:
                self.fields[name].help_text = ""


class JoinForm(Plain, allauth.SignupForm):
    """Three fields: address, name, password."""

    display_name = forms.CharField(
        label=_("Display name"),
        max_length=LONGEST,
        help_text=_("Public. Your own name or another; you can change it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "display_name", "password1"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "Work or personal; never public. With a work address your kind of agency can stand "
            "beside your name."
        )

    def clean_display_name(self):
        return clean_display_name(self.cleaned_data["display_name"])

    def clean(self):
        cleaned = super().clean()
        name, password = cleaned.get("display_name"), cleaned.get("password1")
        if name and password and not self.has_error("password1"):
            try:
                validate_password(password, User(display_name=name))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def try_save(self, request):
        """Save the member, or pretend to where the address has an account already.

        The pretense takes as long: a password is hashed in both cases. A second click on Join
        may pass the check while the first is being saved; the database then refuses it.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # Taken in this moment: the address by the first click, or only the public name.
            email = self.cleaned_data["email"]
            self.account_already_exists = User.objects.by_email(email).exists()
            return super().try_save(request)


class LoginForm(Plain, allauth.LoginForm):
    pass


class CodeForm(Plain, allauth.ConfirmEmailVerificationCodeForm):
    pass


class ResetCodeForm(Plain, allauth.ConfirmPasswordResetCodeForm):
    pass


class ResetPasswordForm(Plain, allauth.ResetPasswordForm):
    pass


class NewPasswordForm(Plain, allauth.ResetPasswordKeyForm):
    labels = {"password1": _("New password")}


class ChangePasswordForm(Plain, allauth.ChangePasswordForm):
    labels = {"password1": _("New password")}


class SetPasswordForm(Plain, allauth.SetPasswordForm):
    labels = {"password1": _("New password")}


class NewAddressForm(Plain, allauth.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class ReauthenticateForm(Plain, allauth.ReauthenticateForm):
    pass
