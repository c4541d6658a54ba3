import csv
import io
import sys
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry, ReferenceIndex, Revision

from catalog import changes
from catalog.importers.workbook import listing_cells
from catalog.management.commands.import_resources import Command
from catalog.models import (
    GuidancePage,
    Provider,
    ResourcePage,
    Tag,
    TagAlias,
    Topic,
    WebinarPage,
)
from portal.search.models import PendingChange
from tests import factories

from .files import guidance, run, webinar, write_csv, write_jsonl, write_xlsx

pytestmark = pytest.mark.django_db
SUMMARY = "{} created, {} changed, {} unchanged, {} skipped, {} refused."


def test_rows_become_listings_of_their_kind(tmp_path):
    factories.make_topic("Accessibility")
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(
            summary="All of <b>it</b> &amp; more",
            body="Read **this**.",
            link="https://example.org/g?utm_source=x",
            provider="Example Office",
            provider_kind="other government",
            topics=["accessibility"],
            audiences=["HR", "all-staff"],
            tags="Writing; style",
            cost="Free",
            minutes=30,
            language="es-mx",
            captions=True,
            number="M-1",
            required_by="who: Example Act | of_whom: everybody | link: https://example.org/act",
        ),
        webinar(
            starts="2026-07-01 14:00",
            ends="2026-07-01 15:00",
            zone="America/Chicago",
            recording_url="https://example.org/video",
        ),
        {
            "id": "k1",
            "kind": "Kit",
            "title": "Tools",
            "items": ["Checklist | format: PDF", {"title": "A | B", "link": "https://e.org/"}],
        },
        {
            "id": "c1",
            "kind": "course",
            "title": "Course",
            "hours_per_week": 1.5,
            "runs": "Fall | starts: 2026-09-07 09:00 | ends: 2026-11-30 10:00 "
            "| zone: America/Chicago | state: open | places: 30",
        },
    )
    out, failure = run(path)
    assert not failure
    assert SUMMARY.format(4, 0, 0, 0, 0) in out
    assert "1 kit, 1 webinar, 1 guidance, 1 course; 0 archived, 4 live." in out
    page = GuidancePage.objects.get(source="test", source_id="g1")
    assert (page.slug, page.summary, page.body) == (
        "writing-well",
        "All of it & more",
        "<p>Read <b>this</b>.</p>",
    )
    assert (page.provider.name, page.provider.kind) == ("Example Office", "other-government")
    assert [topic.slug for topic in page.topics.all()] == ["accessibility"]
    assert {row.slug for row in page.audiences.all()} == {"hr", "all-staff"}
    assert {tag.name for tag in page.tags.all()} == {"Writing", "style"}
    assert (page.cost, page.minutes, page.language) == ("free", 30, "es-MX")
    assert (page.captions, page.transcript, page.level, page.number) == ("yes", "", "", "M-1")
    assert page.requirements.get().who == "Example Act"
    assert page.normalized_link == "example.org/g"
    assert page.first_published_at is not None
    event = WebinarPage.objects.get()
    assert event.starts_local == datetime(2026, 7, 1, 14)
    assert event.starts_at == datetime(2026, 7, 1, 19, tzinfo=UTC)
    assert ResourcePage.objects.get(pk=event.pk).has_recording
    kit = ResourcePage.objects.get(kind="kit").specific
    assert kit.source == "list.jsonl"
    items = [(item.title, item.file_format, item.link) for item in kit.items.all()]
    assert items == [("Checklist", "PDF", ""), ("A | B", "", "https://e.org/")]
    course = ResourcePage.objects.get(kind="course").specific
    run_of_course = course.runs.get()
    assert (run_of_course.label, run_of_course.capacity) == ("Fall", 30)
    assert course.next_starts_at == datetime(2026, 9, 7, 14, tzinfo=UTC)


def test_second_run_writes_nothing(tmp_path):
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(body="# A\n\n- b", provider="P", tags=["t"], topics=["x"], link="https://e.org/a"),
        webinar(starts="2026-07-01T14:00:00-04:00", zone="America/New_York", id=7),
    )
    write_jsonl(tmp_path / "topics.jsonl", {"slug": "x", "title": "X", "aliases": ["y", "x"]})
    run(path)
    before = [PendingChange.objects.count(), PageLogEntry.objects.count()]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        out, failure = run(path)
    assert not failure
    assert "Nothing changed." in out
    assert SUMMARY.format(0, 0, 2, 0, 0) in out
    writing = ("INSERT", "UPDATE", "DELETE")
    assert not [q["sql"] for q in queries if q["sql"].lstrip().startswith(writing)]
    assert before == [PendingChange.objects.count(), PageLogEntry.objects.count()]
    assert Revision.objects.count() == 0


def test_changed_row_changes_its_columns_alone(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(changes, "listeners", [told.append])
    path = write_jsonl(tmp_path / "list.jsonl", guidance(minutes=5, level="advanced", tags="a; b"))
    run(path)
    page = GuidancePage.objects.get()
    GuidancePage.objects.update(cost="free")  # by an editor; the file has no such column
    write_jsonl(path, guidance(minutes=None, level="advanced", title="Write better", tags="b"))
    out, failure = run(path)
    assert SUMMARY.format(0, 1, 0, 0, 0) in out
    page = GuidancePage.objects.get()
    assert (page.title, page.draft_title, page.slug) == (
        "Write better",
        "Write better",
        "writing-well",
    )
    assert (page.minutes, page.level, page.cost) == (None, "advanced", "free")
    assert [tag.name for tag in page.tags.all()] == ["b"]
    entry = PageLogEntry.objects.get(action="wagtail.edit")
    assert entry.data["import"]["columns"] == ["minutes", "tags", "title"]
    assert told == [page]


def test_newly_archived_listing_is_announced(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(changes, "listeners", [told.append])
    path = write_jsonl(tmp_path / "list.jsonl", guidance(expires=None))
    run(path)
    assert told == []
    out, _failure = run(write_jsonl(path, guidance(expires="2020-01-01")))
    page = GuidancePage.objects.get()
    assert page.archived_on == date(2020, 1, 1)
    assert told == [page]
    assert "1 archived, 1 live" in out


def test_listing_that_an_editor_has_open_is_left_alone(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance())
    run(path)
    page = GuidancePage.objects.get()
    page.title = "Editor's title"
    page.save_revision()
    out, failure = run(write_jsonl(path, guidance(title="Another")))
    assert failure == "1 row was refused."
    assert "line 1 “Another”: An editor’s changes wait" in out
    assert GuidancePage.objects.get().title == "Writing well"


def test_editor_sees_what_an_import_changed_after_his_last_edit(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance())
    run(path)
    GuidancePage.objects.get().save_revision().publish()
    _out, failure = run(write_jsonl(path, guidance(title="Another")))
    assert not failure
    page = GuidancePage.objects.get()
    assert page.get_latest_revision_as_object().title == "Another"
    assert page.title == "Another"
    assert page.live and not page.has_unpublished_changes


def test_drafts_stay_drafts_and_nothing_is_unpublished(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance(draft=True), webinar(draft=False))
    out, _failure = run(path)
    assert "1 live." in out
    assert not GuidancePage.objects.get().live
    write_jsonl(path, guidance(draft=False), webinar(draft=True))
    out, _failure = run(path)
    assert SUMMARY.format(0, 0, 2, 0, 0) in out
    assert "It is published here; an import never unpublishes." in out
    assert not GuidancePage.objects.get().live
    assert WebinarPage.objects.get().live


@pytest.mark.parametrize(
    ("row", "option", "source"),
    [
        ({"source": "stated", "source_url": "https://e.org/x"}, "option", "stated"),
        ({"source_url": "https://e.org/x"}, "option", "option"),
        ({"source_url": "https://www.E.org/x"}, "", "e.org"),
        ({}, "", "list.jsonl"),
    ],
)
def test_source_is_the_first_that_is_known(tmp_path, row, option, source):
    path = write_jsonl(tmp_path / "list.jsonl", {"id": "a", "kind": "kit", "title": "T"} | row)
    run(path, *(["--source", option] if option else []))
    assert ResourcePage.objects.get().source == source
    out, _failure = run(path, *(["--source", option] if option else []))
    assert SUMMARY.format(0, 0, 1, 0, 0) in out


def test_same_id_of_another_source_is_another_listing(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance(), guidance(source="other"))
    out, failure = run(path)
    assert not failure
    assert SUMMARY.format(2, 0, 0, 0, 0) in out
    assert set(ResourcePage.objects.values_list("slug", flat=True)) == {
        "writing-well",
        "writing-well-2",
    }


def test_row_without_id_is_known_by_its_address(tmp_path):
    page = factories.make_guidance("Here already", link="https://www.example.org/a/")
    path = write_csv(
        tmp_path / "list.csv",
        ["kind", "title", "link"],
        ["guidance", "New title", "http://example.org/a?utm_source=mail"],
        ["guidance", "No identity", ""],
    )
    out, failure = run(path)
    assert SUMMARY.format(0, 1, 0, 0, 1) in out
    assert "line 3 “No identity”: It needs an id or a link" in out
    page.refresh_from_db()
    assert (page.title, page.source) == ("New title", "")
    factories.make_guidance("Twin", link="https://example.org/a")
    out, failure = run(path)
    assert "Several listings have this link: give the row an id." in out


def test_address_does_not_matter_for_rows_with_an_id(tmp_path):
    factories.make_guidance("Here already", link="https://example.org/a")
    path = write_jsonl(tmp_path / "list.jsonl", guidance(link="https://example.org/a/"))
    out, failure = run(path)
    assert not failure
    assert SUMMARY.format(1, 0, 0, 0, 0) in out
    assert "Possible doubles:" in out
    assert "line 1 “Writing well”: The same address as /resources/here-already" in out


def test_same_listing_twice_in_a_file_is_refused(tmp_path):
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(link="https://example.org/a"),
        guidance(title="Again"),
        {"kind": "guidance", "title": "By address", "link": "http://example.org/a/"},
    )
    out, failure = run(path)
    assert failure == "2 rows were refused."
    assert out.count("The same listing stands on line 1 already.") == 2
    assert GuidancePage.objects.get().title == "Writing well"


def test_bad_row_harms_no_other(tmp_path):
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(id="a"),
        guidance(id="b", provider="Never made", effective_on="2026-02-02", ends_on="2026-01-01"),
        guidance(id="c", audiences=["martians"], tags="never made"),
        guidance(id="d", title="T" * 300),
        guidance(id="e"),
    )
    out, failure = run(path)
    assert failure == "3 rows were refused."
    assert SUMMARY.format(2, 0, 0, 0, 3) in out
    assert "ends_on: It cannot end before it takes effect." in out
    assert "audiences: “martians” is not one of: all-staff, " in out
    assert "title: Ensure this value has at most 255 characters (it has 300)." in out
    assert not Provider.objects.exists()
    assert not Tag.objects.exists()


def test_dry_run_says_the_same_and_writes_nothing(tmp_path):
    write_jsonl(
        tmp_path / "topics.jsonl",
        {"slug": "parent", "title": "Parent"},
        {"slug": "x", "title": "X", "parent": "parent", "aliases": ["old-x"]},
    )
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(supersedes="g2", topics=["x", "old-x", "parent"], provider="P"),
        guidance(id="g2", topics=["x"], link="https://e.org/"),
        guidance(id="g3", link="https://e.org/"),
        guidance(id="g4", minutes="many"),
    )
    dry, failure = run(path, "--dry-run")
    assert failure == "1 row was refused."
    assert "Dry run: nothing was written." in dry
    assert not ResourcePage.objects.exists()
    assert not Topic.objects.exists()
    assert not Provider.objects.exists()
    assert not PendingChange.objects.exists()
    wet, failure = run(path)
    assert wet.splitlines()[-2:] == dry.splitlines()[-2:]
    assert dry.splitlines()[:4] == wet.splitlines()[:4]
    page = GuidancePage.objects.get(source_id="g1")
    assert {topic.slug for topic in page.topics.all()} == {"parent", "x"}
    assert Topic.objects.get(slug="x").parent.slug == "parent"


def test_superseded_document_may_come_later_in_the_file(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(changes, "listeners", [told.append])
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(id="3", supersedes="2"),
        guidance(id="2", supersedes="1"),
        guidance(id="1"),
        guidance(id="x", supersedes="nowhere"),
    )
    out, failure = run(path)
    assert failure == "1 row was refused."
    assert "supersedes: there is no guidance “nowhere” here or in the file." in out
    newest = GuidancePage.objects.get(source_id="3")
    assert newest.supersedes.supersedes.source_id == "1"
    assert {page.source_id for page in told} == {"1", "2"}
    out, _failure = run(path)
    assert SUMMARY.format(0, 0, 3, 0, 1) in out


def test_unknown_topic_is_left_out_and_named(tmp_path):
    topic = factories.make_topic("Plain language")
    topic.aliases.create(title="Plain writing", slug="plain-writing")
    path = write_jsonl(
        tmp_path / "list.jsonl", guidance(topics=["Plain Writing", "plain-language", "unheard"])
    )
    out, failure = run(path)
    assert not failure
    assert "The topic “unheard” is not in the catalog and was left out." in out
    assert [topic.slug for topic in GuidancePage.objects.get().topics.all()] == ["plain-language"]


def test_topics_of_the_catalog_stay_as_editors_made_them(tmp_path):
    factories.make_topic("Search", summary="Ours.")
    topics = write_jsonl(
        tmp_path / "mine.jsonl",
        {"slug": "search", "title": "Search", "summary": "Theirs.", "aliases": ["find"]},
        {"slug": "new", "title": "New", "summary": "One. " * 200, "aliases": ["search", "old-new"]},
    )
    out, failure = run(write_jsonl(tmp_path / "list.jsonl", guidance()), "--topics", topics)
    assert not failure
    assert "New topics: 1." in out
    assert Topic.objects.get(slug="search").summary == "Ours."
    new = Topic.objects.get(slug="new")
    assert [alias.slug for alias in new.aliases.all()] == ["old-new"]
    assert len(new.summary) <= 500
    assert new.summary.endswith("One.")


@pytest.mark.parametrize(
    "text",
    ['{"slug": "a"}\n', "nonsense\n", '{"slug":"a","title":"A"}\n{"slug":"a","title":"B"}\n'],
)
def test_bad_topics_file_stops_the_import(tmp_path, text):
    (tmp_path / "topics.jsonl").write_text(text)
    out, failure = run(write_jsonl(tmp_path / "list.jsonl", guidance()))
    assert "topics.jsonl, line " in failure
    assert not ResourcePage.objects.exists()
    assert not Topic.objects.exists()


def test_names_that_are_known_are_not_made_again(tmp_path):
    provider = factories.make_provider("General Services", former_names="GSA\nOld GSA")
    tag = Tag.objects.create(name="Video", slug="video")
    TagAlias.objects.create(tag=tag, name="Film", slug="film")
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(
            provider="old gsa", provider_kind="agency", tags="VIDEO; film", platforms="YouTube"
        ),
        guidance(id="g2", provider="general services", provider_kind="vendor", platforms="youtube"),
    )
    out, _failure = run(path)
    provider.refresh_from_db()
    assert provider.kind == "agency"
    assert "is a provider of the kind" in out
    assert Provider.objects.count() == 1
    assert Tag.objects.count() == 1
    assert {page.provider for page in GuidancePage.objects.all()} == {provider}
    assert {p.name for page in GuidancePage.objects.all() for p in page.platforms.all()} == {
        "YouTube"
    }


def test_kinds_of_the_source_that_we_do_not_have_are_skipped(tmp_path):
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(kind="community"),
        guidance(id="2", kind="service"),
        guidance(id="3", kind="webinr"),
        guidance(id="4", kind=""),
        guidance(id="5"),
    )
    out, failure = run(path)
    assert failure == "2 rows were refused."
    assert SUMMARY.format(1, 0, 0, 2, 2) in out
    assert "The catalog has no listings of the kind “service”." in out
    assert "“webinr” is no kind" in out
    assert "It has no kind" in out


def test_kind_option_takes_only_those(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance(), webinar(), guidance(id="k", kind="kit"))
    out, failure = run(path, "--kind", "kit", "--kind", "webinar")
    assert not failure
    assert SUMMARY.format(2, 0, 0, 1, 0) in out
    assert not GuidancePage.objects.exists()


def test_listing_does_not_change_its_kind_by_import(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance())
    run(path)
    out, failure = run(write_jsonl(path, guidance(kind="kit")))
    assert failure == "1 row was refused."
    assert "is a listing of the kind “guidance” here" in out


def test_fact_of_another_kind_is_refused(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance(weeks=3, venue=""))
    out, failure = run(path)
    assert "weeks: a guidance has none." in out
    assert failure


def test_time_needs_a_zone_and_has_to_exist(tmp_path):
    path = write_jsonl(
        tmp_path / "list.jsonl",
        webinar(starts="2026-07-01 14:00"),
        webinar(id="2", starts="2026-03-08 02:30", zone="America/New_York"),
        webinar(id="3", starts="2026-07-01 14:00", zone="Mars/Olympus"),
        webinar(id="4", starts="2026-07-01T18:00:00Z", zone="America/Chicago"),
        webinar(id="5", starts="2026-07-01T18:00:00Z"),
    )
    out, failure = run(path)
    assert failure == "3 rows were refused."
    assert "say in which time zone" in out
    assert "the clocks skip it that night" in out
    assert "“Mars/Olympus” is not a time zone" in out
    assert WebinarPage.objects.get(source_id="4").starts_local == datetime(2026, 7, 1, 13)
    assert WebinarPage.objects.get(source_id="5").starts_local == datetime(2026, 7, 1, 14)


def test_names_of_the_digitalgov_export_are_understood(tmp_path):
    shared = {"source_url": "https://digital.gov/e/1/", "topics": [], "deck": "", "weight": 1}
    path = write_jsonl(
        tmp_path / "resources.jsonl",
        shared
        | {
            "id": "events/1",
            "kind": "webinar",
            "title": "Monthly call",
            "external_url": "https://register.example/1",
            "registration_url": "https://register.example/1",
            "organization": "Digital.gov",
            "published": "2019-12-11",
            "starts": "2019-12-11T14:00:00-05:00",
            "ends": "2019-12-11T15:00:00-05:00",
            "tz_offset_written": "-0500",
            "youtube_id": "3FKyVeipMss",
            "platform": "zoom",
            "venue": None,
            "cancelled": False,
            "expires": "2021-02-26",
            "draft": False,
        },
        shared
        | {
            "id": "events/2",
            "kind": "webinar",
            "title": "In a room",
            "external_url": None,
            "registration_url": None,
            "published": "2019-07-10",
            "starts": "2019-07-10T14:00:00-04:00",
            "ends": None,
            "tz_offset_written": "-0500",
            "youtube_id": None,
            "platform": None,
            "venue": {"venue_name": "GSA", "room": "1461", "city": "Washington", "state": "DC"},
            "cancelled": True,
            "draft": True,
        },
        shared
        | {
            "id": "resources/3",
            "kind": "guidance",
            "title": "Guide",
            "external_url": "https://methods.18f.gov/",
            "published": "2017-02-01",
            "youtube_id": "XCa6U1BllCY",
            "platform": None,
        },
    )
    out, failure = run(path)
    assert not failure
    assert "Not used: deck, weight." in out
    assert "1 archived, 2 live." in out
    event = WebinarPage.objects.get(source_id="events/1")
    assert event.source == "digital.gov"
    assert event.link == "https://digital.gov/e/1/"
    assert event.registration_url == "https://register.example/1"
    assert event.provider.name == "Digital.gov"
    assert event.published_on is None
    assert event.zone == "America/New_York"
    assert event.starts_local == datetime(2019, 12, 11, 14)
    assert event.recording_url == "https://www.youtube.com/watch?v=3FKyVeipMss"
    assert (event.held_on, event.delivery) == ("Zoom", "live-online")
    assert event.archived_on == date(2021, 2, 26)
    # Nothing that nobody stated:
    assert (event.cost, event.level, event.language, event.captions) == ("", "", "", "")
    room = WebinarPage.objects.get(source_id="events/2")
    assert room.starts_local == datetime(2019, 7, 10, 14)
    assert (room.venue, room.delivery) == ("GSA, Room 1461, Washington, DC", "")
    assert room.event_status == "cancelled"
    assert not room.live
    guide = GuidancePage.objects.get()
    assert guide.link == "https://methods.18f.gov/"
    assert guide.published_on == date(2017, 2, 1)


def test_report_names_skipped_refused_and_doubles(tmp_path):
    report = tmp_path / "report.csv"
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(published_on="2026-01-01", link="https://e.org/a"),
        guidance(id="2", title="WRITING well", published_on="2026-01-01"),
        guidance(id="3", title="Elsewhere", link="https://www.e.org/a/"),
        guidance(id="4", title="=cmd()", kind="service"),
        guidance(id="5", published_on="soon"),
    )
    out, failure = run(path, "--report", report)
    assert failure == "1 row was refused."
    assert "Skipped:" not in out
    with report.open(encoding="utf-8-sig") as file:
        lines = [
            (row["what"], row["line"], row["title"], row["other"]) for row in csv.DictReader(file)
        ]
    assert [line for line in lines if line[0] == "created"] == [
        ("created", "1", "Writing well", "/resources/writing-well/"),
        ("created", "2", "WRITING well", "/resources/writing-well-2/"),
        ("created", "3", "Elsewhere", "/resources/elsewhere/"),
    ]
    assert [line for line in lines if line[0] != "created"] == [
        ("double", "2", "WRITING well", "line 1 “Writing well”"),
        ("double", "3", "Elsewhere", "line 1 “Writing well”"),
        ("skipped", "4", "'=cmd()", ""),
        ("refused", "5", "Writing well", ""),
    ]


def test_dry_run_tells_old_and_new_of_each_fact(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", guidance(cost="free"), guidance(id="2"))
    run(path)
    changed = guidance(cost="paid", tags=["new", "tags"])
    path = write_jsonl(tmp_path / "a.jsonl", changed, guidance(id="2"), guidance(id="3"))
    out, failure = run(path, "--dry-run")
    assert not failure
    assert "line 1 “Writing well”: cost: free → paid; tags: nothing → new; tags" in out
    assert "1 created, 1 changed, 1 unchanged" in out
    report = tmp_path / "report.csv"
    out, failure = run(path, "--dry-run", "--report", report)
    assert "free → paid" not in out
    with report.open(encoding="utf-8-sig") as file:
        lines = [
            (row["what"], row["line"], row["column"], row["before"], row["after"])
            for row in csv.DictReader(file)
        ]
    assert lines == [
        ("changed", "1", "cost", "free", "paid"),
        ("changed", "1", "tags", "", "new; tags"),
        ("created", "3", "", "", ""),
    ]
    page = ResourcePage.objects.get(source_id="g1")
    assert (page.cost, page.tags.count()) == ("free", 0)


def test_listing_made_here_is_known_by_its_address(tmp_path):
    """A download of what an editor made, edited in a spreadsheet, changes that listing."""
    page = factories.make_kit("Starter kit")
    cells = {name: text for name, text in listing_cells(page).items() if text}
    assert not {"link", "source_id"} & cells.keys()
    path = write_jsonl(
        tmp_path / "a.jsonl", {**cells, "title": "Better kit", "link": "https://e.org/kit"}
    )
    out, failure = run(path)
    assert "0 created, 1 changed" in out, failure
    page = ResourcePage.objects.get()
    assert (page.title, page.link, page.slug) == ("Better kit", "https://e.org/kit", page.slug)


def test_guidance_of_another_source_is_found_by_its_id(tmp_path):
    run(write_jsonl(tmp_path / "a.jsonl", guidance(id="old", source="one")))
    newer = guidance(id="new", source="two", supersedes="old")
    out, failure = run(write_jsonl(tmp_path / "b.jsonl", newer))
    assert not failure, out
    assert GuidancePage.objects.get(source_id="new").supersedes.source_id == "old"
    run(write_jsonl(tmp_path / "c.jsonl", guidance(id="old", source="three")))
    newest = guidance(id="newest", source="four", supersedes="old")
    out, failure = run(write_jsonl(tmp_path / "d.jsonl", newest))
    assert "there is no guidance “old” here or in the file" in out


def test_listing_that_is_not_here_is_refused(tmp_path):
    row = guidance(listing="no-such", link="https://e.org/")
    del row["id"]
    out, failure = run(write_jsonl(tmp_path / "a.jsonl", row))
    assert "there is no “no-such” here. Leave it empty for a new listing." in out
    run(write_jsonl(tmp_path / "a.jsonl", guidance(), guidance(id="2")))
    other = ResourcePage.objects.get(source_id="2")
    row = guidance(id="3", listing=other.slug)
    out, failure = run(write_jsonl(tmp_path / "a.jsonl", row))
    assert "has another id here. Leave source and source_id alone." in out


def test_report_holds_only_signs_that_can_be_printed(tmp_path):
    path = write_jsonl(
        tmp_path / "list.jsonl",
        guidance(title="\x1b[31mred\ud83d", kind="servi\x1bce", **{"\ud83dkey": 1}),
    )
    out, failure = run(path, "--report", tmp_path / "report.csv")
    assert failure == "1 row was refused."
    assert "“[31mred”: “servi ce” is no kind" in out
    assert (tmp_path / "report.csv").read_text(encoding="utf-8-sig").isascii() is False


def test_report_that_cannot_be_written_stops_the_import(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance())
    out, failure = run(path, "--report", tmp_path / "no" / "report.csv")
    assert "cannot be written" in failure
    assert not ResourcePage.objects.exists()


def test_addresses_of_people_are_masked_when_asked(tmp_path):
    path = write_jsonl(tmp_path / "list.jsonl", guidance(body="ask@e.gov", summary="ask@e.gov"))
    run(path, "--mask-addresses")
    page = GuidancePage.objects.get()
    assert page.body == "<p>[e-mail address removed]</p>"
    assert page.summary == "[e-mail address removed]"
    out, _failure = run(path, "--mask-addresses")
    assert SUMMARY.format(0, 0, 1, 0, 0) in out


def test_references_and_search_know_the_new_listing(tmp_path):
    run(write_jsonl(tmp_path / "list.jsonl", guidance(provider="P")))
    page = GuidancePage.objects.get()
    assert ReferenceIndex.get_references_to(page.provider).count() == 1
    assert PendingChange.objects.filter(label="catalog.guidancepage", key=str(page.pk)).exists()


def test_workbook_and_table_give_the_same_listings(tmp_path):
    header = ["Title", "kind", "ID", "minutes", "Published on", "starts", "zone", "version"]
    day = datetime(2026, 7, 1)
    path = write_xlsx(
        tmp_path / "list.xlsx",
        header,
        ["A guide", "guidance", 7, 30.0, day, None, None, 2],
        [None] * 8,
        [
            "A talk",
            "webinar",
            "8",
            None,
            None,
            datetime(2026, 7, 1, 13, 59, 59, 999_000),
            "UTC",
            "",
        ],
    )
    out, failure = run(path, "--source", "s")
    assert not failure
    page = GuidancePage.objects.get(source_id="7")
    assert (page.minutes, page.published_on, page.version) == (30, day.date(), "2")
    assert WebinarPage.objects.get().starts_local == datetime(2026, 7, 1, 14)
    table = write_csv(
        tmp_path / "list.csv",
        header,
        ["A guide", "guidance", "7", "30", "2026-07-01", "", "", "2"],
        ["A talk", "webinar", "8", "", "", "2026-07-01 14:00", "UTC", ""],
        delimiter=";",
        encoding="utf-8-sig",
    )
    out, failure = run(table, "--source", "s")
    assert not failure
    assert SUMMARY.format(0, 0, 2, 0, 0) in out


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_shown_on_a_terminal_alone(tmp_path, monkeypatch, is_terminal):
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: is_terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    run(write_jsonl(tmp_path / "list.jsonl", guidance()))
    assert ("0/1 [" in screen.getvalue()) == is_terminal


def test_stopped_import_says_that_it_may_be_repeated(tmp_path, monkeypatch):
    def stop(rows, total):
        yield next(rows)
        raise KeyboardInterrupt

    monkeypatch.setattr(Command, "progress", lambda command, rows, total: stop(rows, total))
    path = write_jsonl(tmp_path / "list.jsonl", guidance(), guidance(id="2"))
    _out, failure = run(path)
    assert failure == "Stopped. Rows before are in; import again to go on."
    assert ResourcePage.objects.count() == 1
