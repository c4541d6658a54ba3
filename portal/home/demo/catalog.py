"""The demo's catalog: topics, providers, platforms and listings of all four kinds."""

from datetime import timedelta

from django.utils.text import slugify

from catalog.models import (
    KINDS,
    Audience,
    CourseRun,
    GovernmentLevel,
    KitItem,
    Platform,
    Provider,
    ResourceIndexPage,
    ResourcePage,
    Topic,
    TopicAlias,
)
from catalog.models.resource import RequiredBy
from portal.accounts.models import Agency

from . import content, days, people

SOURCE = "demo"
# Each file of listings, and the kind of those that do not say theirs.
FILES = {
    "guidance": "guidance",
    "kits": "kit",
    "webinars": "webinar",
    "courses": "course",
    "front_pages": "",
    "invented": "",
    "events": "webinar",
}
PLAIN = [
    *("title", "slug", "summary", "body", "link", "source_url", "published_on", "archived_on"),
    *("level", "delivery", "pacing", "cost", "minutes", "language", "account_needed"),
    *("captions", "transcript", "accessibility_link"),
    *("number", "version", "effective_on", "ends_on", "applies_to"),
    *("licence", "contact_details_asked", "vendor_disclosure"),
    *("weeks", "hours_per_week", "outcomes", "prerequisites", "credential"),
    *("zone", "held_on", "venue", "registration_url", "event_status", "recording_url"),
    *("recording_minutes", "recording_plan", "slides_url", "starts_local", "ends_local"),
    "series",
]
RUN = ["label", "state", "is_pilot", "zone", "capacity", "attended", "note", "registration_url"]
EVENT = {
    "delivery": "live-online",
    "pacing": "instructor-led",
    "language": "en",
    "zone": days.EASTERN,
}


def is_made():
    return ResourcePage.objects.filter(source=SOURCE).exists()


def make(*, now):
    """Make topics, providers, platforms and listings; return how many listings were made."""
    make_topics()
    make_providers()
    rows = written_listings()
    # What replaces another comes after it.
    rows.sort(key=lambda row: "supersedes" in row)
    shelf = Shelf(now)
    return sum(shelf.add(row, number) for number, row in enumerate(rows))


def written_listings():
    """Return the tables of all listings, each with its kind, source and source id."""
    rows = []
    for name, kind in FILES.items():
        usual = EVENT if name == "events" else {}
        rows += [
            {"kind": kind, "source": SOURCE, **usual, **row}
            for row in content.read(name)["listing"]
        ]
    return rows


def make_topics():
    """Make the tree of topics. One that an import made before keeps its title and place."""
    for row in content.read("topics")["topic"]:
        root = make_topic(row)
        for child in row.get("children", []):
            make_topic(child, parent=root)


def make_topic(row, parent=None):
    topic, is_new = Topic.objects.get_or_create(
        slug=row["slug"],
        defaults={"title": row["title"], "summary": row["summary"], "parent": parent},
    )
    for title in row.get("aliases", []) if is_new else []:
        TopicAlias.objects.get_or_create(
            slug=slugify(title), defaults={"title": title, "topic": topic}
        )
    return topic


def make_providers():
    written = content.read("providers")
    for row in written["platform"]:
        Platform.objects.get_or_create(slug=row["slug"], defaults=row)
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    for row in written["provider"]:
        agency = agencies.get(row.pop("agency", ""))
        Provider.objects.get_or_create(slug=row["slug"], defaults={**row, "agency": agency})


class Shelf:
    """Puts listings into the catalog, as the demo's editor would."""

    def __init__(self, now):
        self.now = now
        self.index = ResourceIndexPage.objects.get()
        self.editor = people.account("editor")
        self.by_slug = {
            field: {row.slug: row for row in model.objects.all()}
            for field, model in {
                "topics": Topic,
                "audiences": Audience,
                "made_for": GovernmentLevel,
                "platforms": Platform,
                "provider": Provider,
            }.items()
        }

    def add(self, row, number):
        """Add one listing; False where an import brought it before."""
        identity = {"source": row["source"], "source_id": row["source_id"]}
        if ResourcePage.objects.filter(**identity).exists():
            return False
        page = KINDS[row["kind"]](
            **identity,
            **{name: row[name] for name in PLAIN if name in row},
            provider=self.by_slug["provider"][row["provider"]],
            owner=self.editor,
        )
        for field in ("topics", "audiences", "made_for", "platforms"):
            setattr(page, field, [self.by_slug[field][slug] for slug in row.get(field, [])])
        if tags := row.get("tags"):
            page.tags.add(*tags)
        self.lay_in_time(page, row, number)
        self.add_children(page, row)
        self.index.add_child(instance=page)
        if row["source"] == SOURCE:
            # What was written for the demo has a history to look at.
            revision = page.save_revision(user=self.editor)
            page.publish(revision, user=self.editor, skip_permission_checks=True)
        return True

    def lay_in_time(self, page, row, number):
        """Set the days of listing, checking and archiving, and those of an event."""
        if "in_days" in row or row.get("live"):
            page.starts_local, page.ends_local = days.event_times(row, self.now)
        checked = content.span(row["checked"]) if "checked" in row else None
        if checked:
            page.reviewed_at, page.reviewed_by = self.now - checked, self.editor
        # Listed before it was checked, over most of a year.
        listed = max(timedelta(days=1 + number * 37 % 320), (checked or timedelta()))
        page.first_published_at = page.last_published_at = self.now - listed - timedelta(hours=3)
        today = self.now.date()
        if "review_in" in row:
            page.review_by = today + timedelta(days=row["review_in"])
        for field, name in (
            ("archived_on", "archived_days_ago"),
            ("effective_on", "effective_days_ago"),
            ("ends_on", "ends_days_ago"),
        ):
            if name in row:
                setattr(page, field, today - timedelta(days=row[name]))

    def add_children(self, page, row):
        if "supersedes" in row:
            page.supersedes = type(page).objects.get(source_id=row["supersedes"])
        page.requirements = [RequiredBy(**rule) for rule in row.get("required", [])]
        if "items" in row:
            page.items = [KitItem(**item) for item in row["items"]]
        if "runs" in row:
            page.runs = [self.make_run(run) for run in row["runs"]]

    def make_run(self, row):
        starts, ends = days.run_times(row, self.now)
        run = CourseRun(
            **{name: row[name] for name in RUN if name in row},
            starts_local=starts,
            ends_local=ends,
        )
        if "registration_ends_in" in row:
            run.registration_ends_on = self.now.date() + timedelta(days=row["registration_ends_in"])
        run.clean()
        return run
