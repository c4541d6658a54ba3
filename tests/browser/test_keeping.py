"""Bookmarks and collections as a member uses them: with a script, without one, by keyboard."""

import re

import pytest

from .test_pages import check

LIST = "/resources/?kind=webinar&sort=title"


def free_row(page):
    """The first listing on the page that is not kept yet; returns its number."""
    button = page.locator('main button[name="keep"]').first
    return button.get_attribute("value").partition(":")[0]


def test_bookmark_stays_on_the_page(open_browser, axe):
    page = open_browser(login="member")
    page.goto(LIST)
    key = free_row(page)
    place = page.locator(f"#listing-{key}")
    address = page.url
    place.get_by_role("button").focus()
    page.keyboard.press("Enter")
    link = place.get_by_role("link", name=re.compile("Put in a collection"))
    link.wait_for()
    assert page.url == address
    assert page.locator("#keep-status").text_content() == "Saved. Put in a collection?"
    assert page.evaluate("document.activeElement.name") == "drop"
    check(page, axe)
    page.keyboard.press("Enter")
    place.locator('button[name="keep"]').wait_for()
    assert page.locator("#keep-status").text_content() == "Bookmark removed."
    assert page.url == address


def test_without_script_one_returns_to_the_same_place(open_browser):
    page = open_browser(login="member", javascript=False, width="phone")
    page.goto(LIST)
    key = free_row(page)
    page.locator(f"#listing-{key} button").click()
    assert page.url.endswith(f"{LIST}#listing-{key}")
    assert page.locator(f"#listing-{key}").is_visible()
    page.locator(f"#listing-{key}").get_by_role("link", name="Put in a collection").click()
    page.get_by_label("Title of the new collection").fill("From a phone")
    page.get_by_role("button", name="Make it and put this in").click()
    assert page.url.endswith(f"{LIST}#listing-{key}")
    page.get_by_role("link", name="From a phone").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete the collection").click()
    assert "“From a phone” is deleted." in page.locator("main").text_content()
    page.goto(f"{LIST}#listing-{key}")
    page.locator(f"#listing-{key} button[name=drop]").click()
    assert page.locator(f"#listing-{key} button[name=keep]").count() == 1


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_pages_of_what_one_keeps_are_accessible(open_browser, axe, width):
    page = open_browser(width=width, login="member")
    page.goto("/me/collections/")
    page.get_by_role("link", name="First week with the account").click()
    collection = page.url
    for address in (
        collection,
        collection + "change/",
        collection + "delete/",
        "/collections/new/",
        "/me/collections/",
        "/me/bookmarks/",
        "/me/searches/",
        "/me/searches/save/?resources=kind%3Dcourse",
        "/resources/social-media-101/",
        "/resources/social-media-101/collect/",
    ):
        page.goto(address)
        check(page, axe)
