"""What an administrator sees on an empty site."""

import pytest
from django.contrib.auth.models import Group

from portal.home.models import SiteSettings
from portal.home.wagtail_hooks import checklist
from tests.factories import make_category, make_kit, make_provider, make_thread, make_user

pytestmark = pytest.mark.django_db


def test_administrator_sees_what_is_left_to_do(client):
    client.force_login(make_user(is_superuser=True))
    page = client.get("/admin/").content.decode()
    assert "A new site: 0 of 7 done" in page
    make_kit(provider=make_provider())
    make_thread(category=make_category())
    page = client.get("/admin/").content.decode()
    assert "A new site: 3 of 7 done" in page


def test_list_is_hidden_when_the_settings_say_so(client):
    client.force_login(make_user(is_superuser=True))
    settings = SiteSettings.load()
    settings.checklist_done = True
    settings.save()
    assert "A new site" not in client.get("/admin/").content.decode()


def test_list_is_for_administrators_alone(client):
    user = make_user()
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    assert "A new site" not in client.get("/admin/").content.decode()


def test_each_step_leads_somewhere(client):
    client.force_login(make_user(is_superuser=True))
    for step in checklist():
        assert client.get(step["url"]).status_code == 200, step["url"]
