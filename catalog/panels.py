"""The order of an editor's work: what it is, for whom, how, the plain facts, freshness."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Page

from .definitions import DEFINITIONS

WHAT = [
    *Page.content_panels,
    "summary",
    "link",
    "provider",
]


def explained(name, facet=None, **options):
    """A panel whose help is the definition that readers find beside the facet."""
    return FieldPanel(name, help_text=DEFINITIONS[facet or name], **options)


def boxes(name, facet):
    """The same with a box for each value."""
    return explained(name, facet, widget=forms.CheckboxSelectMultiple)


FOR_WHOM = MultiFieldPanel(
    [
        boxes("topics", "topic"),
        boxes("audiences", "audience"),
        explained("level"),
        boxes("made_for", "for"),
        boxes("platforms", "platform"),
        explained("tags", "tag"),
    ],
    heading=_("About and for whom"),
)
HOW = MultiFieldPanel(
    [
        FieldRowPanel([explained("delivery"), explained("pacing")]),
        FieldRowPanel([explained("cost"), "minutes"]),
        FieldRowPanel(["language", "account_needed"]),
        FieldRowPanel(["captions", "transcript"]),
        FieldRowPanel(["accessibility_link", "accessibility_on"]),
    ],
    heading=_("Plain facts: leave empty what nobody states"),
)
REQUIRED = InlinePanel(
    "requirements",
    heading=_("Required somewhere"),
    label=_("rule"),
    help_text=_("Only with a source: who requires it, of whom, and where that is written."),
)
FRESHNESS = MultiFieldPanel(
    [
        FieldRowPanel(["published_on", "review_by"]),
        "archived_on",
        "source_url",
    ],
    heading=_("How fresh it is"),
)
AFTER = ["body", FOR_WHOM, HOW, REQUIRED, FRESHNESS]
RESOURCE = [*WHAT, *AFTER]
WEBINAR = [
    *WHAT,
    MultiFieldPanel(
        [
            FieldRowPanel(["starts_local", "ends_local"]),
            "zone",
            "event_status",
            "series",
            "registration_url",
            FieldRowPanel(["held_on", "venue"]),
        ],
        heading=_("When and where"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel(["recording_url", "recording_minutes"]),
            "recording_plan",
            "slides_url",
        ],
        heading=_("Afterwards"),
    ),
    *AFTER,
]
GUIDANCE = [
    *WHAT,
    MultiFieldPanel(
        [
            FieldRowPanel(["number", "version"]),
            FieldRowPanel(["effective_on", "ends_on"]),
            "supersedes",
            "applies_to",
        ],
        heading=_("The document"),
    ),
    *AFTER,
]
KIT = [
    *WHAT,
    InlinePanel("items", heading=_("What is in it"), label=_("item")),
    MultiFieldPanel(["licence", "contact_details_asked", "vendor_disclosure"], heading=_("Terms")),
    *AFTER,
]
COURSE = [
    *WHAT,
    MultiFieldPanel(
        [
            FieldRowPanel(["weeks", "hours_per_week"]),
            "outcomes",
            "prerequisites",
            "credential",
        ],
        heading=_("The course"),
    ),
    InlinePanel(
        "runs",
        heading=_("Runs"),
        label=_("run"),
        help_text=_("One for each time it is given. A self-paced course needs none."),
    ),
    *AFTER,
]
PROMOTE = [
    MultiFieldPanel(["slug", "seo_title", "search_description"], heading=_("For search engines"))
]
SETTINGS = [FieldPanel("owner", heading=_("Editor who answers for it")), *Page.settings_panels]
