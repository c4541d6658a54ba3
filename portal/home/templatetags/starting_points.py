"""The introduction above a list that one of the home page's starting points leads to."""

from django import template

from catalog.selection import Selection

from ..models import StartingPoint

register = template.Library()


@register.simple_tag(takes_context=True)
def starting_point(context):
    """Return the StartingPoint whose list this request shows, or None; at most one query.

    The order of filters in the address does not matter; the order of the list does not
    either, but further filters, words or a later page make it another list.

        {% load starting_points %}{% starting_point as start %}
        {% if start %}<p class="lead">{{ start.introduction }}</p>{% endif %}
    """
    request = context.get("request")
    if request is None or not request.GET:
        return None
    selection = Selection.read(request.GET)
    if not selection.chosen or selection.q or selection.show_all or selection.page > 1:
        return None
    for point in StartingPoint.objects.all():
        if Selection.read(point.query).chosen == selection.chosen:
            return point
    return None
