"""Chromium on a served demo: the pages exactly as a person gets them.

One site and one browser serve the whole run; each test has a context of its own (cookies,
storage). Tests that write make their own members and threads. BROWSER_SITE=http://… uses a demo
that runs already, which saves the half minute in which it is made.
"""

import os
import shutil
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.serving import PASSWORD, served

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
# What Debian's Chromium does by itself at a start is no request of the site's.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    """Mark what is collected here."""
    for item in items:
        item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium, Debian's."""
    path = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if not path:
        pytest.exit("Chromium is missing: install it (apt install chromium).", returncode=3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The served demo; `site.url` is its address without a slash at the end."""
    running = os.environ.get("BROWSER_SITE")
    if running:
        yield SimpleNamespace(url=running.rstrip("/"))
    else:
        with served(tmp_path_factory.mktemp("site")) as made:
            yield made


@pytest.fixture
def open_browser(chromium, site):
    """Open a browser window of one's own: `open_browser(width="phone", javascript=False)`.

    The page that it returns notes what must not happen: `page.troubles` lists console errors,
    failed requests and requests to other hosts. A test ends by `assert not page.troubles`.
    """
    contexts = []

    def open_it(*, width="desktop", javascript=True, dark=False, login=""):
        columns, rows = WIDTHS[width]
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": columns, "height": rows},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="America/New_York",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.troubles = watch(page, urlsplit(site.url).netloc)
        if login:
            log_in(page, login)
        return page

    yield open_it
    for context in contexts:
        context.close()


def watch(page, host):
    """Return a list that fills with what must not happen on a page."""
    troubles = []

    def on_console(message):
        # Chromium reports every answer of 400 and above; tests of such pages ask for them.
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(f"console: {message.text}")

    def on_request(request):
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.netloc != host:
            troubles.append(f"outside request: {request.url}")

    def on_response(response):
        if response.status >= 400 and response.request.resource_type != "document":
            troubles.append(f"{response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
    return troubles


def log_in(page, name):
    """Log in as one of the demo's four: member, editor, moderator, admin."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", f"{name}@demo.example")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password])").evaluate("form => form.requestSubmit()")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


@contextmanager
def one_page_load(page):
    """Expect that the block leads to another page."""
    with page.expect_navigation():
        yield


@pytest.fixture
def axe():
    """Check a page with axe-core: `axe(page)` fails with what it found (WCAG 2.2 AA)."""

    def check(page):
        results = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert results.violations_count == 0, results.generate_report()

    return check
