"""What machines read in a page: JSON-LD with terms of schema.org, Open Graph, feeds."""

import html
import json
import re
from datetime import datetime

import pytest
import time_machine

from catalog.models import Audience, CourseRun, KitItem
from catalog.structured_data import as_script, stated
from portal.home.models import HomePage
from tests import factories

pytestmark = pytest.mark.django_db
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
# The properties that each type has in the vocabulary, as far as we use them: a property that
# is not here is checked against schema.org before it is added.
THING = {"@type", "@id", "name", "description", "url", "sameAs", "identifier"}
WORK = THING | {
    "about",
    "accessibilityFeature",
    "audience",
    "creativeWorkStatus",
    "dateModified",
    "datePublished",
    "educationalLevel",
    "encodingFormat",
    "expires",
    "hasPart",
    "inLanguage",
    "isAccessibleForFree",
    "isPartOf",
    "keywords",
    "learningResourceType",
    "mainEntity",
    "offers",
    "provider",
    "teaches",
    "timeRequired",
    "version",
}
EVENT = THING | {
    "about",
    "audience",
    "endDate",
    "eventAttendanceMode",
    "eventStatus",
    "inLanguage",
    "isAccessibleForFree",
    "keywords",
    "location",
    "maximumAttendeeCapacity",
    "offers",
    "organizer",
    "recordedIn",
    "remainingAttendeeCapacity",
    "startDate",
    "superEvent",
}
TERMS = {
    "BreadcrumbList": THING | {"itemListElement"},
    "CollectionPage": WORK,
    "CollegeOrUniversity": THING,
    "Course": WORK | {"coursePrerequisites", "educationalCredentialAwarded", "hasCourseInstance"},
    "CourseInstance": EVENT | {"courseMode", "courseWorkload"},
    "CreativeWork": WORK,
    "DefinedTerm": THING | {"termCode"},
    "DigitalDocument": WORK,
    "EducationEvent": EVENT | {"educationalLevel"},
    "EducationalAudience": THING | {"educationalRole"},
    "EventSeries": EVENT,
    "EntryPoint": THING | {"urlTemplate"},
    "GovernmentOrganization": THING,
    "ItemList": THING | {"itemListElement"},
    "LearningResource": WORK,
    "ListItem": THING | {"position", "item"},
    "NGO": THING,
    "Offer": THING | {"availability", "category", "price", "priceCurrency"},
    "Organization": THING,
    "Place": THING | {"address"},
    "SearchAction": THING | {"target"},
    "VideoObject": WORK | {"duration"},
    "VirtualLocation": THING,
    "WebSite": WORK | {"potentialAction"},
}


def check(thing, place="$"):
    """Fail for a property that its type does not have, and for an empty value."""
    if isinstance(thing, list):
        for number, value in enumerate(thing):
            check(value, f"{place}[{number}]")
    elif isinstance(thing, dict):
        types = thing.get("@type", [])
        types = [types] if isinstance(types, str) else types
        allowed = set().union(*(TERMS[name] for name in types)) or {"@id"}
        assert set(thing) <= allowed, (place, set(thing) - allowed)
        for name, value in thing.items():
            check(value, f"{place}.{name}")
    else:
        assert thing not in ("", None), place


def graph_of(response):
    """Return {type or types: thing} of a page's only script of data, having checked it."""
    assert response.status_code == 200
    (text,) = SCRIPT.findall(response.content.decode())
    assert "<" not in text
    data = json.loads(text)
    assert data.pop("@context") == "https://schema.org"
    (graph,) = data.values()
    check(graph)
    return {
        thing["@type"] if isinstance(thing["@type"], str) else thing["@type"][0]: thing
        for thing in graph
    }


def graph(client, page):
    return graph_of(client.get(page.get_absolute_url()))


# Listings


@time_machine.travel("2027-05-01T12:00Z", tick=False)
def test_course_with_runs(client):
    runs = [
        CourseRun(
            label="Summer",
            state="full",
            capacity=20,
            starts_local=datetime(2027, 7, 5, 9),
            ends_local=datetime(2027, 7, 30, 10),
            zone="America/Chicago",
            registration_url="https://example.org/register",
        ),
        CourseRun(label="Winter", state="cancelled", starts_local=datetime(2027, 12, 6, 9)),
        CourseRun(label="Some day", state="planned"),
    ]
    page = factories.make_course(
        "Editing",
        children={"runs": runs},
        provider=factories.make_provider(
            "Bureau", kind="university", website="https://example.org/"
        ),
        topics=[factories.make_topic("Language")],
        audiences=[Audience.objects.first()],
        tags=["plain"],
        cost="free",
        level="introductory",
        delivery="live-online",
        language="en",
        minutes=90,
        captions="yes",
        transcript="no",
        outcomes="Write.\nEdit.",
        prerequisites="Nothing.",
        credential="A badge",
        link="https://example.org/course",
    )
    found = graph(client, page)
    course = found["Course"]
    assert course["@type"] == ["Course", "LearningResource"]
    assert course["provider"]["@type"] == "CollegeOrUniversity"
    assert course["teaches"] == ["Write.", "Edit."]
    assert course["timeRequired"] == "PT90M"
    assert course["isAccessibleForFree"] is True
    assert course["accessibilityFeature"] == ["captions"]
    assert course["about"][0]["url"] == "http://testserver/topics/language/"
    assert course["educationalLevel"]["termCode"] == "introductory"
    (run,) = course["hasCourseInstance"]
    assert run["name"] == "Editing: Summer"
    assert run["startDate"] == "2027-07-05T09:00:00-05:00"
    assert run["endDate"] == "2027-07-30T10:00:00-05:00"
    assert run["courseMode"] == ["online", "synchronous"]
    assert run["eventStatus"] == "https://schema.org/EventScheduled"
    assert run["remainingAttendeeCapacity"] == 0
    assert run["offers"]["availability"] == "https://schema.org/SoldOut"
    assert run["location"] == [{"@type": "VirtualLocation", "url": "https://example.org/register"}]
    trail = [step["name"] for step in found["BreadcrumbList"]["itemListElement"]]
    assert trail == ["Home", "Resources", "Editing"]


def test_course_at_ones_own_pace(client):
    page = factories.make_course(delivery="self-paced-online", weeks=6, cost="paid")
    course = graph(client, page)["Course"]
    assert course["hasCourseInstance"] == [
        {"@type": "CourseInstance", "courseMode": ["online", "asynchronous"]}
    ]
    assert course["timeRequired"] == "P6W"
    assert course["isAccessibleForFree"] is False
    assert "offers" not in course


@pytest.mark.parametrize(
    ("fields", "status", "mode", "places"),
    [
        (
            {"delivery": "live-online"},
            "EventScheduled",
            "OnlineEventAttendanceMode",
            ["VirtualLocation"],
        ),
        (
            {"delivery": "in-person", "venue": "Room 5", "event_status": "postponed"},
            "EventPostponed",
            "OfflineEventAttendanceMode",
            ["Place"],
        ),
        (
            {"delivery": "blended", "venue": "Room 5", "event_status": "cancelled"},
            "EventCancelled",
            "MixedEventAttendanceMode",
            ["Place", "VirtualLocation"],
        ),
    ],
)
def test_webinar(client, fields, status, mode, places):
    page = factories.make_webinar(
        starts_local=datetime(2027, 12, 5, 14), link="https://example.org/e", **fields
    )
    event = graph(client, page)["EducationEvent"]
    assert event["startDate"] == "2027-12-05T14:00:00-05:00"
    assert event["endDate"] == "2027-12-05T15:00:00-05:00"
    assert event["eventStatus"] == f"https://schema.org/{status}"
    assert event["eventAttendanceMode"] == f"https://schema.org/{mode}"
    assert [place["@type"] for place in event["location"]] == places


def test_recording(client):
    page = factories.make_webinar(
        in_days=-9, recording_url="https://example.org/v", recording_minutes=50
    )
    recording = graph(client, page)["EducationEvent"]["recordedIn"]
    assert recording["@type"] == "VideoObject"
    assert recording["url"] == "https://example.org/v"
    assert recording["duration"] == "PT50M"


def test_session_of_a_series(client):
    page = factories.make_webinar(in_days=9, series="Monthly call")
    event = graph(client, page)["EducationEvent"]
    assert event["superEvent"] == {"@type": "EventSeries", "name": "Monthly call"}
    assert "superEvent" not in graph(client, factories.make_webinar())["EducationEvent"]


def test_guidance_and_kit(client):
    guidance = factories.make_guidance(
        number="M-1", version="2", ends_on=datetime(2030, 1, 1).date(), cost="free-to-government"
    )
    found = graph(client, guidance)["DigitalDocument"]
    assert (found["identifier"], found["version"], found["expires"]) == ("M-1", "2", "2030-01-01")
    assert "isAccessibleForFree" not in found
    items = [KitItem(title="Checklist", file_format="PDF", link="https://example.org/c.pdf")]
    kit = graph(client, factories.make_kit(children={"items": items}))["CreativeWork"]
    assert kit["hasPart"][0]["name"] == "Checklist"


@pytest.mark.parametrize(
    "make",
    [
        factories.make_kit,
        factories.make_webinar,
        factories.make_guidance,
        factories.make_course,
    ],
)
def test_what_nobody_stated_stands_nowhere(client, make):
    page = make()
    (thing,) = [thing for name, thing in graph(client, page).items() if name != "BreadcrumbList"]
    assert not {"isAccessibleForFree", "inLanguage", "provider", "organizer"} & set(thing)


def test_no_title_ends_the_script(client):
    title = "</script><script>alert(1)</script><!-- & \u2028"
    page = factories.make_kit(title, summary=title)
    found = graph(client, page)
    assert found["CreativeWork"]["name"] == title
    assert "<script>alert" not in client.get(page.get_absolute_url()).content.decode()


def test_empty_values_are_left_out_at_every_depth():
    assert stated({"a": None, "b": {"c": ""}, "d": [{"e": []}], "f": 0, "g": False}) == {
        "d": [{}],
        "f": 0,
        "g": False,
    }
    assert '"@graph": []' in as_script(None)


# Lists and the first page


def test_lists_name_what_they_show(client):
    topic, provider = factories.make_topic("Language"), factories.make_provider("Bureau")
    page = factories.make_webinar("Talk", in_days=3, topics=[topic], provider=provider)
    for address in ("/resources/", "/events/", "/topics/language/", "/providers/bureau/"):
        found = graph_of(client.get(address))["CollectionPage"]
        assert found["url"] == f"http://testserver{address}"
        assert found["mainEntity"]["itemListElement"] == [
            {
                "@type": "ListItem",
                "position": 1,
                "name": "Talk",
                "url": f"http://testserver{page.get_absolute_url()}",
            }
        ]
    assert (
        graph_of(client.get("/topics/language/"))["CollectionPage"]["about"]["name"] == "Language"
    )
    trail = graph_of(client.get("/providers/bureau/"))["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in trail] == ["Home", "Resources", "Bureau"]


def test_first_page_has_the_search(client):
    site = graph_of(client.get("/"))["WebSite"]
    assert site["name"] == "Common Practice"
    target = site["potentialAction"]["target"]["urlTemplate"]
    assert target == "http://testserver/search/?q={search_term_string}"


# The rest of the head


def properties(response):
    text = response.content.decode()
    found = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', text))
    return {name: html.unescape(value) for name, value in found.items()}


def test_open_graph_and_canonical_address(client):
    page = factories.make_kit('Kit "one" & <two>', summary="What it is.")
    found = properties(client.get(page.get_absolute_url()))
    assert found["og:title"] == 'Kit "one" & <two>'
    assert found["og:description"] == "What it is."
    assert found["og:type"] == "article"
    assert found["og:url"] == f"http://testserver{page.get_absolute_url()}"
    assert found["og:image"].startswith("http://testserver/static/site/")
    thread = factories.make_thread("Talk")
    topic = factories.make_topic("Language")
    for address in ("/", "/resources/", "/events/", "/topics/", "/about/", "/forum/"):
        text = client.get(address).content.decode()
        if address != "/forum/":
            assert properties(client.get(address))["og:url"] == f"http://testserver{address}"
            assert f'<link rel="canonical" href="http://testserver{address}">' in text
        assert text.count('rel="canonical"') <= 1
    for thing in (thread, topic):
        found = properties(client.get(thing.get_absolute_url()))
        assert found["og:title"] == thing.title
        assert found["og:url"] == f"http://testserver{thing.get_absolute_url()}"
    assert HomePage.objects.get().heading == properties(client.get("/"))["og:description"]


def test_list_names_its_feeds_and_where_to_subscribe(client):
    factories.make_kit(cost="free")
    text = client.get("/resources/?sort=title&cost=free&x=1").content.decode()
    for suffix in ("atom", "json", "ics"):
        assert re.search(rf'<link rel="alternate" [^>]*href="/resources.{suffix}\?cost=free"', text)
    assert 'href="/subscribe/?cost=free"' in text
    plain = client.get("/resources/").content.decode()
    assert 'href="/subscribe/"' in plain
    assert 'href="/resources.atom"' in plain


# Into the calendar


def test_event_to_come_offers_itself_for_the_calendar(client):
    coming = factories.make_webinar(in_days=3)
    link = f'href="{coming.get_absolute_url()}event.ics"'
    for address in ("/", "/events/", coming.get_absolute_url()):
        assert link in client.get(address).content.decode()
    runs = [CourseRun(label="A", state="open", starts_local=coming.starts_local)]
    course = factories.make_course(children={"runs": runs})
    assert "event.ics" in client.get(course.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "fields", [{"in_days": -3}, {"in_days": 3, "event_status": "cancelled"}, {}]
)
def test_event_that_does_not_take_place_offers_nothing(client, fields):
    page = factories.make_webinar(**fields)
    assert page.calendar_url == ""
    assert "event.ics" not in client.get(page.get_absolute_url()).content.decode()
