"""/me/bookmarks/: what a member keeps, and the door through which every page keeps it."""

import re
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from .. import keeping
from ..models import Bookmark, ResourcePage
from ..paging import page_number, paged

ANCHOR = re.compile(r"[a-z-]{1,30}")
# keep.js asks for the changed piece of the page alone.
PIECE = "X-Piece"


@login_required
@never_cache
@vary_on_headers(PIECE)
def bookmarks(request):
    """List all bookmarks; POST keeps (`keep`) or drops (`drop`) one and returns to the place."""
    if request.method == "POST":
        return change(request)
    mine = Bookmark.objects.filter(user=request.user).visible()
    total = mine.count()
    pages = paged(
        total,
        per_page=settings.RESOURCES_PER_PAGE,
        number=page_number(request.GET),
        url=lambda number: f"?page={number}" if number > 1 else ".",
    )
    resources = [bookmark.resource for bookmark in mine.with_card_data()[pages.start : pages.stop]]
    context = {
        "crumbs": [(_("My place"), reverse("people:me"))],
        "resources": resources,
        "total": total,
        "gone": Bookmark.objects.filter(user=request.user, resource__live=False).count(),
        "pages": pages,
        "kept": {resource.pk for resource in resources},
        "dropped": dropped(request),
    }
    return render(request, "catalog/bookmarks.html", context)


def dropped(request):
    """Return the listing that was dropped here a moment ago, for the offer to keep it."""
    key = request.GET.get("dropped", "")
    if not key.isdecimal() or len(key) > 18:
        return None
    resources = ResourcePage.objects.visible_to(request.user).with_card_data()
    return resources.exclude(bookmarks__user=request.user).filter(pk=key).first()


def change(request):
    """Keep or drop one listing. The value is its number, perhaps with the name of the place."""
    is_kept = "keep" in request.POST
    key, _colon, anchor = request.POST.get("keep" if is_kept else "drop", "").partition(":")
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    resource = get_object_or_404(ResourcePage.objects.visible_to(request.user), pk=key)
    anchor = anchor if ANCHOR.fullmatch(anchor) else ""
    back = place_to_return(request.POST.get("next", ""), resource)
    try:
        if is_kept:
            keeping.keep(user=request.user, resource=resource)
        else:
            keeping.drop(user=request.user, resource=resource)
    except keeping.TooMany as refusal:
        if request.headers.get(PIECE):
            return HttpResponse(status=409)  # keep.js sends the form as it is: see the message
        messages.error(request, str(refusal))
        return redirect(back)
    if request.headers.get(PIECE):
        context = {
            "resource": resource,
            "kept": {resource.pk} if is_kept else set(),
            "keep_anchor": anchor,
            "keep_back": back,
            "keep_said": _("Saved.") if is_kept else _("Bookmark removed."),
        }
        return render(request, "catalog/_keep.html", context)
    return returned(request, resource, is_kept, back, anchor)


def returned(request, resource, is_kept, back, anchor):
    """Say what was done and return to the same place, where the same button undoes it."""
    place = f"#{anchor or 'listing'}-{resource.pk}"
    if is_kept:
        collect = reverse("catalog:collect", args=[resource.slug]) + "?" + urlencode({"next": back})
        messages.success(
            request,
            format_html('{} <a href="{}">{}</a>', _("Saved."), collect, _("Put in a collection?")),
        )
    elif urlsplit(back).path == reverse("catalog:bookmarks"):
        # The row is gone from there: the page offers to bring it back.
        number = page_number_of(back)
        query = {"page": number} if number > 1 else {}
        return redirect(f"{urlsplit(back).path}?{urlencode({**query, 'dropped': resource.pk})}")
    else:
        messages.success(request, _("Bookmark removed."))
    return redirect(back + place)


def page_number_of(address):
    """Return the number of the page in an address, 1 without one."""
    found = re.search(r"[?&]page=([0-9]{1,6})(?:&|$)", address)
    return int(found[1]) if found else 1


def place_to_return(address, resource):
    """Return `address` without its anchor if it is one of this site's, else the listing's page."""
    address = address.replace("\x00", "").partition("#")[0][:2000]
    if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return resource.get_absolute_url()
