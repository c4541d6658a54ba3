"""Mark posts: helpful, for all to see, and bookmarks, for oneself.

Both are toggles: a form sends POST and comes back to the post; a script gets JSON instead.
"""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.models import User
from portal.page_cache.versions import depends_on

from .. import marking
from ..limits import MARKS, refusal_of
from ..models import Helpful, Post, PostBookmark
from .attaching import asks_for_json
from .showing import crumbs


@require_http_methods(["GET", "HEAD", "POST"])
def helpful(request, pk):
    """Who found a post helpful; POST says or takes back that oneself did."""
    post = _public_post(request, pk)
    if request.method != "POST":
        return _show_names(request, post)
    if not request.user.is_authenticated:
        return redirect_to_login(post.get_thread_url())
    _refuse_above_limit(request)
    try:
        if Helpful.objects.filter(post=post, user=request.user).exists():
            post, is_set = marking.unmark_helpful(post=post, by=request.user), False
        else:
            post, is_set = marking.mark_helpful(post=post, by=request.user), True
    except marking.OwnPost:
        raise PermissionDenied(_("What one wrote oneself is for others to judge.")) from None
    return _answer(request, post, is_set)


@require_POST
def bookmark(request, pk):
    """Keep a post among one's bookmarks, or take it out."""
    post = _public_post(request, pk)
    if not request.user.is_authenticated:
        return redirect_to_login(post.get_thread_url())
    _refuse_above_limit(request)
    is_set = not PostBookmark.objects.filter(post=post, user=request.user).exists()
    change = marking.add_bookmark if is_set else marking.remove_bookmark
    change(post=post, by=request.user)
    if request.POST.get("back") == "me":
        return redirect("/me/#my-post-bookmarks")
    return _answer(request, post, is_set)


def _public_post(request, pk):
    visible = Post.objects.visible_to(request.user).public()
    return get_object_or_404(visible.select_related("thread__category__parent", "author"), pk=pk)


def _show_names(request, post):
    """The page with the names, or with `?piece` only them."""
    depends_on(request, post.thread.version)
    people = User.objects.filter(helpful_marks__post=post).order_by("helpful_marks__pk")
    context = {
        "post": post,
        "thread": post.thread,
        "people": people.select_related("agency"),
        "crumbs": crumbs(post.thread),
    }
    template = "forum/_helpful_names.html" if "piece" in request.GET else "forum/helpful.html"
    return render(request, template, context)


def _refuse_above_limit(request):
    if said := refusal_of(MARKS, request.user, keeps_text=False):
        raise PermissionDenied(said)


def _answer(request, post, is_set):
    if not asks_for_json(request):
        return redirect(post.get_thread_url())
    html = render_to_string("forum/_helpful_count.html", {"post": post}, request)
    return JsonResponse({"is_set": is_set, "count": html.strip()})
