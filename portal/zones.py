"""The time zones that there are."""

import functools
import zoneinfo


@functools.cache
def known_zones():
    """Return the names of all IANA zones as a frozenset.

    `zoneinfo.available_timezones` walks the whole time zone database with each call, which
    takes twenty milliseconds; the database changes only with a release.
    """
    return frozenset(zoneinfo.available_timezones())
