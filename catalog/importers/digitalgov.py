"""The names that the Digital.gov export uses, turned into ours.

It is the one export we know whose rows say the same things in other words. Each name is
translated by itself where our own column is not there too, so that a row may mix both.
What a name does not state is left empty: an event on Zoom is live and online by definition,
but one with a room may have been online as well, so its delivery stays open.
"""

import re

from django.utils.translation import gettext as _

from .problems import Refused, one_line

RENAMED = {"organization": "provider", "expires": "archived_on"}
HELD_ON = {
    "zoom": "Zoom",
    "youtube_live": "YouTube Live",
    "google": "Google",
    "adobe_connect": "Adobe Connect",
}
# Rows of this export are of these kinds, too; the catalog has no place for them.
OTHER_KINDS = {"community", "service", "article"}
# Its times are Eastern: the offset in the source was wrong for most of the year.
ZONE = "America/New_York"


def translate(raw):
    """Return the row `raw` (a dict of a JSON line) in the names of `columns`."""
    row = dict(raw)
    for theirs, ours in RENAMED.items():
        if theirs in row:
            row.setdefault(ours, row.pop(theirs))
    if "external_url" in row:
        row.setdefault("link", _address(row))
        del row["external_url"]
    is_event = str(row.get("kind", "")).lower() == "webinar"
    if "published" in row:
        # For an event it is the day of the event again, and says nothing about a publication.
        if not (is_event and row.get("starts")):
            row.setdefault("published_on", row["published"])
        del row["published"]
    if is_event:
        _translate_event(row)
    else:
        # The first video of a text, and where a community meets: no facts about a listing.
        for name in ("youtube_id", "platform", "venue"):
            row.pop(name, None)
    for name in ("tz_offset_written", "cancelled"):
        row.pop(name, None)
    return row


def _address(row):
    """An event's external address often is where one registered; its own page lasts longer."""
    external = row["external_url"]
    is_registration = external == row.get("registration_url")
    return row.get("source_url") if is_registration or not external else external


def _translate_event(row):
    if "tz_offset_written" in row:
        row.setdefault("zone", ZONE)
    venue = row.get("venue")
    if isinstance(venue, dict):
        row["venue"] = _room(venue)
    if "platform" in row:
        platform = row.pop("platform")
        row.setdefault("held_on", HELD_ON.get(str(platform), platform))
        if platform and not venue:
            row.setdefault("delivery", "live-online")
    if "youtube_id" in row:
        row.setdefault("recording_url", _recording(row.pop("youtube_id")))
    if row.get("cancelled") is True:
        row.setdefault("event_status", "cancelled")


def _recording(video):
    if not video:
        return None
    if not re.fullmatch(r"[\w-]{6,20}", str(video), re.ASCII):
        raise Refused(_("youtube_id: “%(id)s” is not a video.") % {"id": one_line(video, 60)})
    return f"https://www.youtube.com/watch?v={video}"


def _room(venue):
    """Write a room and its address in one line."""
    room = str(venue.get("room") or "")
    if room[:1].isdigit():
        room = f"Room {room}"
    city = " ".join(str(venue[name]) for name in ("state", "zip") if venue.get(name))
    parts = [venue.get("venue_name"), room, venue.get("address"), venue.get("city"), city]
    return ", ".join(str(part).strip() for part in [*parts, venue.get("country")] if part)
