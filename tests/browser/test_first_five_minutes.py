"""The two journeys every newcomer makes, with JavaScript and without, page loads counted."""

import re
from uuid import uuid4

import pytest

TRAINING = "What social media training does your agency give its people?"


class Loads:
    """Counts the documents a page loads; redirects do not count."""

    def __init__(self, page):
        self.count = 0
        page.on("response", self._count)

    def _count(self, response):
        request = response.request
        if (
            request.resource_type == "document"
            and request.is_navigation_request()
            and response.status < 300
        ):
            self.count += 1


def code_mailed_to(email, context):
    """Read the six digits in the demo's outbox; the queue sends the mail in a moment."""
    page = context.new_page()
    for _attempt in range(40):
        page.goto("/demo/outbox/")
        row = page.locator("main li, main tr").filter(has_text=email)
        if row.count():
            row.first.locator("a").first.click()
            page.wait_for_url(re.compile(r"/demo/outbox/\d+/"))
            code = re.search(r"\b(\d{6})\b", page.locator("main").inner_text()).group(1)
            page.close()
            return code
        page.wait_for_timeout(500)
    raise AssertionError(f"no mail to {email}")


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def javascript(request):
    return request.param


def test_visitor_finds_a_free_course_in_three_pages(open_browser, javascript):
    page = open_browser(javascript=javascript)
    page.goto("/")
    assert page.locator("h1").inner_text().startswith("Training that works in public service")
    loads = Loads(page)
    page.get_by_role("link", name=re.compile("I.m new and on my own")).click()
    page.wait_for_url("**/resources/?**")
    # Three lines of introduction, then a filtered list whose count is the one on the home page.
    assert "introductions" in page.locator("main").inner_text().lower()
    courses = page.locator("input[name=kind][value=course]")
    if not courses.is_visible():
        page.locator("summary", has_text="Kind").click()
    courses.check()
    page.get_by_role("button", name="Apply").first.click()
    page.wait_for_url("**kind=course**")
    page.locator("main .resource-row h3 a").first.click()
    page.wait_for_url(re.compile(r"/resources/[^/?]+/$"))
    assert loads.count == 3
    text = page.locator("main").inner_text()
    assert "Go to course" in text
    assert "Free" in text
    assert not page.troubles


def test_visitor_follows_a_reply_and_is_invited(open_browser, javascript):
    page = open_browser(javascript=javascript)
    page.goto("/search/?q=social+media+training")
    assert re.search(r"\d+ results for social media training", page.locator("h1").inner_text())
    assert page.locator("main mark").count() > 0
    page.get_by_role("link", name=re.compile("What social media training")).first.click()
    page.wait_for_url("**/forum/t/**")
    text = page.locator("main").inner_text()
    # Other tests may have replied since: nine replies by eight people is where it begins.
    assert re.search(r"\d+ replies, \d+ voices, asked 3.weeks ago, answered", text)
    assert "Resources in this thread" in page.content()
    assert "Add what your agency does" in text
    assert "takes two minutes" in text
    assert page.locator("form[method=post]").count() == 0


def test_newcomer_joins_from_a_thread_and_replies(open_browser, javascript):
    page = open_browser(javascript=javascript)
    page.goto("/forum/")
    page.get_by_role("link", name=TRAINING).first.click()
    page.wait_for_url("**/forum/t/**")
    thread = page.url.partition("#")[0]
    loads = Loads(page)
    page.locator("main").get_by_role("link", name="Join").click()
    page.wait_for_url("**/accounts/signup/**")
    name = f"Newcomer {uuid4().hex[:6]}"
    email = f"{name.split()[1]}@newcomer.example"
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Display name").fill(name)
    page.get_by_label("Password").fill("a long sentence nobody guesses")
    page.locator("main").get_by_role("button", name="Join").click()
    page.wait_for_url("**/accounts/confirm-email/**")

    page.locator("input[name=code]").fill(code_mailed_to(email, page.context))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda url: url.startswith(thread))
    # Join, code, thread: one fewer than the promise as long as there is no welcome page.
    assert loads.count == 3
    sentence = f"Ours is in class, once a year, says {name}."
    page.locator("textarea").first.fill(sentence)
    page.get_by_role("button", name=re.compile("Post|Reply")).last.click()
    page.get_by_text(sentence).wait_for()
    assert "Just now" in page.locator("main").inner_text()
    assert page.get_by_role("link", name=re.compile("Edit")).count() >= 1
    assert not page.troubles


def test_preview_shows_the_reply_before_it_is_posted(open_browser, javascript):
    page = open_browser(javascript=javascript, login="member")
    page.goto("/forum/")
    page.get_by_role("link", name=TRAINING).first.click()
    page.wait_for_url("**/forum/t/**")
    page.locator("textarea").first.fill("We made it **mandatory** last year.")
    page.get_by_role("button", name="Preview", exact=True).click()
    page.locator("main strong", has_text="mandatory").wait_for()
    assert "We made it **mandatory** last year." in page.locator("textarea").first.input_value()


def test_keyboard_alone_reaches_content_search_and_a_result(open_browser):
    page = open_browser()
    page.goto("/")
    page.keyboard.press("Tab")
    assert "skip" in page.evaluate("document.activeElement.textContent").lower()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.locator("main input[type=search]").focus()
    page.keyboard.type("plain language")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?**")
    assert "plain language" in page.locator("h1").inner_text()
    assert not page.troubles


def test_wrong_turns_name_a_way_on(open_browser, javascript):
    page = open_browser(javascript=javascript)
    page.goto("/resources/?kind=kit&level=advanced&language=es&cost=paid")
    text = page.locator("main").inner_text()
    assert "Ask a question" in text
    assert "Suggest a resource" in text
    page.goto("/no-such-page/")
    text = page.locator("main").inner_text()
    assert "Ask a question" in text
