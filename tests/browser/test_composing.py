"""The box in which members write, by mouse, by keyboard, and without a script."""

import re
from uuid import uuid4

import pytest

from tests.browser.conftest import log_in

# A red field of eight by eight: the smallest file that is an image to every program.
IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000080000000808020000004b6d29dc00000012"
    "49444154789c63fccf801d30e1101fa41200cd41010fe841e26f0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def thread(chromium, site):
    """The address of a thread that the demo's moderator has just started."""
    context = chromium.new_context(base_url=site.url)
    page = context.new_page()
    log_in(page, "moderator")
    page.goto("/forum/new/")
    page.fill("input[name=title]", f"What do you write with? {uuid4().hex[:6]}")
    page.check("input[name=kind][value=discussion]")
    page.select_option("select[name=category]", index=1)
    page.fill("textarea[name=text]", "Tell us about **tools** that you like, and why you do.")
    page.get_by_role("button", name="Post", exact=True).click()
    page.wait_for_url(re.compile(r"/forum/t/\d+/"))
    address = page.url.removeprefix(site.url).partition("#")[0]
    context.close()
    return address


@pytest.fixture
def box(open_browser, thread):
    """A member's page of the thread, with an empty box."""
    page = open_browser(login="member")
    page.goto(thread)
    empty(page)
    return page


def empty(page):
    """Throw away what an earlier test has left in the box."""
    discard = page.get_by_role("button", name="Discard draft")
    if discard.is_visible():
        discard.click()
        page.wait_for_load_state()


def text_of(page):
    return page.locator("#reply").input_value()


def write(page, text):
    page.locator("#reply").click()
    page.keyboard.type(text)


def press(page, name):
    page.locator("form.composer").get_by_role("button", name=name, exact=True).click()


def test_toolbar_marks_what_is_selected(box):
    write(box, "plain")
    box.keyboard.press("Control+A")
    press(box, "Bold")
    assert text_of(box) == "**plain**"
    press(box, "Italic")
    assert text_of(box) == "***plain***"
    box.locator("#reply").fill("one\ntwo")
    box.keyboard.press("Control+A")
    press(box, "List")
    assert text_of(box) == "- one\n- two"
    box.keyboard.press("Control+A")
    press(box, "Quote")
    assert text_of(box) == "> - one\n> - two"
    box.locator("#reply").fill("page")
    box.keyboard.press("Control+A")
    press(box, "Link")
    assert text_of(box) == "[page](https://)"
    box.locator("#reply").fill("x")
    box.keyboard.press("Control+A")
    press(box, "Code")
    assert text_of(box) == "`x`"
    box.keyboard.press("Control+Z")
    assert text_of(box) == "x"
    assert not box.troubles


def test_toolbar_is_one_stop_for_the_keyboard(box):
    box.locator("#reply").focus()
    box.keyboard.press("Shift+Tab")
    names = []
    for _ in range(6):
        names.append(box.evaluate("document.activeElement.textContent.trim()"))
        box.keyboard.press("ArrowRight")
    assert names == ["Bold", "Italic", "Link", "Quote", "List", "Code"]
    assert box.evaluate("document.activeElement.textContent.trim()") == "Bold"
    box.keyboard.press("Enter")
    assert text_of(box) == "**bold words**"


def test_preview_follows_what_one_writes(box, axe):
    write(box, "It **works**")
    press(box, "Preview as I write")
    shown = box.locator(".preview .prose")
    shown.locator("strong", has_text="works").wait_for()
    write(box, " and more")
    shown.get_by_text("and more").wait_for()
    axe(box)
    assert not box.troubles


def test_selected_words_are_quoted_with_their_author(box):
    box.evaluate(
        """() => {
            const range = document.createRange();
            range.selectNodeContents(document.querySelector("#post-1 .prose strong"));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    box.locator("#post-1").get_by_role("link", name="Quote post 1").click()
    found = re.fullmatch(r"> \[.+ in post 1\]\(/forum/p/\d+/\):\n>\n> tools\n\n", text_of(box))
    assert found, text_of(box)
    assert box.evaluate("document.activeElement.id") == "reply"


def test_titles_and_members_are_completed_by_keyboard(box, axe):
    write(box, "See [[social")
    box.get_by_role("option").first.wait_for()
    assert box.locator("#reply").get_attribute("aria-activedescendant") is None
    box.keyboard.press("ArrowDown")
    assert box.locator("#reply").get_attribute("aria-activedescendant")
    axe(box)
    box.keyboard.press("Enter")
    assert re.fullmatch(r"See \[\[[^\[\]]+\]\]", text_of(box))
    box.keyboard.type(" and @mal")
    box.get_by_role("option").first.wait_for()
    box.keyboard.press("ArrowDown")
    box.keyboard.press("Tab")
    assert text_of(box).endswith("@malik-demo ")
    box.keyboard.type("@mal")
    box.get_by_role("option").first.wait_for()
    box.keyboard.press("Escape")
    assert not box.get_by_role("listbox").is_visible()
    assert not box.troubles


def test_draft_survives_logging_out(box, open_browser, thread):
    words = f"Half a thought {uuid4().hex[:8]}"
    write(box, words)
    box.get_by_text(re.compile(r"^Saved \d")).first.wait_for()
    box.context.clear_cookies()
    log_in(box, "member")
    box.goto("/me/")
    assert words in box.locator("main").inner_text()
    box.goto(thread)
    assert text_of(box) == words
    assert "What you wrote before is back." in box.locator("main").inner_text()
    empty(box)
    assert text_of(box) == ""


def test_double_click_posts_once(box, thread):
    words = f"Twice {uuid4().hex[:8]}"
    write(box, words)
    box.locator("form.composer").get_by_role("button", name="Post reply").dblclick(
        no_wait_after=True
    )
    box.wait_for_url(re.compile(r"#post-\d+"))
    box.goto(f"{thread}?post=99999")
    box.wait_for_load_state()
    assert box.locator(".post__body", has_text=words).count() == 1


def test_image_is_put_where_one_writes(box, axe):
    write(box, "Before")
    box.get_by_text("Add an image").click()
    press(box, "Put it into the text")
    assert box.get_by_text("Choose a file.").is_visible()
    box.set_input_files("input[name=image]", {"name": "x.png", "mimeType": "", "buffer": IMAGE})
    press(box, "Put it into the text")
    assert box.evaluate("document.activeElement.name") == "image_alt"
    axe(box)
    box.fill("input[name=image_alt]", "A red field")
    box.keyboard.press("Enter")
    box.get_by_text("The image stands in your text.").wait_for()
    assert re.fullmatch(r"Before\n\n!\[A red field\]\(/forum/i/[0-9a-f-]+\.webp\)\n", text_of(box))
    press(box, "Post reply")
    box.wait_for_url(re.compile(r"#post-\d+"))
    image = box.get_by_role("img", name="A red field").last
    image.scroll_into_view_if_needed()
    box.wait_for_function("image => image.naturalWidth === 8", arg=image.element_handle())
    assert not box.troubles


def test_image_comes_along_without_a_script(open_browser, thread):
    page = open_browser(javascript=False, login="member", width="phone")
    page.goto(thread)
    empty(page)
    page.fill("#reply", "Plainly")
    page.get_by_text("Add an image").click()
    page.set_input_files("input[name=image]", {"name": "x.png", "mimeType": "", "buffer": IMAGE})
    press(page, "Preview")
    assert "Say in a few words what the image shows" in page.locator("main").inner_text()
    page.get_by_role("img", name="The image you chose").wait_for()
    page.fill("input[name=image_alt]", "Plainly red")
    press(page, "Post reply")
    page.wait_for_url(re.compile(r"#post-\d+"))
    assert page.get_by_role("img", name="Plainly red").count() == 1


def test_new_reply_is_said_without_taking_the_focus(open_browser, thread):
    reader, writer = open_browser(login="moderator"), open_browser(login="member")
    reader.goto(f"{thread}?post=99999")
    reader.locator("#reply").focus()
    writer.goto(thread)
    empty(writer)
    writer.fill("#reply", f"News {uuid4().hex[:8]}")
    press(writer, "Post reply")
    writer.wait_for_url(re.compile(r"#post-\d+"))
    # The script looks soon after one comes back to the tab.
    reader.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    link = reader.get_by_role("status").get_by_role("link", name=re.compile("new repl"))
    link.wait_for()
    assert reader.evaluate("document.activeElement.id") == "reply"
    link.click()
    reader.wait_for_url(re.compile(r"#post-\d+"))
    assert not reader.troubles


def test_poll_is_answered_by_keyboard(open_browser, axe):
    page = open_browser(login="member", width="phone")
    page.goto("/forum/new/")
    title = f"Which of these? {uuid4().hex[:6]}"
    page.fill("input[name=title]", title)
    page.select_option("select[name=category]", index=1)
    page.get_by_text("Poll (optional)").click()
    page.get_by_label("Question of the poll").fill("Which?")
    page.get_by_label("Options").fill(f"One\nTwo\n{'Long' * 30}")
    page.fill("textarea[name=text]", "Choose.")
    axe(page)
    page.get_by_role("button", name="Post", exact=True).click()
    page.wait_for_url(re.compile(r"/forum/t/\d+/"))
    page.get_by_role("radio", name="One").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text("Your vote counts.").wait_for()
    poll = page.locator("#poll")
    assert "1 vote (100 %)" in poll.inner_text()
    assert poll.locator("meter").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)
    page.get_by_role("link", name="Change my vote").click()
    assert page.get_by_role("radio", name="Two").is_checked()
    assert not page.troubles
