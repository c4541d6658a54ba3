"""A filtered list as CSV and XLSX, which the importer reads back."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import downloads
from catalog.importers import workbook
from catalog.importers.columns import COLUMNS
from catalog.importers.formulas import disarmed, rearmed
from catalog.importers.workbook import listing_cells
from catalog.models import CourseRun, KitItem, ResourcePage
from tests import factories
from tests.catalog.importers.files import run

pytestmark = pytest.mark.django_db
NAMES = [column.name for column in COLUMNS]
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1", "\uff1d1+1"]
HARMLESS = ["", "a=1", "'tis so", "''", "'", "1-2", "https://example.org/?a=1"]


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def csv_rows(client, query=""):
    response = client.get(f"/resources.csv{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = body(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def xlsx_rows(client, query=""):
    response = client.get(f"/resources.xlsx{query}")
    assert response.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(response.content))["Resources"]
    names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, [cell or "" for cell in row], strict=True)) for row in rows]


@pytest.fixture(params=[csv_rows, xlsx_rows])
def rows(request):
    return request.param


def fill():
    """Make one listing of each kind with all sorts of relations."""
    common = {
        "topics": [factories.make_topic()],
        "provider": factories.make_provider("Société “X”, Inc."),
        "tags": ["one", "two"],
    }
    items = [KitItem(title="Checklist", file_format="PDF")]
    factories.make_kit("Kit", children={"items": items}, source="s", source_id="1", **common)
    runs = [CourseRun(label="Fall", state="planned")]
    factories.make_course("Course", children={"runs": runs}, source="s", source_id="2", **common)
    old = factories.make_guidance("Old", source="s", source_id="3", **common)
    factories.make_guidance("New", supersedes=old, source="s", source_id="4", **common)
    factories.make_webinar("Talk", in_days=3, source="s", source_id="5", **common)


# What stands in them


def test_file_has_the_columns_of_the_import_and_the_order_of_the_list(client, rows):
    fill()
    found = rows(client, "?sort=title")
    assert list(found[0]) == NAMES
    assert [row["title"] for row in found] == ["Course", "Kit", "New", "Old", "Talk"]
    for row in found:
        page = ResourcePage.objects.get(title=row["title"]).specific
        assert row == {name: text or "" for name, text in listing_cells(page).items()}


def test_filters_hold(client, rows):
    fill()
    factories.make_kit("Draft", live=False)
    assert [row["title"] for row in rows(client, "?kind=course&foo=1")] == ["Course"]
    assert rows(client, "?kind=course&topic=none-such") == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_file_is_read_back_without_a_change(client, tmp_path, suffix):
    fill()
    for number, title in enumerate(DANGEROUS[:4] + DANGEROUS[5:]):
        factories.make_kit(title, slug=f"x{number}", source="x", source_id=str(number))
    path = tmp_path / f"list.{suffix}"
    path.write_bytes(body(client.get(f"/resources.{suffix}")))
    out, failure = run(path)
    assert not failure, out
    assert "0 created, 0 changed, 12 unchanged" in out


# Formulas


@pytest.mark.parametrize("text", DANGEROUS)
def test_formula_is_disarmed_and_comes_back(text):
    assert disarmed(text) == f"'{text}"
    assert rearmed(disarmed(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text):
    assert disarmed(text) == text
    assert rearmed(text) == text


def test_no_cell_of_a_file_is_a_formula(client):
    factories.make_kit("=HYPERLINK(1)", summary="@SUM(1)", slug="x")
    (row,) = csv_rows(client)
    assert row["title"] == "'=HYPERLINK(1)"
    assert row["summary"] == "'@SUM(1)"
    response = client.get("/resources.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content))["Resources"]
    cell = sheet.cell(2, NAMES.index("title") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


# Around them


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "resources"),
        ("?cost=free&kind=course&sort=title", "resources-course-free"),
        ("?q=Plain+Language%21&all=1", "resources-plain-language-all"),
        ("?topic=%22%0d%0aX-Evil:1", "resources-x-evil1"),
        ("?topic=%c3%a9t%c3%a9", "resources-ete"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_name_of_the_file_says_its_filters(client, query, name, suffix):
    response = client.get(f"/resources.{suffix}{query}")
    assert response["Content-Disposition"] == f'attachment; filename="{name}.{suffix}"'
    assert response["X-Robots-Tag"] == "noindex"


def test_file_is_bounded_and_says_so(client, monkeypatch, rows):
    monkeypatch.setattr(downloads, "MOST_ROWS", {"csv": 3, "xlsx": 3})
    fill()
    assert len(rows(client)) == 3
    name = client.get("/resources.csv")["Content-Disposition"]
    assert name == 'attachment; filename="resources-first-3.csv"'
    page = client.get("/subscribe/").content.decode()
    assert page.count("The file holds the first 3 of 5.") == 2
    assert "The file holds" not in client.get("/subscribe/?kind=kit").content.decode()


def test_text_too_long_for_a_workbook_is_said_and_not_cut(client, monkeypatch):
    factories.make_kit("Kit", summary="x" * 300)
    monkeypatch.setattr(workbook, "LONGEST_CELL", 250)
    response = client.get("/resources.xlsx")
    assert response.status_code == 406
    text = response.content.decode()
    assert "C2 is too long for a workbook" in text
    assert 'href="/resources.csv"' in text
    assert len(csv_rows(client)) == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_queries_do_not_grow(client, suffix):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            body(client.get(f"/resources.{suffix}"))
        return len(captured)

    fill()
    few = queries()
    for page in ResourcePage.objects.all():
        for number in range(3):
            slug = f"{page.slug}-copy-{number}"
            page.specific.copy(update_attrs={"slug": slug, "source_id": ""})
    assert ResourcePage.objects.count() == 20
    assert queries() == few
    assert few <= 60
