"""Which feeds the site has, for the page that lists them."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

# Name of the address, arguments, what it brings. One that is not wired is not listed.
FEEDS = [
    ("catalog:feed_atom", _("New listings (Atom)")),
    ("catalog:feed_json", _("New listings (JSON Feed)")),
    ("catalog:feed_ics", _("Events for your calendar (iCalendar)")),
    ("forum_feed", _("Latest conversations (Atom)")),
]


def known_feeds():
    """Return (title, address) of the feeds that answer."""
    found = []
    for name, title in FEEDS:
        try:
            found.append((title, reverse(name)))
        except NoReverseMatch:
            continue
    return found
