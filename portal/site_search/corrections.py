"""A better spelling of a query, where the words of our own texts know one."""

from modelsearch.backends import get_search_backend
from wagtail.models import Page

from forum.models import Post
from portal.search import spelling
from portal.search.backend import SearchBackend


def corrected(words):
    """Return `words` with misspellings corrected, or "" where there is nothing to improve.

    Words of texts that the reader may not see are among those it knows: whoever shows a
    correction has to make sure that it finds something visible.
    """
    backend = get_search_backend()
    if not words or not isinstance(backend, SearchBackend):
        return ""
    return spelling.correct(words, (Page, Post), base=backend.path) or ""
