"""What editors have of the site's own in Wagtail's admin: links, tags, importing."""

import csv
import io

import pytest

from .conftest import one_page_load

OWN = ".own-page"


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_own_pages_are_accessible(open_browser, axe, width):
    page = open_browser(width=width, login="editor")
    for address in ("/admin/catalog/import/", "/admin/reports/tags/"):
        page.goto(address)
        assert page.locator(OWN).count() == 1
        axe(page)
        wide, seen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen
    assert not page.troubles


def test_ticked_links_are_corrected_after_a_look(open_browser, axe):
    page = open_browser(login="editor")
    page.goto("/admin/reports/links/?state=to-correct")
    row = page.locator("tr", has_text="Answering angry comments")
    row.locator("[data-bulk-action-checkbox]").check()
    page.get_by_role("link", name="Correct address").click()
    page.wait_for_url("**/bulk/catalog/checkedlink/correct/**")
    assert page.locator("h1").inner_text().strip() == "Correct the address of 1 listing"
    axe(page)
    page.get_by_role("link", name="Back to the links").click()
    page.wait_for_url("**/admin/reports/links/**")
    assert page.locator("tr", has_text="Answering angry comments").count() == 1


def test_spreadsheet_is_looked_at_before_it_changes_anything(open_browser, axe):
    page = open_browser(login="editor")
    answer = page.context.request.get("/resources.csv?all=1")
    rows = list(csv.DictReader(io.StringIO(answer.text().removeprefix("\ufeff"))))
    row = next(row for row in rows if "Demo" in row["title"])
    row["summary"] = "Another summary."
    table = io.StringIO()
    writer = csv.DictWriter(table, row)
    writer.writeheader()
    writer.writerows(rows)
    page.goto("/admin/catalog/import/")
    page.set_input_files(
        "input[type=file]",
        {"name": "edited.csv", "mimeType": "text/csv", "buffer": table.getvalue().encode()},
    )
    with one_page_load(page):
        page.get_by_role("button", name="Look at what would change").click()
    # The queue reads it; the page looks again by itself.
    page.get_by_role("heading", name="What would be done").wait_for(timeout=60_000)
    shown = page.locator(OWN).inner_text()
    assert "Changed: 1" in shown
    assert f"Unchanged: {len(rows) - 1}" in shown
    assert "Another summary." in shown
    axe(page)
    with one_page_load(page):
        page.get_by_role("button", name="Change nothing").click()
    assert "is forgotten" in page.content()
