"""Documentation is part of a change: what exists has its line, and what is gone has none."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import get_resolver
from wagtail.models import Page

ROOT = settings.BASE_DIR
# Wagtail's own, and doors that only lead elsewhere.
NO_PAGES = re.compile(r"admin/.+|_util/.*|documents/authenticate_with_password/.*|\^\(\(\?:.*")
CODE = re.compile(r"`([^`]+)`")


def document(name):
    return (ROOT / name).read_text()


def first_cells(text):
    """Return what the first column of each Markdown table row names in code."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return {name for cell in rows for name in CODE.findall(cell)}


# Settings


def variables_read():
    """Return the names of the variables that the settings ask `env` for."""
    found = {"DJANGO_SETTINGS_MODULE"}
    for path in (ROOT / "portal/settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(node.args[0].value)
    return found


def variables_of_the_demo():
    """Return the names of the variables that the Makefile hands to the demo."""
    exported = re.search(r"^export (.+)$", document("Makefile"), re.MULTILINE)
    return set(exported[1].split())


def test_there_are_settings_to_look_for():
    assert {"SECRET_KEY", "DATABASE_URL", "HSTS_SECONDS"} <= variables_read()
    assert variables_of_the_demo() == {"HOST", "PORT", "VAR_DIR", "DEMO_PASSWORD"}


def test_every_variable_is_explained_and_no_other():
    explained = {name for name in first_cells(document("docs/settings.md")) if name.isupper()}
    assert explained == variables_read() | variables_of_the_demo()


def test_every_variable_has_its_line_in_the_example():
    lines = re.findall(r"^# ([A-Z_]+)=", document(".env.example"), re.MULTILINE)
    assert len(lines) == len(set(lines))
    assert set(lines) == (variables_read() | variables_of_the_demo()) - {"ENV_FILE"}


# Commands and targets


def own_commands():
    """Return the names of the management commands of the project's own apps."""
    return {
        name
        for name, app in get_commands().items()
        if str(app).split(".")[0] in ("portal", "catalog", "forum")
    }


def test_every_command_has_its_line_and_no_other():
    assert {"demo", "work"} <= own_commands()
    named = first_cells(document("docs/development.md"))
    assert {name.split()[1] for name in named if name.startswith("manage.py ")} == own_commands()


def test_every_target_has_its_line_and_no_other():
    makefile = document("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert targets == set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
    assert targets == set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    named = first_cells(document("docs/development.md"))
    assert {name.split()[1] for name in named if name.startswith("make ")} == targets


# The map


def pattern(address):
    """Return an address without the names of its parts: "/forum/p/<>/"."""
    return "/" + re.sub(r"<[^>]*>", "<>", address).lstrip("/")


def mapped():
    section = document("docs/architecture.md").partition("## Map of the site")[2]
    return {pattern(name) for name in first_cells(section) if name.startswith("/")}


def answered(patterns=None, prefix=""):
    """Return the addresses of all URL patterns that are pages of ours."""
    found = set()
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            found |= answered(entry.url_patterns, route)
        elif not NO_PAGES.fullmatch(route):
            route = route.replace("^(\\d+)/(.*)$", "<number>/<name>")
            found.add(pattern(route))
    return found


@pytest.mark.parametrize("address", sorted(answered()))
def test_every_address_is_on_the_map(address):
    assert address in mapped()


@pytest.mark.django_db
def test_every_standard_page_is_on_the_map():
    pages = Page.objects.filter(depth__gt=1).live()
    addresses = {page.url_path.removeprefix("/home") for page in pages}
    assert addresses
    assert addresses - mapped() == set()


@pytest.mark.django_db
def test_the_map_names_no_page_that_is_gone():
    pages = Page.objects.filter(depth__gt=1)
    there = answered() | {page.url_path.removeprefix("/home") for page in pages}
    assert mapped() - there - {"/admin/", "/resources/<>/"} == set()


# Links between documents


@pytest.mark.parametrize(
    "path",
    sorted(
        [path.relative_to(ROOT) for path in ROOT.glob("*.md")]
        + [path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.md")]
    ),
    ids=str,
)
def test_links_between_documents_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", document(path)):
        if "://" not in link and not link.startswith("mailto:"):
            assert (ROOT / path.parent / Path(link)).exists(), link
