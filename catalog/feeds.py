"""Feeds of any filtered list: Atom (RFC 4287) and JSON Feed 1.1.

A feed brings what was listed last, whatever order the list has, because readers of a feed want
to know what is new here. Entries are known by identifiers that outlive addresses. `Feed` and
`Entry` know no listing, so that the forum writes its own feeds with them.
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import F
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.search.backend.querysets import with_keys

from .models import ResourcePage
from .wording import any_of, short_facts, when_words

ATOM = "application/atom+xml; charset=utf-8"
MOST_ENTRIES = 50
# What is said of a list in which nothing has happened: feeds must say when they changed.
BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)
# What XML 1.0 cannot hold, however it is written.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """One entry: texts are plain, but for `html`; addresses are whole, moments aware."""

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    html: str
    summary: str = ""
    author: str = ""
    labels: tuple = ()
    external_url: str = ""
    language: str = ""


@dataclass(frozen=True)
class Feed:
    """A list of entries; `url` is the page for people, `feed_url` the feed's own address."""

    id: str
    title: str
    subtitle: str
    url: str
    feed_url: str
    entries: list

    @property
    def updated(self):
        """When the latest of its entries changed."""
        return max((entry.updated for entry in self.entries), default=BEFORE_ALL)


class AtomWriter(Atom1Feed):
    """Django's Atom, with what it leaves out: a feed without entries has a date, too."""

    def latest_post_date(self):
        return self.feed["updated"]


def atom(feed):
    """Return `feed` as the bytes of an Atom document."""
    writer = AtomWriter(
        title=xml_text(feed.title),
        link=feed.url,
        description=None,
        subtitle=xml_text(feed.subtitle),
        language=get_language(),
        # Entries whose author nobody stated have this one, as the standard demands.
        author_name=settings.SITE_NAME,
        author_link=f"{settings.BASE_URL}/",
        feed_url=feed.feed_url,
        feed_guid=feed.id,
        updated=feed.updated,
    )
    for entry in feed.entries:
        writer.add_item(
            title=xml_text(entry.title),
            link=entry.url,
            description=xml_text(entry.html),
            unique_id=entry.id,
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=xml_text(entry.author) or None,
            categories=[xml_text(label) for label in entry.labels],
        )
    return writer.writeString("utf-8").encode()


def json_feed(feed):
    """Return `feed` as the bytes of a JSON Feed."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.url,
        "feed_url": feed.feed_url,
        "language": get_language(),
        "authors": [{"name": settings.SITE_NAME, "url": f"{settings.BASE_URL}/"}],
        "items": [json_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def json_item(entry):
    item = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.external_url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [{"name": entry.author}] if entry.author else [],
        "tags": list(entry.labels),
        "language": entry.language,
    }
    return {name: value for name, value in item.items() if value}


def xml_text(text):
    """Return `text` without the characters that make an XML document unreadable."""
    return NOT_XML.sub("", str(text))


def tag_uri(path):
    """Return a permanent identifier for something of this site (RFC 4151)."""
    host = settings.BASE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"tag:{host},2026:{path}"


# Lists of resources


def list_name(listing):
    """Say what a list holds, without a number: "Resources: kit or course; free"."""
    values = {}
    for key, _value, name in listing.filters:
        values.setdefault(key, []).append(str(name))
    narrowed = "; ".join(any_of(names) for names in values.values())
    return _("Resources: %(filters)s") % {"filters": narrowed} if narrowed else _("All resources")


def list_query(selection):
    """Return the canonical filters of a selection with their question mark, without the order."""
    query = replace(selection, sort="").querystring()
    return f"?{query}" if query else ""


def feed_of(listing, user, *, suffix):
    """Return the Feed of a list (a counting.Listing) as `user` sees it.

    `suffix` is that of its own address, "atom" or "json".
    """
    query = list_query(listing.selection)
    resources = (
        with_keys(ResourcePage.objects.visible_to(user), listing.ids())
        .with_card_data()
        .prefetch_related("topics")
        .order_by(F("first_published_at").desc(nulls_last=True), "-pk")[:MOST_ENTRIES]
    )
    return Feed(
        id=tag_uri(f"resources{query}"),
        title=f"{settings.SITE_NAME}: {list_name(listing)}",
        subtitle=_("What was listed last. A listing is not an endorsement."),
        url=f"{settings.BASE_URL}/resources/{query}",
        feed_url=f"{settings.BASE_URL}/resources.{suffix}{query}",
        entries=[entry_of(resource) for resource in resources],
    )


def entry_of(resource):
    """Return the Entry of a listing fetched with its provider and topics."""
    published = resource.first_published_at or resource.latest_revision_created_at or BEFORE_ALL
    facts = [capfirst(resource.get_kind_display()), *short_facts(resource)]
    when = when_on(resource)
    if when:
        facts.insert(1, when)
    topics = sorted((topic.title for topic in resource.topics.all()), key=str.casefold)
    return Entry(
        id=f"urn:uuid:{resource.translation_key}",
        title=resource.title,
        url=f"{settings.BASE_URL}{resource.get_absolute_url()}",
        published=published,
        updated=max(resource.last_published_at or published, published),
        html=format_html(
            "<p>{}</p><ul>{}</ul>",
            resource.summary,
            format_html_join("", "<li>{}</li>", ((fact,) for fact in facts)),
        ),
        summary=resource.summary,
        author=resource.provider.name if resource.provider else "",
        labels=(str(resource.get_kind_display()), *topics),
        external_url=resource.link,
        language=resource.language,
    )


def when_on(resource):
    """Say when it takes place, or that it does not."""
    if resource.event_status == resource.EventStatus.CANCELLED:
        return _("Cancelled")
    if resource.event_status == resource.EventStatus.POSTPONED:
        return _("Postponed")
    return when_words(resource)
