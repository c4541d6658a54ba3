"""Take the pictures of docs/editors.md again, from a demo that runs.

    make demo &
    .venv/bin/python docs/images/editors/retake.py [name …]

`BROWSER_SITE` is the demo's address (http://127.0.0.1:8000), `CHROMIUM` the browser's path. The
pictures have few colours, so that they stay small; a larger one than 60 kB is an error.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SITE = os.environ.get("BROWSER_SITE", "http://127.0.0.1:8000").rstrip("/")
PASSWORD = os.environ.get("DEMO_PASSWORD") or "demo-only"
COLOURS = 48
MOST_BYTES = 60_000
BULK = "/admin/bulk/catalog/resourcepage"
KITS = "/admin/catalog/kits/"


def first(page, rows, count=1):
    """Return the query string that names the first listings of a list."""
    page.goto(rows)
    boxes = page.locator("[data-bulk-action-checkbox]")
    keys = [boxes.nth(number).get_attribute("data-object-id") for number in range(count)]
    return "&".join([f"id={key}" for key in keys] + ["next=/admin/catalog/resources/"])


def listings(page):
    page.goto("/admin/catalog/resources/?missing=any")
    page.locator("[data-bulk-action-checkbox]").nth(1).check()


def plan(page):
    page.goto(f"{BULK}/listing_facts/?{first(page, '/admin/catalog/resources/', 4)}")
    page.select_option("[name=cost]", "free")
    page.select_option("[name=tags_how]", "add")
    page.fill("[name=tags]", "plain language")
    page.get_by_role("button", name="Show what will happen").click()


def kind(page):
    page.goto(f"{BULK}/listing_kind/?{first(page, '/admin/catalog/webinars/')}")
    page.select_option("[name=kind]", "course")
    page.get_by_role("button", name="Show what will happen").click()


def suggestion(page):
    page.goto("/admin/catalog/suggestions/?state=waiting")
    page.get_by_role("link", name="Boil water").first.click()


def schedule(page):
    page.goto(KITS)
    page.locator("[data-listing-page-title] a").first.click()
    page.get_by_role("button", name="Toggle status").click()


# Name: where it is, or what leads there; and the height of the picture.
SHOTS = {
    "desk": ("/admin/", 900),
    "lists": (listings, 760),
    "facts": (lambda page: page.goto(f"{BULK}/listing_facts/?{first(page, KITS, 3)}"), 760),
    "plan": (plan, 640),
    "kind": (kind, 480),
    "overdue": ("/admin/reports/overdue/", 600),
    "suggestion": (suggestion, 900),
    "schedule": (schedule, 760),
    "links": ("/admin/reports/links/?state=to-correct", 480),
    "searches": ("/admin/reports/misses/", 480),
    "tags": ("/admin/snippets/catalog/tag/", 560),
    "spreadsheet": ("/admin/catalog/import/", 700),
}


def shrink(picture):
    """Return the PNG with few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    few = image.quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def take(browser, names):
    context = browser.new_context(base_url=SITE, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/accounts/login/?next=/admin/")
    page.fill("[name=login]", "editor@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/admin/")
    for name in names:
        where, height = SHOTS[name]
        page.set_viewport_size({"width": 1280, "height": height})
        where(page) if callable(where) else page.goto(where)
        page.wait_for_load_state("load")
        page.wait_for_timeout(800)  # the admin fades in
        picture = shrink(page.screenshot())
        (HERE / f"{name}.png").write_bytes(picture)
        sys.stdout.write(f"{name}: {len(picture):,} bytes\n")
        if len(picture) > MOST_BYTES:
            sys.exit(f"{name}.png is larger than {MOST_BYTES:,} bytes.")


with sync_playwright() as playwright:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    take(browser, sys.argv[1:] or SHOTS)
    browser.close()
