"""The columns: what is written is read again, and the docs say what the code does."""

import csv
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook

from catalog.importers.columns import BY_NAME, COLUMNS
from catalog.importers.problems import FileProblem
from catalog.importers.tables import read_csv, read_xlsx
from catalog.importers.workbook import explanations, listing_cells, write_csv, write_workbook
from catalog.models import (
    Audience,
    CourseRun,
    GovernmentLevel,
    KitItem,
    Platform,
    RequiredBy,
    ResourcePage,
)
from catalog.models.resource import BODY_FEATURES
from tests import factories

from .files import run

DOCS = Path(settings.BASE_DIR) / "docs"


def full_listings():
    """Make one listing of each kind that states everything."""
    provider = factories.make_provider("Example; Vendor & <Co>", kind="vendor")
    topics = [factories.make_topic("Topic, with a comma"), factories.make_topic()]
    common = {
        "summary": "Use of <main> &amp; “quotes”, =SUM(A1).",
        "body": '<h2>Use</h2><p><b>Read</b> <a href="https://e.org/?a=1&amp;b=2">this</a>.</p>',
        "provider": provider,
        "level": "advanced",
        "delivery": "blended",
        "pacing": "instructor-led",
        "cost": "free-to-government",
        "minutes": 90,
        "language": "zh-Hans",
        "topics": topics,
        "audiences": Audience.objects.all()[:2],
        "tags": ["one tag", "two"],
        "account_needed": "yes",
        "captions": "no",
        "transcript": "yes",
        "accessibility_link": "https://example.org/vpat",
        "accessibility_on": "2026-01-02",
        "published_on": "2025-01-02",
        "review_by": "2027-01-02",
        "archived_on": "2026-02-02",
        "source": "elsewhere",
        "source_url": "https://example.org/list",
    }
    rule = {"who": "Act | of 2010", "of_whom": "all: staff", "link": "https://e.org/act"}
    old = factories.make_guidance(source_id="old", source="elsewhere")
    pages = [
        old,
        factories.make_kit(
            **common,
            source_id="k",
            link="https://example.org/k",
            licence="CC BY 4.0",
            contact_details_asked="yes",
            vendor_disclosure="Sells tools.\nAnd more.",
            children={
                "items": [
                    KitItem(title="A | B: c", file_format="PDF", link="https://e.org/a"),
                    KitItem(title="Format: a history"),
                ],
                "requirements": [RequiredBy(**rule)],
            },
        ),
        factories.make_webinar(
            **common,
            source_id="w",
            starts_local=datetime(2026, 7, 1, 14),
            ends_local=datetime(2026, 7, 1, 15),
            zone="America/Denver",
            event_status="postponed",
            registration_url="https://e.org/r",
            held_on="Zoom",
            venue="Room 1",
            recording_url="https://e.org/v",
            recording_minutes=55,
            recording_plan="promised",
            slides_url="https://e.org/s",
            series="Monthly call",
        ),
        factories.make_guidance(
            **common,
            source_id="g",
            number="M-1",
            version="2.0",
            effective_on="2026-01-01",
            ends_on="2026-12-31",
            applies_to="Everybody",
            supersedes=old,
        ),
        factories.make_course(
            **common,
            source_id="c",
            weeks=6,
            hours_per_week="10.0",
            outcomes="Write\nRead",
            prerequisites="None",
            credential="CEU",
            children={
                "runs": [
                    CourseRun(
                        label="Fall",
                        state="full",
                        is_pilot=True,
                        starts_local=datetime(2026, 9, 1, 9),
                        ends_local=datetime(2026, 10, 1, 9),
                        zone="America/Chicago",
                        registration_url="https://e.org/r",
                        registration_ends_on="2026-08-20",
                        capacity=30,
                        attended=20,
                        note="New | room",
                    ),
                    CourseRun(label="Later"),
                ]
            },
        ),
    ]
    for page in pages:
        page.platforms.set([Platform.objects.get_or_create(name="X", slug="x")[0]])
        page.made_for.set(GovernmentLevel.objects.all()[:3])
        page.save()
    return [page.specific_class.objects.get(pk=page.pk) for page in pages]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_written_file_changes_nothing_when_it_is_read(tmp_path, kind):
    cells = [listing_cells(page) for page in full_listings()]
    stated = {name for row in cells for name, text in row.items() if text}
    assert stated == {column.name for column in COLUMNS} - {"draft"}
    path = tmp_path / f"all.{kind}"
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            write_csv(file, cells)
    else:
        write_workbook(path, cells)
    out, failure = run(path)
    assert not failure, out
    assert "0 created, 0 changed, 5 unchanged" in out
    # And it says everything: on an empty site it makes the same listings.
    for page in ResourcePage.objects.all():
        page.delete()
    out, failure = run(path)
    assert "5 created" in out
    assert [listing_cells(page.specific) for page in ResourcePage.objects.all()] == cells


def test_text_longer_than_a_cell_is_not_cut(tmp_path):
    with pytest.raises(FileProblem, match="A2 is too long"):
        write_workbook(tmp_path / "a.xlsx", [{"kind": "x" * 40_000}])


def test_bodies_know_every_feature_of_the_editor():
    known = {"h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote"}
    assert set(BODY_FEATURES) == known, "Change catalog/importers/bodies.py, too."


@pytest.mark.django_db
def test_meanings_name_all_values():
    for name, model in (("audiences", Audience), ("made_for", GovernmentLevel)):
        for row in model.objects.all():
            assert row.slug in str(BY_NAME[name].meaning)
    for column in COLUMNS:
        for value in getattr(getattr(column.value, "choices", None), "values", []):
            assert value in str(column.meaning), column.name


def test_documentation_explains_every_column():
    lines = [
        f"| `{name}` | {kinds} | {meaning.replace('|', chr(92) + '|')} |"
        for name, kinds, meaning in explanations()
    ]
    table = "| column | for | meaning |\n| --- | --- | --- |\n" + "\n".join(lines)
    assert table in (DOCS / "importing.md").read_text(), f"docs/importing.md needs:\n{table}"


@pytest.mark.django_db
def test_examples_are_imported(tmp_path):
    for name in ("resources.csv", "resources.xlsx"):
        out, failure = run(DOCS / "examples" / name)
        assert not failure, out
        assert "Possible doubles" not in out
        expected = "10 created" if name.endswith(".csv") else "0 created, 0 changed, 10 unchanged"
        assert expected in out
    assert {page.kind for page in ResourcePage.objects.all()} == {
        *("kit", "webinar", "guidance", "course")
    }
    assert all(page.topics.exists() for page in ResourcePage.objects.all())


def test_example_workbook_is_the_table_with_all_columns_explained():
    examples = DOCS / "examples"
    table = [row for _line, row in read_csv(examples / "resources.csv")]
    book = [row for _line, row in read_xlsx(examples / "resources.xlsx")]
    assert [{name: cell or "" for name, cell in row.items()} for row in book] == table
    with (examples / "resources.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == [column.name for column in COLUMNS]
    explained = load_workbook(examples / "resources.xlsx")["Columns"]
    rows = list(explained.iter_rows(values_only=True))[1:]
    assert rows == explanations(), "Write docs/examples anew with importers.workbook."
