"""A bad file gets one clear line, and nothing of it is written."""

import pytest

from forum.models import Thread

from .files import HEAD, TRANSCRIPT, item, run
from .test_bbpress import ALL

pytestmark = pytest.mark.django_db
EXPORT = (HEAD + "".join(ALL) + "</channel></rss>\n").encode()
BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><wp:x>&b;</wp:x></rss>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<rss xmlns:wp="http://wordpress.org/export/1.2/"><wp:x>&f;</wp:x></rss>"""


@pytest.mark.parametrize(
    ("command", "content", "message"),
    [
        ("import_bbpress", b"", "is empty"),
        ("import_bbpress", EXPORT[:-900], "ends in the middle (line"),
        ("import_bbpress", EXPORT[: EXPORT.index(b"A year") + 3], "ends in the middle (line"),
        ("import_bbpress", EXPORT.replace(b"</item>", b"</entry>", 1), "is no XML: mismatched tag"),
        ("import_bbpress", BOMB, "declares a DTD or entities"),
        ("import_bbpress", OUTSIDE, "declares a DTD or entities"),
        ("import_bbpress", b"<html><body>Log in</body></html>", "is no export of WordPress"),
        ("import_bbpress", b"<rss><channel/></rss>", "is no export of WordPress"),
        ("import_bbpress", b"just words", "is no XML: syntax error"),
        ("import_bbpress", EXPORT.decode().encode("utf-16"), "is UTF-16. Save it as UTF-8."),
        ("import_bbpress", EXPORT.decode().encode("latin-1"), "is not UTF-8 (line 8)"),
        (
            "import_bbpress",
            EXPORT.replace(b'"UTF-8"', b'"x-unknown"'),
            "Save it as UTF-8",
        ),
        (
            "import_bbpress",
            (HEAD + item("page", 1, "About") + "</channel></rss>").encode(),
            "holds no topics of bbPress (it holds: 1 page)",
        ),
        ("import_transcript", b"", "is empty"),
        ("import_transcript", b"Some words\nand more\n", "is no transcript"),
        ("import_transcript", b"See ticket #12 and #13 there\n", "is no transcript"),
        ("import_transcript", TRANSCRIPT.encode("utf-16"), "is UTF-16. Save it as UTF-8."),
        ("import_transcript", TRANSCRIPT.encode("cp1252"), "is not UTF-8 (line 3)"),
    ],
)
def test_file_that_is_wrong_as_a_whole(tmp_path, command, content, message):
    path = tmp_path / "file"
    path.write_bytes(content)
    out, failure = run(command, path)
    assert message in failure
    assert "\n" not in failure
    assert out == ""
    assert not Thread.objects.exists()


@pytest.mark.parametrize("command", ["import_bbpress", "import_transcript"])
def test_missing_file_folder_and_size(tmp_path, command, monkeypatch):
    assert "there is no such file" in run(command, tmp_path / "no")[1]
    assert "is not a file" in run(command, tmp_path)[1]
    monkeypatch.setattr("forum.importers.wxr.LARGEST_FILE", 100)
    monkeypatch.setattr("forum.importers.transcript.LARGEST_FILE", 100)
    (tmp_path / "large").write_bytes(EXPORT)
    assert "is larger than" in run(command, tmp_path / "large")[1]


def test_signs_that_xml_forbids_are_dropped(tmp_path):
    path = tmp_path / "export.xml"
    path.write_bytes(EXPORT.replace(b"A year.", b"A\x0b year\x00."))
    assert run("import_bbpress", path)[1] == ""
    assert Thread.objects.get().posts.get(number=2).text == "A year."


def test_report_that_cannot_be_written_is_found_first(tmp_path):
    path = tmp_path / "export.xml"
    path.write_bytes(EXPORT)
    _out, failure = run("import_bbpress", path, "--report", tmp_path / "no" / "report.csv")
    assert "cannot be written" in failure
    assert not Thread.objects.exists()


def test_transcript_without_title_is_refused(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text(
        "This topic contains 0 replies, has 1 voice 1 year ago\n#1\nAna Moreau\nHello\n"
    )
    out, failure = run("import_transcript", path)
    assert "There is no title above the first post." in out
    assert failure == "1 thread was refused."
