"""What a change of kind asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import KitPage, ResourcePage


class KindForm(forms.Form):
    kind = forms.ChoiceField(label=_("New kind"), choices=ResourcePage.Kind.choices)
    vendor_disclosure = forms.CharField(
        label=_("Vendor disclosure"),
        required=False,
        max_length=KitPage._meta.get_field("vendor_disclosure").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For kits of a provider that sells something, and only for them: one sentence that "
            "says what."
        ),
    )

    def clean_vendor_disclosure(self):
        return self.cleaned_data["vendor_disclosure"].replace("\x00", "").strip()

    def wish(self):
        """Return what the verb takes."""
        return {
            "kind": self.cleaned_data["kind"],
            "vendor_disclosure": self.cleaned_data["vendor_disclosure"],
        }

    def in_words(self):
        said = [(self.fields["kind"].label, dict(ResourcePage.Kind.choices)[self.wish()["kind"]])]
        if words := self.wish()["vendor_disclosure"]:
            said.append((self.fields["vendor_disclosure"].label, words))
        return said
