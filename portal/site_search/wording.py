"""Headings and sentences of the search page, with their numbers."""

import unicodedata

from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def apart(words):
    """Return `words` as HTML, kept apart where they run from right to left."""
    if any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in words):
        return format_html("<bdi>{}</bdi>", words)
    return conditional_escape(words)


def resources(count):
    return ngettext("%(count)s resource", "%(count)s resources", count) % {"count": count}


def conversations(count):
    return ngettext("%(count)s conversation", "%(count)s conversations", count) % {"count": count}


def pages(count):
    return ngettext("%(count)s page", "%(count)s pages", count) % {"count": count}


def posts(count):
    return ngettext("%(count)s post", "%(count)s posts", count) % {"count": count}


def results(count):
    return ngettext("%(count)s result", "%(count)s results", count) % {"count": count}


COUNTED = {"resources": resources, "forum": conversations, "pages": pages}


def heading(found, tab, *, in_thread=False, is_filtered=False):
    """Return "36 results for social media: 22 resources, 12 conversations, 2 pages" as HTML."""
    words = apart(found.words)
    if not found.total and is_filtered:
        return format_html(_("No results for {words} with these filters"), words=words)
    if not found.total:
        return format_html(_("No results for {words}"), words=words)
    if tab != "all":
        counted = posts if in_thread else COUNTED[tab]
        return format_html(_("{number} for {words}"), number=counted(found.total), words=words)
    totals = found.totals
    parts = [
        COUNTED[kind](count)
        for kind, count in (
            ("resources", totals.resources),
            ("forum", totals.conversations),
            ("pages", totals.pages),
        )
        if count
    ]
    return format_html(
        _("{number} for {words}: {parts}"),
        number=results(found.total),
        words=words,
        parts=", ".join(parts),
    )


def title(heading_html, page):
    """Return the heading as the page's title, with the number of the page beyond the first."""
    text = strip_tags(heading_html)
    return _("%(title)s (page %(page)d)") % {"title": text, "page": page} if page > 1 else text
