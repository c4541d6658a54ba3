"""A thread, page by page, and the ways to one of its posts."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import ResourcePage
from portal.page_cache.versions import depends_on

from .. import drafts
from ..answering import accept_answer, withdraw_answer
from ..forms import ReplyForm
from ..markup import excerpt
from ..models import OutsideLink, Post, PostMention, Thread
from ..paging import page_links, page_url
from ..reading import mark_read, post_page

MOST_RESOURCES = 20


def detail(request, pk, slug):
    """One page of a thread's posts."""
    depends_on(request, f"thread:{pk}")
    user = request.user
    visible = Thread.objects.visible_to(user).with_page_data(user).with_read_marks(user)
    thread = visible.with_draft_of(user).filter(pk=pk).first()
    if thread is None:
        return _merged_or_404(request, pk)
    url = thread.get_absolute_url()
    asked = request.GET.get("page", "1")
    if slug != thread.slug:
        return redirect(page_url(url, asked) if asked.isdigit() else url, permanent=True)
    page = post_page(thread, asked, user)
    if asked != str(page.number):
        return redirect(page_url(url, page.number))
    context = {
        "thread": thread,
        "page": page,
        "posts": page.posts,
        "resources": _resources_of(thread, user),
        "page_links": page_links(url, page) if page.count > 1 else [],
        "previous_url": page_url(url, page.number - 1) if page.number > 1 else "",
        "next_url": page_url(url, page.number + 1) if page.number < page.count else "",
        "canonical_url": settings.BASE_URL + page_url(url, page.number),
        "description": excerpt(page.posts[0].html, 160) if not page.posts[0].is_gone else "",
        "answer_url": _answer_url(thread),
    }
    if user.is_authenticated:
        context |= _own_part(request, thread, page.posts)
        mark_read(user=user, thread=thread, number=page.posts[-1].number)
    return render(request, "forum/thread.html", context)


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


def _answer_url(thread):
    if thread.answer is None:
        return ""
    thread.answer.thread = thread
    return thread.answer.get_thread_url()


def _merged_or_404(request, pk):
    """Redirect to what a thread was merged into, as far as one may see that."""
    merged = get_object_or_404(Thread.objects.select_related("merged_into"), pk=pk)
    target = merged.merged_into
    if target is None or not Thread.objects.visible_to(request.user).filter(pk=target.pk).exists():
        raise Http404
    return redirect(target, permanent=True)


def _resources_of(thread, user):
    """The listings that public posts of the thread name, by title."""
    named = PostMention.objects.filter(post__thread=thread, post__state=Post.State.PUBLIC)
    return list(
        ResourcePage.objects.visible_to(user)
        .filter(pk__in=named.values("resource"))
        .order_by("title")
        .only("title", "slug", "kind")[:MOST_RESOURCES]
    )


def _first_unread(posts, read_to):
    """Return the number of the post above which a line says that here the new begins, or 0."""
    if not any(post.number == read_to + 1 for post in posts):
        return 0  # it begins on another page
    return next((post.number for post in posts if post.is_unread), 0)


def _own_part(request, thread, posts):
    """What a member sees beside what all see: what he may do, his draft, links to suggest."""
    user = request.user
    is_open = thread.takes_replies
    links = {}
    for link in OutsideLink.objects.filter(post__in=posts):
        links.setdefault(link.post_id, []).append(link)
    asks = thread.is_question and (thread.author_id == user.pk or thread.may_moderate)
    read_to = thread.last_read or 0
    for post in posts:
        is_new = bool(thread.unread) and post.number > read_to
        post.is_unread = is_new and post.author_id != user.pk
        post.unlisted = links.get(post.pk, [])
        if post.state == Post.State.DELETED:
            post.may_restore = is_open and user.pk == post.author_id == post.hidden_by_id
        if post.state == Post.State.PUBLIC:
            post.may_mark = True
            post.may_thank = post.author_id != user.pk
            post.may_edit = is_open and post.author_id == user.pk
            post.may_quote = is_open and thread.may_write
            post.may_answer = asks and post.number != 1 and not post.is_answer
            post.may_unanswer = asks and post.is_answer
    place = drafts.reply_place(thread)
    kept = drafts.restore(request, place, is_saved=thread.has_draft)
    may_reply = is_open and thread.may_write
    return {
        "may_reply": may_reply,
        "may_moderate": thread.may_moderate,
        "kept": kept,
        "saved_words": drafts.saved_words(kept.at, user) if kept else "",
        "first_unread": _first_unread(posts, read_to) if read_to else 0,
        "form": ReplyForm(initial=kept and kept.fields, writer=user) if may_reply else None,
    }
