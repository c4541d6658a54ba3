"""Words of the catalog for templates, also of the home page, the forum and the search."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from .. import wording
from ..models import wall_clock

register = template.Library()

register.filter("facts", wording.short_facts)
register.filter("when_words", wording.when_words)
register.filter("row_when", wording.row_when)
register.filter("length_words", wording.length_words)
register.filter("host", wording.host_of)
register.filter("days_ago", wording.days_ago)


register.filter("row_states", wording.row_states)
register.filter("event_states", wording.event_states)


@register.inclusion_tag("catalog/_clock.html", takes_context=True)
def clock(context, moment, zone, words, strong="", by_script=True):
    """A time of an event on its own clock, then on the reader's.

    A member's own zone is said by the page itself; a visitor's browser says its own where
    `by_script` is true. `strong` is the part of the words that comes first, in bold.
    """
    user = getattr(context.get("request"), "user", None)
    own_zone = user.time_zone if user and user.is_authenticated else ""
    return {
        "moment": moment,
        "zone": zone,
        "words": words,
        "strong": strong,
        "own": wording.own_clock(moment, zone, own_zone),
        "by_script": by_script and not own_zone,
    }


@register.filter
def zone_words(zone):
    """Say an IANA zone in words: "Eastern Time"."""
    return wall_clock.zone_words(zone) if zone else ""


OPTION = mark_safe(
    '<li><label class="option{}"><input type="checkbox" name="{}" value="{}"{}>'
    '<span class="option__name">{}</span> <span class="option__count">{}</span></label></li>'
)
UNSTATED = mark_safe(" option--unstated")
CHECKED = mark_safe(" checked")


@register.simple_tag
def facet_options(facet):
    """The boxes of a counting.CountedFacet: a page has a hundred of them, so that no template does it."""
    return format_html_join(
        "\n",
        OPTION,
        (
            (
                UNSTATED if option.is_unstated else "",
                facet.key,
                option.value,
                CHECKED if option.is_selected else "",
                option.label,
                option.count,
            )
            for option in facet.options
        ),
    )
