"""Pages about people: one's own place, members, agencies."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from catalog import keeping
from catalog.models import Bookmark, ResourceCollection, ResourcePage, SavedSearch, Suggestion
from forum.models import Category, Draft, Post, PostBookmark, Report, Thread
from forum.moderators import has_queue
from forum.queue import counts_for
from portal.accounts.models import Agency, FormerUsername, User
from portal.stale_forms import as_typed, shown_again_by

from .forms import ProfileForm

ROWS = 5
POSTS_ON_PROFILE = 10
COLLECTIONS_ON_PROFILE = 100  # all that one may have
MOST_MEMBERS = 60
MOST_REPORTS = 20
LISTINGS_OF_AGENCY = 20


@login_required
@never_cache
def me(request):
    """Everything of one's own, in one column, each section with its count."""
    threads = Thread.objects.visible_to(request.user).filter(author=request.user)
    replies = replies_of(request.user, reader=request.user)
    suggestions = Suggestion.objects.filter(contributor=request.user)
    drafts = Draft.objects.visible_to(request.user).select_related("thread", "post")
    return render(
        request,
        "people/me.html",
        {
            "threads": threads.with_row_data().order_by("-last_post_at", "-pk")[:ROWS],
            "thread_count": threads.count(),
            "replies": replies[:ROWS],
            "reply_count": replies.count(),
            "drafts": drafts.order_by("-updated_at", "-pk"),
            "unshown": unshown_of(request.user),
            "reports": Report.objects.filter(reporter=request.user).select_related("post__thread")[
                :MOST_REPORTS
            ],
            "post_bookmarks": PostBookmark.objects.visible_to(request.user).with_row_data(),
            "suggestions": suggestions.select_related("resource")[:ROWS],
            "suggestion_count": suggestions.count(),
            "tasks": tasks_for(request.user),
            **kept_by(request.user),
        },
    )


def kept_by(user):
    """Return what `user` keeps: the latest bookmarks, collections and saved searches."""
    bookmarks = Bookmark.objects.filter(user=user).visible()
    collections = ResourceCollection.objects.filter(owner=user)
    searches = SavedSearch.objects.filter(user=user)
    return {
        "bookmarks": bookmarks.with_card_data()[:ROWS],
        "bookmark_count": bookmarks.count(),
        "collections": collections.with_item_count()[:ROWS],
        "collection_count": collections.count(),
        "searches": keeping.count_saved(searches[:ROWS]),
        "search_count": searches.count(),
    }


def unshown_of(user):
    """Return the posts of `user` that wait for a moderator or are hidden, the latest first."""
    states = [Post.State.HELD, Post.State.HIDDEN]
    own = Post.objects.visible_to(user).filter(author=user, state__in=states)
    return own.select_related("thread").order_by("-created_at", "-pk")[:MOST_REPORTS]


def tasks_for(user):
    """Return what waits for somebody with an office: (words, count or None, address)."""
    if not user.has_perm("wagtailadmin.access_admin"):
        return []
    tasks = []
    if user.has_perm("catalog.change_suggestion"):
        waiting = Suggestion.objects.waiting().count()
        tasks.append(
            (_("Suggestions waiting"), waiting, reverse("suggestions:index") + "?state=waiting")
        )
    if has_queue(user):
        waiting = counts_for(user)["total"]
        tasks.append((_("Posts waiting for a moderator"), waiting, reverse("forum_queue")))
    tasks.append((_("Administration"), None, reverse("wagtailadmin_home")))
    return tasks


def replies_of(author, *, reader):
    """Return the public posts of `author` that `reader` may see, without those that open a thread."""
    return (
        Post.objects.visible_to(reader)
        .public()
        .filter(author=author, number__gt=1)
        .select_related("thread", "thread__category")
        .order_by("-created_at", "-pk")
    )


def show_settings_again(request):
    if not request.user.is_authenticated:
        return None
    return show_settings(request, as_typed(profile_form(request, request.POST)), status=403)


@shown_again_by(show_settings_again)
@login_required
@never_cache
def settings(request):
    """Change one's profile; links lead to address, password, sessions."""
    form = profile_form(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:settings")
    return show_settings(request, form)


def profile_form(request, data):
    """Return the form on a row of its own: what was typed wrong must not show in the header."""
    return ProfileForm(data, instance=User.objects.select_related("agency").get(pk=request.user.pk))


def show_settings(request, form, status=200):
    return render(request, "people/settings.html", {"form": form}, status=status)


def member(request, username):
    """What a member shows of himself; an earlier handle redirects."""
    if "\x00" in username:
        raise Http404
    people = User.objects.visible_to(request.user).select_related("agency")
    person = people.filter(username__iexact=username).first()
    if person is None:
        former = FormerUsername.objects.filter(username__iexact=username).first()
        return redirect(get_object_or_404(people, pk=former and former.user_id), permanent=True)
    if person.username != username:
        return redirect(person, permanent=True)
    threads = Thread.objects.visible_to(request.user).filter(author=person)
    posts = (
        Post.objects.visible_to(request.user)
        .public()
        .filter(author=person)
        .select_related("thread", "thread__category")
        .order_by("-created_at", "-pk")
    )
    collections = ResourceCollection.objects.public().filter(owner=person)
    return render(
        request,
        "people/member.html",
        {
            "person": person,
            "collections": collections.with_item_count()[:COLLECTIONS_ON_PROFILE],
            "posts": posts[:POSTS_ON_PROFILE],
            "post_count": posts.count(),
            "may_moderate": Category.objects.moderated_by(request.user).exists(),
            "thread_count": threads.count(),
        },
    )


def agency(request, slug):
    """Members who show the agency's name, and listings of the providers that it is."""
    agency = get_object_or_404(Agency, slug=slug)
    members = (
        User.objects.visible_to(request.user)
        .active()
        .filter(agency=agency, agency_display=User.AgencyDisplay.NAME)
        .order_by("display_name", "pk")
    )
    listings = (
        ResourcePage.objects.visible_to(request.user)
        .current()
        .filter(provider__agency=agency)
        .with_card_data()
        .order_by("-first_published_at", "-pk")
    )
    providers = list(agency.providers.all())
    if not providers and not members.exists():
        # An agency that nobody shows has no page: it would tell that somebody of it is here.
        raise Http404
    return render(
        request,
        "people/agency.html",
        {
            "agency": agency,
            "members": members[:MOST_MEMBERS],
            "member_count": members.count(),
            "listings": listings[:LISTINGS_OF_AGENCY],
            "listing_count": listings.count(),
            "providers": providers,
        },
    )
