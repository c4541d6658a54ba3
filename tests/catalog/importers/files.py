"""Small files to import, and the command run on them."""

import csv
import io
import json

from django.core.management import CommandError, call_command
from openpyxl import Workbook


def write_jsonl(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_csv(path, *rows, delimiter=",", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def run(path, *options):
    """Import `path`; return what was printed and the message of the failure, if any."""
    out = io.StringIO()
    try:
        call_command("import_resources", str(path), *map(str, options), stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def guidance(**fields):
    return {"id": "g1", "kind": "guidance", "title": "Writing well", "source": "test"} | fields


def webinar(**fields):
    return {"id": "w1", "kind": "webinar", "title": "A talk", "source": "test"} | fields
