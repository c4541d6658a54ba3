"""The facets of the catalog, declared once.

Form, active filters, counts, feeds, files and saved searches all read FACETS. Inside a facet
values mean "or", across facets "and". What nobody stated has the value NOT_STATED and stands
last. How listings are counted is told in `counting.py`, how addresses are read in
`selection.py`.

A facet gets its values in one of two ways:
- `column`: an SQL expression on the table of listings, one value each, None or "" where nothing
  is stated (it may be made from `now`);
- `relation` and `through`: the relation that gives several values each.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import locale
from django.db.models import Case, CharField, Exists, F, OuterRef, Value, When
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from .definitions import DEFINITIONS
from .models import (
    Audience,
    GovernmentLevel,
    Platform,
    Provider,
    RequiredBy,
    ResourcePage,
    ResourceTag,
    Tag,
    Topic,
)
from .models.availability import availability

NOT_STATED = "none"

# Time needed, in bands that do not overlap: each listing is in one. The key is the band's upper
# end in minutes; a day is eight hours.
TIME_BANDS = [
    ("15", 15, _("15 minutes or less")),
    ("60", 60, _("up to an hour")),
    ("240", 240, _("up to half a day")),
    ("day", 480, _("up to a day")),
    ("more", None, _("more than a day")),
]


def time_band(now):
    """The SQL of the band of time that a listing needs."""
    bands = [When(minutes__lte=most, then=Value(key)) for key, most, label in TIME_BANDS if most]
    bands.append(When(minutes__isnull=False, then=Value("more")))
    return Case(*bands, default=Value(""), output_field=CharField())


def is_required(now):
    """The SQL of "yes" where at least one cited rule requires the listing."""
    rules = RequiredBy.objects.filter(page=OuterRef("pk"))
    return Case(When(Exists(rules), then=Value("yes")), default=Value(""), output_field=CharField())


def name_of_language(code):
    """Return the name of a BCP 47 code in the reader's language, or the code itself."""
    for known in (code.lower(), code.lower().partition("-")[0]):
        if known in locale.LANG_INFO:
            return get_language_info(known)["name_translated"]
    return code


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list. See the module's docstring."""

    key: str
    label: str
    definition: str
    choices: tuple = ()  # (value, label), in order; empty for an open vocabulary
    column: Callable | None = None
    vocabulary: type | None = None  # the model of an open vocabulary, or of a small table
    through: tuple = ()  # (model, column of the listing, column of the vocabulary)
    name_of: Callable | None = None  # makes the label of a value of `column`
    is_open_at_first: bool = False
    # Whether a value needs no name of its facet beside it: "Free", but "Topic: Records".
    speaks_for_itself: bool = True

    @property
    def is_open(self):
        """Whether values may come and go, so that an unknown one may have been known once."""
        return not self.choices and self.vocabulary not in {Audience, GovernmentLevel}


def by_field(name):
    """Facet a plain column of the listing."""
    return lambda now: F(name)


def through(name):
    """Facet a relation of many to many: its table and the two columns of it."""
    relation = ResourcePage._meta.get_field(name)
    return (
        relation.remote_field.through,
        relation.m2m_column_name(),
        relation.m2m_reverse_name(),
    )


FACETS = (
    Facet(
        "kind",
        _("Kind"),
        DEFINITIONS["kind"],
        choices=tuple(ResourcePage.Kind.choices),
        column=by_field("kind"),
        is_open_at_first=True,
    ),
    Facet(
        "level",
        _("Level"),
        DEFINITIONS["level"],
        choices=tuple(ResourcePage.Level.choices),
        column=by_field("level"),
    ),
    Facet(
        "cost",
        _("Cost"),
        DEFINITIONS["cost"],
        choices=tuple(ResourcePage.Cost.choices),
        column=by_field("cost"),
        is_open_at_first=True,
    ),
    Facet(
        "time",
        _("Time needed"),
        DEFINITIONS["time"],
        choices=tuple((key, label) for key, most, label in TIME_BANDS),
        column=time_band,
        is_open_at_first=True,
    ),
    Facet(
        "availability",
        _("Availability"),
        DEFINITIONS["availability"],
        choices=tuple(ResourcePage.Availability.choices),
        column=availability,
        is_open_at_first=True,
    ),
    Facet(
        "topic",
        _("Topic"),
        DEFINITIONS["topic"],
        vocabulary=Topic,
        through=through("topics"),
        speaks_for_itself=False,
    ),
    Facet(
        "audience",
        _("Audience"),
        DEFINITIONS["audience"],
        vocabulary=Audience,
        through=through("audiences"),
        speaks_for_itself=False,
    ),
    Facet(
        "delivery",
        _("Delivery"),
        DEFINITIONS["delivery"],
        choices=tuple(ResourcePage.Delivery.choices),
        column=by_field("delivery"),
    ),
    Facet(
        "pacing",
        _("Pacing"),
        DEFINITIONS["pacing"],
        choices=tuple(ResourcePage.Pacing.choices),
        column=by_field("pacing"),
    ),
    Facet(
        "platform",
        _("Platform"),
        DEFINITIONS["platform"],
        vocabulary=Platform,
        through=through("platforms"),
        speaks_for_itself=False,
    ),
    Facet(
        "for",
        _("Made for"),
        DEFINITIONS["for"],
        vocabulary=GovernmentLevel,
        through=through("made_for"),
        speaks_for_itself=False,
    ),
    Facet(
        "by",
        _("Made by"),
        DEFINITIONS["by"],
        choices=tuple(Provider.Kind.choices),
        column=by_field("provider__kind"),
        speaks_for_itself=False,
    ),
    Facet(
        "required",
        _("Required somewhere"),
        DEFINITIONS["required"],
        choices=(("yes", _("required by a cited rule")),),
        column=is_required,
    ),
    Facet(
        "language",
        _("Language"),
        DEFINITIONS["language"],
        column=by_field("language"),
        name_of=name_of_language,
        speaks_for_itself=False,
    ),
    Facet(
        "tag",
        _("Tag"),
        DEFINITIONS["tag"],
        vocabulary=Tag,
        through=(ResourceTag, "content_object_id", "tag_id"),
        speaks_for_itself=False,
    ),
)
BY_KEY = {facet.key: facet for facet in FACETS}

SORTS = {
    "relevance": _("Relevance"),
    "upcoming": _("Upcoming soonest"),
    "newest": _("Newest"),
    "title": _("Title"),
}
