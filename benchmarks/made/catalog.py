"""Fill an empty database with listings of all four kinds, past the models' own save().

Saving ten thousand pages one by one takes an hour. What save() works out is worked out here:
addresses, kinds, the moments of events. Nothing is random from run to run.
"""

import random
import uuid
from datetime import UTC, date, datetime, timedelta
from html import escape

SEED = 42
KINDS = ("guidance", "guidance", "course", "webinar", "webinar", "kit")
WORDS = (  # noqa: SIM905
    "accessibility account accounts agency agencies alert archive audience budget campaign chat "
    "citizen city comment common community content county course crisis design digital emergency "
    "employee event example federal form free government guidance guide health image language "
    "law leader learn list local mail manager media meeting message mobile moderate network "
    "office official online page people photo plain plan platform policy post practice privacy "
    "program public question reach read record records report request response review risk rule "
    "safety school search security service share site social staff state story strategy survey "
    "team template test text time tool training tribal update user video visit web website work "
    "workshop write writing year"
).split()
COMMON_WORD = "public"


def fill(size):
    """Make `size` listings with topics, audiences, tags and rules, and the pages above them."""
    from django.db import transaction

    with transaction.atomic():
        _Catalog(size).make()


class _Catalog:
    def __init__(self, size):
        self.size = size
        self.chosen = random.Random(SEED)
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def text(self, words):
        """Return so many words; a few are much more frequent than the rest, as in real texts."""
        weights = [1 / (n + 3) for n in range(len(WORDS))]
        order = random.Random(SEED).sample(WORDS, len(WORDS))
        order.remove(COMMON_WORD)
        return " ".join(self.chosen.choices([COMMON_WORD, *order], weights, k=words))

    def make(self):
        self.make_vocabularies()
        rows = [self.row(number) for number in range(1, self.size + 1)]
        self.insert(rows)
        self.relate(rows)

    def make_vocabularies(self):
        from catalog.models import Audience, GovernmentLevel, Platform, Provider, Tag, Topic

        kinds = Provider.Kind.values
        self.providers = Provider.objects.bulk_create(
            Provider(name=f"{self.text(2).title()} {n}", slug=f"provider-{n}", kind=kinds[n % 6])
            for n in range(40)
        )
        parents = Topic.objects.bulk_create(
            Topic(title=f"{self.text(1).title()} {n}", slug=f"topic-{n}") for n in range(10)
        )
        below = Topic.objects.bulk_create(
            Topic(title=f"{self.text(2).title()} {n}", slug=f"below-{n}", parent=parents[n % 10])
            for n in range(25)
        )
        self.topics = parents + below
        self.tags = Tag.objects.bulk_create(
            Tag(name=f"{self.text(1)} {n}", slug=f"tag-{n}") for n in range(120)
        )
        self.platforms = Platform.objects.bulk_create(
            Platform(name=f"Platform {n}", slug=f"platform-{n}") for n in range(8)
        )
        self.audiences = list(Audience.objects.all())
        self.levels = list(GovernmentLevel.objects.all())

    def row(self, number):
        from catalog import models

        kind = KINDS[number % len(KINDS)]
        model = models.KINDS[kind]
        choose, resource = self.chosen.choice, models.ResourcePage
        published = self.now - timedelta(hours=self.chosen.randrange(24 * 365 * 8))
        title = f"{self.text(5).capitalize()} {number}"
        fields = {
            "title": title,
            "draft_title": title,
            "slug": f"r-{number}",
            "live": True,
            "translation_key": uuid.UUID(int=self.chosen.getrandbits(128), version=4),
            "first_published_at": published,
            "last_published_at": published,
            "latest_revision_created_at": published,
            "kind": kind,
            "summary": self.text(24).capitalize() + ".",
            "body": "".join(f"<p>{escape(self.text(60))}.</p>" for _ in range(3)),
            "link": f"https://example.org/{number}",
            "normalized_link": f"example.org/{number}",
            "provider": choose(self.providers),
            "cost": choose(["", *resource.Cost.values]),
            "level": choose(["", *resource.Level.values]),
            "delivery": choose(["", *resource.Delivery.values]),
            "pacing": choose(["", *resource.Pacing.values]),
            "minutes": choose([None, 10, 45, 60, 90, 240, 400, 900]),
            "language": choose(["en", "en", "en", "en", "es", "fr", ""]),
            "captions": choose(["", "yes", "no"]),
            "account_needed": choose(["", "yes", "no"]),
            "published_on": choose([None, published.date()]),
            "archived_on": date(2026, 1, 1) if number % 25 == 0 else None,
        }
        if kind == "webinar":
            fields |= self.event(number)
        return model(**fields)

    def event(self, number):
        """Dates of a webinar: one in ten is to come, half of the past ones have a recording."""
        if number % 10 == 0:
            starts = self.now + timedelta(hours=self.chosen.randrange(2, 24 * 90))
        else:
            starts = self.now - timedelta(hours=self.chosen.randrange(24, 24 * 900))
        ends = starts + timedelta(hours=1)
        recording = "https://example.org/recording" if number % 2 else ""
        return {
            "starts_local": starts.replace(tzinfo=None),
            "ends_local": ends.replace(tzinfo=None),
            "zone": "UTC",
            "starts_at": starts,
            "ends_at": ends,
            "next_starts_at": starts,
            "next_ends_at": ends,
            "next_zone": "UTC",
            "recording_url": recording,
            "has_recording": bool(recording),
        }

    def insert(self, rows):
        from django.contrib.contenttypes.models import ContentType
        from wagtail.models import Page

        from catalog.models import KINDS as MODELS
        from catalog.models import ResourceIndexPage, ResourcePage

        parent = ResourceIndexPage.objects.get()
        for number, row in enumerate(rows, 1):
            row.path = type(row)._get_path(parent.path, parent.depth + 1, number)
            row.depth = parent.depth + 1
            row.url_path = f"{parent.url_path}{row.slug}/"
            row.locale = parent.locale
            row.content_type = ContentType.objects.get_for_model(type(row))
        columns = [field.attname for field in Page._meta.fields if field.name != "id"]
        pages = Page.objects.bulk_create(
            [Page(**{name: getattr(row, name) for name in columns}) for row in rows],
            batch_size=500,
        )
        for row, page in zip(rows, pages, strict=True):
            row.pk = row.id = row.page_ptr_id = row.resourcepage_ptr_id = page.pk
        insert_table(ResourcePage, rows)
        for model in MODELS.values():
            insert_table(model, [row for row in rows if isinstance(row, model)])
        Page.objects.filter(pk=parent.pk).update(numchild=len(rows))

    def relate(self, rows):
        from catalog.models import RequiredBy, ResourcePage, ResourceTag

        relations = (
            ("topics", "topic_id", self.topics, 2),
            ("audiences", "audience_id", self.audiences, 2),
            ("made_for", "governmentlevel_id", self.levels, 1),
            ("platforms", "platform_id", self.platforms, 1),
        )
        for name, column, terms, most in relations:
            table = getattr(ResourcePage, name).through
            table.objects.bulk_create(
                (
                    table(**{"resourcepage_id": row.pk, column: term.pk})
                    for row in rows
                    for term in self.chosen.sample(terms, self.chosen.randint(0, most))
                ),
                batch_size=2000,
            )
        ResourceTag.objects.bulk_create(
            (
                ResourceTag(content_object_id=row.pk, tag_id=tag.pk)
                for row in rows
                for tag in self.chosen.sample(self.tags, 2)
            ),
            batch_size=2000,
        )
        RequiredBy.objects.bulk_create(
            RequiredBy(page_id=row.pk, who="A rule", of_whom="all", link="https://example.org/rule")
            for row in rows[::20]
        )


def insert_table(model, rows, batch=400):
    """Insert the table of `model` alone; Django does not do so for models that inherit."""
    fields = model._meta.local_concrete_fields
    for start in range(0, len(rows), batch):
        model._base_manager._insert(rows[start : start + batch], fields=fields, using="default")
