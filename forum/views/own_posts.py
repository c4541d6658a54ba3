"""What became of a post, and taking back one's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.page_cache.versions import depends_on

from .. import withdrawing
from ..history import changes_of
from ..models import Category, Post, Thread
from .showing import crumbs


@require_safe
def history(request, pk):
    """Who changed a post when, and what; of posts out of sight only for moderators."""
    post = _visible_post(request, pk)
    depends_on(request, post.thread.version)
    if post.is_gone or post.state == Post.State.HELD:
        moderated = Category.objects.moderated_by(request.user)
        if not moderated.filter(pk=post.thread.category_id).exists():
            raise Http404
    context = {
        "post": post,
        "thread": post.thread,
        "changes": changes_of(post),
        "crumbs": crumbs(post.thread),
    }
    return render(request, "forum/history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request, pk):
    """Delete one's own post, after saying what that means, or bring it back."""
    post = _visible_post(request, pk)
    if post.author_id != request.user.pk:
        raise PermissionDenied(_("Only its author deletes a post."))
    is_own_tombstone = post.state == Post.State.DELETED and post.hidden_by_id == request.user.pk
    is_held = post.state == Post.State.HELD
    if not (post.state == Post.State.PUBLIC or is_held or is_own_tombstone):
        raise Http404
    if not post.thread.takes_replies and not is_held:
        raise PermissionDenied(_("This thread is closed, so its posts stay as they are."))
    if request.method == "POST":
        if "restore" in request.POST:
            post = withdrawing.restore_own_post(post=post, by=request.user)
            messages.success(request, _("Post %d is shown again.") % post.number)
        else:
            post = withdrawing.delete_own_post(post=post, by=request.user)
            if is_held:
                messages.success(request, _("You have taken the post back."))
                opened = post.thread.state == Thread.State.DELETED
                return redirect("forum:index" if opened else post.thread)
            messages.success(
                request, _("Post %d is deleted. You can restore it in its place.") % post.number
            )
        return redirect(post.get_thread_url())
    context = {"post": post, "thread": post.thread, "crumbs": crumbs(post.thread)}
    return render(request, "forum/delete.html", context)


def _visible_post(request, pk):
    visible = Post.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("thread__category__parent", "author"), pk=pk)
