"""Times as people write them: wall clock and zone.

Django's DateTimeField makes every value aware, in the zone of the server or the editor. An
event at 14:00 in Chicago is at 14:00 in Chicago whoever types it, so what was typed is kept
as text without a zone, and the moment in UTC is computed beside it.
"""

import zoneinfo
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from portal.zones import known_zones

COMMON_ZONES = [
    ("America/New_York", _("Eastern (New York)")),
    ("America/Chicago", _("Central (Chicago)")),
    ("America/Denver", _("Mountain (Denver)")),
    ("America/Phoenix", _("Mountain without daylight saving (Phoenix)")),
    ("America/Los_Angeles", _("Pacific (Los Angeles)")),
    ("America/Anchorage", _("Alaska (Anchorage)")),
    ("Pacific/Honolulu", _("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", _("Atlantic (Puerto Rico)")),
    ("Pacific/Guam", _("Chamorro (Guam)")),
    ("Pacific/Pago_Pago", _("Samoa (Pago Pago)")),
    ("UTC", _("UTC")),
]


ZONE_WORDS = {
    "America/New_York": _("Eastern Time"),
    "America/Detroit": _("Eastern Time"),
    "America/Indiana/Indianapolis": _("Eastern Time"),
    "America/Chicago": _("Central Time"),
    "America/Denver": _("Mountain Time"),
    "America/Boise": _("Mountain Time"),
    "America/Phoenix": _("Arizona Time"),
    "America/Los_Angeles": _("Pacific Time"),
    "America/Anchorage": _("Alaska Time"),
    "Pacific/Honolulu": _("Hawaii Time"),
    "America/Puerto_Rico": _("Atlantic Time"),
    "Pacific/Guam": _("Chamorro Time"),
    "Pacific/Pago_Pago": _("Samoa Time"),
    "UTC": _("UTC"),
}


def zone_words(zone):
    """Say an IANA zone in words, without the letters that change with the season."""
    if zone in ZONE_WORDS:
        return ZONE_WORDS[zone]
    city = zone.rpartition("/")[2].replace("_", " ")
    return _("%(city)s time") % {"city": city} if city else ""


def in_zone(moment, zone):
    """Return the naive clock time of `moment` (aware or None) in `zone`; UTC if unknown."""
    if moment is None:
        return None
    try:
        tz = zoneinfo.ZoneInfo(zone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        tz = UTC
    return moment.astimezone(tz).replace(tzinfo=None)


def zone_choices():
    """Offer the zones of the United States first, then all others by name."""
    common = {name for name, label in COMMON_ZONES}
    others = sorted(
        name
        for name in known_zones()
        if name not in common and "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )
    return [
        (_("United States"), COMMON_ZONES),
        (_("Elsewhere"), [(name, name.replace("_", " ")) for name in others]),
    ]


def validate_zone(value):
    if value not in known_zones():
        raise ValidationError(
            _("“%(zone)s” is not a time zone. Use a name such as America/Chicago."),
            params={"zone": value},
        )


def to_utc(local, zone):
    """Return the moment in UTC of the naive `local` in `zone` (an IANA name).

    Raises ValidationError where a clock change skips the time or makes it happen twice, and
    where the zone is unknown: nobody can tell which moment is meant.
    """
    validate_zone(zone)
    tz = zoneinfo.ZoneInfo(zone)
    first = local.replace(tzinfo=tz, fold=0)
    second = local.replace(tzinfo=tz, fold=1)
    if first.utcoffset() != second.utcoffset():
        there_and_back = first.astimezone(UTC).astimezone(tz).replace(tzinfo=None)
        if there_and_back != local:
            raise ValidationError(
                _("%(time)s does not exist in %(zone)s: the clocks skip it that night."),
                params={"time": f"{local:%Y-%m-%d %H:%M}", "zone": zone},
                code="skipped",
            )
        raise ValidationError(
            _("%(time)s happens twice in %(zone)s that night. Please choose another time."),
            params={"time": f"{local:%Y-%m-%d %H:%M}", "zone": zone},
            code="doubled",
        )
    return first.astimezone(UTC)


class WallClockFormField(forms.DateTimeField):
    """A date and time as typed, naive, whatever the zone of the person who types it."""

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.replace(tzinfo=None, second=0, microsecond=0)
        text = str(value).strip().replace("\x00", "")
        parsed = None
        try:
            parsed = parse_datetime(text)
        except ValueError:
            pass
        if parsed is None:
            for pattern in self.input_formats:
                try:
                    parsed = self.strptime(text, pattern)
                    break
                except (ValueError, TypeError):
                    continue
        if parsed is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return parsed.replace(tzinfo=None, second=0, microsecond=0)

    def prepare_value(self, value):
        return value


class WallClockField(models.Field):
    """A naive datetime to the minute, stored as the text `2026-11-23T14:00`."""

    description = _("Wall clock date and time")
    default_error_messages = {
        "invalid": _("“%(value)s” is not a date and time such as 2026-11-23 14:00."),
    }

    def get_internal_type(self):
        return "CharField"

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 16
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def to_python(self, value):
        if value in (None, ""):
            return None
        if isinstance(value, datetime):
            return value.replace(tzinfo=None, second=0, microsecond=0)
        try:
            parsed = parse_datetime(str(value))
        except ValueError:
            parsed = None
        if parsed is None:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )
        return parsed.replace(tzinfo=None, second=0, microsecond=0)

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def get_prep_value(self, value):
        value = self.to_python(value)
        return None if value is None else value.strftime("%Y-%m-%dT%H:%M")

    def pre_save(self, instance, add):
        # Text, not a datetime: revisions are made from this value too, and would shift a
        # naive datetime into UTC as if it were in the zone of the server.
        return self.get_prep_value(getattr(instance, self.attname))

    def value_to_string(self, instance):
        return self.get_prep_value(self.value_from_object(instance)) or ""

    def formfield(self, **kwargs):
        from wagtail.admin.widgets import AdminDateTimeInput

        return super().formfield(
            **{"form_class": WallClockFormField, "widget": AdminDateTimeInput, **kwargs}
        )


class ZoneField(models.CharField):
    """An IANA time zone, chosen from a list that begins with those of the United States."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("validators", [validate_zone])
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        kwargs.pop("max_length", None)
        kwargs["form_class"] = forms.TypedChoiceField
        kwargs.pop("choices_form_class", None)
        return models.Field.formfield(self, **{**kwargs, "choices": zone_choices})
