"""What an import of conversations did, and what somebody should look at."""

import csv
from collections import Counter
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from catalog.importers.problems import one_line
from catalog.importers.reports import unformulated


@dataclass(frozen=True)
class Remark:
    """One line of the report. `what` is refused, skipped or note; `line` of the file, 0: unknown."""

    what: str
    line: int
    source_id: str
    title: str
    why: str

    def __str__(self):
        where = [_("line %(line)s") % {"line": self.line}] if self.line else []
        if self.source_id:
            where.append(f"#{self.source_id}")
        if self.title:
            where.append(f"“{one_line(self.title, 80)}”")
        return f"{' '.join(where)}: {self.why}" if where else self.why


@dataclass
class Report:
    """Counts of threads by outcome and of what was made, and remarks."""

    threads: Counter = field(default_factory=Counter)
    made: Counter = field(default_factory=Counter)  # posts, categories, members, matched
    remarks: list = field(default_factory=list)

    def remark(self, what, why, *, line=0, source_id="", title=""):
        self.remarks.append(
            Remark(what, line, one_line(source_id), one_line(title), one_line(why, 500))
        )

    def of(self, what):
        return [remark for remark in self.remarks if remark.what == what]

    @property
    def length(self):
        """How many lines the written report has."""
        return len(self.remarks)

    def write(self, path):
        """Write the remarks as CSV to `path`."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, ["what", "line", "source_id", "title", "why"])
            writer.writeheader()
            for remark in self.remarks:
                writer.writerow({name: unformulated(cell) for name, cell in asdict(remark).items()})
