"""Forms of the catalog's public pages."""

from urllib.parse import urlsplit

from django import forms
from django.conf import locale
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from portal.form_guard import GuardedForm
from portal.plain_text import without_nul

from .addresses import normalize
from .facets import name_of_language
from .fetching import language_of
from .models import ResourceCollection, Suggestion


class AddressField(forms.CharField):
    """A web address; one typed without its beginning gets https://."""

    def __init__(self, **kwargs):
        widget = forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url"})
        super().__init__(max_length=1000, widget=widget, **kwargs)

    def clean(self, value):
        url = super().clean(value)
        if "://" not in url and not url.lower().startswith(("mailto:", "javascript:", "data:")):
            url = f"https://{url}"
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError:
            raise ValidationError(
                _("This is not a web address. It looks like https://example.gov/training.")
            ) from None
        if "@" in urlsplit(url).netloc:
            raise ValidationError(
                _("The address holds a user name or password. Please take that out.")
            )
        if not normalize(url):
            raise ValidationError(_("This address cannot be read. Please copy it once more."))
        return url


class AddressForm(forms.Form):
    """The first step: the site reads the address, and the second one begins with what it says."""

    url = AddressField(
        label=_("Paste the address"),
        help_text=_("The page of the resource itself, beginning with https://"),
    )
    # Words that found nothing, from the page one came from.
    title = forms.CharField(max_length=255, widget=forms.HiddenInput, required=False)
    website = forms.CharField(required=False, label=_("Leave this empty"))

    def __init__(self, data=None, **kwargs):
        super().__init__(without_nul(data), **kwargs)


class SuggestionForm(GuardedForm, forms.ModelForm):
    """Propose a resource: its address, what it is called, why it helps."""

    url = AddressField(
        label=_("Address of the resource"),
        help_text=_("The page of the resource itself, beginning with https://"),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    # The key of the FetchedPage that the form began with.
    fetch = forms.CharField(max_length=43, widget=forms.HiddenInput, required=False)

    class Meta:
        model = Suggestion
        fields = ["url", "title", "description", "language", "published_on", "why"]
        labels = {
            "title": _("What is it called?"),
            "description": _("What is it?"),
            "published_on": _("When was it published?"),
            "why": _("Why does it help?"),
        }
        help_texts = {
            "description": _("Two sentences. An editor may shorten them."),
            "why": _("One or two sentences: for whom it is, and what you used it for."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "why": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, data=None, **kwargs):
        super().__init__(without_nul(data), **kwargs)
        self.fields["language"].choices = languages(self["language"].value())

    @property
    def visible(self):
        """The fields that people fill in, in their order."""
        return [self[name] for name in self.Meta.fields]


def languages(chosen):
    """Return the choices of languages without their regions, `chosen` among them if it is one."""
    codes = {code for code in locale.LANG_INFO if "-" not in code} | {"zh-Hans", "zh-Hant"}
    if chosen and language_of(chosen) == chosen:
        codes.add(chosen)
    named = [(code, name_of_language(code)) for code in codes]
    return [("", _("not stated")), *sorted(named, key=lambda choice: choice[1].casefold())]


class CollectionForm(forms.ModelForm):
    """What a collection is called and who sees it."""

    class Meta:
        model = ResourceCollection
        fields = ["title", "description", "visibility"]
        help_texts = {
            "title": _("What somebody would look for: “First week with the account”."),
            "description": _("For whom it is, and why these. Stands above the list."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "visibility": forms.RadioSelect,
        }

    def __init__(self, data=None, **kwargs):
        super().__init__(without_nul(data), **kwargs)
        self.fields["visibility"].choices = [
            (ResourceCollection.Visibility.PRIVATE, _("Only you")),
            (
                ResourceCollection.Visibility.UNLISTED,
                _("Whoever has the link; it stands nowhere on this site"),
            ),
            (
                ResourceCollection.Visibility.PUBLIC,
                _("Everybody: on your page and on the pages of its listings, with your name"),
            ),
        ]


class CollectionItemForm(forms.Form):
    """One line of a collection: where it stands and what its owner says about it."""

    position = forms.IntegerField(
        label=_("Position"),
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data=None, *, item):
        self.item = item
        prefix = f"item-{item.pk}"
        if data is not None and f"{prefix}-position" not in data:
            data = None  # put in since the page was opened: it keeps what it has
        initial = {"position": item.position, "note": item.note}
        super().__init__(without_nul(data), prefix=prefix, initial=initial)

    @property
    def wanted(self):
        """What a valid form asks for, as keeping.change_collection takes it."""
        return self.cleaned_data["note"], self.cleaned_data["position"]


class NewCollectionForm(forms.Form):
    """Begin a collection with a listing."""

    title = forms.CharField(
        label=_("Title of the new collection"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data=None, **kwargs):
        super().__init__(without_nul(data), **kwargs)
