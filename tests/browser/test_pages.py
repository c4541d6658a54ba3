"""Every page a newcomer meets, looked over by machine: axe, console, requests, weight."""

import re

import pytest

PATHS = [
    "/",
    "/resources/",
    "/resources/?kind=course&cost=free",
    "/resources/?q=zzzzqqq",
    "/events/",
    "/topics/",
    "/topics/social-media/",
    "/forum/",
    "/forum/new/",
    "/search/?q=social+media",
    "/search/?q=%22unbalanced",
    "/search/?q=%00",
    "/suggest/",
    "/contact/",
    "/about/",
    "/rules/",
    "/feeds/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/demo/outbox/",
    "/no-such-page/",
]
KINDS = ["kit", "webinar", "guidance", "course"]
WEIGHT = 60_000


def first_link(page, pattern):
    """The address of the first link on the page that matches `pattern` whole."""
    for link in page.locator("main a").all():
        href = link.get_attribute("href") or ""
        if re.fullmatch(pattern, href.partition("#")[0]):
            return href.partition("#")[0]
    raise AssertionError(f"no link like {pattern} on {page.url}")


def check(page, axe):
    axe(page)
    wide, shown = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= shown, f"{page.url} scrolls sideways"
    assert page.locator("h1").count() == 1, f"{page.url} has not one h1"
    assert not page.troubles, page.troubles


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_for_visitors_are_accessible(open_browser, axe, width, dark):
    page = open_browser(width=width, dark=dark)
    addresses = list(PATHS)
    for kind in KINDS:
        page.goto(f"/resources/?kind={kind}")
        addresses.append(first_link(page, r"/resources/[^/?]+/"))
    page.goto("/forum/")
    addresses.append(first_link(page, r"/forum/t/\d+/[^/]+/"))
    addresses.append(first_link(page, r"/forum/c/[^/]+/"))
    for address in addresses:
        page.goto(address)
        check(page, axe)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_pages_for_members_are_accessible(open_browser, axe, width):
    page = open_browser(width=width, login="member")
    page.goto("/forum/")
    thread = first_link(page, r"/forum/t/\d+/[^/]+/")
    for address in ("/", "/me/", "/me/settings/", "/forum/new/", thread, "/accounts/email/"):
        page.goto(address)
        check(page, axe)


def test_first_visit_weighs_at_most_60_kilobytes(open_browser):
    for address in ("/", "/resources/", "/forum/", "/search/?q=social+media"):
        page = open_browser()
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        sizes = []
        protocol.on(
            "Network.loadingFinished",
            lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]),
        )
        page.goto(address, wait_until="networkidle")
        assert 0 < sum(sizes) < WEIGHT, (address, sizes)


def test_wagtail_admin_opens_for_an_editor(open_browser):
    page = open_browser(login="editor")
    page.goto("/admin/")
    assert "Common Practice" in page.title() + page.content()
    outside = [trouble for trouble in page.troubles if trouble.startswith("outside")]
    assert not outside


LENGTHEN = """() => {
  const long = "Interdepartmentalcommunicationstraining".repeat(6);
  const places = "main h1, main h2, main h3 a, main p:not(.sort), main dd, main td, main .meta > li," +
    " main .meta a, main .chip, .resource-row__head > span:not(.badge), .breadcrumbs li, .post__author";
  document.querySelectorAll(places).forEach((place) => {
    const words = [...place.childNodes].find((node) => node.nodeType === 3 && node.data.trim());
    if (words && !place.classList.contains("visually-hidden")) { words.data += " " + long; }
  });
}"""


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_long_words_break_everywhere(open_browser, width):
    page = open_browser(width=width, login="member")
    addresses = ["/", "/resources/", "/topics/social-media/", "/events/", "/forum/", "/me/"]
    addresses += ["/search/?q=social+media", "/search/?q=social+media&tab=resources", "/contact/"]
    page.goto("/forum/")
    thread = first_link(page, r"/forum/t/\d+/[^/]+/")
    page.goto("/resources/")
    addresses += [thread, f"{thread}reply/", first_link(page, r"/resources/[^/?]+/")]
    for address in addresses:
        page.goto(address)
        page.evaluate(LENGTHEN)
        wide, shown = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= shown, f"{address} scrolls sideways"
