"""A thread, page by page, and the ways to one of its posts."""

import json

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.answering import answer as answered_as_file
from portal.page_cache.versions import depends_on

from ..answering import accept_answer, withdraw_answer
from ..models import Post, Thread
from ..models.rights import rights_of
from ..own_part import for_member, for_visitor
from ..own_state import own_state
from ..paging import page_url, post_url
from ..reading import mark_read
from ..redirects import moved_post
from ..thread_page import thread_page
from . import ticking


def detail(request, pk, slug):
    """One page of a thread's posts: what all share, with what is the reader's own laid over it."""
    depends_on(request, f"thread:{pk}")
    user = request.user
    thread = Thread.objects.visible_to(user).for_reading().filter(pk=pk).first()
    if thread is None:
        return _merged_or_404(request, pk)
    url = thread.get_absolute_url()
    asked = request.GET.get("page", "1")
    if slug != thread.slug:
        return redirect(page_url(url, asked) if asked.isdigit() else url, permanent=True)
    if "post" in request.GET:
        moved = moved_post(pk, request.GET["post"], user)
        return moved or redirect(_numbered_url(thread, request.GET["post"]))
    if "moderate" in request.GET and thread.category_id in rights_of(user).moderated:
        return ticking.tick(request, pk)
    page = thread_page(pk, asked, request.page_cache_versions)
    if asked != str(page.number):
        return redirect(page_url(url, page.number))
    if not user.is_authenticated:
        return HttpResponse(for_visitor(request, page))
    mine = own_state(user, thread, [shared.post for shared in page.posts])
    body = for_member(request, page, mine)
    # Behind the last post may stand numbers that were moved away: they are read, too.
    is_last = page.number == page.count
    mark_read(
        user=user,
        thread=thread,
        number=page.thread.last_number if is_last else page.posts[-1].post.number,
    )
    return HttpResponse(body)


def _numbered_url(thread, asked):
    """Where the post of a number stands, or the nearest there is; nonsense leads to the first."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return post_url(thread.get_absolute_url(), min(max(1, number), thread.last_number))


@require_safe
def last(request, pk):
    """The number of the last post, for the script that says when there are newer ones.

    Of a thread that everyone may read it comes out of the page cache, without a query.
    """
    depends_on(request, f"thread:{pk}")
    visible = Thread.objects.visible_to(request.user).filter(pk=pk)
    number = visible.values_list("last_number", flat=True).first()
    if number is None:
        raise Http404
    body = json.dumps({"last": number})
    answered = answered_as_file(request, body, "application/json")
    if request.user.is_authenticated:
        answered["Cache-Control"] = "private, no-cache"
    return answered


def without_slug(request, pk):
    thread = Thread.objects.visible_to(request.user).filter(pk=pk).first()
    return redirect(thread, permanent=True) if thread else _merged_or_404(request, pk)


def permalink(request, pk):
    """Lead to the page and number where the post stands now."""
    visible = Post.objects.visible_to(request.user).select_related("thread")
    post = get_object_or_404(visible, pk=pk)
    return redirect(post.get_thread_url())


@require_POST
def answer(request, pk):
    """Accept a post as the answer to its question, or take that back."""
    post = get_object_or_404(
        Post.objects.visible_to(request.user).public().select_related("thread"), pk=pk
    )
    thread = post.thread
    if not Thread.objects.editable_by(request.user).filter(pk=thread.pk).exists():
        raise PermissionDenied(_("Who asked the question accepts its answer."))
    if not thread.is_question or post.number == 1:
        raise Http404
    if "undo" in request.POST:
        withdraw_answer(thread=thread, by=request.user)
        messages.success(request, _("No answer is accepted now."))
    else:
        accept_answer(post=post, by=request.user)
        messages.success(request, _("Marked as the answer. Readers find it from the top."))
    return redirect(post.get_thread_url())


def _merged_or_404(request, pk):
    """Redirect to what a thread was merged into, as far as one may see that.

    A page or post of it that is asked for leads to where that stands now.
    """
    merged = get_object_or_404(Thread.objects.select_related("merged_into"), pk=pk)
    target = merged.merged_into
    if target is None or not Thread.objects.visible_to(request.user).filter(pk=target.pk).exists():
        raise Http404
    asked, page = request.GET.get("post", ""), request.GET.get("page", "")
    if not asked and page.isascii() and page.isdigit() and len(page) < 8:
        asked = str((int(page) - 1) * settings.POSTS_PER_PAGE + 1)
    return moved_post(pk, asked, request.user) or redirect(target, permanent=True)
