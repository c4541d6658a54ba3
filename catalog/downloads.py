"""Any filtered list as a file: CSV and XLSX with the columns that the importer reads.

What was taken along can be edited and imported again (docs/importing.md). A file holds no more
than MOST_ROWS; its name says which filters it was made with.
"""

import csv
from io import BytesIO, StringIO

from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.search.backend.querysets import with_keys

from .importers.columns import COLUMNS
from .importers.formulas import disarmed
from .importers.workbook import listing_cells, write_workbook
from .models import KINDS, ResourcePage

# A workbook is made as a whole, in memory; a CSV file row by row.
MOST_ROWS = {"csv": 10_000, "xlsx": 2_000}
ROWS_AT_ONCE = 200
LONGEST_NAME = 100
SEVERAL = ("topics", "audiences", "made_for", "platforms", "tags", "requirements")
OF_A_KIND = {ResourcePage.Kind.KIT: ["items"], ResourcePage.Kind.COURSE: ["runs"]}
ONE = {ResourcePage.Kind.GUIDANCE: ["supersedes"]}


def file_rows(listing, user, *, suffix):
    """Yield the cells of each listing (a dict by column name), in the order of the list.

    A fixed number of queries for every ROWS_AT_ONCE rows.
    """
    keys = listing.ids(0, MOST_ROWS[suffix])
    for start in range(0, len(keys), ROWS_AT_ONCE):
        some = keys[start : start + ROWS_AT_ONCE]
        found = {}
        for kind, model in KINDS.items():
            pages = (
                with_keys(model.objects.visible_to(user), some)
                .select_related("provider", *ONE.get(kind, []))
                .prefetch_related(*SEVERAL, *OF_A_KIND.get(kind, []))
            )
            found.update((page.pk, page) for page in pages)
        for key in some:
            if key in found:
                yield listing_cells(found[key])


def csv_lines(rows):
    """Yield the lines of a CSV file, with the mark by which spreadsheets know UTF-8."""
    names = [column.name for column in COLUMNS]
    line = StringIO(newline="")
    writer = csv.writer(line, lineterminator="\r\n")
    line.write("\ufeff")
    writer.writerow(names)
    for row in rows:
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow([disarmed(row[name]) for name in names])
    yield line.getvalue()


def workbook(rows):
    """Return the bytes of an XLSX file. Raises FileProblem for a text too long for a cell."""
    file = BytesIO()
    write_workbook(file, rows)
    return file.getvalue()


def file_name(listing, *, suffix):
    """Return a name that says what the file holds: "resources-course-free.csv"."""
    selection = listing.selection
    words = [value for name, value in selection.pairs() if name not in {"sort", "all"}]
    if selection.show_all:
        words.append("all")
    if listing.total > MOST_ROWS[suffix]:
        words.append(f"first-{MOST_ROWS[suffix]}")
    name = slugify(" ".join(["resources", *map(str, words)]))
    return f"{name[:LONGEST_NAME].strip('-')}.{suffix}"


def too_many(listing, *, suffix):
    """Say that a file holds a part of the list alone, or return ""."""
    if listing.total <= MOST_ROWS[suffix]:
        return ""
    return _("The file holds the first %(most)d of %(total)d.") % {
        "most": MOST_ROWS[suffix],
        "total": listing.total,
    }
