"""Reading tables: CSV, and the first sheet of an XLSX workbook.

A table is read as a whole before its first row is imported, so that a file that is broken
further down writes nothing.
"""

import csv
import difflib
import warnings
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from .columns import BY_NAME
from .formulas import rearmed
from .jsonlines import LONGEST_LINE, check_encoding, check_file
from .problems import FileProblem, Refused, one_line

LARGEST_TABLE = 50_000_000
# What an XLSX file may unpack to, and how many parts and columns it may have.
LARGEST_UNPACKED = 200_000_000
MOST_PARTS = 2_000
MOST_COLUMNS = 200
SHEET = "Resources"
# What openpyxl raises for workbooks that are damaged in one way or another.
DAMAGE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
)


def read_csv(path):
    """Return [(line, row or Refused)] of a CSV file with commas, semicolons or tabs."""
    check_file(path, LARGEST_TABLE)
    check_encoding(path)
    rows = []
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = _delimiter(file.readline(LONGEST_LINE))
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            line = 1
            for cells in reader:
                rows.append((line, [rearmed(cell) for cell in cells]))
                line = reader.line_num + 1
    except csv.Error as error:
        where = {"path": path, "line": line, "reason": error}
        raise FileProblem(_("%(path)s, line %(line)s: %(reason)s.") % where) from error
    finally:
        csv.field_size_limit(before)
    return _with_header(path, rows)


def _delimiter(header):
    """Return the sign that splits the header into the most column names."""
    return max(",;\t", key=lambda sign: sum(_name(cell) in BY_NAME for cell in header.split(sign)))


def read_xlsx(path):
    """Return [(row number, row or Refused)] of the sheet "Resources", else of the first."""
    check_file(path, LARGEST_TABLE)
    try:
        _check_archive(path)
        with warnings.catch_warnings():  # of styles and validations that we do not read
            warnings.simplefilter("ignore")
            rows = _sheet_rows(path)
    except DAMAGE as error:
        raise FileProblem(
            _("%(path)s cannot be read as an XLSX workbook. Save it again as .xlsx.")
            % {"path": path}
        ) from error
    return _with_header(path, rows)


def _check_archive(path):
    """Refuse what is no workbook, or unpacks to more than a workbook would."""
    if not zipfile.is_zipfile(path):
        raise FileProblem(_("%(path)s is not an XLSX workbook.") % {"path": path})
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if "xl/workbook.xml" not in {part.filename for part in parts}:
            raise FileProblem(_("%(path)s is a ZIP file, but no XLSX workbook.") % {"path": path})
        # zipfile never unpacks more of a part than the size it declares.
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise FileProblem(
                _("%(path)s unpacks to more than a list of resources holds.") % {"path": path}
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")) and _defines_entities(archive, part):
                raise FileProblem(
                    _("%(path)s defines XML entities, which no workbook needs.") % {"path": path}
                )


def _defines_entities(archive, part):
    """Tell whether a part has a document type: the door of XML bombs."""
    tail = b""
    with archive.open(part) as file:
        while block := file.read(1 << 16):
            # UTF-16 has a zero byte beside each of these letters.
            if b"<!DOCTYPE" in (tail + block).replace(b"\0", b""):
                return True
            tail = block[-32:]
    return False


def _sheet_rows(path):
    """Return [(row number, cells)]. Formulas count as the values that were saved with them."""
    values = openpyxl.load_workbook(path, read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(path, read_only=True)
    try:
        name = SHEET if SHEET in values.sheetnames else values.worksheets[0].title
        rows = []
        for number, (found, written) in enumerate(
            zip(_cells(values[name]), _cells(formulas[name]), strict=True), start=1
        ):
            cells = [cell.value for cell in found]
            for position, cell in enumerate(written):
                if cell.data_type == "f" and cells[position] is None:
                    cells[position] = Refused(_("A formula has no value: open and save the file."))
                elif found[position].data_type == "e":
                    cells[position] = Refused(
                        _("A cell holds the error %(error)s.") % {"error": cells[position]}
                    )
            rows.append((number, cells))
        return rows
    finally:
        values.close()
        formulas.close()


def _cells(sheet):
    sheet.reset_dimensions()  # what the file says of its size is not always so
    return sheet.iter_rows(max_col=MOST_COLUMNS)


def _name(cell):
    """Return a header as a column's name: "Published on" is published_on."""
    return "_".join(str(cell or "").strip().strip("\ufeff\"'").lower().replace("-", " ").split())


def _is_blank(cells):
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _with_header(path, rows):
    """Return the rows below the header as dicts. Raises FileProblem for a wrong header."""
    rows = [(line, cells) for line, cells in rows if not _is_blank(cells)]
    if not rows:
        raise FileProblem(_("%(path)s is empty.") % {"path": path})
    header = rows[0][1]
    while header and _name(header[-1]) == "":
        header = header[:-1]
    names = [_name(cell) for cell in header]
    _check_header(path, names)
    found = []
    for line, cells in rows[1:]:
        extra = cells[len(names) :]
        bad = next((cell for cell in cells if isinstance(cell, Refused)), None)
        if bad is not None:
            found.append((line, bad))
        elif len(cells) < len(names) or not _is_blank(extra):
            count = {"cells": len(cells), "columns": len(names)}
            text = _("The row has %(cells)s cells, the header %(columns)s.") % count
            found.append((line, Refused(text)))
        else:
            found.append((line, dict(zip(names, cells, strict=False))))
    return found


def _check_header(path, names):
    for position, name in enumerate(names, start=1):
        if not name:
            where = {"path": path, "number": position}
            raise FileProblem(_("%(path)s: column %(number)s has no name.") % where)
        if name not in BY_NAME:
            raise FileProblem(f"{path}: {_unknown_column(name)}")
        if names.count(name) > 1:
            twice = {"path": path, "name": name}
            raise FileProblem(_("%(path)s has the column “%(name)s” twice.") % twice)
    for name in ("kind", "title"):
        if name not in names:
            lacking = {"path": path, "name": name}
            raise FileProblem(_("%(path)s has no column “%(name)s”.") % lacking)


def _unknown_column(name):
    near = difflib.get_close_matches(name[:60], BY_NAME, n=1)
    unknown = {"name": one_line(name, 60), "near": near[0] if near else ""}
    if near:
        return _("there is no column “%(name)s”. Do you mean “%(near)s”?") % unknown
    return _("there is no column “%(name)s”. docs/importing.md lists all columns.") % unknown
