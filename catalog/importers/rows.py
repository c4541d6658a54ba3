"""Understanding one row, without asking the database: what it is, who it is, what it states."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import addresses
from ..models import KINDS, ResourcePage
from .bodies import mask_addresses, mask_body
from .columns import COLUMNS
from .digitalgov import OTHER_KINDS
from .problems import Refused, Skipped, one_line
from .values import on_the_clock

MASKED = {"title": mask_addresses, "summary": mask_addresses, "body": mask_body}
PLACE = ResourcePage._meta.get_field("source").max_length


@dataclass
class Row:
    """A row as stated. `facts` maps column names to what was parsed, for columns present."""

    line: int
    kind: str
    source: str
    source_id: str
    facts: dict
    is_draft: bool = False
    provider_kind: str = ""
    listing: str = ""  # its address in the catalog, as a download wrote it
    notes: list = field(default_factory=list)
    changes: list = field(default_factory=list)  # (column, cell before, cell after), once written

    @property
    def title(self):
        return self.facts.get("title", "")

    @property
    def address(self):
        """The normalised address, by which a row without an id is known."""
        return addresses.normalize(self.facts.get("link") or "")

    @property
    def key(self):
        """What no other row of the same file may be."""
        if self.source_id:
            return (self.source, self.source_id)
        return ("listing", self.listing) if self.listing else ("", self.address)


def read_row(line, raw, *, path, source="", kinds=(), mask=False):
    """Return the Row for `raw`, a dict of names and cells.

    `source` is what --source said; `kinds`, if any, are the only ones wanted; `mask` takes
    e-mail addresses and telephone numbers out of texts. Raises Skipped or Refused.
    """
    kind = _kind(raw)
    if kinds and kind not in kinds:
        raise Skipped(_("Only %(kinds)s was asked for.") % {"kinds": ", ".join(kinds)})
    facts = _facts(raw, kind)
    row = Row(
        line=line,
        kind=kind,
        source=facts.pop("source", "") or source or _host(facts) or Path(path).name[:PLACE],
        source_id=facts.pop("source_id", ""),
        is_draft=facts.pop("draft", False),
        provider_kind=facts.pop("provider_kind", ""),
        listing=facts.pop("listing", ""),
        facts=facts,
    )
    if not row.title:
        raise Refused(_("It has no title."))
    if not row.source_id and not row.listing and not row.address:
        raise Refused(
            _("It needs an id or a link: without one, a second import would make a double.")
        )
    if mask:
        for name, cover in MASKED.items():
            if name in facts:
                facts[name] = cover(facts[name])
    return row


def _kind(raw):
    text = str(raw.get("kind") or "").strip().lower()
    kind = text if text in KINDS else text.removesuffix("s")
    if kind in KINDS:
        return kind
    if kind in OTHER_KINDS:
        raise Skipped(_("The catalog has no listings of the kind “%(kind)s”.") % {"kind": kind})
    if not text:
        raise Refused(_("It has no kind: write kit, webinar, guidance or course."))
    raise Refused(
        _("“%(kind)s” is no kind: write kit, webinar, guidance or course.")
        % {"kind": one_line(text, 60)}
    )


def _facts(raw, kind):
    """Return what the cells say, by column name. Complains about all cells at once."""
    facts, complaints = {}, []
    for column in COLUMNS:
        cells = [raw[name] for name in (column.name, *column.other_names) if name in raw]
        if not cells or column.name == "kind":
            continue
        cell = next((cell for cell in cells if not _is_empty(cell)), None)
        if kind not in column.kinds:
            if cell is not None:
                complaints.append(f"{column.name}: " + _("a %(kind)s has none.") % {"kind": kind})
            continue
        try:
            facts[column.name] = column.value.empty if cell is None else column.value.parse(cell)
        except ValidationError as error:
            complaints.append(f"{column.name}: {error.messages[0]}")
    if complaints:
        raise Refused(" ".join(complaints))
    _settle_times(facts)
    return facts


def _is_empty(cell):
    return (
        cell is None or cell in ("", [], {}) or (isinstance(cell, str) and not cell.strip("\0 \n"))
    )


def _settle_times(facts):
    """Lay an event's times on the clock of its zone.

    An offset states the moment; without a zone it is kept on the clock of the site. A time with
    neither is taken by the zone of the listing, if it has one (listings.write_row).
    """
    zone = facts.pop("zone", "")
    times = [facts[name] for name in ("starts", "ends") if facts.get(name)]
    if not zone and any(time.tzinfo for time in times):
        zone = settings.TIME_ZONE
    if not zone:
        return
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise Refused(
            _("zone: “%(zone)s” is not a time zone such as America/Chicago.")
            % {"zone": one_line(zone, 60)}
        ) from None
    facts["zone"] = zone
    for name in ("starts", "ends"):
        if facts.get(name):
            facts[name] = on_the_clock(facts[name], zone)


def _host(facts):
    """The host of the row's source_url, as the name of its source."""
    address = facts.get("source_url")
    if not address:
        return ""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")[:PLACE]
    except ValueError:
        return ""
