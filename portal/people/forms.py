"""The forms in which members describe themselves."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.names import clean_display_name
from portal.accounts.profiles import is_free, save_profile
from portal.plain_text import without_nul
from portal.zones import known_zones

# The zones most members live in, by the names they use; all others follow.
FIRST_ZONES = [
    ("America/New_York", _("Eastern Time")),
    ("America/Chicago", _("Central Time")),
    ("America/Denver", _("Mountain Time")),
    ("America/Phoenix", _("Arizona")),
    ("America/Los_Angeles", _("Pacific Time")),
    ("America/Anchorage", _("Alaska Time")),
    ("Pacific/Honolulu", _("Hawaii Time")),
    ("America/Puerto_Rico", _("Atlantic Time")),
    ("Pacific/Guam", _("Chamorro Time")),
    ("Pacific/Pago_Pago", _("Samoa Time")),
]


def zone_choices():
    """Return the zones to choose from, the site's own as the empty choice."""
    first = {name for name, words in FIRST_ZONES}
    others = sorted(name for name in known_zones() if "/" in name and name not in first)
    return [
        ("", _("That of the site (%(zone)s)") % {"zone": settings.TIME_ZONE.replace("_", " ")}),
        (_("United States"), FIRST_ZONES),
        (
            _("All others"),
            [(name, name.replace("_", " ")) for name in others if not name.startswith("Etc/")],
        ),
    ]


class ProfileForm(forms.ModelForm):
    """What others see, and the zone in which times are shown."""

    class Meta:
        model = User
        fields = ["display_name", "username", "about", "agency_display", "time_zone"]
        labels = {"username": _("Name in addresses")}
        help_texts = {
            "display_name": _("Public. It stands beside what you write."),
            "username": _("Public. 3 to 30 letters, digits or hyphens. The former one redirects."),
            "about": _("Public. Two or three sentences: what you do, what you can be asked."),
        }
        widgets = {"about": forms.Textarea(attrs={"rows": 4}), "agency_display": forms.RadioSelect}

    def __init__(self, data=None, **kwargs):
        super().__init__(without_nul(data), **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=zone_choices, required=False
        )
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
        agency = self.instance.agency
        if agency is None:
            del self.fields["agency_display"]
        else:
            self.fields["agency_display"].label = _("What others see of your agency")
            self.fields["agency_display"].choices = [
                (User.AgencyDisplay.KIND, capfirst(agency.kind_words)),
                (User.AgencyDisplay.NAME, agency.name),
                (User.AgencyDisplay.NOTHING, _("Nothing")),
            ]

    def clean_display_name(self):
        return clean_display_name(self.cleaned_data["display_name"])

    def clean_username(self):
        username = self.cleaned_data["username"]
        if not is_free(username, user=self.instance):
            raise ValidationError(_("Somebody has or had this name. Please choose another."))
        return username

    def save(self):
        return save_profile(user=self.instance, username=self.cleaned_data["username"])
