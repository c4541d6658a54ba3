"""A browser's part: one connection that stays open, cookies, forms, and what a first visit weighs."""

import http.client
import re
import time
from urllib.parse import urlencode, urljoin, urlsplit

LOADED = re.compile(
    r'<link\b[^>]*\brel="(?:stylesheet|icon|apple-touch-icon)"[^>]*\bhref="([^"]+)"'
    r'|<script\b[^>]*\bsrc="([^"]+)"|<img\b[^>]*\bsrc="([^"]+)"'
)
IN_STYLES = re.compile(r"url\([\"']?(?!data:)([^)\"']+)")
FIELD = re.compile(r'name="(csrfmiddlewaretoken|submission_key|writer)" value="([^"]*)"')


class Browser:
    """Asks one site over one connection, logged in by a session's key or not."""

    def __init__(self, address, session=""):
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self.cookies = {"sessionid": session} if session else {}

    def ask(self, method, path, fields=None, **headers):
        """Return (status, headers, body, seconds until all of it was there)."""
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - begun
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, response.headers, content, seconds

    def page(self, path):
        """Return a page's text; anything but 200 stops the benchmark."""
        status, _, content, _ = self.ask("GET", path)
        if status != 200:
            raise SystemExit(f"{path} was answered by {status}.")
        return content.decode()

    def form(self, path):
        """Return the hidden fields of the forms of a page."""
        return dict(FIELD.findall(self.page(path)))


def weight_of(address, path):
    """Return the bytes on the wire of a first visit, heads of answers among them."""
    browser, weight, waiting, seen = Browser(address), 0, [path], set()
    while waiting:
        this = waiting.pop()
        if this in seen:
            continue
        seen.add(this)
        status, headers, content, _ = browser.ask("GET", this, **{"Accept-Encoding": "gzip, br"})
        if status != 200:
            raise SystemExit(f"{this} was answered by {status}.")
        weight += len(content) + sum(len(name) + len(value) + 4 for name, value in headers.items())
        kind = headers["Content-Type"].partition(";")[0]
        if kind == "text/html":
            text = browser.page(this)
            waiting += [urljoin(this, next(filter(None, found))) for found in LOADED.findall(text)]
        elif kind == "text/css":
            text = browser.page(this)
            waiting += [urljoin(this, found) for found in IN_STYLES.findall(text)]
    return weight
