"""Write: start a thread, reply, edit. What was typed comes back whatever happens.

Each view answers GET with its form and POST with a preview, a post or the form again. Who is
logged out when a form arrives logs in and finds the text in it again (forum.drafts); a form
whose token is stale is shown once more with a fresh one (portal.stale_forms).
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.stale_forms import shown_again_by

from .. import drafts
from ..announcing import announce
from ..forms import EditForm, ReplyForm, ThreadForm
from ..limits import EDITS, refusal, refusal_of
from ..models import Draft, Post, Thread
from ..posting import ThreadClosed, edit_post, reply, start_thread
from ..sanctions import silence_words
from ..screening import signal_words, signals_of_change
from .attaching import bound
from .prefilling import prefilled, quoted
from .showing import (
    THREAD_FIELDS,
    crumbs,
    instead_of_posting,
    keep_and_log_in,
    show,
    show_after_stale_token,
    show_again,
    show_kept_or_refuse,
)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request):
    """Ask a question or open a discussion."""
    if request.method == "POST" and not request.user.is_authenticated:
        return keep_and_log_in(request, drafts.NEW_PLACE)
    if not request.user.is_authenticated:
        return render(
            request,
            "forum/new_for_visitors.html",
            {
                "next": request.get_full_path(),
                "kind": prefilled(request)["kind"],
                "crumbs": crumbs(),
            },
        )
    place = drafts.NEW_PLACE
    if request.method != "POST":
        kept = drafts.restore(request, place)
        if kept is None and (words := silence_words(request.user)):
            raise PermissionDenied(words)
        initial = kept.fields if kept else prefilled(request)
        form = ThreadForm(initial=initial, writer=request.user)
        return show(request, "new", form, kept=kept, is_restored=bool(kept))
    form = bound(request, ThreadForm)
    aside = instead_of_posting(request, "new", form, place=place, back=request.path)
    if aside:
        return aside
    if words := silence_words(request.user):
        form.is_valid()
        form.add_error(None, f"{words} {_('Your text is below.')}")
    elif form.is_valid() and _is_within_limit(request, form, starts_thread=True):
        thread = _start(request, form)
        drafts.forget(request, place)
        if thread.state == Thread.State.HELD:
            _say_if_held(request, thread.posts.get())
        return redirect(thread)
    return show_again(request, "new", form, place=place)


@require_http_methods(["GET", "HEAD", "POST"])
def reply_to(request, pk, slug):
    """Answer in a thread; the box at its end posts here too."""
    user = request.user
    thread = _thread_to_answer(user, pk)
    if thread.pk != pk and request.method != "POST":
        return redirect("forum:reply", thread.pk, thread.slug, permanent=True)
    place = drafts.reply_place(thread)
    if not user.is_authenticated:
        if request.method == "POST":
            return keep_and_log_in(request, place)
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        kept = drafts.restore(request, place)
        if not (thread.takes_replies and thread.may_write):
            return show_kept_or_refuse(request, thread, kept)
        initial = kept.fields if kept else {"text": quoted(request, thread)}
        form = ReplyForm(initial=initial, writer=user)
        return show(request, "reply", form, thread=thread, kept=kept, is_restored=bool(kept))
    form = bound(request, ReplyForm)
    back = f"{thread.get_absolute_url()}#thread-end"
    aside = instead_of_posting(request, "reply", form, place=place, back=back, thread=thread)
    if aside:
        return aside
    if not thread.may_write:
        words = silence_words(user) or _("You may read here, but not write.")
        form.add_error(None, f"{words} {_('Your text is below.')}")
    elif form.is_valid() and _is_within_limit(request, form):
        try:
            post = reply(
                thread=thread,
                author=user,
                text=form.cleaned_data["text"],
                submission_key=form.cleaned_data["submission_key"],
                is_screened=True,
                is_from_a_program=form.is_from_a_program,
            )
        except ThreadClosed:
            form.add_error(None, _closed_words())
        else:
            drafts.forget(request, place)
            _say_if_held(request, post)
            return redirect(post.get_thread_url())
    return show_again(request, "reply", form, place=place, thread=thread)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Change one's own post."""
    user = request.user
    visible = Post.objects.visible_to(user).select_related("thread__category__parent")
    post = get_object_or_404(visible, pk=pk)
    place = drafts.edit_place(post)
    if not user.is_authenticated:
        if request.method == "POST":
            return keep_and_log_in(request, place)
        return redirect_to_login(request.get_full_path())
    if post.author_id != user.pk:
        raise PermissionDenied(_("Only its author edits a post."))
    may_edit = Post.objects.editable_by(user).filter(pk=pk).exists()
    if request.method != "POST":
        if not may_edit:
            raise PermissionDenied(_("This post can no longer be edited."))
        kept = drafts.restore(request, place)
        initial = {"text": post.text, "title": post.thread.title, **(kept.fields if kept else {})}
        form = EditForm(initial=initial, writer=user, post=post)
        return show(request, "edit", form, post=post, kept=kept, is_restored=bool(kept))
    form = bound(request, EditForm, post=post)
    back = post.get_thread_url()
    aside = instead_of_posting(request, "edit", form, place=place, back=back, post=post)
    if aside:
        return aside
    if not may_edit:
        form.add_error(None, silence_words(user) or _closed_words())
    elif form.is_valid() and _is_within_limit(request, form, limit=EDITS) and _is_clean(form, post):
        post = edit_post(
            post=post,
            editor=user,
            text=form.cleaned_data["text"],
            title=form.cleaned_data.get("title"),
        )
        drafts.forget(request, place)
        if post.state == Post.State.HIDDEN:
            messages.success(request, _("It is changed. Now ask a moderator to look again."))
            return redirect("forum:hidden", post.pk)
        return redirect(post.get_thread_url())
    return show_again(request, "edit", form, place=place, post=post)


def _start(request, form):
    """Start what the form asks for and return the thread."""
    fields = {name: form.cleaned_data[name] for name in (*THREAD_FIELDS, "submission_key")}
    fields |= {"author": request.user, "poll": form.poll_fields}
    if fields.pop("kind") == Thread.Kind.ANNOUNCEMENT:
        return announce(takes_replies=form.cleaned_data["takes_replies"], **fields)
    return start_thread(
        kind=form.cleaned_data["kind"],
        is_screened=True,
        is_from_a_program=form.is_from_a_program,
        **fields,
    )


def _thread_to_answer(user, pk):
    """The thread of an address, or the one that it was merged into while somebody wrote."""
    visible = Thread.objects.visible_to(user).with_page_data(user)
    thread = visible.filter(pk=pk).first()
    return thread or get_object_or_404(visible, merged_threads=pk)


def _say_if_held(request, post):
    if post.state == Post.State.HELD:
        words = _(
            "Your post waits for a moderator, because of: %(because)s. You see it in its place; "
            "others see it once a moderator lets it through."
        )
        because = ", ".join(str(word) for word in signal_words(post.signals))
        messages.info(request, words % {"because": because})


def _is_clean(form, post):
    """Whether a change of a public post brings nothing that would have been held; say so in it."""
    if post.state != Post.State.PUBLIC:
        return True
    signals = signals_of_change(author=post.author, before=post, text=form.cleaned_data["text"])
    if signals:
        words = _(
            "A moderator looks first at this in a post of somebody new: %(because)s. Put it in a "
            "reply of its own instead. Your text is below."
        )
        form.add_error(
            None, words % {"because": ", ".join(str(Post.Signal(sign).label) for sign in signals)}
        )
    return not signals


@require_POST
@login_required
def discard_draft(request, pk):
    """Throw a draft away from the list of one's own."""
    draft = get_object_or_404(Draft.objects.of(request.user), pk=pk)
    draft.delete()
    messages.success(request, _("The draft is gone."))
    return redirect("/me/")


def _start_again(request):
    return show_after_stale_token(request, "new", ThreadForm(request.POST, writer=request.user))


def _reply_again(request, pk, slug):
    thread = _thread_to_answer(request.user, pk)
    form = ReplyForm(request.POST, writer=request.user)
    return show_after_stale_token(request, "reply", form, thread=thread)


def _edit_again(request, pk):
    visible = Post.objects.visible_to(request.user).select_related("thread__category__parent")
    post = get_object_or_404(visible, pk=pk)
    form = EditForm(request.POST, writer=request.user, post=post)
    return show_after_stale_token(request, "edit", form, post=post)


start = shown_again_by(_start_again)(start)
reply_to = shown_again_by(_reply_again)(reply_to)
edit = shown_again_by(_edit_again)(edit)


def _is_within_limit(request, form, *, starts_thread=False, limit=None):
    """Count this post; when it is one too many, say so in the form."""
    if limit:
        said = refusal_of(limit, request.user)
    else:
        said = refusal(request.user, starts_thread=starts_thread)
    if said:
        form.add_error(None, said)
    return not said


def _closed_words():
    return _(
        "This thread was closed while you wrote, so nothing was posted. Your text is below: "
        "copy it, or start a new thread with it."
    )
