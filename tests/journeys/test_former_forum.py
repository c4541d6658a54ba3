"""A city moves its old forum here; years of links to it keep working."""

import pytest
from django.contrib.auth.models import Permission

from forum.importers.claiming import claim
from forum.models import Post, Thread
from portal.accounts.models import User
from tests.factories import make_user
from tests.forum.importers.files import run, write_export, write_transcript
from tests.forum.importers.test_bbpress import ALL

pytestmark = pytest.mark.django_db


def arrive(client, address):
    """Follow a former address as a browser does; return the last address and the page."""
    response = client.get(address)
    assert response.status_code == 301, address
    target = response.headers["Location"]
    response = client.get(target)
    if response.status_code == 302:
        target = response.headers["Location"]
        response = client.get(target.partition("#")[0])
    assert response.status_code == 200
    return target, response.content.decode()


def test_export_then_old_links(client, tmp_path):
    assert run("import_bbpress", write_export(tmp_path / "export.xml", *ALL))[1] == ""
    thread = Thread.objects.get()

    target, page = arrive(client, "/forums/topic/how-long-do-you-keep-drafts/")
    assert target == thread.get_absolute_url()
    assert "How long do you keep drafts" in page and "Irmã Alder" in page

    target, _page = arrive(client, "/forums/reply/22/")
    assert target == f"{thread.get_absolute_url()}#post-3"
    target, _page = arrive(client, "/?p=21")
    assert target == f"{thread.get_absolute_url()}#post-2"
    target, page = arrive(client, "/forums/forum/retention/")
    assert target == thread.category.get_absolute_url()
    assert "How long do you keep drafts" in page

    # The link that Tom once set to another post is one of this site now.
    assert 'href="/forums/reply/21/"' in Post.objects.get(source_number="22").html


def test_copied_page_then_old_links_then_its_author_comes(client, tmp_path):
    assert run("import_transcript", write_transcript(tmp_path / "page.txt"))[1] == ""
    thread = Thread.objects.get()

    target, page = arrive(client, "/forums/topic/lending-laptops-to-field-staff/")
    assert target == thread.get_absolute_url()
    assert (
        page.index("Our inspectors ask") < page.index("A sheet on the door") < page.index("ask IT")
    )
    for number, place in (("7001", 1), ("7019", 2), ("7015", 3), ("7008", 4)):
        target, _page = arrive(client, f"/?p={number}")
        assert target == f"{thread.get_absolute_url()}#post-{place}"
    target, _page = arrive(client, "/forums/reply/7015/")
    assert target.endswith("#post-3")

    moderator = make_user("Moderator")
    moderator.user_permissions.add(Permission.objects.get(codename="moderate_post"))
    ravi = make_user("Ravi L.")
    claim(placeholder=User.objects.get(username="ravi-lund"), user=ravi, by=moderator)
    _target, page = arrive(client, "/?p=7019")
    assert "Ravi L." in page and "Ravi Lund" not in page
