"""What editors learn about searches."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from portal.search.models import QueryLog
from portal.search.querylog import KEPT, record
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("Editor")
    user.groups.add(Group.objects.get(name="Editors"))
    client.login(username=user.email, password=PASSWORD)
    return user


def test_editors_see_top_searches_and_misses(client, editor):
    for _ in range(3):
        record("walrus", 5)
    record("xylophone", 0)
    QueryLog.objects.create(
        query="long ago", found=0, day=timezone.localdate() - timedelta(days=KEPT + 1)
    )
    html = client.get("/admin/reports/searches/").content.decode()
    assert html.index("walrus") < html.index("xylophone")
    assert "long ago" not in html
    misses = client.get("/admin/reports/misses/").content.decode()
    assert "xylophone" in misses
    assert "walrus" not in misses
    table = client.get("/admin/reports/searches/?export=csv")
    assert b"walrus,3,5" in b"".join(table.streaming_content)


def test_reports_are_in_the_menu_and_wagtails_own_is_not(client, editor):
    html = client.get("/admin/").content.decode()
    assert "/admin/reports/searches/" in html
    assert "/admin/reports/misses/" in html
    admin = make_user("Admin", is_superuser=True)
    client.login(username=admin.email, password=PASSWORD)
    assert "search-terms" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("name", ["searches", "misses"])
def test_others_see_no_reports(client, name):
    assert client.get(f"/admin/reports/{name}/").status_code == 302
    moderator = make_user("Moderator")
    moderator.groups.add(Group.objects.get(name="Forum moderators"))
    client.login(username=moderator.email, password=PASSWORD)
    response = client.get(f"/admin/reports/{name}/")
    assert response.status_code in (302, 403, 404)
