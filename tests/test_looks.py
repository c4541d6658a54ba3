"""The looks keep their promises: readable colors, few bytes, no inline style or script."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "portal" / "static" / "site"
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if path.parent.name not in ("emails", "email", "notifications")  # mails have no stylesheet
)

# Words need 4.5 to 1, marks and the edges of controls 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
WORDS = [
    *[("ink", ground) for ground in ("paper", "surface", "sunk", "accent-tint", "bad-tint")],
    *[("soft", ground) for ground in ("paper", "surface", "sunk", "accent-tint", "warn-tint")],
    *[("accent", ground) for ground in ("paper", "surface", "sunk", "accent-tint")],
    ("accent-strong", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("seen", "paper"),
    ("seen", "surface"),
    ("on-mark", "mark"),
    ("on-band", "band"),
    ("on-band", "band-raised"),
    ("on-band-soft", "band"),
    ("on-band-soft", "band-raised"),
    ("bad", "paper"),
    ("bad", "surface"),
    *[(name, f"{name}-tint") for name in ("good", "warn", "bad")],
    *[(kind, f"{kind}-tint") for kind in ("course", "webinar", "guidance", "kit")],
]
MARKS = [
    *[("edge", ground) for ground in ("paper", "surface", "sunk")],
    *[("focus", ground) for ground in ("paper", "surface", "sunk", "accent-tint")],
    ("band-edge", "band"),
    ("band-focus", "band"),
    ("gold", "band"),
]


def colors(scheme):
    """Return the color tokens of site.css by name, for "light" or "dark"."""
    light, dark = (STATIC / "site.css").read_text().split("@media (prefers-color-scheme: dark)", 1)
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light)
    if scheme == "dark":
        found += re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark.split("/* ---", 1)[0])
    return dict(found)


def brightness(color):
    """Return the relative luminance of "#rrggbb", 0 to 1."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_measured_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(WORDS, 4.5), (MARKS, 3)])
def test_colors_can_be_read(scheme, pairs, least):
    color = colors(scheme)
    weak = {
        pair: round(contrast(color[pair[0]], color[pair[1]]), 2)
        for pair in pairs
        if contrast(color[pair[0]], color[pair[1]]) < least
    }
    assert weak == {}


def test_every_custom_property_in_use_is_defined():
    css = (STATIC / "site.css").read_text()
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"(--[\w-]+):", css))


@pytest.mark.parametrize(
    ("pattern", "most"), [("*.css", 13_000), ("*.js", 16_000), ("favicon.*", 4_000)]
)
def test_files_are_small_on_the_wire(pattern, most):
    files = list(STATIC.glob(pattern))
    assert files
    assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) <= most


def test_nothing_is_fetched_from_elsewhere():
    for path in STATIC.glob("*.[cj]s*"):
        assert not re.search(r"url\(|@import|https?://[a-z]", path.read_text()), path.name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_compile_without_inline_style_or_script(path):
    text = path.read_text()
    get_template(str(path.relative_to(ROOT / "templates")))
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<[^>]*\son[a-z]+=\"", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)", text)
    assert "<style" not in text


def test_every_icon_that_a_template_names_is_drawn():
    drawn = set(
        re.findall(r'name == "([\w-]+)"', (ROOT / "templates/components/icon.html").read_text())
    )
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r'components/icon\.html" with name="([\w-]+)"', path.read_text()))
    assert named
    assert named <= drawn


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_error_pages_need_no_request(name):
    html = render_to_string(name)
    assert html.count("<h1>") == 1
    assert "site.css" in html or re.search(r"site\.[0-9a-f]+\.css", html)


def test_frame_says_what_it_is_in_the_demo_only(rf):
    request = rf.get("/topics/")
    html = render_to_string("404.html", {"demo": True, "request": request})
    assert "Demonstration: not a government website" in html
    html = render_to_string("404.html", {"demo": False, "request": request})
    assert "Demonstration" not in html


def test_frame_marks_where_one_is_and_who_one_is(rf):
    request = rf.get("/forum/new/")
    html = render_to_string("404.html", {"request": request})
    assert '<a href="/forum/" aria-current="true">' in html
    assert "Log in" in html and "Join" in html
    member = {"is_authenticated": True, "display_name": "Maribel <b>", "username": "maribel"}
    html = render_to_string("404.html", {"request": request, "user": member})
    assert "Maribel &lt;b&gt;" in html
    assert "Join" not in html
