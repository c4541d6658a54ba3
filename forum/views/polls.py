"""The poll of a thread: make and change it, and vote."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import polling
from ..limits import EDITS, MARKS, refusal_of
from ..models import Poll, Thread
from ..poll_forms import PollForm
from .showing import crumbs


@require_POST
def vote(request, pk, slug):
    """Choose among the options, choose anew, or take one's vote back."""
    thread = _visible_thread(request, pk)
    if not request.user.is_authenticated:
        return redirect_to_login(_poll_url(thread))
    poll = get_object_or_404(Poll.objects.select_related("thread"), thread=thread)
    if not thread.may_write:
        raise PermissionDenied(_("You may read here, but not vote."))
    if said := refusal_of(MARKS, request.user, keeps_text=False):
        raise PermissionDenied(said)
    chosen = [value for value in request.POST.getlist("option") if _is_key(value)]
    try:
        if "withdraw" in request.POST:
            polling.withdraw_vote(poll=poll, by=request.user)
            messages.success(request, _("Your vote is taken back."))
        else:
            polling.vote(poll=poll, by=request.user, options=chosen)
            messages.success(request, _("Your vote counts."))
    except polling.PollClosed:
        messages.error(request, _("The poll is closed, so nothing was counted."))
    except polling.WrongChoice:
        wrong = _("Choose at least one option.") if poll.is_multiple else _("Choose one option.")
        messages.error(request, wrong)
        return redirect(f"{thread.get_absolute_url()}?poll=vote#poll")
    return redirect(_poll_url(thread))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request, pk, slug):
    """Give a thread its poll, change it, end it or remove it: its author's and moderators'."""
    thread = _visible_thread(request, pk)
    is_author = thread.author_id == request.user.pk
    if not (thread.may_moderate or (is_author and thread.takes_replies and thread.may_write)):
        raise PermissionDenied(_("Only who started a thread gives it a poll."))
    poll = Poll.objects.filter(thread=thread).prefetch_related("options").first()
    may_remove = bool(poll) and (thread.may_moderate or not poll.voter_count)
    if poll and request.method == "POST" and "close" in request.POST:
        polling.close_poll(poll=poll, by=request.user)
        messages.success(request, _("The poll is closed."))
        return redirect(_poll_url(thread))
    if poll and request.method == "POST" and "remove" in request.POST:
        if not may_remove:
            raise PermissionDenied(_("People have voted: only a moderator removes this poll."))
        polling.remove_poll(poll=poll, by=request.user)
        messages.success(request, _("The poll is gone."))
        return redirect(thread)
    form = PollForm(
        request.POST if request.method == "POST" else None, writer=request.user, poll=poll
    )
    if request.method == "POST" and form.is_valid() and (said := refusal_of(EDITS, request.user)):
        form.add_error(None, said)
    elif request.method == "POST" and form.is_valid() and _save(request, thread, poll, form):
        messages.success(request, _("The poll stands at the head of the thread."))
        return redirect(_poll_url(thread))
    context = {
        "thread": thread,
        "poll": poll,
        "form": form,
        "may_remove": may_remove,
        "crumbs": crumbs(thread),
    }
    return render(request, "forum/poll.html", context)


def _save(request, thread, poll, form):
    """Make or change the poll; where somebody voted meanwhile, say so in the form instead."""
    names = ("question", "options", "is_multiple", "closes_at")
    fields = {name: form.cleaned_data[name] for name in names}
    if poll is None:
        polling.make_poll(thread=thread, by=request.user, **fields)
        return True
    try:
        polling.change_poll(poll=poll, by=request.user, **fields)
    except polling.HasVotes:
        said = _("Somebody has voted meanwhile, so only the last day may still change.")
        form.add_error(None, said)
        return False
    return True


def _visible_thread(request, pk):
    visible = Thread.objects.visible_to(request.user).with_page_data(request.user)
    thread = get_object_or_404(visible, pk=pk)
    if thread.state != Thread.State.PUBLIC and not thread.may_moderate:
        raise Http404
    return thread


def _poll_url(thread):
    return f"{thread.get_absolute_url()}#poll"


def _is_key(value):
    return value.isascii() and value.isdigit() and len(value) < 15
