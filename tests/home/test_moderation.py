"""From a draft to a published page: workflow with its mails, the clock, previews."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)
from wagtail.users.models import UserProfile

from catalog.models import KINDS, ResourceIndexPage
from portal.home.models import HomePage, StandardPage
from tests import factories
from tests.catalog.test_admin import form_of
from tests.catalog.test_resource_list import text_of
from tests.conftest import CommittingClient

pytestmark = pytest.mark.django_db
MAKE = {
    "home": lambda: HomePage.objects.get(),
    "standard": lambda: StandardPage.objects.first(),
    "index": lambda: ResourceIndexPage.objects.get(),
    **{kind: getattr(factories, f"make_{kind}") for kind in KINDS},
}


def person(name, *groups):
    user = factories.make_user(name)
    user.groups.add(*groups)
    client = CommittingClient()
    client.force_login(user)
    return user, client


@pytest.fixture
def workflow():
    """Writers add listings, editors approve them."""
    writers = Group.objects.create(name="Writers")
    writers.permissions.add(Permission.objects.get(codename="access_admin"))
    home = HomePage.objects.get()
    GroupPagePermission.objects.create(
        group=writers,
        page=home,
        permission=Permission.objects.get(
            content_type__app_label="wagtailcore", codename="add_page"
        ),
    )
    task = GroupApprovalTask.objects.create(name="Second pair of eyes")
    task.groups.add(Group.objects.get(name="Editors"))
    workflow = Workflow.objects.create(name="Four eyes")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowPage.objects.create(workflow=workflow, page=home)
    return workflow


def submit(client, writer):
    page = factories.make_kit("Kit of <rules> & tips", live=False, owner=writer)
    page.save_revision(user=writer)
    data = {**form_of("kit"), "title": page.title, "slug": page.slug}
    del data["action-publish"]
    data |= {"items-0-id": "", "items-INITIAL_FORMS": "0", "action-submit": "1"}
    where = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = client.post(where, data)
    assert response.status_code == 302, text_of(response)
    return page


def decide(client, page, action, comment=""):
    state = WorkflowState.objects.get().current_task_state
    where = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    assert client.post(where, {"comment": comment}).status_code in {200, 302}


def check_looks(message, *words):
    """Both parts say it, in the site's frame, and no Wagtail stands in them."""
    (html, kind), *more = message.alternatives
    assert (kind, more) == ("text/html", [])
    assert "Common Practice" in html
    assert "Common Practice" in message.body
    assert "email-header" not in html
    assert "wagtail" not in message.body.lower().replace("wagtailadmin", "")
    assert "#tab-notifications" in message.body
    for word in words:
        assert word in message.body
    assert "&amp;" not in message.body
    assert "Kit of &lt;rules&gt; &amp; tips" in html


def test_a_page_goes_through_the_workflow_with_mail(workflow):
    writer, writing = person("Wanda", Group.objects.get(name="Writers"))
    editor, editing = person("Edith", Group.objects.get(name="Editors"))
    page = submit(writing, writer)
    assert not Page.objects.get(pk=page.pk).live
    (asked,) = mail.outbox
    assert asked.to == [editor.email]
    assert asked.subject.startswith('The page "Kit of <rules> & tips" has been submitted')
    check_looks(asked, f"/admin/pages/{page.pk}/edit/", "Second pair of eyes")
    seen = editing.get(
        reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, workflow.tasks.get().pk])
    )
    assert "Kit of" in text_of(seen)
    decide(editing, page, "reject", "Say what the kit costs.")
    told = mail.outbox[-1]
    assert told.to == [writer.email]
    check_looks(told, "Say what the kit costs.")
    WorkflowState.objects.get().resume(user=writer)
    decide(editing, page, "approve")
    assert Page.objects.get(pk=page.pk).live
    assert mail.outbox[-1].to == [writer.email]
    check_looks(mail.outbox[-1], "approved", page.get_absolute_url())


def test_a_mail_server_that_is_down_holds_nobody_up(workflow, monkeypatch):
    writer, writing = person("Wanda", Group.objects.get(name="Writers"))
    person("Edith", Group.objects.get(name="Editors"))

    def down(*args, **kwargs):
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
    page = submit(writing, writer)
    assert WorkflowState.objects.filter(object_id=str(page.pk)).exists()


def test_who_asked_for_no_mail_gets_none(workflow):
    writer, writing = person("Wanda", Group.objects.get(name="Writers"))
    editor, _editing = person("Edith", Group.objects.get(name="Editors"))
    UserProfile.objects.update_or_create(user=editor, defaults={"submitted_notifications": False})
    submit(writing, writer)
    assert not mail.outbox


@pytest.mark.parametrize("kind", KINDS)
def test_the_clock_publishes_and_withdraws(client, kind):
    page = MAKE[kind]("At its hour", live=False)
    now = timezone.now()
    page.go_live_at, page.expire_at = now + timedelta(hours=1), now + timedelta(hours=3)
    page.save_revision().publish()
    assert client.get(page.get_absolute_url()).status_code == 404
    for hours, status in ((0, 404), (2, 200), (4, 404)):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            call_command("work", "--job", "publish-scheduled")
            assert client.get(page.get_absolute_url()).status_code == status, hours


def test_a_change_of_an_imported_listing_comes_at_its_hour(client):
    """Wagtail alone would take it off the site until then: it has no revision to show."""
    _editor, editing = person("Edith", Group.objects.get(name="Editors"))
    page = factories.make_kit("Before", slug="the-kit")
    hour = timezone.now() + timedelta(hours=1)
    data = {
        **form_of("kit"),
        "title": "After",
        "slug": "the-kit",
        "go_live_at": timezone.localtime(hour).strftime("%Y-%m-%d %H:%M"),
    }
    where = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert editing.post(where, data).status_code == 302
    assert "Before" in text_of(client.get("/resources/the-kit/"))
    before = Page.objects.get(pk=page.pk).get_latest_revision().get_previous()
    assert before.content["title"] == "Before"
    with time_machine.travel(hour + timedelta(hours=1), tick=False):
        call_command("work", "--job", "publish-scheduled")
        assert "After" in text_of(client.get("/resources/the-kit/"))


@pytest.mark.parametrize("name", MAKE)
def test_the_draft_of_every_type_can_be_looked_at(name):
    _editor, editing = person("Edith", Group.objects.get(name="Editors"))
    page = MAKE[name]()
    page.title = "Only in the draft"
    page.save_revision()
    seen = editing.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert seen.status_code == 200
    preview = page.make_preview_request()
    assert preview.status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_can_be_previewed_before_it_is_saved(kind):
    _editor, editing = person("Edith", Group.objects.get(name="Editors"))
    index = ResourceIndexPage.objects.get()
    where = reverse("wagtailadmin_pages:preview_on_add", args=["catalog", f"{kind}page", index.pk])
    answer = editing.post(where, form_of(kind))
    assert answer.json()["is_valid"], answer.json()
    seen = editing.get(where)
    assert f"A {kind}" in text_of(seen)
    assert "Two sentences. Here they are." in text_of(seen)
    assert not KINDS[kind].objects.exists()
