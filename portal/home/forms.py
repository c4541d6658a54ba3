"""The contact form: anybody may write, programs are slowed down."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.form_guard import GuardedForm
from portal.plain_text import without_nul

from .models import ContactMessage


class ContactForm(GuardedForm, forms.ModelForm):
    """Also the way to report a post without an account."""

    # Nobody writes a sentence in less.
    least_seconds = 3

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

    @property
    def visible(self):
        """The fields that people fill in, in their order."""
        return [self[name] for name in self.Meta.fields]
