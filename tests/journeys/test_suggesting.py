"""A member pastes an address; a week later his page leads to the listing that came of it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from catalog import outbound
from catalog.models import CoursePage
from tests.catalog.misbehaving_server import running
from tests.catalog.test_resource_list import text_of
from tests.conftest import CommittingClient
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with running() as server, outbound.allowing("127.0.0.1", server.server_port):
        yield server


def values_of(page):
    """Return what a form on the page would send: the values of its inputs and choices."""
    sent = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            sent[name[1]] = value[1] if value else ""
    return sent


def test_paste_suggest_accept_publish(client, server):
    cora, edith = make_user("Cora"), make_user("Edith")
    edith.groups.add(Group.objects.get(name="Editors"))
    client.force_login(cora)

    # Cora pastes an address that redirects; the form opens with what stands there.
    assert "Paste the address" in text_of(client.get("/suggest/"))
    pasted = client.post("/suggest/", {"read": "1", "url": server.url + "/moved"})
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        form = client.get(pasted["Location"]).content.decode()
    sent = values_of(form)
    assert (sent["title"], sent["url"]) == ("Fine", server.url + "/moved")
    sent |= {"title": "A fine course", "description": "What it is.", "why": "It helped me."}
    assert "is with the editors" in text_of(client.post("/suggest/", sent, follow=True))
    assert "waiting" in text_of(client.get("/me/"))

    # Edith finds it in her queue with what the page says of itself, and accepts it.
    editor = CommittingClient()
    editor.force_login(edith)
    queue = editor.get(reverse("suggestions:index") + "?state=waiting").content.decode()
    address = re.search(r'href="(/admin/catalog/suggestions/edit/\d+/)"', queue)[1]
    shown = text_of(editor.get(address))
    assert "It helped me." in shown
    assert "Fine" in shown
    accepted = editor.post(
        address, {"kind": "course", "resource": "", "answer": "Good find.", "action-accept": "1"}
    )
    draft = CoursePage.objects.get()
    assert accepted["Location"] == reverse("wagtailadmin_pages:edit", args=[draft.pk])

    # Cora hears of it; the listing is nowhere yet.
    (message,) = mail.outbox
    assert message.to == [cora.email]
    assert "Good find." in message.body
    mine = client.get("/me/").content.decode()
    assert "accepted" in mine and "Good find." in mine
    assert draft.get_absolute_url() not in mine
    assert client.get(draft.get_absolute_url()).status_code == 404

    # Edith completes the draft and publishes it.
    data = {
        "title": draft.title,
        "slug": draft.slug,
        "summary": draft.summary,
        "body": rich_text("<p>More of it.</p>"),
        "link": draft.link,
        "tags": "",
        "event_status": "scheduled",
        "requirements": inline_formset([]),
        "runs": inline_formset([]),
        "comments": inline_formset([]),
        "action-publish": "action-publish",
    }
    published = editor.post(accepted["Location"], nested_form_data(data))
    assert published.status_code == 302, text_of(published)

    # Cora's page leads to the listing, which everybody finds.
    mine = client.get("/me/").content.decode()
    assert f'href="{draft.get_absolute_url()}"' in mine
    assert "A fine course" in text_of(CommittingClient().get(draft.get_absolute_url()))

    # Whoever pastes the address again is shown that it is there.
    again = client.post("/suggest/", {"read": "1", "url": server.url + "/moved/"}, follow=True)
    assert "It is in the catalog already" in text_of(again)
