"""The columns of an import file: one table for reading, for the docs and for writing files.

A column that a file does not have leaves its fact alone; an empty cell empties it.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import CourseRun, Provider, ResourcePage, WebinarPage
from .relations import Entries, Part, ProviderName, Several, Superseded, Tags
from .values import (
    Body,
    Choice,
    Clock,
    Day,
    Draft,
    Identity,
    Language,
    Link,
    ProviderKind,
    Tenths,
    Text,
    Value,
    Whole,
    YesNo,
    Zone,
    on_the_clock,
)

KIT, WEBINAR, GUIDANCE, COURSE = ResourcePage.Kind.values
ALL = frozenset(ResourcePage.Kind.values)


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, what it means, how it is read, and which kinds have it."""

    name: str
    value: Value
    meaning: str
    kinds: frozenset = ALL
    field_name: str = ""
    other_names: tuple = ()

    @property
    def field(self):
        return self.field_name or self.name

    def text(self, page):
        """Return what a file says for the listing `page` (of its concrete kind) here."""
        if page.KIND not in self.kinds:
            return ""
        fact = self.value.read(page, self.field)
        return "" if fact in (None, "", (), {}) else self.value.format(fact)


def settle_run(facts):
    """Lay a run's times on the clock of its zone."""
    zone = facts["zone"]
    if facts["starts_local"] and not zone:
        raise ValidationError(_("Say in which zone the run is: zone: America/Chicago."))
    facts["zone"] = zone or "America/New_York"  # the column is never empty; without times, unread
    for name in ("starts_local", "ends_local"):
        try:
            facts[name] = on_the_clock(facts[name], facts["zone"])
        except (KeyError, ValueError, OSError):
            raise ValidationError(_("“%(zone)s” is not a time zone.") % {"zone": zone}) from None
    facts["state"] = facts["state"] or CourseRun.State.PLANNED


ITEMS = Entries(
    [
        Part("title", "title", Text()),
        Part("format", "file_format", Text()),
        Part("link", "link", Link()),
    ]
)
RUNS = Entries(
    [
        Part("name", "label", Text()),
        Part("starts", "starts_local", Clock()),
        Part("ends", "ends_local", Clock()),
        Part("zone", "zone", Zone()),
        Part("state", "state", Choice(CourseRun.State)),
        Part("registration_url", "registration_url", Link()),
        Part("register_by", "registration_ends_on", Day()),
        Part("places", "capacity", Whole()),
        Part("took_part", "attended", Whole()),
        Part("pilot", "is_pilot", Draft()),
        Part("note", "note", Text()),
    ],
    settle_run,
)
REQUIREMENTS = Entries(
    [
        Part("who", "who", Text()),
        Part("of_whom", "of_whom", Text()),
        Part("link", "link", Link()),
    ]
)
_l = gettext_lazy


def _of(*kinds):
    return frozenset(kinds)


COLUMNS = [
    Column("kind", Identity(), _l("What it is: kit, webinar, guidance or course. Required.")),
    Column("title", Text(), _l("The name of the resource, as its provider writes it. Required.")),
    Column("summary", Text(), _l("What it is, in two sentences, at most 600 characters.")),
    Column("body", Body(), _l("What a colleague should know before using it, in Markdown.")),
    Column("link", Link(), _l("The address of the resource itself.")),
    Column(
        "provider", ProviderName(), _l("Who offers it, by name. A new name makes a new provider.")
    ),
    Column(
        "provider_kind",
        ProviderKind(Provider.Kind),
        _l(
            "What the provider is: agency, other-government, contractor, vendor, university or "
            "nonprofit. Used where nobody has said so yet."
        ),
    ),
    Column(
        "level",
        Choice(ResourcePage.Level),
        _l("For whom it is hard enough: introductory, working or advanced."),
    ),
    Column(
        "delivery",
        Choice(ResourcePage.Delivery),
        _l("How one takes it: in-person, live-online, self-paced-online, blended or document."),
    ),
    Column(
        "pacing",
        Choice(ResourcePage.Pacing),
        _l("Who sets the pace: instructor-led or self-directed."),
    ),
    Column(
        "cost",
        Choice(ResourcePage.Cost),
        _l("What it costs: free, free-with-account, paid or free-to-government."),
    ),
    Column("minutes", Whole(), _l("The time one needs for all of it, in minutes.")),
    Column("language", Language(), _l("The language as a BCP 47 code: en, es, zh-Hans.")),
    Column(
        "topics",
        Several("topic"),
        _l(
            "Topics by address or title, separated by semicolons. A topic that the catalog does "
            "not have is left out and reported."
        ),
    ),
    Column(
        "audiences",
        Several("audience"),
        _l(
            "Whom it is for, separated by semicolons: all-staff, official-account-holders, "
            "communications, leadership, hr, it, legal-and-records."
        ),
    ),
    Column(
        "made_for",
        Several("level_of_government"),
        _l(
            "For which levels of government it is made, separated by semicolons: federal, state, "
            "county, city, tribal, territory, school-district, special-district, international, "
            "other."
        ),
    ),
    Column(
        "platforms",
        Several("platform"),
        _l("The social or digital services it is about, by name, separated by semicolons."),
    ),
    Column("tags", Tags("tag"), _l("Free labels, separated by semicolons.")),
    Column(
        "account_needed", YesNo(ResourcePage.Stated), _l("Whether one needs an account: yes, no.")
    ),
    Column(
        "captions", YesNo(ResourcePage.Stated), _l("Whether its videos have captions: yes, no.")
    ),
    Column("transcript", YesNo(ResourcePage.Stated), _l("Whether there is a transcript: yes, no.")),
    Column(
        "accessibility_link", Link(), _l("The address of its accessibility conformance report.")
    ),
    Column("accessibility_on", Day(), _l("The date of that report.")),
    Column(
        "required_by",
        REQUIREMENTS,
        _l(
            "Rules that require it, one a line: who: Office of X | of_whom: all staff | link: "
            "https://…"
        ),
        field_name="requirements",
    ),
    Column(
        "starts",
        Clock(),
        _l("When the event starts, on the clock of its zone: 2026-11-23 14:00."),
        _of(WEBINAR),
        "starts_local",
    ),
    Column("ends", Clock(), _l("When the event ends."), _of(WEBINAR), "ends_local"),
    Column(
        "zone",
        Zone(),
        _l("The time zone of starts and ends: America/New_York. Required with a time."),
        _of(WEBINAR),
    ),
    Column(
        "event_status",
        Choice(ResourcePage.EventStatus, empty=ResourcePage.EventStatus.SCHEDULED),
        _l("Whether the event takes place: scheduled (also when empty), postponed or cancelled."),
        _of(WEBINAR),
    ),
    Column("registration_url", Link(), _l("Where one registers for the event."), _of(WEBINAR)),
    Column("held_on", Text(), _l("The service the event is held on: Zoom, Teams."), _of(WEBINAR)),
    Column("venue", Text(), _l("The room and address where the event is held."), _of(WEBINAR)),
    Column("recording_url", Link(), _l("The address of the recording."), _of(WEBINAR)),
    Column(
        "recording_minutes", Whole(), _l("How long the recording is, in minutes."), _of(WEBINAR)
    ),
    Column(
        "recording_plan",
        Choice(WebinarPage.RecordingPlan),
        _l("Before there is a recording: promised or not-recorded."),
        _of(WEBINAR),
    ),
    Column("slides_url", Link(), _l("The address of the slides."), _of(WEBINAR)),
    Column(
        "series",
        Text(),
        _l("The series the event is a session of, by name: Monthly call."),
        _of(WEBINAR),
    ),
    Column(
        "number",
        Text(),
        _l("The document’s number, as its issuer writes it: M-23-22."),
        _of(GUIDANCE),
    ),
    Column("version", Text(), _l("The document’s version."), _of(GUIDANCE)),
    Column(
        "effective_on", Day(), _l("The day from which the document is in force."), _of(GUIDANCE)
    ),
    Column("ends_on", Day(), _l("The day from which it is no longer in force."), _of(GUIDANCE)),
    Column("applies_to", Text(), _l("Who must follow the document."), _of(GUIDANCE)),
    Column(
        "supersedes",
        Superseded(),
        _l("The guidance it replaces: its id in the same source, or its address in the catalog."),
        _of(GUIDANCE),
    ),
    Column("licence", Text(), _l("Under which terms one may use the kit."), _of(KIT)),
    Column(
        "contact_details_asked",
        YesNo(ResourcePage.Stated),
        _l("Whether one must leave contact details before the download: yes, no."),
        _of(KIT),
    ),
    Column(
        "vendor_disclosure",
        Text(lines=True),
        _l("What a vendor sells that the kit leads to. Required for vendors and contractors."),
        _of(KIT),
    ),
    Column(
        "items",
        ITEMS,
        _l("What the kit holds, one a line: title: Checklist | format: PDF | link: https://…"),
        _of(KIT),
    ),
    Column("weeks", Whole(), _l("How many weeks the course takes."), _of(COURSE)),
    Column("hours_per_week", Tenths(), _l("How many hours a week it takes."), _of(COURSE)),
    Column(
        "outcomes", Text(lines=True), _l("What one can do afterwards, one a line."), _of(COURSE)
    ),
    Column("prerequisites", Text(lines=True), _l("What one needs before."), _of(COURSE)),
    Column("credential", Text(), _l("The certificate or credit one gets."), _of(COURSE)),
    Column(
        "runs",
        RUNS,
        _l(
            "The times the course is given, one a line: name: Fall | starts: 2026-09-07 09:00 | "
            "ends: 2026-11-30 10:00 | zone: America/Chicago | state: open. Also registration_url, "
            "register_by, places, took_part, pilot, note."
        ),
        _of(COURSE),
    ),
    Column("published_on", Day(), _l("When its provider first published it.")),
    Column("review_by", Day(), _l("When an editor should check the listing again.")),
    Column("archived_on", Day(), _l("From which day on the listing is archived.")),
    Column(
        "source",
        Identity(),
        _l("Where the row comes from. Else --source, else the host of source_url, else the file."),
    ),
    Column(
        "source_id",
        Identity(),
        _l("What the source calls it, never changing. Required where there is no link."),
        other_names=("id",),
    ),
    Column("source_url", Link(), _l("The page of the source that describes it.")),
    Column(
        "draft",
        Draft(),
        _l("yes: a new listing waits unpublished for an editor. Says nothing about an old one."),
    ),
    Column(
        "listing",
        Identity(),
        _l(
            "Which listing the row is: the last part of its address here, as a download writes it. "
            "Leave it as it is; empty for a new listing."
        ),
        field_name="slug",
    ),
]
BY_NAME = {name: column for column in COLUMNS for name in (column.name, *column.other_names)}
