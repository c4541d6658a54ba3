"""Words in the catalog: which listings the site's search finds, the best first."""

from modelsearch.backends import get_search_backend
from modelsearch.utils import parse_query_string

from portal.search.backend.folder import IndexUnavailable
from portal.search.spelling import correct

from .models import ResourcePage


def found_keys(words):
    """Return the primary keys of the listings that `words` (as typed) find, the best first.

    Any text is fine: an open quotation mark, signs alone, nothing. Visibility is not checked.
    """
    # A colon would make a filter of what a reader means as words.
    words = words.replace("\x00", "").replace(":", " ")
    query = parse_query_string(words, operator="and")[1]
    backend = get_search_backend()
    results = backend.search(query, ResourcePage.objects.live().order_by())
    ranked = getattr(results.query_compiler, "matches", None)
    if ranked is not None:
        try:
            return ranked(backend).keys
        except IndexUnavailable:
            pass  # the database answers, more slowly
    return [page.pk for page in results]


def corrected(words):
    """Return `words` with misspellings of what the catalog says put right, or None."""
    folder = getattr(get_search_backend(), "path", None)
    return correct(words, [ResourcePage], base=folder) if folder else None
