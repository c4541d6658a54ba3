"""Reading WordPress's export format (WXR: RSS with words of its own), as a stream and safely.

No entity and no DTD is allowed, so that the file can neither read other files nor grow.
Everything is read before anything is written: a file cut off in the middle changes nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.importers.jsonlines import check_encoding, check_file
from catalog.importers.problems import FileProblem

from .talk import Person

LARGEST_FILE = 250_000_000
WORDS = "wordpress.org/export/"
CONTENT = "purl.org/rss/1.0/modules/content"
BBPRESS = {"forum", "topic", "reply"}
# What expat says of a file that ends too early.
_CUT_OFF = ("no element found", "unclosed token", "unclosed CDATA section", "partial character")
# Signs that XML forbids and that WordPress writes nevertheless.
_FORBIDDEN = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20)])


@dataclass
class Item:
    """One post of WordPress: a forum, topic or reply of bbPress. `at` is None where unknown."""

    id: str = ""
    type: str = ""
    status: str = ""
    title: str = ""
    slug: str = ""
    link: str = ""
    login: str = ""
    text: str = ""
    parent: str = ""
    password: str = ""
    is_sticky: bool = False
    at: datetime | None = None
    meta: dict = field(default_factory=dict)
    tags: list = field(default_factory=list)


@dataclass
class Export:
    """What an export holds. `others` counts what is not of bbPress, by type."""

    host: str = ""
    base: str = "/"  # the path of the site on its host
    authors: dict = field(default_factory=dict)  # login → Person
    items: list = field(default_factory=list)
    others: Counter = field(default_factory=Counter)


class _Readable:
    """The bytes of a file without signs that no XML may hold."""

    def __init__(self, file):
        self.file = file

    def read(self, size=-1):
        while chunk := self.file.read(size):
            readable = chunk.translate(None, _FORBIDDEN)
            if readable:
                return readable
        return b""


def read_export(path):
    """Return the Export in the file `path`; raise FileProblem where it is none."""
    check_file(path, LARGEST_FILE)
    check_encoding(path)
    export, is_wordpress = Export(), False
    try:
        with path.open("rb") as file:
            for event, element in iterparse(
                _Readable(file), events=("start", "end"), forbid_dtd=True
            ):
                name, space = _name(element)
                if event == "start":
                    is_wordpress = is_wordpress or WORDS in space
                    if name == "html":
                        break
                elif name in {"base_site_url", "base_blog_url"} and WORDS in space:
                    _read_base(element.text, export)
                elif name == "author" and WORDS in space:
                    _read_author(element, export)
                elif name == "item":
                    _read_item(element, export)
                    element.clear()
    except DefusedXmlException as error:
        raise FileProblem(
            _("%(path)s declares a DTD or entities. An export of WordPress does not.")
            % {"path": path}
        ) from error
    except ParseError as error:
        raise FileProblem(_what_is_wrong(path, error)) from error
    except (LookupError, ValueError) as error:
        raise FileProblem(
            _("%(path)s is in another encoding. Save it as UTF-8.") % {"path": path}
        ) from error
    if not is_wordpress:
        raise FileProblem(_("%(path)s is no export of WordPress.") % {"path": path})
    if not any(item.type in {"topic", "reply"} for item in export.items):
        kinds = ", ".join(f"{count} {name}" for name, count in export.others.most_common(8))
        said = {"path": path, "kinds": kinds or "–"}
        raise FileProblem(
            _("%(path)s holds no topics of bbPress (it holds: %(kinds)s). Export them, too.") % said
        )
    return export


def _what_is_wrong(path, error):
    line = {"path": path, "line": error.position[0], "error": str(error)}
    if str(error).startswith(_CUT_OFF):
        return _("%(path)s ends in the middle (line %(line)s). Export it again.") % line
    return _("%(path)s is no XML: %(error)s.") % line


def _name(element):
    space, _brace, name = element.tag.rpartition("}")
    return name, space


def _read_base(url, export):
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return
    export.host = (parts.hostname or export.host).removeprefix("www.")
    export.base = f"{parts.path.rstrip('/')}/"


def _read_author(element, export):
    fields = {_name(child)[0]: (child.text or "").strip() for child in element}
    login = fields.get("author_login", "")
    if login:
        export.authors[login] = Person(
            name=fields.get("author_display_name") or login,
            login=login,
            email=fields.get("author_email", ""),
        )


def _read_item(element, export):
    fields, meta, tags = {}, {}, []
    for child in element:
        name, space = _name(child)
        if name == "postmeta":
            pair = {_name(part)[0]: part.text or "" for part in child}
            meta[pair.get("meta_key", "")] = pair.get("meta_value", "")
        elif name == "category":
            if child.get("domain") == "topic-tag" and (child.text or "").strip():
                tags.append(" ".join(child.text.split()))
        elif name == "encoded":
            if CONTENT in space:
                fields["text"] = child.text or ""
        else:
            fields[name] = (child.text or "").strip()
    kind = fields.get("post_type", "")
    if kind not in BBPRESS:
        export.others[kind or "item"] += 1
        return
    export.items.append(
        Item(
            id=fields.get("post_id", ""),
            type=kind,
            status=fields.get("status", ""),
            title=fields.get("title", ""),
            slug=fields.get("post_name", ""),
            link=fields.get("link", ""),
            login=fields.get("creator", ""),
            text=fields.get("text", ""),
            parent=fields.get("post_parent", ""),
            password=fields.get("post_password", ""),
            is_sticky=fields.get("is_sticky") == "1",
            at=_date(fields),
            meta=meta,
            tags=tags,
        )
    )


def _date(fields):
    """When it was written: in UTC where the export says so, else on the clock of the site."""
    for name, zone in (("post_date_gmt", UTC), ("post_date", timezone.get_default_timezone())):
        try:
            return datetime.strptime(fields.get(name, ""), "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
        except ValueError:
            continue
    try:
        at = parsedate_to_datetime(fields.get("pubDate", ""))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
