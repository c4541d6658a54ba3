"""Listings in the words of schema.org, as JSON-LD: what search engines read of a page.

Only terms of the vocabulary stand here, and what nobody stated stands nowhere. The properties
of learning resources are those of LRMI, which schema.org took over. Nothing here asks the
database but for the audiences of the one listing.
"""

import json
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .models import CourseRun, Provider, ResourcePage

SCHEMA = "https://schema.org"
# What could end the script, or begin a comment in it.
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}

Delivery = ResourcePage.Delivery
Status = ResourcePage.EventStatus
ORGANIZATIONS = {
    Provider.Kind.AGENCY: "GovernmentOrganization",
    Provider.Kind.OTHER_GOVERNMENT: "GovernmentOrganization",
    Provider.Kind.UNIVERSITY: "CollegeOrUniversity",
    Provider.Kind.NONPROFIT: "NGO",
}
TYPES = {
    ResourcePage.Kind.KIT: ["CreativeWork", "LearningResource"],
    ResourcePage.Kind.GUIDANCE: ["DigitalDocument", "LearningResource"],
    ResourcePage.Kind.COURSE: ["Course", "LearningResource"],
    ResourcePage.Kind.WEBINAR: "EducationEvent",
}
EVENT_STATUS = {
    Status.SCHEDULED: f"{SCHEMA}/EventScheduled",
    Status.POSTPONED: f"{SCHEMA}/EventPostponed",
    Status.CANCELLED: f"{SCHEMA}/EventCancelled",
}
ATTENDANCE = {
    Delivery.IN_PERSON: f"{SCHEMA}/OfflineEventAttendanceMode",
    Delivery.LIVE_ONLINE: f"{SCHEMA}/OnlineEventAttendanceMode",
    Delivery.BLENDED: f"{SCHEMA}/MixedEventAttendanceMode",
}
COURSE_MODES = {
    Delivery.IN_PERSON: ["onsite", "synchronous"],
    Delivery.LIVE_ONLINE: ["online", "synchronous"],
    Delivery.SELF_PACED_ONLINE: ["online", "asynchronous"],
    Delivery.BLENDED: ["blended"],
}
# "Free to government" costs others something, so that it is neither.
FREE = {
    ResourcePage.Cost.FREE: True,
    ResourcePage.Cost.FREE_WITH_ACCOUNT: True,
    ResourcePage.Cost.PAID: False,
}


def as_script(*things):
    """Return a script element of data; the strict policy allows it, because nothing runs.

    What could end the element is escaped, so that no title can.
    """
    graph = {"@context": SCHEMA, "@graph": [stated(thing) for thing in things if thing]}
    text = json.dumps(graph, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def stated(thing):
    """Return `thing` without what nobody stated, at every depth."""
    if isinstance(thing, dict):
        found = ((name, stated(value)) for name, value in thing.items())
        return {name: value for name, value in found if value not in (None, "", [], {})}
    if isinstance(thing, (list, tuple)):
        return [stated(value) for value in thing]
    return thing


def whole(path):
    return f"{settings.BASE_URL}{path}"


# Pages around the listings


def website(name):
    """Return the site with its search, for the first page."""
    address = whole("/search/?q={search_term_string}")
    return {
        "@type": "WebSite",
        "@id": whole("/#site"),
        "name": name,
        "url": whole("/"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": address},
        },
    }


def breadcrumbs(crumbs, here, url):
    """Return the way to a page: `crumbs` as the page shows them, then the page itself."""
    steps = [
        (_("Home"), whole("/")),
        *((str(title), whole(path)) for title, path in crumbs),
        (str(here), url),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(steps, start=1)
        ],
    }


def collection(title, url, resources, about=None):
    """Return a page that lists `resources`; `about` is the topic or provider it is for."""
    return {
        "@type": "CollectionPage",
        "name": str(title),
        "url": url,
        "isPartOf": {"@id": whole("/#site")},
        "about": about,
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": number,
                    "name": resource.title,
                    "url": whole(resource.get_absolute_url()),
                }
                for number, resource in enumerate(resources, start=1)
            ],
        },
    }


def organization(provider):
    """Return who offers a listing, by the kind that is stated of them."""
    if provider is None:
        return None
    return {
        "@type": ORGANIZATIONS.get(provider.kind, "Organization"),
        "name": provider.name,
        "url": whole(provider.get_absolute_url()),
        "sameAs": provider.website,
    }


def term(topic):
    return {"@type": "DefinedTerm", "name": topic.title, "url": whole(topic.get_absolute_url())}


# Listings


def listing(page, context):
    """Return a listing of its concrete kind; `context` is that of its page (pages.py)."""
    make = {
        ResourcePage.Kind.KIT: kit,
        ResourcePage.Kind.WEBINAR: webinar,
        ResourcePage.Kind.GUIDANCE: guidance,
        ResourcePage.Kind.COURSE: course,
    }.get(page.KIND)
    if make is None:
        return None
    common = {
        "@type": TYPES[page.KIND],
        "@id": f"{context['canonical']}#resource",
        "name": page.title,
        "description": page.summary,
        "url": context["canonical"],
        "sameAs": page.link,
        "inLanguage": page.language,
        "isAccessibleForFree": FREE.get(page.cost),
        "about": [term(topic) for topic in context["topics"]],
        "keywords": [tag.name for tag in context["tags"]],
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": str(audience)}
            for audience in page.audiences.all()
        ],
        "educationalLevel": level(page),
    }
    return {**common, **make(page, context)}


def level(page):
    if not page.level:
        return None
    name = str(page.get_level_display())
    return {"@type": "DefinedTerm", "termCode": page.level, "name": name}


def work(page):
    """What a listing has that is a work and not an event."""
    features = {"captions": page.captions, "transcript": page.transcript}
    published = page.published_on or page.first_published_at
    return {
        "provider": organization(page.provider),
        "learningResourceType": str(page.get_kind_display()),
        "timeRequired": minutes(page.minutes),
        "accessibilityFeature": [
            name for name, value in features.items() if value == page.Stated.YES
        ],
        "datePublished": published and published.isoformat(),
        "dateModified": page.last_published_at and page.last_published_at.isoformat(),
        "creativeWorkStatus": "Archived" if page.is_archived else None,
    }


def minutes(number):
    """Return a number of minutes as an ISO 8601 duration."""
    return f"PT{number}M" if number else None


def kit(page, context):
    parts = [
        {
            "@type": "DigitalDocument",
            "name": item.title,
            "encodingFormat": item.file_format,
            "url": item.link,
        }
        for item in context["items"]
    ]
    return {**work(page), "hasPart": parts}


def guidance(page, context):
    # The vocabulary has no word for "superseded by": its `supersededBy` is about terms.
    return {
        **work(page),
        "identifier": page.number,
        "version": page.version,
        "expires": page.ends_on and page.ends_on.isoformat(),
    }


def course(page, context):
    dated = [run for run in context["runs"] if run.starts_at]
    instances = [instance(page, run) for run in dated]
    if not instances and page.delivery == Delivery.SELF_PACED_ONLINE:
        instances = [
            {
                "@type": "CourseInstance",
                "courseMode": COURSE_MODES[page.delivery],
                "courseWorkload": minutes(page.minutes),
            }
        ]
    return {
        **work(page),
        "teaches": context["outcomes"],
        "coursePrerequisites": page.prerequisites,
        "educationalCredentialAwarded": page.credential,
        "timeRequired": minutes(page.minutes) or (page.weeks and f"P{page.weeks}W"),
        "offers": offer(page, page.link),
        "hasCourseInstance": instances,
    }


def instance(page, run):
    is_full = run.state == CourseRun.State.FULL
    return {
        "@type": "CourseInstance",
        "name": f"{page.title}: {run.label}" if run.label else page.title,
        "description": run.note,
        "courseMode": COURSE_MODES.get(page.delivery),
        "courseWorkload": minutes(page.minutes),
        "maximumAttendeeCapacity": run.capacity,
        "remainingAttendeeCapacity": 0 if is_full else None,
        "organizer": organization(page.provider),
        "offers": offer(page, run.registration_url, is_full=is_full),
        **event(run, page.delivery, run.registration_url or page.link),
    }


def webinar(page, context):
    dated = event(page, page.delivery, page.registration_url or page.link, page.venue)
    recording = {
        "@type": "VideoObject",
        "name": page.title,
        "url": page.recording_url,
        "duration": minutes(page.recording_minutes),
    }
    return {
        **dated,
        "superEvent": {"@type": "EventSeries", "name": page.series} if page.series else None,
        "organizer": organization(page.provider),
        "offers": offer(page, page.registration_url),
        "recordedIn": recording if page.recording_url else None,
    }


def event(dated, delivery, link, venue=""):
    """What webinar and run have in common: when and where, as far as it is stated."""
    mode = ATTENDANCE.get(delivery)
    place = {"@type": "Place", "name": venue, "address": venue} if venue else None
    is_online = delivery in {Delivery.LIVE_ONLINE, Delivery.BLENDED}
    online = {"@type": "VirtualLocation", "url": link} if is_online and link else None
    return {
        "eventStatus": EVENT_STATUS[dated.event_status],
        "eventAttendanceMode": mode,
        "startDate": on_its_clock(dated.starts_at, dated.zone),
        "endDate": on_its_clock(dated.ends_at, dated.zone),
        "location": [where for where in (place, online) if where],
    }


def on_its_clock(moment, zone):
    """Return a moment with the offset of the place where it is."""
    return moment.astimezone(ZoneInfo(zone)).isoformat() if moment else None


def offer(page, link, *, is_full=False):
    """Return what it costs, where that is stated as a number: nothing."""
    if not FREE.get(page.cost):
        return None
    return {
        "@type": "Offer",
        "category": "Free",
        "price": 0,
        "priceCurrency": "USD",
        "url": link,
        "availability": f"{SCHEMA}/SoldOut" if is_full else None,
    }
