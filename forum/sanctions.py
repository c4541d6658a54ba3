"""What moderators impose on a member: silence, suspension, ban; each ends or is lifted.

A silence is asked of the table where somebody wants to write (Category.writable_by). Suspension
and ban close the account through User.status, which only these verbs change here.
"""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.accounts.models import User
from portal.page_cache.versions import raise_version

from .letters import write
from .models import Sanction
from .moderators import is_moderator

CLOSING = {
    Sanction.Kind.BAN: User.Status.BANNED,
    Sanction.Kind.SUSPENSION: User.Status.SUSPENDED,
}


class NotSanctionable(Exception):
    """The message says why this member cannot be sanctioned by this moderator."""


def check(*, user, by):
    """Raise NotSanctionable unless `by` may impose something on `user`."""
    if not (by.is_superuser or by.has_perm("forum.moderate_post")):
        raise NotSanctionable(_("Only moderators of the whole forum do that."))
    if user.pk == by.pk:
        raise NotSanctionable(_("This is you."))
    if user.status in {User.Status.PLACEHOLDER, User.Status.ERASED}:
        raise NotSanctionable(_("Nobody logs in to this account."))
    if not by.is_superuser and is_moderator(user):
        raise NotSanctionable(
            _("%(name)s has an office here. Only administrators do that.")
            % {"name": user.display_name}
        )


def impose(*, user, kind, by, reason, ends_at=None, now=None):
    """Silence, suspend or ban `user`, write to him, and return the Sanction.

    It takes the place of one of the same kind that is in force. A suspension has an end, a ban
    has none. Raises NotSanctionable, and ValueError for a wrong end.
    """
    now = now or timezone.now()
    if (kind == Sanction.Kind.SUSPENSION) != (ends_at is not None) and kind != "silence":
        raise ValueError("A suspension has an end, a ban has none.")
    if ends_at is not None and ends_at <= now:
        raise ValueError("It would be over already.")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        check(user=user, by=by)
        same = user.sanctions.in_force(now).filter(kind=kind)
        same.update(lifted_at=now, lifted_by=by)
        sanction = Sanction.objects.create(
            user=user, kind=kind, reason=reason.strip(), by=by, starts_at=now, ends_at=ends_at
        )
        _settle_status(user, now)
        _log(user, f"forum.member.{kind}", by)
        _tell(sanction)
    sanction.user = user
    return sanction


def lift(*, sanction, by, now=None):
    """End a sanction that is in force before its time, and tell the member."""
    now = now or timezone.now()
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=sanction.user_id)
        check(user=user, by=by)
        sanction = Sanction.objects.get(pk=sanction.pk)
        if not sanction.is_in_force:
            return sanction
        _end(sanction, user, at=now, by=by, now=now)
        _log(user, "forum.member.lift", by, kind=sanction.kind)
    return sanction


def end_due(now=None):
    """End the sanctions whose time is over; a job of the clock. Returns how many."""
    now = now or timezone.now()
    due = Sanction.objects.filter(lifted_at__isnull=True, ends_at__lte=now)
    ended = 0
    for pk in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            sanction = Sanction.objects.select_for_update().get(pk=pk)
            if sanction.lifted_at is None:
                user = User.objects.select_for_update().get(pk=sanction.user_id)
                _end(sanction, user, at=sanction.ends_at, by=None, now=now)
                ended += 1
    return ended


def opened_by_hand(user, by):
    """Lift what closed an account that an administrator has opened in Wagtail's user page."""
    with transaction.atomic():
        closing = user.sanctions.in_force().filter(kind__in=list(CLOSING))
        return closing.update(lifted_at=timezone.now(), lifted_by=by)


def silence_of(user):
    """Return the silence in force for a member, or None."""
    if not user.is_authenticated:
        return None
    return user.sanctions.silencing().order_by("-ends_at").first()


def closing_of(user):
    """Return the suspension or ban in force for somebody who cannot log in, or None."""
    closing = user.sanctions.in_force().filter(kind__in=list(CLOSING))
    return closing.order_by("kind", "-starts_at").first()


def until_words(sanction):
    """Say when a sanction ends: a day and time, or that it has no end."""
    if sanction.ends_at is None:
        return _("without an end")
    day = date_format(timezone.localtime(sanction.ends_at), "DATETIME_FORMAT")
    return _("until %(day)s") % {"day": day}


def silence_words(user):
    """Say to a silenced member why he cannot write and until when; "" for everybody else."""
    silence = silence_of(user)
    if silence is None:
        return ""
    return _(
        "A moderator has asked you to read and not write, %(until)s. The reason: %(reason)s"
    ) % {"until": until_words(silence), "reason": silence.reason}


def _end(sanction, user, *, at, by, now):
    sanction.lifted_at, sanction.lifted_by = at, by
    sanction.save(update_fields=["lifted_at", "lifted_by"])
    _settle_status(user, now)
    lines = {
        Sanction.Kind.SILENCE: _("You can write in the forum again."),
        Sanction.Kind.SUSPENSION: _("Your account is open again: you can log in."),
        Sanction.Kind.BAN: _("Your account is open again: you can log in."),
    }
    write(
        user,
        subject=_("It is over: %(kind)s") % {"kind": sanction.get_kind_display()},
        lines=[lines[sanction.kind]],
        link=(_("Community rules"), "/rules/"),
        why=_("You get this mail because it concerns your account."),
    )


def _settle_status(user, now):
    """Let the status follow from what is in force; what is no sanction's doing stays."""
    kinds = set(user.sanctions.in_force(now).values_list("kind", flat=True))
    status = next((status for kind, status in CLOSING.items() if kind in kinds), User.Status.ACTIVE)
    if user.status != status:
        user.status = status
        user.save(update_fields=["status"])
        # The status stands on the member's page, the name on many.
        raise_version("site")


def _tell(sanction):
    subjects = {
        Sanction.Kind.SILENCE: _("You may read in the forum, but not write for a while"),
        Sanction.Kind.SUSPENSION: _("Your account is suspended"),
        Sanction.Kind.BAN: _("Your account is closed"),
    }
    said = {
        Sanction.Kind.SILENCE: _("You may read in the forum, but not write, %(until)s."),
        Sanction.Kind.SUSPENSION: _("You cannot log in %(until)s."),
        Sanction.Kind.BAN: _("You cannot log in any more."),
    }
    write(
        sanction.user,
        subject=subjects[sanction.kind],
        lines=[
            said[sanction.kind] % {"until": until_words(sanction)},
            _("If you think this is a mistake, write to us: somebody else will look at it."),
            _("The reason a moderator gives:"),
        ],
        quote=sanction.reason,
        link=(_("Write to us"), "/contact/"),
        why=_("You get this mail because it concerns your account."),
    )


def _log(user, action, by, **data):
    log(instance=user, action=action, user=by, uuid=uuid4(), data=data or None)
