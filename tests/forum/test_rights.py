"""What somebody may do is kept in memory and changes with what it rests on."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.utils import timezone

from forum.models import Category, Sanction, Thread, rights
from forum.models.rights import rights_of
from tests.factories import make_agency, make_category, make_thread, make_user

pytestmark = pytest.mark.django_db


def again(user):
    """The same person as another request meets him."""
    return type(user).objects.get(pk=user.pk)


def test_rights_agree_with_the_querysets():
    open_one, members = make_category(), make_category(read="members")
    verified, inside = make_category(read="verified"), make_category()
    inside.parent = verified
    inside.save()
    moderator = make_user()
    inside.moderators.create(user=moderator)
    people = [AnonymousUser(), make_user(), make_user(agency=make_agency()), moderator]
    people.append(make_user(is_superuser=True))
    people.append(make_user(status="banned"))
    for user in people:
        found = rights_of(user)
        for kept, queryset in (
            (found.readable, Category.objects.visible_to(user)),
            (found.writable, Category.objects.writable_by(user)),
            (found.moderated, Category.objects.moderated_by(user)),
        ):
            assert set(kept) == set(queryset.values_list("pk", flat=True))
    assert {open_one.pk, members.pk} <= set(rights_of(people[1]).readable)
    assert inside.pk not in rights_of(people[1]).readable


def test_nothing_is_asked_while_nothing_changes(django_assert_num_queries):
    make_category()
    user = make_user()
    first = rights_of(user)
    with django_assert_num_queries(0):
        assert rights_of(again_without_asking(user)) is first
        assert rights_of(user) is first
    with django_assert_num_queries(3):
        rights_of(make_user_unsaved(user))


def again_without_asking(user):
    return type(user)(pk=user.pk, is_active=True)


def make_user_unsaved(user):
    return type(user)(pk=user.pk + 1000, is_active=True)


def test_every_way_to_change_rights_counts_at_once():
    category, user = make_category(read="groups"), make_user()
    group, permission = Group.objects.create(name="Crew"), "moderate_post"

    def may():
        found = rights_of(again(user))
        return category.pk in found.readable, category.pk in found.moderated

    assert may() == (False, False)
    category.read_groups.add(group)
    assert may() == (False, False)
    user.groups.add(group)
    assert may() == (True, False)
    category.moderators.create(group=group)
    assert may() == (True, True)
    category.moderators.all().delete()
    assert may() == (True, False)
    user.groups.clear()
    assert may() == (False, False)
    user.user_permissions.add(Permission.objects.get(codename=permission))
    assert may() == (True, True)
    user.user_permissions.clear()
    group.permissions.add(Permission.objects.get(codename=permission))
    user.groups.add(group)
    assert may() == (True, True)
    group.delete()
    assert may() == (False, False)
    Category.objects.filter(pk=category.pk).update(read="members")
    assert may() == (True, False)
    category.read = "verified"
    category.save()
    assert may() == (False, False)
    user.agency = make_agency()
    user.save()
    assert may() == (True, False)
    user.status = "suspended"
    user.save()
    assert may() == (False, False)


def test_rights_are_worked_out_anew_after_a_minute(monkeypatch):
    user = make_user()
    first = rights_of(user)
    now = rights.monotonic()
    monkeypatch.setattr(rights, "monotonic", lambda: now + 61)
    assert rights_of(user) is not first


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(rights, "MOST_KEPT", 3)
    for number in range(10):
        rights_of(make_user(f"Person {number}"))
    assert len(rights._kept) <= 3


def test_silence_is_asked_of_the_clock(client):
    thread, user = make_thread(), make_user()
    client.force_login(user)
    url = thread.get_absolute_url()
    assert b"<textarea" in client.get(url).content
    now = timezone.now()
    silence = Sanction.objects.create(
        user=user, kind="silence", reason="x", by=user, starts_at=now, ends_at=now + timedelta(1)
    )
    assert b"<textarea" not in client.get(url).content
    assert not Thread.objects.with_rights_of(user).get().may_write
    Sanction.objects.filter(pk=silence.pk).update(ends_at=now)
    assert b"<textarea" in client.get(url).content
    assert Thread.objects.with_rights_of(user).get().may_write
