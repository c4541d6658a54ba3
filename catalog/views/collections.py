"""Collections: their pages, and what their owners do with them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.stale_forms import as_typed, shown_again_by

from .. import keeping
from ..forms import CollectionForm, CollectionItemForm, NewCollectionForm
from ..models import CollectionItem, ResourceCollection, ResourcePage
from .keeping import place_to_return


def collection(request, pk, slug):
    """One collection: for its owner, for everybody, or for who has the key to it."""
    key = request.GET.get("key", "").replace("\x00", "")[:43]
    collection = get_object_or_404(
        ResourceCollection.objects.visible_to(request.user, key).select_related("owner"), pk=pk
    )
    if slug != collection.slug:
        query = f"?{urlencode({'key': key})}" if key else ""
        return redirect(collection.get_absolute_url() + query, permanent=False)
    items = items_of(collection)
    is_mine = collection.owner == request.user
    context = {
        "collection": collection,
        "items": items,
        "is_mine": is_mine,
        "crumbs": [(_("My place"), reverse("people:me"))] if is_mine else [],
        "shared_url": request.build_absolute_uri(collection.shared_url),
        "canonical": request.build_absolute_uri(collection.get_absolute_url()),
        "kept": keeping.kept_among(request.user, [item.resource for item in items]),
    }
    return render(request, "catalog/collection.html", context)


@login_required
@never_cache
def collections(request):
    """All collections of one's own."""
    context = {
        "crumbs": [(_("My place"), reverse("people:me"))],
        "collections": ResourceCollection.objects.filter(owner=request.user).with_item_count(),
    }
    return render(request, "catalog/collections.html", context)


def show_new_again(request):
    if request.user.is_authenticated:
        return show_new(request, as_typed(CollectionForm(request.POST)), status=403)
    return None


@shown_again_by(show_new_again)
@login_required
@never_cache
def new_collection(request):
    """Begin a collection, empty as yet."""
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = keeping.make_collection(owner=request.user, **form.cleaned_data)
        except keeping.TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(made)
    return show_new(request, form)


def show_new(request, form, status=200):
    context = {
        "form": form,
        "crumbs": [
            (_("My place"), reverse("people:me")),
            (_("My collections"), reverse("catalog:collections")),
        ],
    }
    return render(request, "catalog/collection_new.html", context, status=status)


def own_collection(request, pk):
    """Return a collection to change: 404 where it is not seen, 403 where it is another's."""
    collection = get_object_or_404(ResourceCollection.objects.visible_to(request.user), pk=pk)
    if not ResourceCollection.objects.editable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return collection


def show_change_again(request, pk, slug):
    if not request.user.is_authenticated:
        return None
    collection = own_collection(request, pk)
    form = as_typed(form_of(collection, request.POST))
    rows = [CollectionItemForm(request.POST, item=item) for item in items_of(collection)]
    return show_change(request, collection, form, rows, status=403)


@shown_again_by(show_change_again)
@login_required
@never_cache
def change_collection(request, pk, slug):
    """Title, description, who sees it; order, notes and removal of its listings: one form.

    Every button saves all that is typed and then does what it says, so that nothing is lost.
    """
    collection = own_collection(request, pk)
    data = request.POST if request.method == "POST" else None
    items = items_of(collection)
    form = form_of(collection, data)
    rows = [CollectionItemForm(data, item=item) for item in items]
    if data is not None and form.is_valid() and all(r.is_valid() for r in rows if r.is_bound):
        keeping.change_collection(
            collection=collection,
            **form.cleaned_data,
            items={row.item.pk: row.wanted for row in rows if row.is_bound},
        )
        return after_change(request, collection, items)
    return show_change(request, collection, form, rows)


def items_of(collection):
    return list(collection.items.visible().with_card_data())


def gone_from(collection):
    """Return the rows whose listing was taken off the site."""
    return collection.items.filter(resource__live=False)


def form_of(collection, data):
    """Return the form; with data on a row of its own: the page's title is the one that holds."""
    if data is None:
        return CollectionForm(instance=collection)
    return CollectionForm(data, instance=ResourceCollection(visibility=collection.visibility))


def show_change(request, collection, form, rows, status=200):
    context = {
        "collection": collection,
        "form": form,
        "rows": rows,
        "wrong_rows": [row for row in rows if row.is_bound and not row.is_valid()],
        "gone_count": gone_from(collection).count(),
        "crumbs": [
            (_("My place"), reverse("people:me")),
            (collection.title, collection.get_absolute_url()),
        ],
    }
    return render(request, "catalog/collection_change.html", context, status=status)


def after_change(request, collection, items):
    """Do what the button says that was pressed, and return to where it stands."""
    collection = ResourceCollection.objects.get(pk=collection.pk)
    here = reverse("catalog:change_collection", args=[collection.pk, collection.slug])
    by_key = {str(item.pk): item for item in items}
    for name, way in (("up", -1), ("down", 1)):
        if item := by_key.get(request.POST.get(name, "")):
            keeping.move(collection=collection, item=item, by=way)
            return redirect(f"{here}#item-{item.pk}")
    if item := by_key.get(request.POST.get("remove", "")):
        keeping.take_out(collection=collection, items=[item])
        messages.success(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("Removed from the collection."),
                item.resource.get_absolute_url(),
                item.resource.title,
            ),
        )
        return redirect(f"{here}#listings")
    if "clear" in request.POST:
        keeping.take_out(collection=collection, items=gone_from(collection))
        return redirect(f"{here}#listings")
    if "order" in request.POST:
        return redirect(f"{here}#listings")
    messages.success(request, _("Saved."))
    return redirect(collection)


@login_required
@never_cache
def delete_collection(request, pk, slug):
    """Ask, and on POST delete the collection."""
    collection = own_collection(request, pk)
    if request.method == "POST":
        title = collection.title
        keeping.delete_collection(collection=collection)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": title})
        return redirect("catalog:collections")
    context = {
        "collection": collection,
        "item_count": collection.items.visible().count(),
        "crumbs": [
            (_("My place"), reverse("people:me")),
            (collection.title, collection.get_absolute_url()),
        ],
    }
    return render(request, "catalog/collection_delete.html", context)


def show_collect_again(request, slug):
    if not request.user.is_authenticated or "title" not in request.POST:
        return None
    resource = resource_to_collect(request, slug)
    return show_collect(request, resource, as_typed(NewCollectionForm(request.POST)), status=403)


@shown_again_by(show_collect_again)
@login_required
@never_cache
def collect(request, slug):
    """Put a listing into collections of one's own, or into a new one."""
    resource = resource_to_collect(request, slug)
    back = back_from_collecting(request, resource)
    form = NewCollectionForm()
    if request.method == "POST":
        if "title" in request.POST:
            form = NewCollectionForm(request.POST)
        if done := change_membership(request, resource, form):
            messages.success(request, done)
            if "put" in request.POST or "title" in request.POST:
                return redirect(f"{back}#listing-{resource.pk}")
            here = reverse("catalog:collect", args=[resource.slug])
            return redirect(f"{here}?{urlencode({'next': back})}")
    return show_collect(request, resource, form)


def resource_to_collect(request, slug):
    return get_object_or_404(
        ResourcePage.objects.visible_to(request.user).with_card_data(), slug=slug
    )


def back_from_collecting(request, resource):
    # From the page and not from request.path: a login between them carries the query along.
    return place_to_return(request.POST.get("next") or request.GET.get("next", ""), resource)


def show_collect(request, resource, form, status=200):
    mine = ResourceCollection.objects.filter(owner=request.user).with_item_count()
    inside = set(
        CollectionItem.objects.filter(
            collection__owner=request.user, resource=resource
        ).values_list("collection", flat=True)
    )
    context = {
        "resource": resource,
        "collections": mine,
        "inside": inside,
        "form": form,
        "back": back_from_collecting(request, resource),
        "crumbs": [
            (_("Resources"), "/resources/"),
            (resource.title, resource.get_absolute_url()),
        ],
    }
    return render(request, "catalog/collect.html", context, status=status)


def change_membership(request, resource, form):
    """Do what one of the page's forms asks; return what to say, or "" where it went wrong."""
    try:
        if form.is_bound:
            if not form.is_valid():
                return ""
            collection = keeping.make_collection(
                owner=request.user, title=form.cleaned_data["title"], resource=resource
            )
        else:
            key = request.POST.get("put") or request.POST.get("take", "")
            collection = get_object_or_404(
                ResourceCollection.objects.editable_by(request.user),
                pk=key if key.isdecimal() and len(key) < 19 else None,
            )
            if "put" not in request.POST:
                keeping.take_out(
                    collection=collection, items=collection.items.filter(resource=resource)
                )
                return linked(_("Removed from"), collection)
            keeping.put(collection=collection, resource=resource)
    except keeping.TooMany as refusal:
        messages.error(request, str(refusal))
        return ""
    return linked(_("Now in"), collection)


def linked(words, collection):
    """Return the words with a link to the collection behind them."""
    return format_html(
        '{} <a href="{}">{}</a>', words, collection.get_absolute_url(), collection.title
    )
