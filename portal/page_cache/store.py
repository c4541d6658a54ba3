"""The kept pages of one worker process: bytes in memory, bounded, with their compressed forms."""

import gzip
import threading
from collections import OrderedDict
from contextlib import contextmanager
from copy import copy
from functools import lru_cache
from hashlib import blake2b
from http.cookies import SimpleCookie
from time import monotonic

import brotli
from django.http import HttpResponse
from django.utils.http import parse_http_date_safe

# Pages speak of now ("3 hours ago", "on now"), so that none is kept for longer.
SECONDS_KEPT = 60
# What a page costs in memory beside its bytes, roughly.
OVERHEAD = 2000
# How long a request waits for another that is making the same page.
SECONDS_TO_WAIT = 10


class KeptPage:
    """One finished answer: what it depends on, its headers, its bytes as asked for so far."""

    __slots__ = ("answers", "bodies", "born", "etag", "headers", "names", "size", "values")

    def __init__(self, response, names, values):
        raw = response.content
        self.names = names
        self.values = values
        self.born = monotonic()
        self.bodies = {"": raw}
        self.answers = {}
        # The two compressed forms come later and take less than the raw bytes together.
        self.size = OVERHEAD + 2 * len(raw)
        # Weak, because the same page in three encodings has one tag.
        self.etag = f'W/"{blake2b(raw, digest_size=16).hexdigest()}"'
        self.headers = dict(response.items())
        self.headers.pop("Content-Length", None)
        self.headers["ETag"] = self.etag
        self.headers.setdefault("Cache-Control", "private, no-cache")
        varies = self.headers.get("Vary", "")
        if "accept-encoding" not in varies.lower():
            self.headers["Vary"] = f"{varies}, Accept-Encoding".lstrip(", ")

    @property
    def is_young(self):
        """Tell whether the page may still speak of now."""
        return monotonic() - self.born < SECONDS_KEPT

    def body(self, encoding):
        """Return the bytes in `encoding`, compressing them the first time."""
        body = self.bodies.get(encoding)
        if body is None:
            raw = self.bodies[""]
            body = brotli.compress(raw, quality=5) if encoding == "br" else gzip.compress(raw, 6)
            self.bodies[encoding] = body
        return body

    def is_known_to(self, request):
        """Tell whether the sender has this page: by its tag, else by its date where it has one."""
        tags = request.META.get("HTTP_IF_NONE_MATCH")
        if tags:
            return names_tag(tags, self.etag)
        since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
        changed = parse_http_date_safe(self.headers.get("Last-Modified", ""))
        return since is not None and changed is not None and changed <= since

    def answer(self, request):
        """Return the response to `request`: whole, compressed, without body or 304."""
        if self.is_known_to(request):
            response = HttpResponse(status=304, headers=self.headers)
            del response["Content-Type"]
            return response
        encoding = best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        return self.whole_answer(encoding, is_head=request.method == "HEAD")

    def whole_answer(self, encoding, *, is_head):
        """Return the response with the page in `encoding`.

        Checking a dozen headers costs as much as all else on this way, so that it is done once;
        what may differ from answer to answer is made anew for each.
        """
        made = self.answers.get((encoding, is_head))
        if made is None:
            body = self.body(encoding)
            made = HttpResponse(b"" if is_head else body, headers=self.headers)
            made.headers["Content-Length"] = str(len(body))
            if encoding:
                made.headers["Content-Encoding"] = encoding
            self.answers[encoding, is_head] = made
        response = copy(made)
        # A plain copy of its headers is the same object, or would check each of them again.
        response.headers = copy(made.headers)
        response.headers._store = made.headers._store.copy()
        response.cookies = SimpleCookie()
        response._resource_closers = []
        return response


@lru_cache(maxsize=512)
def best_encoding(accepted):
    """Return "br", "gzip" or "" for the value of an Accept-Encoding header."""
    wanted = set()
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        quality = parameter.replace(" ", "").removeprefix("q=")
        if not quality or quality.strip("0."):
            wanted.add(name.strip())
    return next((encoding for encoding in ("br", "gzip") if encoding in wanted), "")


def names_tag(if_none_match, etag):
    """Tell whether an If-None-Match header names this tag, compared weakly (RFC 9110, 13.1.2)."""
    bare = etag.removeprefix("W/")
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return bare in tags or "*" in tags


class PageStore:
    """Kept pages by key, the least used going first when the bytes run out.

    A page is anything with a `size`, which may grow; it is looked at whenever the page is used.
    """

    def __init__(self, max_bytes):
        self.max_bytes = max_bytes
        self.bytes = 0
        self._pages = OrderedDict()
        self._sizes = {}
        self._lock = threading.Lock()

    def __len__(self):
        return len(self._pages)

    def get(self, key):
        """Return the page of `key`, however old, or None."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                if page.size != self._sizes[key]:
                    self._keep(key, page)
            return page

    def put(self, key, page):
        """Keep `page` and forget others until all fit; a page too large for that is not kept."""
        with self._lock:
            self._keep(key, page)

    def _keep(self, key, page):
        self._forget(key)
        size = page.size
        if size > self.max_bytes // 8:
            return
        self._pages[key] = page
        self._sizes[key] = size
        self.bytes += size
        while self.bytes > self.max_bytes:
            self._forget(next(iter(self._pages)))

    def _forget(self, key):
        if self._pages.pop(key, None) is not None:
            self.bytes -= self._sizes.pop(key)


class OneAtATime:
    """Locks by key, so that a crowd asking for one page has it made once."""

    def __init__(self):
        self._locks = {}  # key: [lock, how many hold it or wait for it]
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self, key):
        """Hold the key's lock; after ten seconds of waiting go on without it."""
        with self._lock:
            entry = self._locks.setdefault(key, [threading.Lock(), 0])
            entry[1] += 1
        has_lock = entry[0].acquire(timeout=SECONDS_TO_WAIT)
        try:
            yield
        finally:
            if has_lock:
                entry[0].release()
            with self._lock:
                entry[1] -= 1
                if not entry[1]:
                    self._locks.pop(key, None)
