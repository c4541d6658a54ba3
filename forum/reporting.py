"""Report a post, and decide such reports.

A report of sensitive information by a member of some standing hides the post at once and calls
the moderators; without a moderator's word it comes back after HOURS_HIDDEN. The reporter learns
what became of a report, and misused reports cost that power (forum/standing.py).
"""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from .hiding import conceal, reveal
from .letters import write
from .models import Post, Report
from .moderators import moderators_of
from .posting import lock
from .recount import recount_member
from .standing import may_hide_by_report, standing_of


class OwnPost(Exception):
    """Nobody reports what he wrote himself."""


def report_post(*, post, reporter, reason, text="", now=None):
    """Tell the moderators about `post`; return (Report, whether it is new).

    A member reports a post once: another time the first report is returned, whatever became of
    it. Raises OwnPost. A post that is out of sight already is not hidden again.
    """
    if post.author_id == reporter.pk:
        raise OwnPost
    now = now or timezone.now()
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        report, is_new = Report.objects.get_or_create(
            post=post,
            reporter=reporter,
            defaults={"reason": reason, "text": text.strip(), "created_at": now},
        )
        if is_new and _hides_at_once(report, reporter):
            report.hides_until = now + timedelta(hours=settings.FORUM_HOURS_HIDDEN)
            report.save(update_fields=["hides_until"])
            conceal(thread, post, state=Post.State.HIDDEN, by=reporter, now=now, reason=reason)
            _log(post, "forum.post.hide_by_report", reporter)
            _call_moderators(report, thread)
    return report, is_new


def decide_reports(*, post, by, is_upheld, note="", now=None):
    """Close what is open on `post`, tell the reporters, and return the reports.

    Call it in the transaction of a verb that holds the lock; it neither hides nor shows the post.
    """
    now = now or timezone.now()
    reports = list(post.reports.open().select_related("reporter").order_by("pk"))
    for report in reports:
        report.state = Report.State.UPHELD if is_upheld else Report.State.REFUSED
        report.decided_at, report.decided_by = now, by
        report.note = note
        report.hides_until = None
        report.save(update_fields=["state", "decided_at", "decided_by", "note", "hides_until"])
        recount_member(report.reporter)
        _tell_reporter(report, post)
    return reports


def dismiss_reports(*, post, by, note="", now=None):
    """Find nothing wrong with `post`: refuse its open reports, and show it where one hid it."""
    now = now or timezone.now()
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        was_hidden = is_hidden_by_report(post)
        reports = decide_reports(post=post, by=by, is_upheld=False, note=note, now=now)
        if reports:
            if was_hidden:
                reveal(thread, post, now=now)
            _log(post, "forum.post.dismiss_reports", by, reports=len(reports))
    return post


def show_unconfirmed(now=None):
    """Show the posts again that a report hid and nobody confirmed; a job of the clock.

    The report stays open. Returns how many posts came back.
    """
    now = now or timezone.now()
    due = Report.objects.open().filter(hides_until__lte=now)
    posts = Post.objects.filter(pk__in=due.values("post")).select_related("thread")
    return sum([_show_again(post, now) for post in posts.order_by("pk")])


def is_hidden_by_report(post):
    """Whether `post` is out of sight only because an open report says so."""
    hiding = post.reports.open().filter(hides_until__isnull=False)
    return post.state == Post.State.HIDDEN and hiding.exists()


def _show_again(post, now):
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_related("author").get(pk=post.pk)
        hiding = post.reports.open().filter(hides_until__isnull=False)
        if hiding.filter(hides_until__gt=now).exists():
            return False
        if not hiding.update(hides_until=None) or post.state != Post.State.HIDDEN:
            return False
        reveal(thread, post, now=now)
        _log(post, "forum.post.restore", None)
    return True


def _hides_at_once(report, reporter):
    """Whether this report hides its post: not one that a moderator looked at before."""
    post = report.post
    if report.reason != Post.Reason.SENSITIVE or post.state != Post.State.PUBLIC:
        return False
    if post.reports.filter(reason=Post.Reason.SENSITIVE, state=Report.State.REFUSED).exists():
        return False
    return may_hide_by_report(reporter, standing_of(reporter))


def _call_moderators(report, thread):
    for moderator in moderators_of(thread.category):
        write(
            moderator,
            subject=_("Hidden until you look: a post in “%(title)s”") % {"title": thread.title},
            lines=[
                _(
                    "%(name)s reports sensitive information in post %(number)d of “%(title)s”. "
                    "The post is hidden at once."
                )
                % {
                    "name": report.reporter.display_name,
                    "number": report.post.number,
                    "title": thread.title,
                },
                _("Unless a moderator confirms it, it is shown again after %(hours)d hours.")
                % {"hours": settings.FORUM_HOURS_HIDDEN},
            ],
            quote=report.text,
            link=(_("Look and decide"), f"/admin/forum/queue/{report.post_id}/"),
            why=_("You get this mail because you moderate this category."),
        )


def _tell_reporter(report, post):
    is_upheld = report.state == Report.State.UPHELD
    title = {"title": post.thread.title}
    if is_upheld:
        said = _("You reported a post in “%(title)s”. A moderator agreed and acted. Thank you.")
    else:
        said = _("You reported a post in “%(title)s”. A moderator looked and left it as it is.")
    write(
        report.reporter,
        subject=_("Your report: upheld") if is_upheld else _("Your report: not upheld"),
        lines=[said % title],
        quote=report.note,
        link=(_("Your reports"), "/me/#my-reports"),
        why=_("You get this mail because you reported a post."),
    )


def _log(post, action, by, **data):
    log(instance=post, action=action, user=by, uuid=uuid4(), data=data or None)
