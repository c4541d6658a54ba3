"""What an import did, and what somebody should look at."""

import csv
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from ..models import ResourcePage
from .problems import one_line

# Row outcomes, in the order of the summary.
OUTCOMES = ("created", "changed", "unchanged", "skipped", "refused")
AT_ONCE = 400


@dataclass(frozen=True)
class Remark:
    """One line of the report. `what` is skipped, refused, double or note; `line` of the file."""

    what: str
    line: int
    source_id: str
    title: str
    why: str
    other: str = ""

    def __str__(self):
        name = self.title or self.source_id
        name = f" “{one_line(name, 80)}”" if name else ""
        return (
            _("line %(line)s") % {"line": self.line} + f"{name}: {self.why} {self.other}".rstrip()
        )


@dataclass(frozen=True)
class Change:
    """One fact that an import sets: its column, and the cells before and after."""

    column: str
    before: str
    after: str

    def __str__(self):
        nothing = _("nothing")
        before, after = one_line(self.before, 60) or nothing, one_line(self.after, 60) or nothing
        return f"{self.column}: {before} → {after}"


@dataclass(frozen=True)
class Written:
    """A listing that was created or changed. `path`: its address, "" in a dry run's new one."""

    outcome: str
    line: int
    source_id: str
    title: str
    kind: str
    path: str
    changes: list = field(default_factory=list)

    def __str__(self):
        where = _("line %(line)s") % {"line": self.line}
        return f"{where} “{one_line(self.title, 80)}”: " + "; ".join(map(str, self.changes))


@dataclass(frozen=True)
class Imported:
    """What finding doubles needs to know of a row; `pk` is None in a dry run's new listing."""

    line: int
    pk: int | None
    source_id: str
    title: str
    address: str
    day: date | None


@dataclass
class Report:
    """Counts, remarks, and the rows imported."""

    counts: Counter = field(default_factory=Counter)
    kinds: Counter = field(default_factory=Counter)
    archived: int = 0
    live: int = 0
    topics_made: int = 0
    unused: set = field(default_factory=set)
    remarks: list = field(default_factory=list)
    written: list = field(default_factory=list)
    imported: list = field(default_factory=list)

    def remark(self, what, line, why, *, source_id="", title="", other=""):
        self.remarks.append(
            Remark(what, line, one_line(source_id), one_line(title), one_line(why, 500), other)
        )

    def of(self, what):
        return [remark for remark in self.remarks if remark.what == what]

    def add(self, row, page, outcome, *, is_saved):
        """Count an imported row."""
        self.counts[outcome] += 1
        self.kinds[page.kind] += 1
        self.archived += page.is_archived
        self.live += page.live
        for note in row.notes:
            self.remark("note", row.line, note, source_id=row.source_id, title=page.title)
        if outcome in {"created", "changed"}:
            self.written.append(
                Written(
                    outcome,
                    row.line,
                    one_line(row.source_id),
                    one_line(page.title),
                    page.kind,
                    (page.get_absolute_url() or "") if is_saved else "",
                    [Change(*change) for change in row.changes] if outcome == "changed" else [],
                )
            )
        starts = getattr(page, "starts_local", None)
        self.imported.append(
            Imported(
                row.line,
                page.pk if is_saved else None,
                row.source_id,
                page.title,
                page.normalized_link,
                page.published_on or (starts.date() if starts else None),
            )
        )

    def find_doubles(self):
        """Add a remark for each row that has the address, or title and date, of another listing.

        A row is compared with the first one of the file that is like it, and with those listings
        of the catalog that the file does not speak of.
        """
        likes = {}  # what is the same: the name of the listing that has it
        for sameness, name in self._in_the_catalog():
            likes.setdefault(sameness, name)
        for row in self.imported:
            others = {}
            for sameness in samenesses(row.address, row.title, row.day):
                if sameness in likes:
                    others.setdefault(likes[sameness], []).append(sameness[0])
                else:
                    where = _("line %(line)s") % {"line": row.line}
                    likes[sameness] = f"{where} “{one_line(row.title, 80)}”"
            for other, reasons in others.items():
                why = {
                    "address": _("The same address as"),
                    "title": _("The same title and date as"),
                    "address title": _("The same address, title and date as"),
                }[" ".join(sorted(reasons))]
                self.remark(
                    "double",
                    row.line,
                    why,
                    source_id=row.source_id,
                    title=row.title,
                    other=other,
                )

    def _in_the_catalog(self):
        """Yield what listings outside the file share with its rows, and their names."""
        ours = {row.pk for row in self.imported}
        for start in range(0, len(self.imported), AT_ONCE):
            rows = self.imported[start : start + AT_ONCE]
            like = Q(normalized_link__in={row.address for row in rows if row.address})
            like |= Q(lower_title__in={row.title.lower() for row in rows})
            listings = ResourcePage.objects.annotate(lower_title=Lower("title")).filter(like)
            for pk, slug, address, title, day, starts in listings.values_list(
                "pk",
                "slug",
                "normalized_link",
                "title",
                "published_on",
                "webinarpage__starts_local",
            ):
                if pk not in ours:
                    day = day or (starts.date() if starts else None)
                    for sameness in samenesses(address, title, day):
                        yield sameness, f"/resources/{slug}/"

    @property
    def length(self):
        """How many lines the written report has."""
        return sum(1 for _line in self.lines())

    def lines(self):
        """Yield the lines of the report as dicts with the keys of LINE, in the file's order."""
        found = [asdict(remark) for remark in self.remarks]
        for row in self.written:
            line = {
                "what": row.outcome,
                "line": row.line,
                "source_id": row.source_id,
                "title": row.title,
                "other": row.path,
            }
            found += [{**line, **asdict(change)} for change in row.changes] or [line]
        yield from sorted(found, key=lambda line: line["line"])

    def write(self, path):
        """Write the report as CSV to `path`."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            write_lines(file, self.lines())

    def as_json(self):
        """Return what pages show of it, in types that JSON knows."""
        return {
            "counts": {name: self.counts[name] for name in OUTCOMES},
            "lines": list(self.lines()),
            "written": [asdict(row) for row in self.written],
            "remarks": [asdict(remark) for remark in self.remarks],
        }


LINE = ["what", "line", "source_id", "title", "why", "other", "column", "before", "after"]


def write_lines(file, lines):
    """Write lines of a report (dicts) as CSV to a text file opened with newline=""."""
    writer = csv.DictWriter(file, LINE)
    writer.writeheader()
    for line in lines:
        writer.writerow({name: unformulated(cell) for name, cell in line.items()})


def samenesses(address, title, day):
    """Yield what makes two listings possible doubles."""
    if address:
        yield "address", address
    if title and day:
        yield "title", title.casefold(), day


def unformulated(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{cell}"
    return cell
