"""Reports: who hides at once, who decides, who learns of it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import timezone
from wagtail.models import ModelLogEntry

from forum import moderation, reporting
from forum.models import Post, Report, Standing
from forum.moderators import moderators_of
from tests.factories import make_agency, make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    user = make_user("Mod Erator")
    user.groups.add(Group.objects.get(name="Forum moderators"))
    return user


def trusted(**fields):
    return make_user(agency=make_agency(), **fields)


def fresh(post):
    return Post.objects.get(pk=post.pk)


def report(post, reporter, reason="spam", **fields):
    return reporting.report_post(post=post, reporter=reporter, reason=reason, **fields)[0]


def test_member_reports_a_post_once_and_never_his_own():
    post, member = make_reply(make_thread()), make_user()
    first, is_new = reporting.report_post(post=post, reporter=member, reason="spam", text=" Ads ")
    assert (is_new, first.text, first.is_open) == (True, "Ads", True)
    again, is_new = reporting.report_post(post=post, reporter=member, reason="abuse")
    assert (again, is_new, again.reason) == (first, False, "spam")
    with pytest.raises(reporting.OwnPost):
        report(post, post.author)
    assert fresh(post).state == "public"


def test_sensitive_information_reported_by_a_trusted_member_is_hidden_at_once(
    moderator, django_capture_on_commit_callbacks
):
    post = make_reply(make_thread("Payroll"), text="My number is 123-45-6789")
    with django_capture_on_commit_callbacks(execute=True):
        made = report(post, trusted(), "sensitive", text="A real number")
    assert (fresh(post).state, fresh(post).reason) == ("hidden", "sensitive")
    assert made.hides_until > timezone.now() + timedelta(hours=23)
    (letter,) = mail.outbox
    assert letter.to == [moderator.email]
    assert "post 2 of “Payroll”" in letter.body
    assert "A real number" in letter.body
    assert f"/admin/forum/queue/{post.pk}/" in letter.alternatives[0][0]
    assert "123-45" not in letter.body
    assert ModelLogEntry.objects.get(action="forum.post.hide_by_report").user == made.reporter


@pytest.mark.parametrize("posts, refused, hides", [(9, 0, False), (10, 0, True), (10, 3, False)])
def test_standing_gives_that_power_and_misuse_takes_it(posts, refused, hides):
    post, member = make_reply(make_thread()), make_user()
    Standing.objects.create(user=member, posts=posts, reports_refused=refused)
    report(post, member, "sensitive")
    assert (fresh(post).state == "hidden") is hides


def test_another_reason_hides_nothing_at_once():
    post = make_reply(make_thread())
    report(post, trusted(), "abuse")
    assert fresh(post).state == "public"


def test_post_comes_back_when_nobody_confirms():
    post, now = make_reply(make_thread()), timezone.now()
    made = report(post, trusted(), "sensitive", now=now)
    assert reporting.show_unconfirmed(now + timedelta(hours=23)) == 0
    assert fresh(post).state == "hidden"
    assert reporting.show_unconfirmed(now + timedelta(hours=25)) == 1
    assert (fresh(post).state, fresh(post).number) == ("public", 2)
    made.refresh_from_db()
    assert (made.state, made.hides_until) == ("open", None)
    assert reporting.show_unconfirmed(now + timedelta(hours=26)) == 0


def test_confirmed_post_stays_hidden_and_the_reporter_learns_it(
    moderator, django_capture_on_commit_callbacks
):
    post, member = make_reply(make_thread("Payroll")), trusted()
    made = report(post, member, "sensitive")
    with django_capture_on_commit_callbacks(execute=True):
        moderation.hide_post(post=post, by=moderator, reason="sensitive", note="Take it out.")
    made.refresh_from_db()
    assert (made.state, made.decided_by, made.hides_until) == ("upheld", moderator, None)
    reporting.show_unconfirmed(timezone.now() + timedelta(days=9))
    assert (fresh(post).state, fresh(post).hidden_by) == ("hidden", moderator)
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert "agreed and acted" in letters[member.email].body
    assert "Take it out." in letters[post.author.email].body
    assert Standing.objects.get(user=member).reports_upheld == 1


def test_refused_reports_show_the_post_and_cost(moderator, django_capture_on_commit_callbacks):
    post, member = make_reply(make_thread()), trusted()
    made = report(post, member, "sensitive")
    other = report(post, make_user(), "spam")
    with django_capture_on_commit_callbacks(execute=True):
        reporting.dismiss_reports(post=post, by=moderator, note="It is an example.")
    for row in (made, other):
        row.refresh_from_db()
        assert (row.state, row.note) == ("refused", "It is an example.")
    assert fresh(post).state == "public"
    assert Standing.objects.get(user=member).reports_refused == 1
    assert len(mail.outbox) == 2
    # A moderator has looked: another report does not hide it any more.
    report(post, trusted(), "sensitive")
    assert fresh(post).state == "public"


def test_dismissing_does_not_show_what_a_moderator_hid(moderator):
    post = make_reply(make_thread())
    moderation.hide_post(post=post, by=moderator, reason="abuse")
    late = Report.objects.create(
        post=post, reporter=make_user(), reason="abuse", created_at=timezone.now()
    )
    reporting.dismiss_reports(post=post, by=moderator)
    late.refresh_from_db()
    assert (late.state, fresh(post).state) == ("refused", "hidden")


def test_report_on_a_post_out_of_sight_hides_nothing():
    post = make_reply(make_thread())
    Post.objects.filter(pk=post.pk).update(state="deleted")
    assert report(post, trusted(), "sensitive").hides_until is None


def test_moderators_are_called_from_near_to_far(moderator):
    above, named, through_group = make_category(), make_user(), make_user()
    inside = make_category(parent=above)
    assert moderators_of(inside) == [moderator]
    group = Group.objects.create(name="HR desk")
    through_group.groups.add(group)
    above.moderators.create(group=group)
    inside.moderators.create(user=named)
    assert moderators_of(inside) == [named, through_group]
    assert moderators_of(above) == [through_group]
    moderator.groups.clear()
    admin = make_user(is_superuser=True)
    assert moderators_of(make_category()) == [admin]
    admin.delete()
    assert moderators_of(make_category()) == []


def test_moderators_of_a_category_enter_the_admin_and_others_do_not(client):
    user, category = make_user(), make_category()
    client.force_login(user)
    assert client.get("/admin/").status_code == 403
    category.moderators.create(user=user)
    assert client.get("/admin/").status_code == 200
    category.moderators.all().delete()
    assert client.get("/admin/").status_code == 403
