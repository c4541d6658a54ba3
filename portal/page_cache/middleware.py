"""Serve visitors kept pages, before anything else runs.

Only requests without a session and without waiting messages are served, and only pages that
are the same for every visitor are kept: status 200, no cookie, no POST form, no token. A kept
page carries all headers that the whole stack gave it.
"""

import re
from time import monotonic

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.utils.translation import get_language_from_request

from .store import SECONDS_KEPT, KeptPage, OneAtATime, PageStore
from .versions import read_versions

# Never kept: what searches, logs in or edits, what is a file, what tells the state of now.
NEVER_KEPT = (
    "/search/",
    "/accounts/",
    "/admin/",
    "/demo/",
    "/static/",
    "/media/",
    "/documents/",
    "/healthz",
)
DEFAULT_NAMES = ("site", "forum", "catalog", "collections")
POST_FORM = re.compile(rb"<form\b[^>]*\bmethod\s*=\s*[\"']?post|csrfmiddlewaretoken", re.IGNORECASE)
# What the key holds, or what cannot differ between the requests that are served from here.
HARMLESS_TO_VARY_ON = {"", "cookie", "accept-language", "accept-encoding"}
LONGEST_QUERY = 500
# So many addresses are remembered as not worth keeping before all of them are forgotten.
MOST_PASSED_BY = 10_000


class PageCacheMiddleware:
    """Answer from memory where that is right; PAGE_CACHE_BYTES = 0 turns it off."""

    def __init__(self, get_response):
        if not settings.PAGE_CACHE_BYTES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages = PageStore(settings.PAGE_CACHE_BYTES)
        self.one_at_a_time = OneAtATime()
        self.passed_by = {}
        self.is_multilingual = len(settings.LANGUAGES) > 1

    def __call__(self, request):
        key = self.key_of(request)
        if key is None:
            return self.get_response(request)
        page = self.valid_page(key)
        if page is None:
            if request.method == "HEAD" or self.is_passed_by(key):
                return self.get_response(request)
            with self.one_at_a_time(key):
                # Whoever held the lock before us has just made it.
                page = self.valid_page(key)
                if page is None:
                    response, page = self.make(request)
                    if page is None:
                        self.pass_by(key)
                        return response
                    self.pages.put(key, page)
        return page.answer(request)

    def key_of(self, request):
        """Return what tells one page for visitors from another, or None to stay out of it."""
        meta = request.META
        if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in meta:
            return None
        if "HTTP_COOKIE" in meta:
            cookies = request.COOKIES
            if settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies:
                return None
        query = meta.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY or request.path.startswith(NEVER_KEPT):
            return None
        language = get_language_from_request(request) if self.is_multilingual else ""
        # The scheme and the host as sent: a wrong host and plain HTTP are refused or redirected
        # further in, and no such answer is ever kept.
        return request.scheme, meta.get("HTTP_HOST", ""), request.path, query, language

    def valid_page(self, key):
        """Return the kept page of `key` while what it depends on stands."""
        page = self.pages.get(key)
        if page is not None and page.is_young and read_versions(page.names) == page.values:
            return page
        return None

    def make(self, request):
        """Return the answer of the whole stack, and the page to keep or None."""
        values = read_versions(DEFAULT_NAMES)  # before anything is fetched
        conditions = {
            name: request.META.pop(name)
            for name in ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
            if name in request.META
        }
        try:
            response = self.get_response(request)
        finally:
            request.META.update(conditions)
        names = DEFAULT_NAMES
        if hasattr(request, "page_cache_versions"):
            names, own_values = request.page_cache_versions
            values = values and own_values and (values[0], *own_values[1:])
        if values is None or not may_be_kept(request, response):
            return response, None
        return response, KeptPage(response, names, values)

    def is_passed_by(self, key):
        """Tell whether the page was found not worth keeping a short while ago."""
        since = self.passed_by.get(key)
        return since is not None and monotonic() - since < SECONDS_KEPT

    def pass_by(self, key):
        """Remember that nobody need wait for this page in the hope that it is kept."""
        if len(self.passed_by) >= MOST_PASSED_BY:
            self.passed_by.clear()
        self.passed_by[key] = monotonic()


def may_be_kept(request, response):
    """Tell whether this answer is the same for every visitor."""
    if response.status_code != 200 or response.streaming or response.cookies:
        return False
    user = getattr(request, "_cached_user", None)
    if response.has_header("Content-Encoding") or (user is not None and user.is_authenticated):
        return False
    cache_control = response.get("Cache-Control", "").lower()
    if "no-store" in cache_control or "private" in cache_control:
        return False
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",")}
    return varies <= HARMLESS_TO_VARY_ON and not POST_FORM.search(response.content)
