"""The gaps of a Piece, for templates."""

from django import template

from .. import pieces

register = template.Library()


@register.simple_tag
def gap(name):
    """Leave a gap for what is each reader's own: {% load pieces %}{% gap "name" %}"""
    return pieces.gap(name)
