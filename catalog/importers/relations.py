"""How a cell becomes rows of other tables: topics, tags, a provider, the runs of a course.

See `values` for what parse, find, read, write and format do. `desk` is the desk.Desk of
this run: it finds rows by name, makes those that may be made, and takes notes for the report.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .bodies import from_plain_text, to_plain_text
from .problems import one_line
from .values import Value, as_text, unreadable

MOST_NAMES = 100


class Several(Value):
    """Names separated by semicolons, each of one row that a listing may have several of."""

    empty = ()

    def __init__(self, find):
        """`find` is the name of the Desk's method that takes a name and returns a row or None."""
        self.find_one = find

    def parse(self, raw):
        parts = raw if isinstance(raw, (list, tuple)) else re.split(r"[;\n]", as_text(raw))
        names = [" ".join(as_text(part).split()) for part in parts if part is not None]
        if len(names) > MOST_NAMES:
            raise ValidationError(_("These are more than %(most)s.") % {"most": MOST_NAMES})
        return tuple(dict.fromkeys(name for name in names if name))

    def find(self, parsed, desk):
        rows = (getattr(desk, self.find_one)(name) for name in parsed)
        return {row.pk: row for row in rows if row is not None}

    def read(self, page, field):
        return {row.pk: row for row in getattr(page, field).all()}

    def write(self, page, field, fact):
        getattr(page, field).set(fact.values())

    def format(self, fact):
        rows = fact.values() if isinstance(fact, dict) else fact
        return "; ".join(getattr(row, "slug", "") or str(row) for row in rows)


class Tags(Several):
    """Free labels: written by name, since nobody types their slugs."""

    def format(self, fact):
        return "; ".join(sorted(tag.name for tag in fact.values()))


class ProviderName(Value):
    """Who offers the listing, by name; made when nobody has that name yet."""

    empty = None

    def parse(self, raw):
        return to_plain_text(as_text(raw))

    def find(self, parsed, desk):
        return desk.provider(parsed) if parsed else None

    def format(self, fact):
        return from_plain_text(fact.name)


class Superseded(Value):
    """Another guidance, by its id in the same source or by its address here (its slug)."""

    empty = None

    def parse(self, raw):
        return as_text(raw)

    def find(self, parsed, desk):
        return desk.guidance(parsed) if parsed else None

    def format(self, fact):
        return fact.source_id or fact.slug


@dataclass(frozen=True)
class Part:
    """One part of an entry: its name in the file, its field, how it is read."""

    name: str
    field: str
    value: Value


class Entries(Value):
    """Rows of a child table: one entry a line, its parts as `name: value` between bars.

    The first part needs no name, so that `Checklist | format: PDF` is an entry. In JSON it is a
    list of objects with the same names.
    """

    empty = ()

    def __init__(self, parts, settle=None):
        """`settle(facts)` may put the facts of one entry in order, and complain."""
        self.parts = {part.name: part for part in parts}
        self.first = parts[0].name
        self.settle = settle

    def parse(self, raw):
        if isinstance(raw, (list, tuple)):
            entries = [self.named(entry) for entry in raw]
        elif isinstance(raw, dict):
            entries = [self.named(raw)]
        else:
            lines = as_text(raw).split("\n")
            entries = [self.split(line) for line in lines if line.strip()]
        if len(entries) > MOST_NAMES:
            raise ValidationError(_("These are more than %(most)s.") % {"most": MOST_NAMES})
        return tuple(self.entry(entry) for entry in entries)

    def named(self, entry):
        if not isinstance(entry, dict):
            return self.split(as_text(entry))
        return {str(name): value for name, value in entry.items() if value not in (None, "")}

    def split(self, line):
        named = {}
        for number, piece in enumerate(re.split(r"(?<!\\)\|", line)):
            name, colon, value = piece.partition(":")
            name = name.strip().lower().replace(" ", "_")
            if number == 0 and (not colon or name not in self.parts):
                name, value = self.first, piece
            elif not colon and piece.strip():
                raise unreadable(piece.strip(), _("a part such as %(name)s: …") % {"name": "link"})
            value = value.replace("\\|", "|").strip()
            if value:
                named[name] = value
        return named

    def entry(self, named):
        facts = {part.field: part.value.empty for part in self.parts.values()}
        for name, raw in named.items():
            if name not in self.parts:
                wanted = _("one of: %(values)s") % {"values": ", ".join(self.parts)}
                raise unreadable(one_line(name, 60), wanted)
            part = self.parts[name]
            try:
                facts[part.field] = part.value.parse(raw)
            except ValidationError as error:
                raise ValidationError(f"{name}: {error.messages[0]}") from None
        if self.settle:
            self.settle(facts)
        return tuple(sorted(facts.items()))

    def read(self, page, field):
        fields = sorted(part.field for part in self.parts.values())
        return tuple(
            tuple((name, getattr(row, name)) for name in fields)
            for row in getattr(page, field).all()
        )

    def write(self, page, field, fact):
        """Change the rows that are there, by position, so that their keys stay."""
        children = getattr(page, field)
        rows = list(children.all())[: len(fact)]
        while len(rows) < len(fact):
            rows.append(children.model())
        for position, (row, facts) in enumerate(zip(rows, fact, strict=True)):
            for name, value in facts:
                setattr(row, name, value)
            row.sort_order = position
        children.set(rows)

    def format(self, fact):
        return "\n".join(self.format_entry(dict(facts)) for facts in fact)

    def format_entry(self, facts):
        pieces = []
        for part in self.parts.values():
            value = facts[part.field]
            if value not in (None, "", False):
                text = part.value.format(value).replace("|", "\\|")
                pieces.append(f"{part.name}: {text}")
        return " | ".join(pieces)
