"""Which facts an editor has stated of a listing, and which are missing.

Declared once, in FACTS. The database looks at all of them: `with_missing_facts` annotates a
number whose bits are the missing facts, so that a list of any length costs no query more.
"""

from dataclasses import dataclass

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from .models import ResourcePage

EVERY_KIND = frozenset(ResourcePage.Kind.values)
KIT, WEBINAR, GUIDANCE, COURSE = (
    frozenset([kind])
    for kind in (
        ResourcePage.Kind.KIT,
        ResourcePage.Kind.WEBINAR,
        ResourcePage.Kind.GUIDANCE,
        ResourcePage.Kind.COURSE,
    )
)


@dataclass(frozen=True)
class Fact:
    """Something that readers look for. `stated` is its condition on the table of listings."""

    key: str
    label: str
    stated: object
    kinds: frozenset = EVERY_KIND


def written(name):
    return ~Q(**{name: ""})


def some(relation):
    """Hold where the relation of many to many has a row."""
    field = ResourcePage._meta.get_field(relation)
    rows = field.remote_field.through._default_manager
    return Exists(rows.filter(**{field.m2m_field_name(): OuterRef("pk")}))


FACTS = (
    Fact("summary", _("summary"), written("summary")),
    Fact("link", _("address"), written("link")),
    Fact("provider", _("provider"), Q(provider__isnull=False)),
    Fact("topic", _("topic"), some("topics")),
    Fact("audience", _("audience"), some("audiences")),
    Fact("level", _("level"), written("level")),
    Fact("cost", _("cost"), written("cost")),
    Fact("language", _("language"), written("language")),
    Fact("delivery", _("delivery"), written("delivery"), COURSE | WEBINAR),
    Fact("pacing", _("pacing"), written("pacing"), COURSE),
    Fact("time", _("time needed"), Q(minutes__isnull=False), COURSE),
    Fact("account", _("account needed"), written("account_needed"), COURSE | KIT),
    Fact("licence", _("licence"), written("kitpage__licence"), KIT),
    Fact("captions", _("captions"), written("captions"), WEBINAR),
    Fact(
        "date",
        _("date"),
        Q(next_starts_at__isnull=False) | Q(has_recording=True),
        WEBINAR,
    ),
    Fact("for", _("made for"), some("made_for"), GUIDANCE),
    Fact(
        "published",
        _("date of the document"),
        Q(published_on__isnull=False) | Q(guidancepage__effective_on__isnull=False),
        GUIDANCE,
    ),
)
BY_KEY = {fact.key: fact for fact in FACTS}
BIT = {fact.key: 1 << number for number, fact in enumerate(FACTS)}


def lacking(fact, value):
    """The SQL of `value` where the fact is missing, else 0. A fact of other kinds never is."""
    return Case(
        When(~Q(kind__in=sorted(fact.kinds)), then=Value(0)),
        When(fact.stated, then=Value(0)),
        default=Value(value),
        output_field=IntegerField(),
    )


def with_missing_facts(listings):
    """Annotate `missing_facts` (bits, see `missing_of`) and `missing_count`."""
    bits = (lacking(fact, BIT[fact.key]) for fact in FACTS)
    ones = (lacking(fact, 1) for fact in FACTS)
    return listings.annotate(missing_facts=sum(bits, Value(0)), missing_count=sum(ones, Value(0)))


def lacking_any_of(listings, keys):
    """Restrict to listings that lack one of the facts; without keys, any fact at all."""
    facts = [BY_KEY[key] for key in keys] if keys else FACTS
    lacks = sum((lacking(fact, 1) for fact in facts), Value(0))
    return listings.alias(lacks=lacks).filter(lacks__gt=0)


@dataclass(frozen=True)
class Completeness:
    """What is stated of one listing."""

    missing: tuple
    total: int

    @property
    def stated(self):
        return self.total - len(self.missing)


def completeness_of(listing):
    """Return the Completeness of a listing that `with_missing_facts` has fetched."""
    expected = [fact for fact in FACTS if listing.kind in fact.kinds]
    missing = tuple(fact for fact in expected if listing.missing_facts & BIT[fact.key])
    return Completeness(missing=missing, total=len(expected))
