"""Tell moderators about a post; read why one's own is hidden, and ask again."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..limits import REPORTS, refusal_of
from ..models import Post, ReviewRequest
from ..moderation import ask_again
from ..moderation_forms import AskAgainForm, ReportForm
from ..reporting import report_post
from .showing import crumbs


@require_http_methods(["GET", "HEAD", "POST"])
def report(request, pk):
    """Say what is wrong with a post. Who has no account writes through Contact."""
    visible = Post.objects.visible_to(request.user).select_related(
        "thread__category__parent", "author"
    )
    post = get_object_or_404(visible, pk=pk)
    if not request.user.is_authenticated:
        address = f"{settings.BASE_URL}{post.get_absolute_url()}"
        query = urlencode({"about": "post", "address": address})
        return redirect(f"{reverse('contact')}?{query}")
    is_own = post.author_id == request.user.pk
    earlier = post.reports.filter(reporter=request.user).first()
    if post.state != Post.State.PUBLIC and not earlier:
        raise Http404
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not (is_own or earlier) and form.is_valid():
        said = refusal_of(REPORTS, request.user)
        if said:
            form.add_error(None, said)
        else:
            made, _is_new = report_post(
                post=post,
                reporter=request.user,
                reason=form.cleaned_data["reason"],
                text=form.cleaned_data["text"],
            )
            messages.success(request, thanks(made))
            return redirect(post.get_thread_url())
    context = {
        "post": post,
        "thread": post.thread,
        "form": form,
        "is_own": is_own,
        "earlier": earlier,
        "crumbs": crumbs(post.thread),
    }
    return render(request, "forum/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hidden(request, pk):
    """Why one's own post is hidden, what one may do, and asking a moderator to look again."""
    own = Post.objects.visible_to(request.user).filter(author=request.user)
    post = get_object_or_404(own.select_related("thread__category__parent"), pk=pk)
    if post.state != Post.State.HIDDEN:
        return redirect(post.get_thread_url())
    latest = post.review_requests.first()
    is_waiting = latest is not None and latest.state == ReviewRequest.State.OPEN
    form = AskAgainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not is_waiting and form.is_valid():
        said = refusal_of(REPORTS, request.user)
        if said:
            form.add_error(None, said)
        else:
            ask_again(post=post, by=request.user, text=form.cleaned_data["text"])
            messages.success(
                request, _("Thank you. A moderator looks at it again; you get a mail then.")
            )
            return redirect("forum:hidden", post.pk)
    context = {
        "post": post,
        "thread": post.thread,
        "form": form,
        "latest": latest,
        "is_waiting": is_waiting,
        "may_edit": Post.objects.editable_by(request.user).filter(pk=post.pk).exists(),
        "crumbs": crumbs(post.thread),
    }
    return render(request, "forum/hidden.html", context)


def thanks(made):
    if made.hides_until:
        return _(
            "Thank you; the post is hidden, and the moderators are called. You get a mail with "
            "what they decide."
        )
    return _("Thank you; a moderator looks at it. You get a mail with what they decide.")
