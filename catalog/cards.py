"""Rows and filters of the list of resources, made once and kept while the catalog stands still.

What a row says and what the filters count is the same for every reader and takes most of a page's
time, so that each worker keeps the finished pieces with the digest they belong to (`digest.py`):
they go when a verb or an edit raises the catalog's version, when an event begins or ends, and
after a minute. Who may see a listing is asked of the database each time.
"""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language

from .models import ResourcePage

# Twenty rows a page: the pages that are read, and no more than a few megabytes.
MOST_KEPT = 2000
# A form is as long as a page.
MOST_FORMS = 100


@dataclass(frozen=True, slots=True)
class Card:
    """A row and what stands beside it; `html` is without the reader's own bookmark."""

    pk: int
    title: str
    slug: str
    url: str
    html: str

    def get_absolute_url(self):
        """The address of the listing, as the listing itself says it."""
        return self.url


def cards(ids, user, digest):
    """Return the Cards of the listings with these keys that `user` may see, in this order."""
    kept = digest.cards
    language = get_language()
    visible = ResourcePage.objects.visible_to(user).order_by()
    missing = [pk for pk in ids if (language, pk) not in kept]
    made = {}
    if missing:
        made = {page.pk: card_of(page) for page in visible.with_card_data().filter(pk__in=missing)}
        if len(kept) + len(made) > MOST_KEPT:
            kept.clear()
        kept.update(((language, pk), card) for pk, card in made.items())
    had = [pk for pk in ids if pk not in missing]
    seen = set(visible.filter(pk__in=had).values_list("pk", flat=True)) if had else set()
    found = {**{pk: kept[language, pk] for pk in seen if (language, pk) in kept}, **made}
    return [found[pk] for pk in ids if pk in found]


def filters_form(listing):
    """Return the form of filters of a counting.Listing, as HTML.

    Not kept where words narrow the list: the search index follows a change a moment later.
    """
    forms, selection = listing.digest.forms, listing.selection
    key = (get_language(), selection.querystring(), selection.opened)
    html = None if selection.q else forms.get(key)
    if html is None:
        html = render_to_string(
            "catalog/_facets.html", {"listing": listing, "selection": selection}
        )
        if len(forms) >= MOST_FORMS:
            forms.clear()
        if not selection.q:
            forms[key] = html
    return html


def card_of(resource):
    """Return the Card of a listing fetched with its card data."""
    return Card(
        pk=resource.pk,
        title=resource.title,
        slug=resource.slug,
        url=resource.get_absolute_url(),
        html=render_to_string("catalog/_resource_card.html", {"resource": resource}),
    )
