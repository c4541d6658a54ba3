"""What the two groups may do: editors keep the catalog, moderators the forum."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Workflow

from catalog.models import ResourceIndexPage
from portal.home.models import HomePage, StandardPage
from tests.factories import make_kit, make_user

pytestmark = pytest.mark.django_db


def member_of(name):
    user = make_user()
    user.groups.add(Group.objects.get(name=name))
    return user


def test_there_are_these_groups_and_no_others():
    assert set(Group.objects.values_list("name", flat=True)) == {"Editors", "Forum moderators"}
    assert not Workflow.objects.active().exists()


def test_editors_publish_listings_and_pages_and_keep_the_words(client):
    editor = member_of("Editors")
    index = ResourceIndexPage.objects.get()
    assert index.permissions_for_user(editor).can_add_subpage()
    assert index.permissions_for_user(editor).can_publish_subpage()
    assert make_kit().permissions_for_user(editor).can_unpublish()
    assert StandardPage.objects.get(slug="rules").permissions_for_user(editor).can_publish()
    for name in ("resourcepage", "topic", "provider", "tag", "platform", "suggestion"):
        assert editor.has_perm(f"catalog.change_{name}")
    client.force_login(editor)
    assert client.get("/admin/").status_code == 200
    assert client.get(f"/admin/pages/{index.pk}/").status_code == 200


def test_editors_neither_moderate_nor_keep_members(client):
    editor = member_of("Editors")
    assert not editor.has_perm("forum.moderate_post")
    client.force_login(editor)
    for path in ("/admin/users/", "/admin/people/agencies/", "/admin/groups/"):
        assert client.get(path).status_code == 302


def test_moderators_keep_the_forum_and_no_page(client):
    moderator = member_of("Forum moderators")
    assert moderator.has_perm("forum.moderate_post")
    home = HomePage.objects.get()
    assert not home.permissions_for_user(moderator).can_edit()
    assert not home.permissions_for_user(moderator).can_add_subpage()
    client.force_login(moderator)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/messages/").status_code == 200
    assert client.get("/admin/users/").status_code == 302


def test_rights_on_pages_end_at_home():
    (group,) = Group.objects.filter(page_permissions__isnull=False).distinct()
    assert group.name == "Editors"
    pages = {permission.page_id for permission in GroupPagePermission.objects.all()}
    assert pages == {HomePage.objects.get().pk}
    assert GroupCollectionPermission.objects.exclude(group=group).count() == 0
