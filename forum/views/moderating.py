"""Moderate where one reads: what will happen is said, then done, and one is back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from .. import moderation
from ..forms import HideForm, MoveForm
from ..models import Category, Post, Thread


@require_http_methods(["GET", "HEAD", "POST"])
def of_post(request, pk):
    """Hide a post with a reason, or show it again."""
    visible = Post.objects.visible_to(request.user).select_related(
        "thread__category__parent", "author"
    )
    post = get_object_or_404(visible, pk=pk)
    _require_moderator(request.user, post.thread)
    form = HideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "restore" in request.POST:
        post = moderation.restore_post(post=post, by=request.user)
        messages.success(request, _("Post %d is shown again.") % post.number)
        return redirect(post.get_thread_url())
    if request.method == "POST" and form.is_valid():
        post = moderation.hide_post(post=post, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Post %d is hidden.") % post.number)
        return redirect(post.get_thread_url())
    context = {"post": post, "thread": post.thread, "form": form, "crumbs": _crumbs(post.thread)}
    return render(request, "forum/moderate_post.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def of_thread(request, pk, slug):
    """Close, pin, move or hide a thread, or take that back."""
    visible = Thread.objects.visible_to(request.user).select_related("category__parent", "author")
    thread = get_object_or_404(visible, pk=pk)
    _require_moderator(request.user, thread)
    is_move = "move" in request.POST
    form = MoveForm(request.POST if is_move else None, moderator=request.user, thread=thread)
    if request.method == "POST":
        done = _move(request, thread, form) if is_move else _act(request, thread)
        if done:
            messages.success(request, done)
            return redirect(thread)
    context = {
        "thread": thread,
        "form": form,
        "actions": _actions(thread),
        "crumbs": _crumbs(thread),
    }
    return render(request, "forum/moderate_thread.html", context)


def _act(request, thread):
    """Do what the pressed button says; return the sentence that tells it, or ""."""
    for action in _actions(thread):
        if action["name"] == request.POST.get("action"):
            action["verb"](thread=thread, by=request.user)
            return action["done"]
    return ""


def _actions(thread):
    """What may be done with a thread as it stands: what it means, its button, what is said."""
    if thread.is_locked:
        closing = {
            "name": "unlock",
            "verb": moderation.unlock_thread,
            "words": _("It is closed. Opening lets members reply and edit again."),
            "button": _("Open"),
            "done": _("The thread is open again."),
        }
    else:
        closing = {
            "name": "lock",
            "verb": moderation.lock_thread,
            "words": _("Closing stops replies and edits. Everyone can still read."),
            "button": _("Close"),
            "done": _("The thread is closed: no replies, no edits."),
        }
    if thread.is_pinned:
        pinning = {
            "name": "unpin",
            "verb": moderation.unpin_thread,
            "words": _("It is pinned to the top of the lists."),
            "button": _("Unpin"),
            "done": _("The thread stands in the lists by its date again."),
        }
    else:
        pinning = {
            "name": "pin",
            "verb": moderation.pin_thread,
            "words": _("Pinning keeps it on top of the forum and of its category."),
            "button": _("Pin"),
            "done": _("The thread stays on top of the lists."),
        }
    if thread.state == Thread.State.HIDDEN:
        hiding = {
            "name": "restore",
            "verb": moderation.restore_thread,
            "words": _("It is hidden from everyone but moderators."),
            "button": _("Restore"),
            "done": _("The thread is shown again."),
        }
    else:
        hiding = {
            "name": "hide",
            "verb": moderation.hide_thread,
            "words": ngettext(
                "Hiding takes the thread and its %d reply out of sight; it can be restored.",
                "Hiding takes the thread and its %d replies out of sight; it can be restored.",
                thread.reply_count,
            )
            % thread.reply_count,
            "button": _("Hide"),
            "done": _("The thread is hidden from everyone but moderators."),
            "is_harsh": True,
        }
    return [closing, pinning, hiding]


def _move(request, thread, form):
    if not form.is_valid():
        return ""
    category = form.cleaned_data["category"]
    moderation.move_thread(thread=thread, by=request.user, category=category)
    return _("The thread stands in %s now.") % category.name


def _require_moderator(user, thread):
    if not Category.objects.moderated_by(user).filter(pk=thread.category_id).exists():
        raise PermissionDenied(_("Only moderators of this category do that."))


def _crumbs(thread):
    return [*thread.category.trail(), (thread.title, thread.get_absolute_url())]
