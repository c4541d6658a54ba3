"""What moderators know of a member, and what they may impose."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.models import User

from .. import sanctions
from ..models import Category, Sanction
from ..moderation_forms import SanctionForm
from ..queue import record_of


@require_http_methods(["GET", "HEAD", "POST"])
def member(request, username):
    """The record of a member, for moderators; those of the whole forum may silence and ban."""
    person = get_object_or_404(User.objects.visible_to(request.user), username__iexact=username)
    if not Category.objects.moderated_by(request.user).exists():
        raise PermissionDenied(_("Only moderators see the record of a member."))
    refusal = _refusal(person, request.user)
    form = SanctionForm(request.POST if "impose" in request.POST else None)
    if request.method == "POST" and not refusal:
        done = _lift(request, person) if "lift" in request.POST else _impose(request, person, form)
        if done:
            messages.success(request, done)
            return redirect("forum:moderate_member", person.username)
    context = {
        "person": person,
        "form": form,
        "refusal": refusal,
        "in_force": list(person.sanctions.in_force().select_related("by")),
        "crumbs": [(person.display_name, person.get_absolute_url())],
        **record_of(person, seen_by=request.user),
    }
    return render(request, "forum/moderate_member.html", context)


def _impose(request, person, form):
    """Do what the form says; return the sentence that tells it, "" where it says nothing."""
    if not form.is_valid():
        return ""
    try:
        sanctions.impose(
            user=person,
            kind=form.cleaned_data["kind"],
            by=request.user,
            reason=form.cleaned_data["reason"],
            ends_at=form.ends_at,
        )
    except sanctions.NotSanctionable as reason:
        form.add_error(None, str(reason))
        return ""
    said = {
        Sanction.Kind.SILENCE: _("%(name)s may read and not write now. A mail says why."),
        Sanction.Kind.SUSPENSION: _("%(name)s cannot log in for a while. A mail says why."),
        Sanction.Kind.BAN: _("%(name)s cannot log in any more. A mail says why."),
    }
    return said[form.cleaned_data["kind"]] % {"name": person.display_name}


def _lift(request, person):
    pk = request.POST["lift"]
    if not (pk.isascii() and pk.isdigit() and len(pk) < 15):
        return ""
    sanction = person.sanctions.in_force().filter(pk=pk).first()
    if sanction is None:
        return _("It is over already.")
    sanctions.lift(sanction=sanction, by=request.user)
    return _("It is over: %(kind)s.") % {"kind": sanction.get_kind_display()}


def _refusal(person, moderator):
    """Why `moderator` may impose nothing on `person`; "" where he may."""
    try:
        sanctions.check(user=person, by=moderator)
    except sanctions.NotSanctionable as reason:
        return str(reason)
    return ""
