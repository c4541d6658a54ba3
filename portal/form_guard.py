"""What slows programs down in forms that a stranger may send, without asking people for anything.

Two fields that nobody sees: one that stays empty, because programs fill in every field, and
the signed time at which the form was opened. Templates show both with
components/form_guard.html.
"""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext_lazy as _

_signer = TimestampSigner(salt="portal.form_guard")
# It may stand open for a day.
LONGEST_OPEN = timedelta(days=1)


def opened_now():
    """Return the value of the hidden field for a form that is opened now."""
    return _signer.sign("")


class GuardedForm:
    """First base of such a form. What was typed stays in it when it is refused."""

    # Nobody reads the form and fills it in within less.
    least_seconds = 2

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.fields["opened"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=opened_now()
        )
        self.fields["website"] = forms.CharField(required=False, label=_("Leave this empty"))
        if self.is_bound:
            # The time is proved anew with each answer, so that a corrected form is not refused.
            self.data = self.data.copy()
            self._opened = self.data.get(self.add_prefix("opened"), "").replace("\x00", "")
            self.data[self.add_prefix("opened")] = opened_now()

    @property
    def is_from_a_program(self):
        """Whether the field that nobody sees was filled in. Thank it and forget what it sent."""
        return bool(self.cleaned_data.get("website"))

    def clean(self):
        try:
            _signer.unsign(self._opened, max_age=LONGEST_OPEN)
        except SignatureExpired:
            raise ValidationError(
                _("This form was open for more than a day. Please send it once more.")
            ) from None
        except BadSignature:
            raise ValidationError(
                _("This form came back incomplete. Please send it once more.")
            ) from None
        try:
            _signer.unsign(self._opened, max_age=self.least_seconds)
        except SignatureExpired:
            return super().clean()
        raise ValidationError(_("That was very quick. Please read it over and send it again."))
