"""Words of the catalog for templates, also of the home page, the forum and the search."""

from django import template

from .. import wording
from ..models import wall_clock

register = template.Library()

register.filter("facts", wording.short_facts)
register.filter("when_words", wording.when_words)
register.filter("length_words", wording.length_words)
register.filter("host", wording.host_of)
register.filter("days_ago", wording.days_ago)


@register.filter
def zone_words(zone):
    """Say an IANA zone in words: "Eastern Time"."""
    return wall_clock.zone_words(zone) if zone else ""
