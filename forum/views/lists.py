"""Lists of threads: the forum's front page, a category, and threads by one property."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.former_names import of_today
from catalog.models import ResourcePage, Tag, Topic
from portal.accounts.models import User
from portal.page_cache.versions import depends_on

from ..listing import cut
from ..models import Category, Thread
from ..reading import mark_all_read

MOST_PINNED = 10
LISTS = ("unread", "unanswered", "unsolved")
FILTERS = ("list", "tag", "topic", "by", "resource")


def index(request):
    """The categories in short, then the latest threads; or a list by one of FILTERS."""
    depends_on(request, "forum", "catalog")
    chosen = _chosen(request, FILTERS)
    if _needs_log_in(request, chosen):
        return redirect_to_login(request.get_full_path())
    today = of_today(chosen)
    if today != chosen:
        return redirect(f"{reverse('forum:index')}?{urlencode(today)}")
    threads = Thread.objects.visible_to(request.user)
    threads, title = _narrow(threads, chosen, request.user)
    context = {
        "tabs": _tabs(request, chosen, reverse("forum:index")),
        "is_filtered": bool(chosen),
        "list_name": chosen.get("list", ""),
        "list_title": title,
    }
    context["forum_crumbs"] = [(_("Forum"), reverse("forum:index"))]
    if not chosen:
        categories = Category.objects.visible_to(request.user).select_related("parent")
        context["categories"] = [row for row in categories if row.parent_id is None]
    return _answer(request, threads, context, chosen, "forum/index.html")


def category(request, slug):
    """The threads of a category and of those inside of it, or one of LISTS of them."""
    depends_on(request, "forum")
    chosen = _chosen(request, ("list",))
    if _needs_log_in(request, chosen):
        return redirect_to_login(request.get_full_path())
    visible = Category.objects.visible_to(request.user).select_related("parent")
    here = get_object_or_404(visible, slug=slug)
    children = list(visible.filter(parent=here)) if here.parent_id is None else []
    threads = Thread.objects.visible_to(request.user).filter(category__in=[here, *children])
    threads, title = _narrow(threads, chosen, request.user)
    context = {
        "category": here,
        "tabs": _tabs(request, chosen, here.get_absolute_url()),
        "is_filtered": bool(chosen),
        "list_name": chosen.get("list", ""),
        "list_title": title,
        "crumbs": here.trail()[:-1],
        "hide_category": not children,
        "children": children,
        "may_write": Category.objects.writable_by(request.user).filter(pk=here.pk).exists(),
    }
    return _answer(request, threads, context, chosen, "forum/category.html")


@require_POST
@login_required
def mark_read(request):
    """Count everything as read, or what is in one category and inside of it."""
    visible = Category.objects.visible_to(request.user)
    slug = request.POST.get("category", "").replace("\x00", "")
    if not slug:
        mark_all_read(user=request.user, categories=list(visible))
        return redirect("forum:index")
    here = get_object_or_404(visible, slug=slug)
    inside = visible.filter(Q(pk=here.pk) | Q(parent=here))
    mark_all_read(user=request.user, categories=list(inside))
    return redirect(here)


def _answer(request, threads, context, chosen, template):
    threads = threads.with_row_data().with_read_marks(request.user)
    if chosen.get("list") == "unread":
        threads = threads.unread()
    pinned = [] if chosen else list(threads.filter(is_pinned=True).latest()[:MOST_PINNED])
    rest = threads.exclude(pk__in=[thread.pk for thread in pinned]) if pinned else threads
    before, after = _parameter(request, "before"), _parameter(request, "after")
    page = cut(rest, before=before, after=after)
    is_first = not page.newer
    return render(
        request,
        template,
        {
            **context,
            "pinned": pinned if is_first else [],
            "threads": page.threads,
            "is_first": is_first,
            "newer_url": page.newer and _url(request, chosen, after=page.newer),
            "older_url": page.older and _url(request, chosen, before=page.older),
        },
    )


def _narrow(threads, chosen, user):
    """Return the threads that `chosen` leaves and the title of that list."""
    title = _("Latest threads")
    if chosen.get("list") == "unread":
        title = _("Threads with new posts")
    if chosen.get("list") == "unanswered":
        threads, title = threads.unanswered(), _("Threads without a reply")
    elif chosen.get("list") == "unsolved":
        threads, title = threads.unsolved(), _("Questions without an accepted answer")
    if slug := chosen.get("topic"):
        topic = get_object_or_404(Topic, slug=slug)
        threads, title = threads.about(topic), _("Threads about %s") % topic.title
    if slug := chosen.get("tag"):
        tag = get_object_or_404(Tag, slug=slug)
        threads, title = threads.tagged(slug), _("Threads tagged “%s”") % tag.name
    if name := chosen.get("by"):
        author = get_object_or_404(User, username__iexact=name)
        threads = threads.filter(author=author)
        title = _("Threads started by %s") % author.display_name
    if slug := chosen.get("resource"):
        resource = get_object_or_404(ResourcePage.objects.visible_to(user), slug=slug)
        threads = threads.mentioning(resource)
        title = _("Threads that mention %s") % resource.title
    return threads, title


def _tabs(request, chosen, base):
    """Return the tabs of the lists below the address `base` as components/tabs.html wants them."""
    now = chosen.get("list", "") if chosen.keys() <= {"list"} else None
    lists = [("", _("Latest"))]
    if request.user.is_authenticated:
        lists.append(("unread", _("Unread")))
    lists += [("unanswered", _("No reply yet")), ("unsolved", _("Unsolved"))]
    return [
        (words, None, f"{base}?list={name}" if name else base, name == now) for name, words in lists
    ]


def _chosen(request, keys):
    """The parameters of `keys` that say something, by name."""
    found = {key: _parameter(request, key) for key in keys}
    if found["list"] not in LISTS:
        found["list"] = ""
    return {key: value for key, value in found.items() if value}


def _needs_log_in(request, chosen):
    """Whether the list is of what a member has not read, and nobody is logged in."""
    return chosen.get("list") == "unread" and not request.user.is_authenticated


def _parameter(request, key):
    return request.GET.get(key, "").replace("\x00", "").strip()[:200]


def _url(request, chosen, **cursor):
    return f"{request.path}?{urlencode({**chosen, **cursor})}"
