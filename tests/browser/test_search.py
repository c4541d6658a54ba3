"""Suggestions while typing, as the WAI-ARIA pattern for comboboxes has it, and bookmarks in results."""

import json
import re

import pytest

ONE = {"title": "First", "url": "/search/?q=first", "hint": "Course"}
TWO = {"title": "Second", "url": "/search/?q=second", "hint": "Forum"}


@pytest.fixture
def page(open_browser):
    page = open_browser()
    page.goto("/search/")
    page.asked = []
    page.on("request", lambda asked: "/suggest?" in asked.url and page.asked.append(asked.url))
    return page


@pytest.fixture
def box(page):
    return page.get_by_role("combobox")


def answer(page, *, only="", groups=()):
    """Answer requests for suggestions of `only` with these groups."""
    body = json.dumps({"groups": [{"label": label, "items": items} for label, items in groups]})
    page.route(
        re.compile(rf"/search/suggest\?q={only}"),
        lambda route: route.fulfill(body=body, content_type="application/json"),
    )


def both(page):
    answer(page, groups=[("Resources", [ONE]), ("Conversations", [TWO])])


def test_listbox_is_described(page, box, axe):
    both(page)
    assert box.get_attribute("aria-autocomplete") == "list"
    assert box.get_attribute("aria-expanded") == "false"
    box.press_sequentially("so")
    listbox = page.get_by_role("listbox", name="Suggestions")
    listbox.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert listbox.get_attribute("id") == box.get_attribute("aria-controls")
    assert page.get_by_role("group", name="Conversations").get_by_role("option").count() == 1
    # Title and hint are read as two words.
    assert page.get_by_role("option", name="First Course", exact=True).count() == 1
    said = page.get_by_text("2 suggestions. Arrow keys to choose.")
    assert said.get_attribute("role") == "status"
    axe(page)
    assert not page.troubles


def test_arrow_keys_go_round_and_enter_opens(page, box):
    both(page)
    box.press_sequentially("so")
    options = page.get_by_role("option")
    options.first.wait_for()

    def current():
        chosen = page.locator("[role=option][aria-selected=true]")
        assert chosen.count() <= 1
        marked = box.get_attribute("aria-activedescendant")
        assert marked == (chosen.get_attribute("id") if chosen.count() else None)
        return chosen.locator("span").first.inner_text() if chosen.count() else ""

    walk = [("ArrowDown", "First"), ("ArrowDown", "Second"), ("ArrowDown", "")]
    walk += [("ArrowUp", "Second"), ("ArrowUp", "First"), ("ArrowUp", ""), ("ArrowDown", "First")]
    for key, expected in walk:
        box.press(key)
        assert current() == expected
    assert box.evaluate("box => document.activeElement === box")
    assert box.input_value() == "so"
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/search/?q=second")
    page.go_back()
    assert page.get_by_role("listbox").count() == 0


def test_escape_closes_and_keeps_the_words(page, box):
    both(page)
    box.press_sequentially("so")
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    box.press("Escape")
    assert page.get_by_role("listbox").count() == 0
    assert box.get_attribute("aria-expanded") == "false"
    assert box.get_attribute("aria-activedescendant") is None
    assert box.input_value() == "so"
    box.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    box.press("Tab")
    assert page.get_by_role("listbox").count() == 0


def test_enter_without_a_choice_submits_the_words(page, box):
    both(page)
    box.press_sequentially("social media")
    page.get_by_role("option").first.wait_for()
    box.press("Enter")
    page.wait_for_url("**/search/?q=social+media")
    assert re.search(r"\d+ results for social media", page.locator("h1").inner_text())


def test_click_opens(page, box):
    both(page)
    box.press_sequentially("so")
    page.get_by_role("option", name="Second").click()
    page.wait_for_url("**/search/?q=second")


def test_one_letter_asks_nothing(page, box):
    box.press_sequentially("s")
    page.wait_for_timeout(400)
    assert page.asked == []
    box.press_sequentially("o")
    page.wait_for_timeout(400)
    assert len(page.asked) == 1
    box.press("Backspace")
    page.wait_for_timeout(200)
    assert page.get_by_role("listbox").count() == 0
    assert len(page.asked) == 1


def test_late_answer_to_earlier_words_is_dropped(page, box):
    held = []
    page.route(re.compile(r"/search/suggest\?q=so$"), lambda route: held.append(route))
    answer(page, only="soc", groups=[("Resources", [TWO])])
    box.press_sequentially("so")
    while not held:
        page.wait_for_timeout(20)
    box.press_sequentially("c")
    page.get_by_role("option", name="Second").wait_for()
    late = json.dumps({"groups": [{"label": "Resources", "items": [ONE]}]})
    held[0].fulfill(body=late, content_type="application/json")
    page.wait_for_timeout(200)
    assert page.get_by_role("option").all_inner_texts() == ["Second\nForum"]


@pytest.mark.parametrize("status", [500, 0])
def test_trouble_is_silent_and_the_form_still_works(page, box, status):
    def fail(route):
        route.fulfill(status=status, body="no") if status else route.abort()

    page.route("**/search/suggest?**", fail)
    box.press_sequentially("plain language")
    page.wait_for_timeout(300)
    assert page.get_by_role("listbox").count() == 0
    box.press("Enter")
    page.wait_for_url("**/search/?q=plain+language")


def test_without_javascript_the_form_submits(open_browser):
    page = open_browser(javascript=False)
    page.goto("/")
    box = page.locator("main input[name=q]")
    assert box.get_attribute("role") is None
    box.fill("social media")
    box.press("Enter")
    page.wait_for_url("**/search/?q=social+media")
    assert page.locator("main mark").count() > 0


def test_box_of_one_category_suggests_nothing_of_the_whole_site(page):
    page.goto("/forum/")
    page.locator("main .categories a").first.click()
    page.wait_for_url("**/forum/c/**")
    assert page.locator("main [role=combobox]").count() == 0
    page.get_by_label("Search this category").fill("training")
    page.get_by_label("Search this category").press("Enter")
    page.wait_for_url("**/search/?in=category**")
    assert "In the category" in page.locator("main").inner_text()
    assert page.locator("main [role=combobox]").count() == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_member_bookmarks_a_result_and_takes_it_back(open_browser, javascript):
    page = open_browser(login="member", javascript=javascript)
    page.goto("/search/?q=toolkit&tab=resources")
    row = page.locator(".search-result").first
    title = row.locator("h3").inner_text()
    row = page.locator(".search-result").filter(has_text=title).first
    row.locator("button[name=keep]").click()
    row.get_by_role("button", name="Remove bookmark").wait_for()
    assert "/search/?q=toolkit" in page.url
    row.locator("button[name=drop]").click()
    row.locator("button[name=keep]").wait_for()
    assert not page.troubles
