"""What a page says of itself, read at an address that somebody pasted.

The request goes through `outbound`, which decides what may be asked; here the answer is read.
"""

import re
import time
import warnings
from dataclasses import dataclass
from datetime import date, timedelta

from bs4 import BeautifulSoup, SoupStrainer, XMLParsedAsHTMLWarning
from bs4.exceptions import ParserRejectedMarkup
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django_tasks import task

from . import outbound
from .importers.bodies import clean_text, to_plain_text
from .models import FetchedPage, FetchState
from .models.fetched_page import KEPT, LONGEST_DESCRIPTION, LONGEST_TITLE

MOST_BYTES = 300 * 1024
# Less than the patience of the page that waits for it.
MOST_SECONDS = 8
ACCEPT = "text/html,application/xhtml+xml"
# A page can be written so that the parser goes over its end again and again.
MOST_PARSING_SECONDS = 3
# What a page has to say of itself stands in these.
TOLD = SoupStrainer(["html", "title", "meta", "time"])
LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_][a-z0-9]+)*", re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass
class Facts:
    """What was read; `note` is set, and all else empty, where nothing could be."""

    title: str = ""
    description: str = ""
    language: str = ""
    published: date | None = None
    note: str = ""


class BoundedSoup(BeautifulSoup):
    """A soup that raises TimeoutError where the page keeps the parser too long."""

    def __init__(self, *args, **kwargs):
        self.deadline = time.monotonic() + MOST_PARSING_SECONDS
        super().__init__(*args, **kwargs)

    def handle_starttag(self, *args, **kwargs):
        self._look_at_the_clock()
        return super().handle_starttag(*args, **kwargs)

    def handle_data(self, data):
        self._look_at_the_clock()
        return super().handle_data(data)

    def _look_at_the_clock(self):
        if time.monotonic() > self.deadline:
            raise TimeoutError


@transaction.atomic
def begin(*, url, suggestion=None):
    """Have `url` read by the queue and return the FetchedPage that will hold the answer.

    `suggestion` gets the facts when they come.
    """
    page = FetchedPage.objects.create(url=url, suggestion=suggestion)
    fetch_page.enqueue(page.pk)
    return page


@task()
def fetch_page(pk):
    """Ask for the page's address and keep what it says; a page long gone is no matter."""
    page = FetchedPage.objects.filter(pk=pk, state=FetchState.WAITING).first()
    if page is not None:
        keep(page, ask(page.url))


@transaction.atomic
def keep(page, facts):
    """Write Facts to the FetchedPage, and to the suggestion that was sent without waiting."""
    page = FetchedPage.objects.select_for_update().filter(pk=page.pk).first()
    if page is None:
        return
    page.state = FetchState.FAILED if facts.note else FetchState.DONE
    for name in ("title", "description", "language", "published", "note"):
        setattr(page, name, getattr(facts, name))
    page.save()
    if page.suggestion is not None:
        page.suggestion.take_facts(page)
        page.suggestion.save()


def ask(url):
    """Return the Facts of an address, whatever stands behind it."""
    try:
        answer = outbound.fetch(
            url, most_bytes=MOST_BYTES, most_seconds=MOST_SECONDS, accept=ACCEPT
        )
    except outbound.Refused:
        return Facts(note="refused")
    if answer.error:
        return Facts(note=answer.error)
    if answer.status != 200:
        return Facts(note=str(answer.status))
    kind, _semicolon, rest = answer.headers.get("content-type", "").partition(";")
    if kind.strip().lower() not in ACCEPT.split(","):
        return Facts(note="file")
    charset = re.search(r"charset=[\"']?([\w.:-]+)", rest, re.IGNORECASE)
    return read(answer.body, charset and charset[1])


def read(body, charset=None, today=None):
    """Return the Facts of HTML (bytes), which may be cut, wrong or hostile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
            soup = BoundedSoup(body, "html.parser", from_encoding=charset, parse_only=TOLD)
    except (TimeoutError, ParserRejectedMarkup):
        return Facts(note="empty")
    told = {}
    for meta in soup.find_all("meta"):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        told.setdefault(name, str(meta.get("content") or ""))
    heading = soup.title.get_text() if soup.title else ""
    title = shorten(told.get("og:title") or heading, LONGEST_TITLE)
    if not title:
        return Facts(note="empty")
    description = told.get("og:description") or told.get("description") or ""
    mark = soup.find("time", datetime=True)
    return Facts(
        title=title,
        description=shorten(description, LONGEST_DESCRIPTION),
        language=language_of(soup.html.get("lang") if soup.html else ""),
        published=day_of(told.get("article:published_time"), today)
        or day_of(mark and mark["datetime"], today),
    )


def shorten(text, longest):
    """Return plain text of one line, at most `longest` characters of it."""
    return Truncator(to_plain_text(text)).chars(longest)


def language_of(stated):
    """Return the BCP 47 code of a language as listings have it: "en-US" is "en" here."""
    found = LANGUAGE.fullmatch(clean_text(stated or "").strip())
    if not found:
        return ""
    language, script = found.groups()
    return f"{language.lower()}-{script.title()}" if script else language.lower()


def day_of(stated, today=None):
    """Return the date that a stated time begins with, if it is one that was already."""
    found = DAY.match(clean_text(stated or "").strip())
    try:
        day = date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
    # A day more, because the page may be written east of here.
    latest = (today or timezone.localdate()) + timedelta(days=1)
    return day if day and day <= latest else None


def forget_old(now=None):
    """Delete readings that no form can use any more; the clock calls this. Returns how many."""
    old = FetchedPage.objects.filter(created_at__lte=(now or timezone.now()) - KEPT)
    return old.delete()[0]
