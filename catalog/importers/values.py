"""How a cell becomes a fact and a fact becomes a cell, for facts that stand in one column.

`parse` takes what a file holds (text, or a number, date or list where the format knows such)
and raises ValidationError with a sentence for the person who wrote it. `format` is its inverse:
`parse(format(fact)) == fact`. Empty cells are not parsed; they mean `empty`.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from .bodies import clean_text, from_plain_text, sanitize, to_plain_text, to_rich_text
from .problems import one_line

LONGEST_TEXT = 20_000
LONGEST_BODY = 100_000
FIRST_YEAR, LAST_YEAR = 1900, 2200


def as_text(raw):
    """Return a cell as text: a spreadsheet holds 2026 as 2026.0 and yes as True."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="minutes")
    if isinstance(raw, (list, tuple, dict)):
        raise ValidationError(_("This must be one text, not a list or an object."))
    return clean_text(str(raw)).strip()


def unreadable(raw, wanted):
    """Return the error for a cell that is not what is wanted ("a date such as 2026-11-23")."""
    return ValidationError(
        _("“%(value)s” is not %(wanted)s.") % {"value": one_line(raw, 60), "wanted": wanted}
    )


class Value:
    """A fact in one column of the listing. Its subclasses say what the column holds."""

    empty = ""
    # Facts of the row itself (where it comes from, whether it is a draft) are never compared.
    is_compared = True

    def parse(self, raw):
        raise NotImplementedError

    def format(self, fact):
        return str(fact)

    def find(self, parsed, desk):
        """Return the fact for what was parsed, asking the database where rows are named."""
        return parsed

    def read(self, page, field):
        return getattr(page, field)

    def write(self, page, field, fact):
        setattr(page, field, fact)


class Text(Value):
    """Plain text. Tags are taken off, entities decoded."""

    def __init__(self, *, lines=False):
        self.lines = lines

    def parse(self, raw):
        text = as_text(raw)
        if len(text) > LONGEST_TEXT:
            raise ValidationError(
                _("The text has %(length)s characters, more than %(most)s.")
                % {"length": len(text), "most": LONGEST_TEXT}
            )
        return to_plain_text(text, lines=self.lines)

    def format(self, fact):
        return from_plain_text(fact, lines=self.lines)


class Body(Value):
    """Markdown, or the HTML a body may hold."""

    def parse(self, raw):
        text = as_text(raw)
        if len(text) > LONGEST_BODY:
            raise ValidationError(
                _("The text has %(length)s characters, more than %(most)s.")
                % {"length": len(text), "most": LONGEST_BODY}
            )
        return to_rich_text(text)

    def read(self, page, field):
        # The editor marks its blocks with keys that say nothing.
        return sanitize(getattr(page, field))


class Link(Value):
    """A web address."""

    def parse(self, raw):
        text = as_text(raw)
        if not re.match(r"https?://[^\s/]+\S*$", text, re.IGNORECASE):
            raise unreadable(text, _("a web address that begins with https://"))
        return text


class Choice(Value):
    """One of the values of a TextChoices, by its key or its label."""

    def __init__(self, choices, empty=""):
        self.choices = choices
        self.empty = empty

    def parse(self, raw):
        text = as_text(raw).lower()
        for key, label in self.choices.choices:
            if text in {key, str(label).lower(), key.replace("-", " ")}:
                return key
        wanted = _("one of: %(values)s") % {"values": ", ".join(self.choices.values)}
        raise unreadable(raw, wanted)


class YesNo(Choice):
    """Stated to be so, or stated not to be so."""

    def parse(self, raw):
        text = as_text(raw).lower()
        short = {"y": "yes", "true": "yes", "1": "yes", "n": "no", "false": "no", "0": "no"}
        return super().parse(short.get(text, text))


class Draft(Value):
    """Whether a new listing stays unpublished."""

    empty = False
    is_compared = False

    def parse(self, raw):
        text = as_text(raw).lower()
        if text in {"yes", "y", "true", "1"}:
            return True
        if text in {"no", "n", "false", "0"}:
            return False
        raise unreadable(raw, _("yes or no"))

    def format(self, fact):
        return "yes" if fact else ""

    def read(self, page, field):
        return not page.live


class Whole(Value):
    """A whole number above nothing."""

    empty = None

    def parse(self, raw):
        text = as_text(raw)
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise unreadable(raw, _("a whole number"))
        return int(text)


class Tenths(Value):
    """A number with one decimal place."""

    empty = None

    def parse(self, raw):
        try:
            number = Decimal(as_text(raw)).normalize()
        except InvalidOperation:
            raise unreadable(raw, _("a number such as 1.5")) from None
        if not number.is_finite() or not 0 <= number < 1000 or number.as_tuple().exponent < -1:
            raise unreadable(raw, _("a number such as 1.5"))
        return number

    def format(self, fact):
        return f"{fact:f}"


class Day(Value):
    """A date, ISO 8601: other ways of writing one leave day and month in doubt."""

    empty = None

    def parse(self, raw):
        if isinstance(raw, datetime):
            day = raw.date()
        elif isinstance(raw, date):
            day = raw
        else:
            try:
                day = parse_date(as_text(raw))
            except ValueError:
                day = None
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise unreadable(raw, _("a date such as 2026-11-23"))
        return day

    def format(self, fact):
        return fact.isoformat()


class Clock(Value):
    """A date and time: naive as on the clock of `zone`, or aware where an offset was written."""

    empty = None

    def parse(self, raw):
        if isinstance(raw, datetime):
            # Spreadsheets keep fractions of a day: 14:00 may be a hair before it.
            moment = raw + timedelta(seconds=30)
        else:
            try:
                text = as_text(raw)
                moment = parse_datetime(text) if len(text) > 10 else None
            except ValueError:
                moment = None
        if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise unreadable(raw, _("a date and time such as 2026-11-23 14:00"))
        return moment.replace(second=0, microsecond=0)

    def format(self, fact):
        return f"{fact:%Y-%m-%d %H:%M}"


class Zone(Value):
    """An IANA time zone."""

    def parse(self, raw):
        return as_text(raw)


class Language(Value):
    """A BCP 47 code, in its usual spelling."""

    def parse(self, raw):
        text = as_text(raw).replace("_", "-")
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
            raise unreadable(raw, _("a language code such as en, es or zh-Hans"))
        first, *rest = text.split("-")
        spell = {2: str.upper, 4: str.title}
        return "-".join([first.lower(), *(spell.get(len(part), str)(part) for part in rest)])


class Identity(Value):
    """What the row says about itself: kind, source, id. Read for an export, never compared."""

    is_compared = False

    def parse(self, raw):
        return as_text(raw)


class ProviderKind(Choice):
    """The kind of the row's provider; a fact about the provider, not the listing."""

    is_compared = False

    def read(self, page, field):
        return page.provider.kind if page.provider else ""


def on_the_clock(moment, zone):
    """Return the wall clock of `moment` in `zone`; a naive one is wall clock already."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
