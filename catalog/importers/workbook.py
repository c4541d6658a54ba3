"""Writing files that the importer reads again: CSV, and XLSX with every column explained."""

import csv

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ..models import ResourcePage
from .columns import ALL, COLUMNS
from .formulas import DANGEROUS, disarmed
from .problems import FileProblem
from .tables import SHEET

LONGEST_CELL = 32_767  # of a workbook; openpyxl would cut what is longer without a word
WIDE = {"title": 40, "summary": 60, "body": 60, "link": 40}


def listing_cells(page):
    """Return what a file says of the listing `page` (of its concrete kind), by column name."""
    return {column.name: column.text(page) for column in COLUMNS}


def explanations():
    """Return (column, kinds that have it, meaning), in the order of the columns."""
    labels = dict(ResourcePage.Kind.choices)
    return [
        (
            column.name,
            _("all")
            if column.kinds == ALL
            else ", ".join(str(labels[kind]) for kind in sorted(column.kinds)),
            str(column.meaning),
        )
        for column in COLUMNS
    ]


def write_csv(file, rows):
    """Write `rows` (dicts of column names and texts) to a text file opened with newline=""."""
    rows = ({name: disarmed(text) for name, text in row.items()} for row in rows)
    writer = csv.DictWriter(file, [column.name for column in COLUMNS], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)


def write_workbook(file, rows):
    """Write `rows` to an XLSX file or path: the sheet that is read, and one that explains it.

    Raises FileProblem where a text is longer than a cell may be.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    names = [column.name for column in COLUMNS]
    _write_row(sheet, 1, names, Font(bold=True))
    for number, row in enumerate(rows, start=2):
        _write_row(sheet, number, [row.get(name, "") for name in names])
    for number, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE.get(name, 20)
    sheet.freeze_panes = "C2"
    explained = book.create_sheet("Columns")
    _write_row(explained, 1, [_("column"), _("for"), _("meaning")], Font(bold=True))
    for number, line in enumerate(explanations(), start=2):
        _write_row(explained, number, line)
    for letter, width in (("A", 24), ("B", 12), ("C", 100)):
        explained.column_dimensions[letter].width = width
    book.save(file)


def _write_row(sheet, number, texts, font=None):
    for position, text in enumerate(texts, start=1):
        if text in (None, ""):
            continue
        if len(text) > LONGEST_CELL:
            where = {"cell": f"{get_column_letter(position)}{number}"}
            raise FileProblem(_("%(cell)s is too long for a workbook: write CSV.") % where)
        cell = sheet.cell(number, position)
        # Set as text: a title that begins with "=" is no formula, a date stays as written.
        cell.value, cell.data_type = text, "s"
        if DANGEROUS.match(text):
            cell.quotePrefix = True  # and it stays text when somebody edits the cell
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if font:
            cell.font = font
