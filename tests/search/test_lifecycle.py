"""Rebuilding beside readers and writers, damage, and getting well again."""

import json
import logging
import os
import threading
from pathlib import Path

import pytest
from django.test import Client
from modelsearch.query import PlainText
from wagtail.models import Page

from catalog.models import GuidancePage, ResourcePage
from portal.search import checking, health, outbox, rebuilding, upkeep
from portal.search.backend import folder as folder_module
from portal.search.backend import snapshots, writing
from portal.search.backend.engine import WhooshIndex, WhooshRebuilder
from portal.search.backend.folder import IndexLocked, IndexUnavailable, file_lock
from portal.search.backend.schema import layout_of
from portal.search.tasks import apply_pending_changes
from tests.factories import make_guidance, make_kit, make_topic


@pytest.fixture
def page(index):
    page = make_guidance("Plain language", summary="Understood by all.", body="<p>Deep inside</p>")
    index.catch_up()
    return page


@pytest.fixture
def rebuilder(index):
    return WhooshRebuilder(WhooshIndex(index.backend, layout_of("wagtailcore.page")))


def copies(index):
    return [entry for entry in index.folder().path.iterdir() if entry.is_dir()]


def found(index, query, model=ResourcePage):
    return [str(obj) for obj in index.backend.search(query, model)]


def test_nobody_else_may_read_or_write_the_folder(index, page):
    for folder in (index.backend.path, index.folder().path, *copies(index)):
        assert folder.stat().st_mode & 0o777 == 0o700
    index.backend.path.chmod(0o755)
    page.save()
    make_guidance("Another")
    index.catch_up()
    assert index.backend.path.stat().st_mode & 0o777 == 0o700


def test_the_old_index_answers_while_a_new_one_is_built(index, page, rebuilder):
    building = rebuilder.start()
    assert found(index, "plain") == ["Plain language"]
    building.add_items(GuidancePage, [page])
    assert found(index, "plain") == ["Plain language"]
    rebuilder.finish()
    assert found(index, "plain") == ["Plain language"]
    assert len(copies(index)) == 1


def test_a_rebuild_replays_what_changed_meanwhile(index, page, rebuilder):
    doomed = make_kit("Plain kit")
    index.catch_up()
    building = rebuilder.start()
    building.add_items(GuidancePage, [GuidancePage.objects.get(pk=page.pk)])
    building.add_items(type(doomed), [doomed])
    page.title = "Clear language"
    page.save()
    doomed.delete()
    make_guidance("Born plain")
    index.catch_up()
    assert found(index, "clear") == ["Clear language"]  # at once, in the old index
    rebuilder.finish()
    assert found(index, "clear") == ["Clear language"]
    assert found(index, "plain") == ["Born plain"]
    assert not index.folder().journal.exists()


def test_an_abandoned_rebuild_leaves_everything_as_it_was(index, page, monkeypatch):
    monkeypatch.setattr(GuidancePage, "get_indexed_objects", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rebuilding.rebuild(index.backend, layout_of("wagtailcore.page"))
    assert found(index, "plain") == ["Plain language"]
    assert not index.folder().journal.exists()
    monkeypatch.undo()
    rebuilding.rebuild(index.backend, layout_of("wagtailcore.page"))
    assert len(copies(index)) == 1
    assert found(index, "plain") == ["Plain language"]


def test_one_index_is_rebuilt_by_one_process_at_a_time(index, page, rebuilder):
    rebuilder.start()
    caught = []

    def rebuild_too():
        other = WhooshRebuilder(WhooshIndex(index.backend, layout_of("wagtailcore.page")))
        try:
            other.start()
        except IndexLocked as error:
            caught.append(error)

    thread = threading.Thread(target=rebuild_too)
    thread.start()
    thread.join()
    assert caught
    rebuilder.finish()


def test_a_locked_index_keeps_changes_waiting(index, page, settings):
    settings.WAGTAILSEARCH_BACKENDS["default"]["TIMEOUT"] = 0.1
    page.title = "Clear language"
    page.save()
    handle = os.open(index.backend.path / "lock", os.O_WRONLY)
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(IndexLocked):
            outbox.apply_pending()
    finally:
        os.close(handle)
    assert index.titles("clear", ResourcePage) == ["Clear language"]


def test_a_lock_may_be_taken_again_by_its_thread(tmp_path):
    lock = file_lock(tmp_path / "lock")
    with lock.held(timeout=0), lock.held(timeout=0):
        assert lock.depth == 2
    with lock.held(timeout=0):
        assert lock.depth == 1


def test_readers_see_each_commit_and_close_what_they_opened(index, page):
    def descriptors():
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    found(index, "plain")
    before = descriptors()
    for number in range(10):
        page.title = f"Plain {number}"
        page.save()
        index.catch_up()
        assert found(index, str(number)) == [f"Plain {number}"]
    assert descriptors() <= before + 2


def test_threads_share_one_reader(index, page):
    results, errors = [], []

    def search():
        try:
            for _ in range(20):
                with snapshots.open_snapshot(index.folder()) as snapshot:
                    results.append(len(snapshot.stem_postings("text_4_0", "plain")[0]))
        except Exception as error:  # noqa: BLE001 - the main thread shows it
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert set(results) == {1}


# Damage


def truncate(index):
    """Cut every file of the index in half."""
    for copy in copies(index):
        for file in copy.iterdir():
            if file.suffix in {".seg", ".toc"}:
                os.truncate(file, file.stat().st_size // 2)


def remove(index):
    (index.folder().path / "current").unlink()


def spoil_pointer(index):
    (index.folder().path / "current").write_bytes(b"\xff../../etc\n")


def empty_copy(index):
    for copy in copies(index):
        for file in copy.iterdir():
            if file.name != "fingerprint":
                file.unlink()


def other_code(index):
    for copy in copies(index):
        (copy / "fingerprint").write_text("of another version\n")


@pytest.mark.parametrize("damage", [truncate, remove, spoil_pointer, empty_copy, other_code])
def test_damage_is_one_line_of_log_and_the_worker_repairs_it(index, page, damage, caplog):
    snapshots.forget(index.folder())
    damage(index)
    with caplog.at_level(logging.ERROR, logger="portal.search"):
        for _ in range(3):
            results = index.backend.search("understood", ResourcePage)
            assert [found.title for found in results] == ["Plain language"]  # from the summary
            assert results.count() == 1
    assert len(caplog.records) == 1, caplog.text
    assert "\n" not in caplog.records[0].getMessage()
    assert not health.is_ready(Page)
    assert found(index, "deep inside") == []  # the database is asked for titles and summaries
    apply_pending_changes.call()
    assert health.is_ready(Page)
    assert found(index, "deep inside") == ["Plain language"]
    assert not index.folder().broken()


def test_damage_met_while_reading_is_told_to_the_worker(index, page, monkeypatch):
    assert found(index, "plain") == ["Plain language"]

    def fail(*args):
        raise OSError("bad block")

    monkeypatch.setattr(snapshots.Snapshot, "_matchers", fail)
    make_guidance("More, so that nothing is remembered")
    assert found(index, "understood") == ["Plain language"]
    monkeypatch.undo()
    assert "bad block" in index.folder().broken()
    assert health.heal() == ["wagtailcore.page"]
    assert found(index, "deep") == ["Plain language"]


def test_mistakes_of_our_own_are_not_taken_for_damage(index, page, monkeypatch):
    from portal.search.backend.matching import Evaluation

    monkeypatch.setattr(Evaluation, "run", lambda self, query: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        found(index, "plain")
    assert health.is_ready(Page)


def test_changes_are_not_lost_while_the_index_is_missing(index, page):
    remove(index)
    page.title = "Clear language"
    page.save()
    assert outbox.apply_pending() == 1  # a rebuild will read the row anyway
    assert found(index, "clear") == ["Clear language"]
    health.heal()
    assert found(index, "clear") == ["Clear language"]
    assert health.is_ready(Page)


def test_an_index_that_was_never_built_is_no_error(db, index_path, caplog):
    from modelsearch.backends import get_search_backend

    backend = get_search_backend()
    with caplog.at_level(logging.INFO, logger="portal.search"):
        for _ in range(2):
            assert list(backend.search("plain", ResourcePage)) == []
        rebuilder = WhooshRebuilder(backend.get_index_for_model(Page))
        rebuilder.start()  # the first build goes on
        assert list(backend.search("plain", ResourcePage)) == []
        rebuilder.abandon()
    told = [record for record in caplog.records if "has not been built yet" in record.message]
    assert [record.levelname for record in told] == ["INFO"]
    assert "wagtailcore.page" in health.heal()
    assert health.is_ready(Page)


def test_a_site_without_an_index_answers_from_the_database(db, index_path):
    make_guidance("Plain language", summary="Understood by all.")
    make_kit("Plain kit", summary="Tools.")
    from modelsearch.backends import get_search_backend

    backend = get_search_backend()
    assert {p.title for p in backend.search("plain", ResourcePage)} == {
        "Plain language",
        "Plain kit",
    }
    assert [p.title for p in backend.search("plain understood", ResourcePage)] == ["Plain language"]
    query = PlainText("plain") & ~PlainText("tools")
    assert [p.title for p in backend.search(query, ResourcePage)] == ["Plain language"]
    assert backend.search("plain understood", ResourcePage, operator="or").count() == 2
    for hostile in ('"', "\0", "%", "_", "   ", "the"):
        backend.search(hostile, ResourcePage).count()
    assert [p.title for p in backend.autocomplete("kit", ResourcePage)] == ["Plain kit"]
    assert backend.search("plain", ResourcePage).facet("cost") == {"": 2}


def test_changed_search_fields_change_the_fingerprint(index, page, monkeypatch):
    from modelsearch.index import SearchField

    layout_of.cache_clear()
    before = layout_of("wagtailcore.page").fingerprint
    try:
        layout_of.cache_clear()
        fields = [*GuidancePage.search_fields, SearchField("url_path", boost=3)]
        monkeypatch.setattr(GuidancePage, "search_fields", fields)
        assert layout_of("wagtailcore.page").fingerprint != before
        snapshots.forget(index.folder())  # a process that runs has one code
        assert not health.is_ready(Page)
    finally:
        monkeypatch.undo()
        layout_of.cache_clear()
    assert health.is_ready(Page)


def test_the_copy_says_what_laid_it_out(index):
    folder = index.folder()
    fingerprint = (folder.current() / folder_module.FINGERPRINT).read_text().strip()
    assert fingerprint == folder.layout.fingerprint


def test_resetting_leaves_an_empty_index(index, page):
    index.backend.reset_indexes()
    assert found(index, "plain") == []
    assert health.is_ready(Page)
    with pytest.raises(IndexUnavailable), snapshots.open_snapshot(index.folder(), quiet=True):
        raise IndexUnavailable("passes through")


def test_acronyms_are_written_beside_the_index(index, page):
    for number in range(3):
        make_guidance(f"{number}", body="<p>The Paperwork Reduction Act (PRA) applies.</p>")
    rebuilding.rebuild(index.backend, layout_of("wagtailcore.page"))
    saved = json.loads((index.folder().current() / "acronyms.json").read_text())
    assert saved["pra"] == [["paperwork", "reduct", "act"]]


def test_wagtails_admin_searches_through_it(index, page, admin_user_of_wagtail):
    client = Client()
    client.force_login(admin_user_of_wagtail)
    index.catch_up()
    for query in ("plain", '"', "%00", "plan"):
        answer = client.get(f"/admin/pages/search/?q={query}")
        assert answer.status_code == 200
    assert "Plain language" in client.get("/admin/pages/search/?q=langua").content.decode()


@pytest.fixture
def admin_user_of_wagtail(db):
    from portal.accounts.models import User

    return User.objects.create_superuser(
        email="admin@example.org", password="x", display_name="Admin"
    )


# The clock


def test_the_clock_takes_care_of_what_no_task_did(index, page):
    page.title = "Clear language"
    page.save()
    upkeep.every_minute()
    assert found(index, "clear") == ["Clear language"]
    (index.folder().path / "current").unlink()
    upkeep.every_minute()
    assert health.is_ready(Page)


def test_at_night_differences_are_put_right_and_told(index, page, caplog):
    GuidancePage.objects.filter(pk=page.pk).update(title="Clear language")
    upkeep.every_night()
    assert found(index, "clear") == ["Clear language"]
    assert "0 missing, 1 stale, 0 orphaned" in caplog.text
    caplog.clear()
    upkeep.every_night()
    assert not caplog.records


def test_at_night_deleted_documents_are_dropped_for_good(index, page):
    for number in range(6):
        page.title = f"Plain {number}"
        page.save()
        index.catch_up()
    with snapshots.open_snapshot(index.folder()) as snapshot:
        assert snapshot.size > snapshot.count
    upkeep.every_night()
    with snapshots.open_snapshot(index.folder()) as snapshot:
        assert snapshot.size == snapshot.count
        assert len(snapshot.leaves) == 1
    assert found(index, "plain") == ["Plain 5"]


def test_a_change_saved_while_the_index_is_compared_is_no_difference(index, page, monkeypatch):
    from portal.search import checking

    chunks = checking.chunks

    def chunks_while_somebody_saves(queryset):
        for rows in chunks(queryset):
            for row in rows:
                if row.pk == page.pk:
                    page.title = "Clear language"
                    page.save()
                    row.title = "Clear language"
                    index.catch_up()
            yield rows

    monkeypatch.setattr(checking, "chunks", chunks_while_somebody_saves)
    assert not checking.compare(index.backend, layout_of("wagtailcore.page"))


def test_a_large_index_is_built_in_several_segments(index, monkeypatch):
    monkeypatch.setattr(writing, "WORDS_IN_SEGMENT", 30)
    for number in range(8):
        make_guidance(f"Okapi {number}", summary="Ten words about an animal that nobody sees.")
    index.catch_up()
    rebuilding.rebuild(index.backend, layout_of("wagtailcore.page"))
    with snapshots.open_snapshot(index.folder()) as snapshot:
        assert len(snapshot.leaves) > 2
    assert len(index.titles("okapi")) == 8
    assert not checking.compare(index.backend, layout_of("wagtailcore.page"))


def test_relations_of_many_pages_are_read_at_once(index, django_assert_num_queries):
    topics = [make_topic(f"Zoology {number}") for number in range(3)]
    for number in range(3):
        make_guidance(f"Okapi {number}", topics=topics[number:])
    layout = layout_of("wagtailcore.page")

    def texts(count):
        pages = list(GuidancePage.get_indexed_objects().order_by("pk")[:count])
        with django_assert_num_queries(2):  # pairs, topics
            return {doc["key"]: doc for doc in writing.documents(layout, pages)}

    assert texts(3).items() >= texts(1).items()
    index.catch_up()
    assert sorted(index.titles("zoology")) == ["Okapi 0", "Okapi 1", "Okapi 2"]
    assert index.titles(PlainText("zoology 0", operator="and")) == ["Okapi 0"]


def test_relations_that_are_not_saved_yet_are_indexed_as_they_are(db):
    page = make_guidance("Okapi", topics=[make_topic("Zoology")])
    page.topics.set([make_topic("Botany")])
    (doc,) = writing.documents(layout_of("wagtailcore.page"), [page])
    words = {part.surface for _, words in doc["text_1_0"] for word in words for part in word.parts}
    assert "botany" in words and "zoology" not in words
