"""What the head of a page says to machines: structured data, feeds, how a link to it looks."""

from django import template
from django.conf import settings
from django.templatetags.static import static

from .. import feeds, structured_data

register = template.Library()


@register.simple_tag
def website_data():
    """The site and its search, for the first page."""
    return structured_data.as_script(structured_data.website(settings.SITE_NAME))


@register.simple_tag
def list_data(title, url, resources, crumbs=(), topic=None, provider=None):
    """A list of resources, which are fetched already, and the way to it."""
    about = structured_data.term(topic) if topic else structured_data.organization(provider)
    return structured_data.as_script(
        structured_data.collection(title, url, resources, about),
        structured_data.breadcrumbs(crumbs, title, url) if crumbs else None,
    )


@register.simple_tag
def trail_data(title, url, crumbs):
    """The way to a page alone."""
    return structured_data.as_script(structured_data.breadcrumbs(crumbs, title, url))


@register.simple_tag
def resource_data(data, title, url, crumbs):
    """A listing, made with its page's context, and the way to it."""
    return structured_data.as_script(data, structured_data.breadcrumbs(crumbs, title, url))


@register.inclusion_tag("components/open_graph.html")
def open_graph(title, url, text="", kind="website"):
    """How a link to this page looks where somebody shares it. `url` is whole."""
    return {
        "site_name": settings.SITE_NAME,
        "title": title,
        "text": text,
        "kind": kind,
        "url": url,
        "image": f"{settings.BASE_URL}{static('site/apple-touch-icon.png')}",
    }


@register.inclusion_tag("catalog/_alternates.html")
def feeds_of(listing):
    """The feeds and the calendar of a filtered list (a counting.Listing)."""
    return {"query": feeds.list_query(listing.selection), "list_name": feeds.list_name(listing)}


@register.filter
def subscribe_url(selection):
    """Where to subscribe to a list, by its filters."""
    return f"/subscribe/{feeds.list_query(selection)}"


@register.simple_tag
def whole_url(path):
    """The address of a page of this site with its host."""
    return f"{settings.BASE_URL}{path}"
