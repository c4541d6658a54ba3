"""Moderate where one reads: what will happen is said, then done, and one is back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import moderation
from ..deciding import choices_for, decide
from ..forms import MoveForm
from ..models import Category, Post, Thread
from ..moderation_forms import DecisionForm
from ..queue import with_case_data
from .showing import crumbs
from .thread_actions import actions_for


@require_http_methods(["GET", "HEAD", "POST"])
def of_post(request, pk):
    """Decide about a post: hide it with a reason, show it again, answer reports."""
    visible = with_case_data(Post.objects.visible_to(request.user))
    post = get_object_or_404(visible, pk=pk)
    require_moderator(request.user, post.thread)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = decide(
            post, by=request.user, action=request.POST.get("action", ""), **form.cleaned_data
        )
        if done:
            messages.success(request, done)
            post = Post.objects.select_related("thread").get(pk=pk)
            return redirect(post.get_thread_url())
        form.add_error(None, _("Choose one of the buttons below."))
    context = {
        "post": post,
        "thread": post.thread,
        "form": form,
        "choices": choices_for(post),
        "crumbs": crumbs(post.thread),
    }
    return render(request, "forum/moderate_post.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def of_thread(request, pk, slug):
    """Close, pin, archive, move, hide or delete a thread, or take that back."""
    thread = moderated_thread(request, pk)
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
        "actions": actions_for(thread),
        "crumbs": crumbs(thread),
    }
    return render(request, "forum/moderate_thread.html", context)


def moderated_thread(request, pk):
    """Return a thread that the user moderates; raises Http404 and PermissionDenied."""
    visible = Thread.objects.visible_to(request.user).select_related("category__parent", "author")
    thread = get_object_or_404(visible, pk=pk)
    require_moderator(request.user, thread)
    return thread


def require_moderator(user, thread):
    if not Category.objects.moderated_by(user).filter(pk=thread.category_id).exists():
        raise PermissionDenied(_("Only moderators of this category do that."))


def _act(request, thread):
    """Do what the pressed button says; return the sentence that tells it, or ""."""
    for action in actions_for(thread):
        if action["name"] == request.POST.get("action"):
            action["verb"](thread=thread, by=request.user)
            return action["done"]
    return ""


def _move(request, thread, form):
    if not form.is_valid():
        return ""
    category = form.cleaned_data["category"]
    moderation.move_thread(thread=thread, by=request.user, category=category)
    return _("The thread stands in %s now.") % category.name
