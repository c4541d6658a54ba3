"""A bad file gets one clear line, and nothing of it is written."""

import json
import zipfile

import pytest
from openpyxl import Workbook

from catalog.models import ResourcePage

from .files import guidance, run, write_csv, write_jsonl, write_xlsx

pytestmark = pytest.mark.django_db
GOOD = json.dumps(guidance()) + "\n"
HEADER = ["kind", "title", "id"]
ROW = ["guidance", "A title", "1"]


def assert_refused_as_a_whole(path, message):
    out, failure = run(path)
    assert message in failure
    assert "\n" not in failure
    assert out == ""
    assert not ResourcePage.objects.exists()


def test_missing_file_and_folder(tmp_path):
    assert_refused_as_a_whole(tmp_path / "no.csv", "there is no such file")
    (tmp_path / "folder.csv").mkdir()
    assert_refused_as_a_whole(tmp_path / "folder.csv", "is not a file")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b"", "is empty"),
        ("a.csv", b"", "is empty"),
        ("a.xlsx", b"", "is empty"),
        ("a.csv", b" ,\n,,\n", "is empty"),
        ("a.pdf", b"%PDF", "only .jsonl, .csv and .xlsx"),
        ("a.jsonl", GOOD.encode("utf-16"), "is UTF-16. Save it as UTF-8."),
        ("a.csv", "kind,title\nkit,a\n".encode("utf-16"), "is UTF-16"),
        ("a.jsonl", GOOD.encode() + '{"title": "é"}'.encode("latin-1"), "is not UTF-8 (line 2)"),
        ("a.csv", "kind,title,id\nkit,é,1\n".encode("latin-1"), "is not UTF-8 (line 2)"),
        ("a.json", f"[{GOOD}]".encode(), "is one JSON list"),
        ("a.csv", b"kind,title,title_x\nkit,a,b\n", "no column “title_x”. Do you mean “title”?"),
        ("a.csv", b"kind,title,xyzzy\nkit,a,b\n", "docs/importing.md lists all columns"),
        ("a.csv", b"kind,title,title\nkit,a,b\n", "has the column “title” twice"),
        ("a.csv", b"kind,,title\nkit,a,b\n", "column 2 has no name"),
        ("a.csv", b"title,id\na,1\n", "has no column “kind”"),
        ("a.csv", b'kind,title,id\nkit,good,1\nkit,"never closed,2\n', "line 3"),
        ("a.xlsx", b"PK\x03\x04 broken", "is not an XLSX workbook"),
        ("a.xlsx", b"kind,title\nkit,a\n", "is not an XLSX workbook"),
    ],
)
def test_file_that_is_wrong_as_a_whole(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    assert_refused_as_a_whole(path, message)


def test_cell_without_end(tmp_path):
    path = write_csv(tmp_path / "a.csv", HEADER, ROW, ["kit", "x" * 1_100_000, "2"])
    assert_refused_as_a_whole(path, "line 3")


@pytest.mark.parametrize("kind", [".jsonl", ".csv"])
def test_line_of_ten_megabytes(tmp_path, kind):
    path = tmp_path / f"a{kind}"
    if kind == ".csv":
        path.write_text("kind,title,id\nguidance,A,1\nkit," + "x" * 10_000_000 + ",2\n")
        assert_refused_as_a_whole(path, "line 3")
        return
    path.write_text(GOOD + '{"title": "' + "x" * 10_000_000 + '"}\n' + json.dumps(guidance(id="2")))
    out, failure = run(path)
    assert failure == "1 row was refused."
    assert "line 2: The line is longer than 1,000,000 bytes." in out
    assert ResourcePage.objects.count() == 2


def test_lines_that_are_no_row(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = ["{broken", '["list"]', '"text"', "", '{"minutes": NaN}', "[" * 90_000, "null"]
    lines.append('{"minutes": 1' + "0" * 5000 + "}")
    path.write_text("\ufeff" + "\r\n".join([GOOD.strip(), *lines]), encoding="utf-8")
    out, failure = run(path)
    assert failure == "7 rows were refused."
    assert "line 2: It is not JSON: Expecting property name" in out
    assert out.count("It is not a JSON object") == 3
    assert out.count("It holds a number that no fact can be.") == 2
    assert "line 7: It is nested too deeply." in out
    assert ResourcePage.objects.count() == 1


def test_cells_that_are_no_fact(tmp_path):
    bad = [
        ({"published_on": "11/23/2026"}, "published_on: “11/23/2026” is not a date such as"),
        ({"published_on": "2026-02-30"}, "published_on: “2026-02-30” is not a date"),
        ({"published_on": "0202-01-01"}, "is not a date such as"),
        ({"minutes": "1.5"}, "minutes: “1.5” is not a whole number."),
        ({"minutes": -5}, "minutes: “-5” is not a whole number."),
        ({"minutes": 0}, "minutes: Ensure this value is greater than or equal to 1."),
        ({"link": "javascript:alert(1)"}, "link: “javascript:alert(1)” is not a web address"),
        ({"link": "https://exa mple.org"}, "is not a web address"),
        ({"link": "https://-/"}, "link: Enter a valid URL."),
        ({"cost": "cheap"}, "cost: “cheap” is not one of: free, free-with-account"),
        ({"language": "English"}, "language: “English” is not a language code"),
        ({"captions": "some"}, "captions: “some” is not one of: yes, no."),
        ({"draft": "perhaps"}, "draft: “perhaps” is not yes or no."),
        ({"title": ["a"]}, "title: This must be one text"),
        ({"title": "<br>"}, "It has no title."),
        ({"summary": "x" * 601}, "summary: Ensure this value has at most 600 characters"),
        ({"body": "x" * 100_001}, "body: The text has 100001 characters, more than 100000."),
        ({"id": "x" * 501}, "source_id: Ensure this value has at most 500 characters"),
        ({"required_by": "who: A | link"}, "required_by: “link” is not a part such as link: …."),
        ({"required_by": "who: A | when: B"}, "required_by: “when” is not one of: who, of_whom"),
        ({"required_by": "who: A"}, "required_by: of_whom: This field cannot be blank."),
    ]
    rows = [guidance(id=str(number)) | fields for number, (fields, _) in enumerate(bad)]
    out, failure = run(write_jsonl(tmp_path / "a.jsonl", *rows))
    assert failure == f"{len(bad)} rows were refused."
    for _fields, message in bad:
        assert message in out
    assert not ResourcePage.objects.exists()


def test_row_longer_or_shorter_than_the_header(tmp_path):
    path = write_csv(tmp_path / "a.csv", HEADER, ["kit", "short"], [*ROW, "extra"], [*ROW, ""])
    out, failure = run(path)
    assert failure == "2 rows were refused."
    assert "line 2: The row has 2 cells, the header 3." in out
    assert ResourcePage.objects.count() == 1


def test_signs_that_mean_nothing_are_dropped(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfkind,title,id\r\nguidance,A \0title\xef\xbb\xbf <i>x</i>,1\r\n")
    _out, failure = run(path)
    assert not failure
    assert ResourcePage.objects.get().title == "A title x"


def test_zip_that_is_no_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert_refused_as_a_whole(path, "is a ZIP file, but no XLSX workbook")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nothing/>")
    assert_refused_as_a_whole(path, "cannot be read as an XLSX workbook")


def test_workbook_that_would_fill_the_memory(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            for _block in range(21):
                part.write(b"\0" * 10_000_000)
    assert_refused_as_a_whole(path, "unpacks to more than")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_workbook_with_entities(tmp_path, encoding):
    good = write_xlsx(tmp_path / "good.xlsx", HEADER, ROW)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/styles.xml":
                bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><styleSheet/>'
                content = bomb.encode(encoding)
            archive.writestr(name, content)
    assert_refused_as_a_whole(path, "defines XML entities")


def test_damaged_workbook(tmp_path):
    good = write_xlsx(tmp_path / "good.xlsx", HEADER, ROW)
    path = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            is_sheet = name.startswith("xl/worksheets/")
            archive.writestr(name, content[: len(content) // 2] if is_sheet else content)
    assert_refused_as_a_whole(path, "cannot be read as an XLSX workbook")


def test_formulas_count_as_their_saved_values(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", HEADER, ["guidance", "=1+1", "2"], ROW)
    out, failure = run(path)
    assert failure == "1 row was refused."
    assert "line 2: A formula has no value: open and save the file." in out
    # The same as a spreadsheet would save it, with the value beside the formula.
    saved = tmp_path / "saved.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(saved, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = content.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
            archive.writestr(name, content)
    out, failure = run(saved, "--source", "s")
    assert not failure
    assert "2 created" in out
    assert ResourcePage.objects.filter(title="2").exists()


def test_sheet_of_resources_is_read_wherever_it_stands(tmp_path):
    book = Workbook()
    book.active.append(["notes"])
    sheet = book.create_sheet("Resources")
    for row in (HEADER, ROW):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    _out, failure = run(tmp_path / "a.xlsx")
    assert not failure
    assert ResourcePage.objects.count() == 1


def test_semicolons_and_tabs_separate_cells_too(tmp_path):
    for number, delimiter in enumerate(";\t,"):
        row = ["guidance", "A, title; with\tsigns", str(number)]
        path = write_csv(tmp_path / f"{number}.csv", HEADER, row, delimiter=delimiter)
        _out, failure = run(path)
        assert not failure
    assert set(ResourcePage.objects.values_list("title", flat=True)) == {"A, title; with signs"}
