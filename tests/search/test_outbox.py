"""Changes wait in a table and reach the index in few commits."""

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from catalog.models import GuidancePage, ResourcePage, Topic
from forum.models import Post, Thread
from portal.search import checking, outbox
from portal.search.backend.engine import WhooshSearchBackend
from portal.search.backend.schema import layout_of
from portal.search.backend.snapshots import open_snapshot
from portal.search.models import PendingChange
from tests.factories import make_guidance, make_reply, make_thread, make_topic


@pytest.fixture
def database_queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def page(index):
    page = make_guidance("Plain language")
    index.catch_up()
    return page


def commits(index, model=Page):
    """Return how many commits the index has seen since it was built."""
    with open_snapshot(index.folder(model)) as snapshot:
        return snapshot.generation


def test_a_save_writes_one_row_and_does_not_touch_the_index(index, page):
    before = commits(index)
    page.title = "Clear language"
    page.save()
    assert PendingChange.objects.filter(label="catalog.guidancepage", key=str(page.pk)).count() == 1
    assert PendingChange.objects.count() == 1
    assert commits(index) == before
    assert index.titles("clear", ResourcePage) == ["Clear language"]
    assert not PendingChange.objects.exists()


def test_a_save_takes_three_statements_more(index, page, database_queue):
    topic = page.topics.first()  # nothing
    assert topic is None
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as captured:
        outbox.note(page)
        first = len(captured)
        outbox.note(page)
    # savepoint and release, then: newest row, its task, the new row
    statements = [q["sql"] for q in captured.captured_queries[first:]]
    statements = [sql for sql in statements if "SAVEPOINT" not in sql]
    assert len(statements) == 3, statements


def test_what_is_rolled_back_leaves_no_row(index, page):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        page.title = "Clear language"
        page.save()
        raise ZeroDivisionError
    assert not PendingChange.objects.exists()


def test_deletions_and_unsuitable_rows_leave_the_index(index, page):
    other = make_guidance("Plain too")
    index.catch_up()
    page.delete()
    assert index.titles("plain", ResourcePage) == ["Plain too"]
    with open_snapshot(index.folder()) as snapshot:
        assert snapshot.number_of(page.pk) is None
        assert snapshot.number_of(other.pk) is not None


def test_500_saves_cost_one_commit(index, page):
    topic = make_topic("Plain")
    index.catch_up()
    before = commits(index, Topic)
    with transaction.atomic():
        for number in range(500):
            topic.title = f"Plain {number}"
            topic.save()
    assert PendingChange.objects.count() == 500
    assert index.catch_up() == 500
    assert commits(index, Topic) == before + 1
    assert index.titles("499", Topic) == ["Plain 499"]


def test_changes_are_taken_in_batches(index, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 3)
    pages = [make_guidance(f"Plain {number}") for number in range(4)]
    before = commits(index)
    waiting = PendingChange.objects.count()
    assert index.catch_up() == waiting
    assert before < commits(index) <= before + waiting // 3 + 1
    assert len(index.titles("plain", GuidancePage)) == len(pages)


def test_saves_that_change_no_text_commit_nothing(index, page):
    before = commits(index)
    page.cost = "free"
    page.save()
    assert index.catch_up() == 1
    assert commits(index) == before


def test_repeating_changes_is_harmless(index, page):
    for _ in range(2):
        outbox.note(page)
        index.catch_up()
    assert index.titles("plain", ResourcePage) == ["Plain language"]


def test_a_change_that_comes_while_others_are_applied_is_not_lost(index, page, monkeypatch):
    load = outbox.load

    def load_while_somebody_saves(pairs):
        loaded = load(pairs)
        monkeypatch.setattr(outbox, "load", load)
        GuidancePage.objects.filter(pk=page.pk).update(title="Clear language")
        outbox.note(page)
        return loaded

    monkeypatch.setattr(outbox, "load", load_while_somebody_saves)
    outbox.note(page)
    index.catch_up()
    assert index.titles("clear", ResourcePage) == ["Clear language"]


def test_tags_and_topics_saved_after_the_row_are_found(index, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_guidance("Plain language", tags=["zebra"])
    found = index.backend.search("zebra", ResourcePage)
    assert [page.title for page in found] == ["Plain language"]


def test_rows_that_changed_without_a_save_can_be_noted(index, page):
    GuidancePage.objects.filter(pk=page.pk).update(title="Clear language")
    assert index.titles("clear", ResourcePage) == []
    assert outbox.note_rows(GuidancePage.objects.filter(pk=page.pk)) == 1
    assert index.titles("clear", ResourcePage) == ["Clear language"]
    with pytest.raises(TypeError):
        outbox.note_rows(PendingChange.objects.all())


def test_one_waiting_task_serves_many_saves(index, page, database_queue):
    for _ in range(5):
        page.save()
    tasks = DBTaskResult.objects.filter(task_path="portal.search.tasks.apply_pending_changes")
    assert tasks.count() == 1
    assert set(PendingChange.objects.values_list("task", flat=True)) == {str(tasks.get().pk)}


def test_once_the_task_runs_the_next_save_enqueues_another(index, page, database_queue):
    page.save()
    tasks = DBTaskResult.objects.filter(task_path="portal.search.tasks.apply_pending_changes")
    tasks.get().claim("worker")
    page.save()
    assert tasks.count() == 2


def test_the_task_waits_a_moment_for_more(index, page, database_queue):
    page.save()
    task = DBTaskResult.objects.get(task_path="portal.search.tasks.apply_pending_changes")
    delay = (task.run_after - task.enqueued_at).total_seconds()
    assert 0 < delay <= outbox.GATHERING


def test_a_row_that_cannot_be_read_keeps_no_others_out(index, page, monkeypatch, caplog):
    bad = make_guidance("Plain and bad")
    index.catch_up()

    def fail(self):
        if self.pk == bad.pk:
            raise ValueError("broken")
        return None

    monkeypatch.setattr(GuidancePage, "search_date", property(fail))
    page.title = "Plain and good"
    page.save()
    bad.save()
    assert index.titles("plain", ResourcePage) == ["Plain and good"]
    assert not PendingChange.objects.exists()
    assert "cannot be indexed" in caplog.text


def test_rows_of_former_models_are_dropped(index):
    PendingChange.objects.create(label="gone.model", key="1")
    PendingChange.objects.create(label="nonsense", key="1")
    PendingChange.objects.create(label="catalog.guidancepage", key="no number")
    assert index.catch_up() == 3
    assert not PendingChange.objects.exists()


def test_bulk_and_direct_writes_need_no_outbox(index):
    page = make_guidance("Plain language")
    PendingChange.objects.all().delete()
    index.backend.add_bulk(GuidancePage, [page])
    assert index.titles("plain", ResourcePage) == ["Plain language"]
    index.backend.get_index_for_object(page).delete_item(page)
    assert index.titles("plain", ResourcePage) == []


def test_refresh_applies_what_waits(index):
    make_guidance("Plain language")
    index.backend.refresh_indexes()
    assert [p.title for p in index.backend.search("plain", ResourcePage)] == ["Plain language"]


def test_other_engines_take_the_same_way(db, database_engine):
    backend = get_search_backend()
    assert not isinstance(backend, WhooshSearchBackend)
    page = make_guidance("Plain language")
    assert list(backend.search("plain", ResourcePage)) == []
    assert outbox.apply_pending()
    assert [found.title for found in backend.search("plain", ResourcePage)] == ["Plain language"]
    page.delete()
    outbox.apply_pending()
    assert list(backend.search("plain", ResourcePage)) == []
    assert not PendingChange.objects.exists()


def test_all_posts_of_a_renamed_thread_are_found_by_the_new_title(index):
    thread = make_thread("Walrus", text="Where do they live?")
    make_reply(thread, "On the ice.")
    index.catch_up()
    assert index.backend.search("walrus", Post).count() == 2
    thread.rename("Okapi")
    index.catch_up()
    assert index.backend.search("walrus", Post).count() == 0
    assert index.backend.search("okapi", Post).count() == 2
    assert index.backend.search("okapi", Thread).count() == 1
    assert not checking.compare(index.backend, layout_of("forum.post"))
