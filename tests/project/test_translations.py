"""No page shows a string that a translator never sees.

One test reads the templates, every branch of them; the other shows the main pages in a
pseudo-locale, which finds what Python puts on them untranslated. Rows of the database are
written in Greek there, so that Latin letters outside the marks of the pseudo-locale are a find.
"""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils import translation

from catalog.models import Provider, ResourceIndexPage, Topic
from forum.models import Category
from portal.home.models import HomePage, StartingPoint
from tests.factories import (
    make_course,
    make_guidance,
    make_kit,
    make_reply,
    make_thread,
    make_user,
    make_webinar,
)

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
# Attributes that are read to or by people.
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title", "label"}
# What is the same in every language.
UNTRANSLATED = re.compile(
    rf"{settings.SITE_NAME}|&\w+;|https?://\S*|h0/\S*|\S+@\S+|\b(?:ICS|CSV|HTML|XLSX|Atom|Excel|OpenSearch)\b"
)
TIME_ZONES = re.compile(r'(?s)<select name="time_zone".*?</select>')
WORD = re.compile(r"[A-Za-z]{2,}")
OPENING, CLOSING = (
    "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}",
    ("\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"),
)


class Spoken(HTMLParser):
    """Collects what a person reads or hears in a page: its texts and spoken attributes."""

    def __init__(self):
        super().__init__()
        self.texts, self._silent = [], 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag in {"script", "style"}
        attributes = dict(attrs)
        self.texts += [value for name, value in attrs if name in SPOKEN and value]
        if tag == "input" and attributes.get("type") in {"submit", "button"}:
            self.texts.append(attributes.get("value") or "")
        if tag == "meta" and attributes.get("name") == "description":
            self.texts.append(attributes.get("content") or "")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self._silent -= tag in {"script", "style"}

    def handle_endtag(self, tag):
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self._silent:
            self.texts.append(data)


def spoken(html):
    parser = Spoken()
    parser.feed(html)
    parser.close()
    return parser.texts


def without_tags(source):
    """Return a template's own text; each variable is a letter and a digit, tags are gone."""
    kept, skipped_until = [], None
    for token in Lexer(source).tokenize():
        name = token.split_contents()[0] if token.token_type == TokenType.BLOCK else ""
        if skipped_until:
            if name in skipped_until:
                skipped_until = None
        elif name == "comment":
            skipped_until = {"endcomment"}
        elif name in {"blocktranslate", "blocktrans"}:
            skipped_until = {"endblocktranslate", "endblocktrans"}
        elif token.contents == "block body_class":  # it is an attribute in base.html
            skipped_until = {"endblock"}
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type == TokenType.VAR:
            kept.append("h0")  # so that <{{ level }}> stays a tag
    return "".join(kept)


def raw_words(texts):
    return [" ".join(text.split()) for text in texts if WORD.search(UNTRANSLATED.sub("", text))]


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates"))
)
def test_template_holds_no_raw_string(path):
    assert raw_words(spoken(without_tags(path.read_text()))) == []


def test_a_raw_string_would_be_found():
    source = '<p title="Raw too">{% translate "Fine" %} {{ name }} raw</p>{# not this #}'
    assert raw_words(spoken(without_tags(source))) == ["Raw too", "h0 raw"]


@pytest.fixture
def pseudo_locale(monkeypatch):
    """Mark whatever a translator sees."""

    def marked(words):
        return f"{OPENING}{words}{CLOSING}" if words.strip() else words

    language = translation._trans
    language.gettext("")  # so that the functions stand on it and can be replaced
    monkeypatch.setattr(language, "gettext", marked)
    monkeypatch.setattr(language, "pgettext", lambda context, words: marked(words))
    monkeypatch.setattr(
        language, "ngettext", lambda one, many, number: marked(one if number == 1 else many)
    )
    monkeypatch.setattr(
        language,
        "npgettext",
        lambda context, one, many, number: marked(one if number == 1 else many),
    )


def unmarked(page):
    """Return the page without what stands between the marks, however deep."""
    while (smaller := re.sub(f"{OPENING}[^{OPENING}{CLOSING}]*{CLOSING}", "", page)) != page:
        page = smaller
    return page


@pytest.fixture
def greek_site(db):
    """One of everything, in Greek letters."""
    ResourceIndexPage.objects.update(title="Πόροι")
    topic = Topic.objects.create(title="Θέμα", slug="thema")
    provider = Provider.objects.create(name="Πάροχος", slug="parochos", kind="agency")
    shared = {"topics": [topic], "provider": provider, "cost": "free", "language": "el"}
    kit = make_kit("Πακέτο", slug="kit", summary="Λόγια.", **shared)
    make_course("Μάθημα", slug="course", summary="Λόγια.", minutes=90, **shared)
    make_guidance("Οδηγία", slug="guidance", summary="Λόγια.", **shared)
    make_webinar("Διάλεξη", slug="webinar", summary="Λόγια.", in_days=4, **shared)
    thread = make_thread(
        "Ερώτηση",
        text=f"Λόγια [[{kit.title}]].",
        author=make_user("Μέλος", username="melos"),
        category=Category.objects.create(name="Κατηγορία", slug="category"),
    )
    make_reply(thread, text="Απάντηση.", author=make_user("Άλλη", username="alli"))
    return thread


ADDRESSES = [
    *["/", "/resources/", "/resources/?kind=kit&cost=paid", "/events/", "/topics/"],
    *["/topics/thema/", "/providers/parochos/", "/suggest/", "/subscribe/", "/contact/"],
    *["/resources/kit/", "/resources/course/", "/resources/guidance/", "/resources/webinar/"],
    *["/forum/", "/forum/c/category/", "/forum/new/", "/feeds/", "/members/melos/", "/nowhere/"],
    *["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/search/"],
    *["/search/?q=zz", "THREAD"],
]
OF_A_MEMBER = [
    *["/me/", "/me/settings/", "/me/searches/", "/me/bookmarks/", "/me/collections/"],
    *["/collections/new/", "/forum/new/", "/accounts/email/", "/accounts/password/change/"],
    *["/accounts/sessions/", "THREAD", "/resources/kit/"],
]


@pytest.mark.parametrize("is_member", [False, True], ids=["visitor", "member"])
def test_pages_show_no_raw_string(client, greek_site, is_member, monkeypatch, request):
    if is_member:
        client.force_login(make_user("Τρίτη", username="triti", email="triti@example.org"))
    written = written_in_the_database()
    request.getfixturevalue("pseudo_locale")
    found = {}
    for address in OF_A_MEMBER if is_member else ADDRESSES:
        at = greek_site.get_absolute_url() if address == "THREAD" else address
        response = client.get(at)
        assert response.status_code in {200, 404}, at
        page = TIME_ZONES.sub("", response.content.decode())
        assert OPENING in page, at
        for words in written:
            page = page.replace(words, "")
        if raw := raw_words(spoken(unmarked(page))):
            found[address] = raw
    assert found == {}


def written_in_the_database():
    """What the migrations wrote, in English, and names that are no words."""
    home = HomePage.objects.get()
    points = StartingPoint.objects.all()
    texts = [home.heading, home.search_hint]
    texts += [point.label for point in points] + [point.introduction for point in points]
    texts += ["triti@example.org", "melos", "alli", "triti"]
    return [text for text in texts if text]
