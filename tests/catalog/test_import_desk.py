"""Import listings in Wagtail's admin: upload, look, confirm, report."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import PageLogEntry

from catalog.importers import uploads
from catalog.importers.columns import COLUMNS
from catalog.importers.workbook import listing_cells, write_csv, write_workbook
from catalog.models import ImportRun, KitPage, ResourcePage
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/catalog/import/"
STATE = ImportRun.State


@pytest.fixture
def editor(client):
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    field = ImportRun._meta.get_field("file")
    before, field.storage = field.storage, storages["private"]
    yield tmp_path
    field.storage = before


def as_csv(*rows):
    file = StringIO(newline="")
    write_csv(file, rows)
    return file.getvalue().encode()


def as_xlsx(*rows):
    file = BytesIO()
    write_workbook(file, rows)
    return file.getvalue()


def upload(client, content, name="list.csv", follow=True, **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(ADDRESS, {"file": file, **fields}, follow=follow)


def edited(page, **cells):
    return {**listing_cells(page), **cells}


@pytest.mark.parametrize(("write", "name"), [(as_csv, "list.csv"), (as_xlsx, "list.xlsx")])
def test_round_trip_changes_what_differs(client, editor, write, name):
    changed = factories.make_kit("Starter kit", cost="paid", tags=["a"])
    same = factories.make_kit("Same", cost="free")
    bad = factories.make_kit("Bad")
    new = {"kind": "course", "title": "New course", "link": "https://e.org/course"}
    rows = [
        edited(changed, title="Better kit", cost="free", tags="a; b"),
        edited(same),
        edited(bad, minutes="many"),
        new,
    ]
    response = upload(client, write(*rows), name)
    shown = text_of(response)
    assert "What would be done" in shown
    for words in ("New: 1", "Changed: 1", "Unchanged: 1", "Refused: 1"):
        assert words in shown
    assert "cost paid free" in shown
    assert "title Starter kit Better kit" in shown
    assert "“many” is not" in shown
    assert "New course course" in shown
    assert not ResourcePage.objects.filter(title__in=["Better kit", "New course"]).exists()

    run = ImportRun.objects.get()
    assert run.state == STATE.READY
    response = client.post(f"{ADDRESS}{run.pk}/", {"confirm": "1"}, follow=True)
    assert "What was done" in text_of(response)
    page = KitPage.objects.get(pk=changed.pk)
    assert (page.title, page.cost, page.slug) == ("Better kit", "free", changed.slug)
    assert sorted(page.tags.names()) == ["a", "b"]
    made = ResourcePage.objects.get(title="New course")
    assert (made.owner, made.live) == (editor, True)
    assert made.get_absolute_url() in response.content.decode()
    entry = PageLogEntry.objects.get(page=changed.pk, action="wagtail.edit")
    assert entry.user == editor
    assert entry.data["import"]["columns"] == ["cost", "tags", "title"]

    # The same file once more: nothing differs, but the row that makes its listing anew.
    response = upload(client, write(*rows[:2], {**new, "listing": made.slug}), name)
    assert "Nothing differs: there is nothing to import." in text_of(response)
    assert "Import what differs" not in text_of(response)


def test_report_is_downloaded(client, editor):
    page = factories.make_kit("=Kit", cost="paid")
    upload(client, as_csv(edited(page, cost="free"), {"kind": "kit", "title": "No id"}))
    response = client.get(f"{ADDRESS}{ImportRun.objects.get().pk}/report.csv")
    assert response["Content-Disposition"] == 'attachment; filename="list-report.csv"'
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "what,line,source_id,title,why,other,column,before,after"
    assert lines[1] == f"changed,2,,'=Kit,,{page.get_absolute_url()},cost,paid,free"
    assert lines[2].startswith('refused,3,,No id,"It needs an id or a link')


def test_possible_doubles_are_shown(client, editor):
    factories.make_kit("Kit", link="https://e.org/kit")
    row = {"kind": "kit", "title": "Kit too", "link": "https://www.e.org/kit/", "source_id": "7"}
    shown = text_of(upload(client, as_csv(row), source="a list"))
    assert "Possible doubles" in shown
    assert "The same address as" in shown


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("list.docx", b"PK", "This is neither XLSX nor CSV."),
        ("list", b"kind,title\n", "This is neither XLSX nor CSV."),
        ("list.csv", b"", "The file is empty."),
        ("list.csv", b"kind,title,xyzzy\nkit,a,b\n", "there is no column “xyzzy”"),
        ("list.csv", b"a,b\n1,2\n", "there is no column “a”"),
        ("list.csv", "kind,title\nkit,é\n".encode("latin-1"), "is not UTF-8"),
        ("list.xlsx", b"PK\x03\x04 broken", "list.xlsx is not an XLSX workbook"),
        ("list.xlsx", b"kind,title\n", "list.xlsx is not an XLSX workbook"),
    ],
)
def test_bad_files_get_one_clear_line(client, editor, name, content, message):
    shown = text_of(upload(client, content, name))
    assert message in shown
    assert "/tmp" not in shown
    assert not ResourcePage.objects.exists()


def test_file_that_is_too_large_is_refused(client, editor, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    assert "The file is larger than 10 MB." in text_of(upload(client, b"kind,title\nkit,a\n"))
    assert not ImportRun.objects.exists()


def test_source_is_kept_when_the_form_comes_back(client, editor):
    response = upload(client, b"PK", "list.docx", source="A list")
    assert 'value="A list"' in response.content.decode()


def test_name_of_the_file_harms_nothing(client, editor):
    upload(client, b"kind,title,xyzzy\nkit,a,b\n", "../../<b>.csv")
    run = ImportRun.objects.get()
    shown = client.get(f"{ADDRESS}{run.pk}/").content.decode()
    assert "<b>.csv" not in shown
    assert run.file.name.startswith("imports/")
    assert ".." not in run.file.name


def test_confirming_twice_imports_once(client, editor):
    row = {"kind": "kit", "title": "Kit", "link": "https://e.org/kit"}
    upload(client, as_csv(row))
    run = ImportRun.objects.get()
    client.post(f"{ADDRESS}{run.pk}/", {"confirm": "1"})
    response = client.post(f"{ADDRESS}{run.pk}/", {"confirm": "1"}, follow=True)
    assert "That was done meanwhile" in text_of(response)
    assert ResourcePage.objects.count() == 1


def test_what_changed_meanwhile_is_compared_anew(client, editor):
    page = factories.make_kit("Kit", cost="paid")
    upload(client, as_csv(edited(page, cost="free")))
    page.delete()
    run = ImportRun.objects.get()
    shown = text_of(client.post(f"{ADDRESS}{run.pk}/", {"confirm": "1"}, follow=True))
    assert "Refused: 1" in shown
    assert "Leave it empty for a new listing." in shown


def test_discarding_deletes_the_file(client, editor, private_files):
    upload(client, as_csv({"kind": "kit", "title": "Kit", "link": "https://e.org/"}))
    run = ImportRun.objects.get()
    assert len(list(private_files.rglob("*.csv"))) == 1
    response = client.post(f"{ADDRESS}{run.pk}/", {"discard": "1"}, follow=True)
    assert "“list.csv” is forgotten." in text_of(response)
    assert not list(private_files.rglob("*.csv"))
    assert not ResourcePage.objects.exists()
    assert client.get(f"{ADDRESS}{run.pk}/").status_code == 404


def test_the_clock_purges_old_files(
    client, editor, private_files, django_capture_on_commit_callbacks
):
    upload(client, as_csv({"kind": "kit", "title": "Kit", "link": "https://e.org/"}))
    now = timezone.now()
    assert uploads.forget_old(now + timedelta(days=6)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads.forget_old(now + timedelta(days=8)) == 1
    assert not list(private_files.rglob("*.csv"))
    assert not ImportRun.objects.exists()


def make_run(user, **fields):
    return ImportRun.objects.create(
        uploaded_by=user, name="list.csv", file=SimpleUploadedFile("a.csv", b"x"), **fields
    )


def test_page_of_a_running_import_looks_again(client, editor):
    run = make_run(editor, state=STATE.IMPORTING, rows_done=40, rows_total=90)
    response = client.get(f"{ADDRESS}{run.pk}/")
    assert response["Refresh"] == "3"
    assert "Row 40 of 90." in text_of(response)
    response = client.post(f"{ADDRESS}{run.pk}/", {"discard": "1"}, follow=True)
    assert "That was done meanwhile" in text_of(response)
    assert ImportRun.objects.exists()


def test_import_whose_worker_died_is_begun_anew(client, editor):
    content = as_csv({"kind": "kit", "title": "Kit", "link": "https://e.org/"})
    upload(client, content)
    run = ImportRun.objects.get()
    long_ago = timezone.now() - timedelta(minutes=20)
    ImportRun.objects.update(state=STATE.IMPORTING, heard_at=long_ago)
    response = client.get(f"{ADDRESS}{run.pk}/")
    assert "Refresh" not in response
    assert "Nothing was heard of this for a while" in text_of(response)
    client.post(f"{ADDRESS}{run.pk}/", {"go-on": "1"})
    run.refresh_from_db()
    assert run.state == STATE.DONE
    assert ResourcePage.objects.count() == 1


def test_failure_of_ours_does_not_wait_for_ever(client, editor, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(uploads, "import_file", fail)
    shown = text_of(upload(client, as_csv({"kind": "kit", "title": "Kit"})))
    assert "Something went wrong on our side." in shown


def test_progress_is_told(editor):
    run = make_run(editor)
    assert list(uploads._told(run, iter("abc"), 3)) == ["a", "b", "c"]
    run.refresh_from_db()
    assert (run.rows_done, run.rows_total) == (1, 3)


def test_template_has_every_column_explained(client, editor):
    names = [column.name for column in COLUMNS]
    response = client.get(f"{ADDRESS}listings.csv")
    assert response.content.decode("utf-8-sig").strip().split(",") == names
    response = client.get(f"{ADDRESS}listings.xlsx")
    book = load_workbook(BytesIO(response.content))
    assert [cell.value for cell in book["Resources"][1]] == names
    assert [row[0].value for row in book["Columns"].iter_rows(min_row=2)] == names
    shown = text_of(client.get(ADDRESS))
    assert all(name in shown for name in names)


def test_page_costs_the_same_for_many(client, editor, django_assert_max_num_queries):
    make_run(editor)
    client.get(ADDRESS)
    with django_assert_max_num_queries(30) as few:
        client.get(ADDRESS)
    for _number in range(19):
        make_run(factories.make_user())
    with django_assert_max_num_queries(len(few)):
        client.get(ADDRESS)


@pytest.mark.parametrize("group", ["Forum moderators", ""])
@pytest.mark.parametrize("path", ["", "listings.csv", "listings.xlsx", "{pk}/", "{pk}/report.csv"])
def test_only_editors_import(client, group, path):
    run = make_run(factories.make_user(), state=STATE.READY)
    user = factories.make_user()
    if group:
        user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    address = ADDRESS + path.format(pk=run.pk)
    response = client.get(address)
    assert response.status_code in {302, 403}
    client.post(address, {"confirm": "1", "file": SimpleUploadedFile("a.csv", b"kind,title\n")})
    run.refresh_from_db()
    assert run.state == STATE.READY
    assert ImportRun.objects.count() == 1


def test_menu_leads_there(client, editor):
    assert ADDRESS in client.get("/admin/").content.decode()
