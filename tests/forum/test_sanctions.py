"""Silence, suspension, ban: who may impose them, on whom, and how they end."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import timezone
from wagtail.models import ModelLogEntry

from forum import sanctions
from forum.models import Category, Post, Sanction
from portal.accounts.models import User
from tests.factories import PASSWORD, make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def moderator():
    user = make_user("Mod Erator")
    user.groups.add(Group.objects.get(name="Forum moderators"))
    return user


def impose(user, kind, by, **fields):
    return sanctions.impose(user=user, kind=kind, by=by, reason="Insults", **fields)


def status(user):
    return User.objects.get(pk=user.pk).status


def test_silenced_member_reads_and_does_not_write(moderator):
    post = make_reply(make_thread())
    member = post.author
    impose(member, "silence", moderator, ends_at=timezone.now() + WEEK)
    assert not Category.objects.writable_by(member).exists()
    assert Category.objects.visible_to(member).exists()
    assert not Post.objects.editable_by(member).exists()
    assert status(member) == "active"
    assert "Insults" in sanctions.silence_words(member)
    assert sanctions.silence_words(moderator) == ""


def test_suspension_closes_the_account_until_its_end(moderator, django_capture_on_commit_callbacks):
    member, now = make_user(), timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        impose(member, "suspension", moderator, ends_at=now + WEEK)
    assert status(member) == "suspended"
    assert "Insults" in mail.outbox[0].body
    assert "until" in mail.outbox[0].body
    assert ModelLogEntry.objects.get(action="forum.member.suspension").user == moderator
    assert sanctions.end_due(now + timedelta(days=6)) == 0
    assert status(member) == "suspended"
    with django_capture_on_commit_callbacks(execute=True):
        assert sanctions.end_due(now + timedelta(days=8)) == 1
    assert status(member) == "active"
    assert "open again" in mail.outbox[1].body
    assert sanctions.end_due(now + timedelta(days=9)) == 0


def test_ban_outlasts_a_suspension_and_is_lifted(moderator):
    member, now = make_user(), timezone.now()
    impose(member, "suspension", moderator, ends_at=now + WEEK)
    ban = impose(member, "ban", moderator)
    assert status(member) == "banned"
    sanctions.end_due(now + timedelta(days=8))
    assert status(member) == "banned"
    sanctions.lift(sanction=ban, by=moderator)
    assert status(member) == "active"
    assert Sanction.objects.get(pk=ban.pk).lifted_by == moderator


def test_another_of_the_same_kind_takes_its_place(moderator):
    member, now = make_user(), timezone.now()
    impose(member, "silence", moderator)
    impose(member, "silence", moderator, ends_at=now + WEEK)
    assert member.sanctions.in_force().count() == 1
    assert member.sanctions.count() == 2


@pytest.mark.parametrize(
    "kind, days", [("suspension", None), ("ban", 3), ("silence", -1), ("suspension", 0)]
)
def test_end_has_to_fit(moderator, kind, days):
    end = None if days is None else timezone.now() + timedelta(days=days)
    with pytest.raises(ValueError, match=r"end|over"):
        impose(make_user(), kind, moderator, ends_at=end)


def test_who_may_sanction_whom(moderator):
    other, category_moderator, editor = make_user(), make_user(), make_user()
    other.groups.add(Group.objects.get(name="Forum moderators"))
    make_category().moderators.create(user=category_moderator)
    editor.groups.add(Group.objects.get(name="Editors"))
    for user in (other, category_moderator, editor, moderator, make_user(status="placeholder")):
        with pytest.raises(sanctions.NotSanctionable):
            impose(user, "silence", moderator)
    with pytest.raises(sanctions.NotSanctionable):
        impose(make_user(), "silence", category_moderator)
    admin = make_user(is_superuser=True)
    impose(User.objects.get(pk=other.pk), "ban", admin)
    assert status(other) == "banned"


def test_opening_an_account_by_hand_ends_the_sanction(client, moderator):
    member = make_user()
    impose(member, "ban", moderator)
    User.objects.filter(pk=member.pk).update(status="active", is_active=True)
    sanctions.opened_by_hand(User.objects.get(pk=member.pk), moderator)
    assert not member.sanctions.in_force().exists()


def test_who_is_suspended_learns_why_when_logging_in(client, moderator):
    member = make_user()
    client.force_login(member)
    impose(member, "suspension", moderator, ends_at=timezone.now() + WEEK)
    thread = make_thread()
    # The session ends at once.
    assert client.get("/me/").status_code == 302
    answer = client.post(f"{thread.get_absolute_url()}reply/", {"text": "Still here"})
    assert answer.url.startswith("/accounts/login/")
    page = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    said = page.content.decode()
    assert page.status_code == 403
    assert "Insults" in said
    assert "until" in said
    assert "/contact/" in said
