"""One form for the facts of many listings: each field is left, set or cleared."""

from django import forms
from django.conf import locale
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from portal.accounts.models import User

from ..bulk_changes import Labels, Put, Several
from ..facets import name_of_language
from ..models import (
    Audience,
    GovernmentLevel,
    Platform,
    Provider,
    ResourcePage,
    TagAlias,
    Topic,
)

CLEAR = "-"
HOW = [
    ("", _("leave as they are")),
    ("add", _("add those chosen")),
    ("remove", _("take away those chosen")),
    ("replace", _("those chosen and no others; none chosen clears it")),
]
ONE_OF = {
    "level": ResourcePage.Level.choices,
    "cost": ResourcePage.Cost.choices,
    "delivery": ResourcePage.Delivery.choices,
    "pacing": ResourcePage.Pacing.choices,
    "account_needed": ResourcePage.Stated.choices,
    "captions": ResourcePage.Stated.choices,
    "transcript": ResourcePage.Stated.choices,
}
SOME_OF = {
    "topics": Topic,
    "audiences": Audience,
    "made_for": GovernmentLevel,
    "platforms": Platform,
}
LONGEST_TAG = 100


def editors():
    """Members who may answer for a listing: those who may change listings."""
    change = Permission.objects.filter(
        content_type__app_label="catalog", codename="change_resourcepage"
    )
    may = Q(is_superuser=True) | Q(groups__permissions__in=change) | Q(user_permissions__in=change)
    return User.objects.filter(may, is_active=True).distinct()


def label_of(name):
    return ResourcePage._meta.get_field(name).verbose_name.capitalize()


def choice(name, choices):
    """A field to choose one value, with "leave" first and "not stated" last."""
    return forms.ChoiceField(
        label=label_of(name),
        required=False,
        choices=[("", _("leave as it is")), *choices, (CLEAR, _("clear: not stated"))],
    )


class FactsForm(forms.Form):
    """What to change. `changes()` returns it as the verb takes it."""

    minutes = forms.IntegerField(label=_("Time needed, in minutes"), required=False, min_value=1)
    clear_minutes = forms.BooleanField(label=_("clear: not stated"), required=False)
    review_by = forms.DateField(label=_("Check again by"), required=False, widget=AdminDateInput)
    clear_review_by = forms.BooleanField(label=_("clear: no day"), required=False)
    tags_how = forms.ChoiceField(label=_("Tags"), choices=HOW, required=False)
    tags = forms.CharField(
        label=_("Which tags"),
        required=False,
        max_length=1000,
        help_text=_("Separate them by commas."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, choices in ONE_OF.items():
            self.fields[name] = choice(name, choices)
        self.fields["language"] = choice("language", languages())
        self.fields["provider"] = choice(
            "provider", [(str(row.pk), row.name) for row in Provider.objects.order_by("name")]
        )
        self.people = {str(person.pk): person for person in editors()}
        self.fields["owner"] = choice(
            "owner",
            sorted(
                ((key, person.display_name) for key, person in self.people.items()),
                key=lambda pair: pair[1],
            ),
        )
        self.fields["owner"].label = _("Editor who answers for it")
        for name, model in SOME_OF.items():
            self.fields[f"{name}_how"] = forms.ChoiceField(
                label=label_of(name), choices=HOW, required=False
            )
            self.fields[name] = forms.ModelMultipleChoiceField(
                model.objects.all(),
                label=_("Which"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def groups(self):
        """The form in its order: (heading, rows of bound fields)."""
        several = [(f"{name}_how", name) for name in SOME_OF]
        return [
            (
                _("The work"),
                [("owner",), ("review_by", "clear_review_by"), ("provider",)],
            ),
            (_("About and for whom"), [*several, ("tags_how", "tags"), ("level",)]),
            (
                _("Plain facts"),
                [
                    ("cost", "account_needed"),
                    ("delivery", "pacing"),
                    ("language",),
                    ("minutes", "clear_minutes"),
                    ("captions", "transcript"),
                ],
            ),
        ]

    @property
    def laid_out(self):
        return [
            (heading, [[self[name] for name in row] for row in rows])
            for heading, rows in self.groups()
        ]

    def clean_tags(self):
        written = self.cleaned_data["tags"].replace("\x00", "").split(",")
        names = list(dict.fromkeys(filter(None, (" ".join(name.split()) for name in written))))
        if any(len(name) > LONGEST_TAG for name in names):
            raise forms.ValidationError(
                _("A tag has at most %(most)s characters."), params={"most": LONGEST_TAG}
            )
        aliases = {
            alias.name.casefold(): alias.tag.name
            for alias in TagAlias.objects.filter(name__in=names).select_related("tag")
        }
        return tuple(aliases.get(name.casefold(), name) for name in names)

    def clean(self):
        cleaned = super().clean()
        for name in ("minutes", "review_by"):
            if cleaned.get(name) and cleaned.get(f"clear_{name}"):
                self.add_error(name, _("Give a value or clear it, not both."))
        for name in [*SOME_OF, "tags"]:
            how, given = cleaned.get(f"{name}_how"), cleaned.get(name)
            if given and not how:
                self.add_error(f"{name}_how", _("Say what to do with those you chose."))
            elif how in {"add", "remove"} and not given and name not in self.errors:
                self.add_error(name, _("Choose at least one."))
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("Nothing is to be changed: choose at least one fact."))
        return cleaned

    def changes(self):
        """Return {field: Put, Several or Labels} of what was chosen."""
        cleaned = self.cleaned_data
        changes = {}
        for name in [*ONE_OF, "language"]:
            if value := cleaned[name]:
                changes[name] = Put("" if value == CLEAR else value)
        if value := cleaned["provider"]:
            changes["provider"] = Put(
                None if value == CLEAR else Provider.objects.get(pk=int(value))
            )
        if value := cleaned["owner"]:
            changes["owner"] = Put(None if value == CLEAR else self.people[value])
        for name in ("minutes", "review_by"):
            if cleaned[f"clear_{name}"]:
                changes[name] = Put(None)
            elif cleaned[name]:
                changes[name] = Put(cleaned[name])
        for name in SOME_OF:
            if how := cleaned[f"{name}_how"]:
                changes[name] = Several(how, tuple(cleaned[name]))
        if how := cleaned["tags_how"]:
            changes["tags"] = Labels(how, cleaned["tags"])
        return changes

    def in_words(self):
        """Say what is to be changed: (name of the fact, what happens) each."""
        said = []
        for name, change in self.changes().items():
            if isinstance(change, Put):
                words = self.value_in_words(name, change.value)
            else:
                chosen = change.names if isinstance(change, Labels) else change.rows
                words = f"{dict(HOW)[change.how]}: {', '.join(map(str, chosen)) or '–'}"
            said.append((label_of(name), words))
        return said

    def value_in_words(self, name, value):
        if value in ("", None):
            return _("not stated")
        choices = dict(ONE_OF.get(name, ()))
        if name == "language":
            return name_of_language(value)
        if name == "owner":
            return value.display_name
        return choices.get(value, value)


def languages():
    """The languages that listings are in, then all others that have a name here."""
    used = set(
        ResourcePage.objects.exclude(language="").order_by().values_list("language", flat=True)
    )
    named = {code for code, info in locale.LANG_INFO.items() if "name" in info}
    by_name = {code: name_of_language(code) for code in used | named}
    return sorted(by_name.items(), key=lambda pair: (pair[0] not in used, pair[1]))
