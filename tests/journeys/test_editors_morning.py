"""An editor's morning: the queue, overdue checks, missing facts, links, a round trip.

Each step begins at the desk, by the link that a person would follow, and ends with a desk that
has one thing less on it.
"""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalog import suggestions
from catalog.models import CheckedLink, ImportRun, KitPage, ResourcePage
from portal.home.editor_desk import groups
from tests import factories
from tests.catalog.test_resource_list import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path, monkeypatch):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    monkeypatch.setattr(ImportRun._meta.get_field("file"), "storage", storages["private"])


@pytest.fixture
def work():
    """What lies on the desk when the day begins."""
    today = timezone.localdate()
    topic = factories.make_topic("Records")
    overdue = factories.make_guidance(
        "Old rules", review_by=today - timedelta(days=2), topics=[topic]
    )
    factories.make_kit("Bare kit", link="https://example.gov/kit", provider=None)
    course = factories.make_course("Moved course", link="https://example.gov/old")
    link = {"host": "example.gov", "checked_at": timezone.now()}
    CheckedLink.objects.create(
        resource_id=course.pk,
        url="https://example.gov/old",
        state="moved",
        moved_to="https://example.gov/new",
        **link,
    )
    CheckedLink.objects.create(
        resource_id=overdue.pk, url="https://example.gov/gone", state="broken", detail="404", **link
    )
    for number in (1, 2):
        suggestions.suggest(
            url=f"https://example.gov/suggested-{number}",
            title=f"Suggested {number}",
            description="What it is.",
            contributor=factories.make_user(f"Cora {number}"),
        )


def on_desk(client):
    """Return what the first page of the admin shows: {heading: (total, where all are)}."""
    page = client.get("/admin/").content.decode()
    found = {str(group["heading"]): group for group in groups() if group["total"]}
    for heading, group in found.items():
        assert f"{heading} ({group['total']})" in page
    return {heading: (group["total"], group["url"]) for heading, group in found.items()}


def bulk(client, action, ids, model="resourcepage", **data):
    """Tick rows of a list, read what will happen, confirm; return what was said before."""
    where = reverse("wagtail_bulk_action", args=["catalog", model, action])
    where += "?" + "&".join(f"id={pk}" for pk in ids) + f"&next={reverse('resources:index')}"
    said = text_of(client.post(where, data))
    client.post(where, {**data, "confirm": "1"})
    return said


def test_an_editors_morning(client, editor, work):
    assert {heading: total for heading, (total, _url) in on_desk(client).items()} == {
        "Suggestions waiting": 2,
        "Listings to check again": 1,
        "Broken links": 1,
        "Addresses that moved": 1,
    }

    # The queue: one suggestion becomes a draft, which is completed and published; one is declined.
    _total, queue = on_desk(client)["Suggestions waiting"]
    first, second = sorted(client.get(queue).context["object_list"], key=str)
    sent = {"kind": "kit", "resource": "", "answer": "Thank you.", "action-accept": "1"}
    client.post(reverse("suggestions:edit", args=[first.pk]), sent)
    draft = KitPage.objects.get(title="Suggested 1")
    assert (draft.live, draft.owner, draft.summary) == (False, editor, "What it is.")
    draft.save_revision(user=editor).publish(user=editor)
    sent = {"kind": "", "resource": "", "answer": "It is for vendors.", "action-decline": "1"}
    client.post(reverse("suggestions:edit", args=[second.pk]), sent)
    assert [message.to[0] for message in mail.outbox] == [
        first.contributor.email,
        second.contributor.email,
    ]
    assert "It is for vendors." in mail.outbox[1].body
    assert "Suggestions waiting" not in on_desk(client)

    # Overdue: the report leads to the page, which is looked at and found right.
    _total, report = on_desk(client)["Listings to check again"]
    (overdue,) = client.get(report).context["object_list"]
    assert "Reviewed today" in text_of(client.get(overdue.get_absolute_url()))
    client.post(f"{overdue.get_absolute_url()}reviewed/")
    assert "Listings to check again" not in on_desk(client)

    # Missing facts: the saved view finds what to ask for, the form states it for many.
    listed = client.get(reverse("resources:index"))
    view = next(view for view in listed.context["views"] if view["words"] == "Missing facts")
    incomplete = {page.pk: page for page in client.get(view["url"]).context["object_list"]}
    assert len(incomplete) == 4
    said = bulk(client, "listing_facts", incomplete, language="en", cost="free")
    assert "4 listings change for readers at once." in said
    assert set(ResourcePage.objects.values_list("language", "cost")) == {("en", "free")}
    without = client.get(reverse("resources:index") + "?missing=cost")
    assert not without.context["object_list"]

    # Links: what moved is corrected, what is broken is looked up elsewhere and mended by hand.
    _total, moved = on_desk(client)["Addresses that moved"]
    (link,) = client.get(moved).context["object_list"]
    where = reverse("wagtail_bulk_action", args=["catalog", "checkedlink", "correct"])
    client.post(f"{where}?id={link.pk}&next={moved}")
    assert ResourcePage.objects.get(title="Moved course").link == "https://example.gov/new"
    assert "Addresses that moved" not in on_desk(client)
    _total, broken = on_desk(client)["Broken links"]
    assert "https://example.gov/gone" in text_of(client.get(broken))

    # Round trip: the list as a file, one cell changed in a spreadsheet, the file back.
    file = b"".join(client.get("/resources.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file, newline="")))
    assert len(rows) == 4
    for row in rows:
        if row["title"] == "Bare kit":
            row["title"] = "Kit for the first week"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    upload = SimpleUploadedFile("listings.csv", out.getvalue().encode())
    shown = text_of(client.post(reverse("import_listings"), {"file": upload}, follow=True))
    assert "Changed: 1" in shown
    assert "title Bare kit Kit for the first week" in shown
    run = ImportRun.objects.get()
    client.post(reverse("import_run", args=[run.pk]), {"confirm": "1"})
    assert KitPage.objects.filter(title="Kit for the first week").exists()

    # What is left is what only somebody else can mend; each step stands in the history.
    assert set(on_desk(client)) == {"Broken links"}
    page = KitPage.objects.get(title="Kit for the first week")
    history = text_of(client.get(reverse("wagtailadmin_pages:history", args=[page.pk])))
    assert "Facts changed in a list: cost, language" in history
