"""Tick posts of a thread to move, split or hide them; merge a whole thread into another.

Ticking is a page that is only read: ticks travel in the address from page to page. What will
happen is said by a page of its own, and done by the button there.
"""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from .. import moderation, moving
from ..models import Category, Post
from ..moderation_forms import HideTickedForm, MergeForm, MoveTickedForm, SplitForm
from ..paging import page_count, read_page
from ..reading import post_page
from .moderating import moderated_thread
from .showing import crumbs

MOST_TICKED = 500
FORMS = {"move": MoveTickedForm, "split": SplitForm, "hide": HideTickedForm}


def tick(request, pk):
    """The posts of one page with boxes; `?tick=` are those chosen so far, also elsewhere."""
    thread = moderated_thread(request, pk)
    page = post_page(thread, str(read_page(request.GET.get("page", "1"), page_count(thread))))
    ticked = read_ticks(request.GET)
    here = {post.number for post in page.posts}
    context = {
        "thread": thread,
        "page": page,
        "posts": page.posts,
        "ticked": ticked,
        "elsewhere": sorted(ticked - here),
        "from_number": request.GET.get("from", "")[:9],
        "to_number": request.GET.get("to", "")[:9],
        "previous": page.number - 1,
        "next": page.number + 1 if page.number < page.count else 0,
        "crumbs": crumbs(thread),
    }
    return render(request, "forum/tick.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ticked(request, pk, slug):
    """Say what will happen to the ticked posts and to how many, ask what is missing, do it."""
    thread = moderated_thread(request, pk)
    sent = request.POST if request.method == "POST" else request.GET
    action = sent.get("action", "")
    numbers = read_ticks(sent)
    posts = list(
        thread.posts.filter(number__in=numbers).select_related("author").order_by("number")
    )
    problem = _problem(posts, numbers, action)
    if problem:
        messages.error(request, problem)
        return redirect(f"{thread.get_absolute_url()}?moderate=1{tick_query(numbers)}")
    form = FORMS[action](
        request.POST if request.method == "POST" else None, moderator=request.user, thread=thread
    )
    if request.method == "POST" and form.is_valid():
        try:
            said, target = DOINGS[action](request.user, posts, form)
        except moving.NotMovable as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, said)
            return redirect(target or thread)
    context = {
        "thread": thread,
        "action": action,
        "posts": posts,
        "numbers": sorted(numbers),
        "voices": len({post.author_id for post in posts}),
        "form": form,
        "crumbs": crumbs(thread),
        "back": f"{thread.get_absolute_url()}?moderate=1{tick_query(numbers)}",
    }
    return render(request, "forum/ticked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, pk, slug):
    """Ask into which thread, say what that means, and merge."""
    thread = moderated_thread(request, pk)
    form = MergeForm(request.POST or None, moderator=request.user, thread=thread)
    target = None
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["target"]
        try:
            moving.check_target(thread, target)
            if "confirm" in request.POST:
                moving.merge_threads(source=thread, target=target, by=request.user)
                messages.success(request, _("The threads are one now. Old addresses lead here."))
                return redirect(target)
        except moving.NotMovable as reason:
            form.add_error("target", str(reason))
            target = None
    context = {
        "thread": thread,
        "form": form,
        "target": target,
        "opens_more": target is not None and _opens_more(thread, target),
        "crumbs": crumbs(thread),
    }
    return render(request, "forum/merge.html", context)


def read_ticks(sent):
    """Return the numbers of the posts ticked one by one and from one to another."""
    numbers = {int(tick) for tick in sent.getlist("tick") if _is_number(tick)}
    first, last = sent.get("from", ""), sent.get("to", "")
    if _is_number(first) and _is_number(last):
        numbers |= set(range(int(first), min(int(last), int(first) + MOST_TICKED) + 1))
    return set(sorted(numbers)[: MOST_TICKED + 1])


def tick_query(numbers):
    return "".join(f"&tick={number}" for number in sorted(numbers))


def _is_number(text):
    return text.isascii() and text.isdigit() and len(text) < 10


def _problem(posts, numbers, action):
    """Say what is in the way of the ticks themselves, or ""."""
    if action not in FORMS:
        return _("Choose what to do with the ticked posts.")
    if len(numbers) > MOST_TICKED:
        return _("These are more than %(most)d posts. Tick fewer at a time.") % {
            "most": MOST_TICKED
        }
    try:
        if action == "hide":
            if not any(post.state == Post.State.PUBLIC for post in posts):
                return _("Tick at least one post that can be hidden.")
        else:
            moving.check_posts(posts)
    except moving.NotMovable as reason:
        return str(reason)
    return ""


def _opens_more(thread, target):
    """Whether more people could read the posts in the target than can now."""
    everyone = Category.Access.EVERYONE
    return target.category.read == everyone and thread.category.read != everyone


def _move(by, posts, form):
    target = moving.move_posts(posts=posts, target=form.cleaned_data["target"], by=by)
    said = ngettext(
        "%(count)d post stands in “%(title)s” now.",
        "%(count)d posts stand in “%(title)s” now.",
        len(posts),
    )
    return said % {"count": len(posts), "title": target.title}, None


def _split(by, posts, form):
    target = moving.split_thread(
        posts=posts,
        title=form.cleaned_data["title"],
        category=form.cleaned_data["category"],
        kind=form.cleaned_data["kind"],
        by=by,
    )
    said = ngettext(
        "%(count)d post is a thread of its own now.",
        "%(count)d posts are a thread of their own now.",
        len(posts),
    )
    return said % {"count": len(posts)}, target


def _hide(by, posts, form):
    public = [post for post in posts if post.state == Post.State.PUBLIC]
    for post in public:
        moderation.hide_post(
            post=post, by=by, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"]
        )
    said = ngettext("%(count)d post is hidden.", "%(count)d posts are hidden.", len(public))
    return said % {"count": len(public)}, None


DOINGS = {"move": _move, "split": _split, "hide": _hide}
