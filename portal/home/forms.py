"""The contact form: anybody may write, programs are slowed down."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext_lazy as _

from portal.plain_text import without_nul

from .models import ContactMessage

signer = TimestampSigner(salt="home.contact")
# Nobody reads the form and writes a sentence in less time; a form may stand open for a day.
LEAST_SECONDS = 3
LONGEST_OPEN = timedelta(days=1)


class ContactForm(forms.ModelForm):
    """Also the way to report a post without an account."""

    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    # People do not see it; programs fill in every field.
    website = forms.CharField(required=False, label=_("Leave this empty"))

    class Meta:
        model = ContactMessage
        fields = ["about", "address", "text", "name", "email"]
        labels = {
            "about": _("What is it about?"),
            "name": _("Your name"),
            "text": _("Your message"),
        }
        help_texts = {
            "address": _("If it is about a page or a post: its address here."),
            "email": _("So that we can answer. Without it we read your message, but cannot reply."),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 7}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, data=None, **kwargs):
        super().__init__(without_nul(data), **kwargs)
        self.fields["about"].choices = [("", _("Please choose")), *ContactMessage.About.choices]
        self.fields["opened"].initial = signer.sign("")
        if self.is_bound:
            # The time is proved anew with each answer, so that a corrected form is not refused.
            self.data = self.data.copy()
            self._opened = self.data.get("opened", "")
            self.data["opened"] = signer.sign("")

    @property
    def visible(self):
        """The fields that people fill in, in their order."""
        return [self[name] for name in self.Meta.fields]

    @property
    def is_from_a_program(self):
        """Whether the field that nobody sees was filled in."""
        return bool(self.cleaned_data.get("website"))

    def clean(self):
        try:
            signer.unsign(self._opened, max_age=LONGEST_OPEN)
        except SignatureExpired:
            raise ValidationError(
                _("This form was open for more than a day. Please send it once more.")
            ) from None
        except BadSignature:
            raise ValidationError(
                _("This form came back incomplete. Please send it once more.")
            ) from None
        try:
            signer.unsign(self._opened, max_age=LEAST_SECONDS)
        except SignatureExpired:
            return self.cleaned_data
        raise ValidationError(_("That was very quick. Please read it over and send it again."))
