"""/me/searches/: lists and searches that a member comes back to."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog import feeds, keeping
from catalog.counting import Listing
from catalog.models import SavedSearch
from catalog.selection import Selection
from portal.plain_text import without_nul
from portal.site_search.asking import Question
from portal.stale_forms import as_typed, shown_again_by

Place = SavedSearch.Place
TAB_NAMES = {
    "all": gettext_lazy("“%(words)s” on the whole site"),
    "resources": gettext_lazy("“%(words)s” in resources"),
    "forum": gettext_lazy("“%(words)s” in the forum"),
    "pages": gettext_lazy("“%(words)s” in pages about the site"),
}


class NameForm(forms.ModelForm):
    """What a saved search is called."""

    class Meta:
        model = SavedSearch
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, data=None, **kwargs):
        super().__init__(without_nul(data), **kwargs)


@login_required
@never_cache
@require_safe
def searches(request):
    """All saved searches, with what is in them now and what is new."""
    context = {
        "crumbs": [(_("My place"), reverse("people:me"))],
        "searches": keeping.count_saved(SavedSearch.objects.filter(user=request.user)),
    }
    return render(request, "people/searches.html", context)


def show_save_again(request):
    if not request.user.is_authenticated:
        return None
    place, query, name, known = to_save(request)
    search = SavedSearch(place=place, query=query, name=name)
    return show_save(request, as_typed(NameForm(request.POST)), search, known, status=403)


@shown_again_by(show_save_again)
@login_required
@never_cache
def save_search(request):
    """Name the list or search in the address, `?resources=` or `?search=` and its query string."""
    place, query, name, known = to_save(request)
    if len(query) > SavedSearch.LONGEST_QUERY:
        messages.error(
            request, _("This search has too many filters to be saved. Take some of them away.")
        )
        return redirect("people:searches")
    form = NameForm(
        request.POST if request.method == "POST" else None,
        initial={"name": known.name if known else name},
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved, is_new = keeping.save_search(
                user=request.user, place=place, query=query, name=form.cleaned_data["name"]
            )
        except keeping.TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            words = (
                _("Saved: %(name)s") if is_new else _("It was saved already. Its name: %(name)s")
            )
            messages.success(request, words % {"name": saved.name})
            return redirect("people:searches")
    return show_save(request, form, SavedSearch(place=place, query=query, name=name), known)


def to_save(request):
    """Return place, query string, a name for it, and the row if it is saved already."""
    place, typed = asked(request)
    query, name = canonical(place, typed)
    known = SavedSearch.objects.filter(user=request.user, place=place, query=query).first()
    return place, query, name, known


def show_save(request, form, search, known, status=200):
    context = {"form": form, "known": known, "search": search, "crumbs": crumbs()}
    return render(request, "people/search_save.html", context, status=status)


def asked(request):
    """Return (place, query string) from the form or the address; 404 where it names neither."""
    source = request.POST if request.method == "POST" else request.GET
    for place in Place:
        if place in source:
            return place, source[place].replace("\x00", "")[:4000]
    raise Http404


def canonical(place, typed):
    """Return the one query string for what was asked, and a name for it. 404 for no question."""
    if place == Place.RESOURCES:
        listing = Listing(Selection.read(typed))
        # The order says how one reads, not what one looks for.
        return feeds.list_query(listing.selection).removeprefix("?"), cut(feeds.list_name(listing))
    question = Question.read(typed.removeprefix("?"))
    if not question.words:
        raise Http404
    name = TAB_NAMES[question.tab] % {"words": question.words}
    chosen = Listing(Selection(chosen=question.filters.resources.chosen)).filters
    filters = [str(words) for _key, _value, words in chosen]
    filters += [value for _key, value in question.filters.forum.pairs()]
    if filters:
        name = _("%(search)s: %(filters)s") % {"search": name, "filters": "; ".join(filters)}
    return question.url().removeprefix("?"), cut(name)


def cut(name):
    """Return a name as long as one may be."""
    longest = SavedSearch._meta.get_field("name").max_length
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def crumbs():
    """The way back from a page about one saved search."""
    return [
        (_("My place"), reverse("people:me")),
        (_("Saved searches"), reverse("people:searches")),
    ]


@login_required
@never_cache
@require_safe
def open_search(request, pk):
    """Lead to what was saved; from now on only what comes later is new."""
    saved = get_object_or_404(SavedSearch, user=request.user, pk=pk)
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        saved.mark_seen()
    return redirect(saved.url)


def show_change_again(request, pk):
    if not request.user.is_authenticated or "name" not in request.POST:
        return None
    saved = get_object_or_404(SavedSearch, user=request.user, pk=pk)
    return show_change(request, as_typed(NameForm(request.POST)), saved, status=403)


@shown_again_by(show_change_again)
@login_required
@never_cache
def change_search(request, pk):
    """Rename a saved search, or delete it."""
    saved = get_object_or_404(SavedSearch, user=request.user, pk=pk)
    is_sent = request.method == "POST"
    if is_sent and "delete" in request.POST:
        saved.delete()
        messages.success(request, _("“%(name)s” is deleted.") % {"name": saved.name})
        return redirect("people:searches")
    # A row of its own: the title shows the name that holds, not what was typed wrong.
    instance = SavedSearch.objects.get(pk=saved.pk)
    form = NameForm(request.POST if is_sent else None, instance=instance)
    if is_sent and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:searches")
    return show_change(request, form, saved)


def show_change(request, form, saved, status=200):
    context = {"form": form, "search": saved, "crumbs": crumbs()}
    return render(request, "people/search_change.html", context, status=status)
