"""The page of one provider."""

from django.conf import settings
from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from ..keeping import kept_among
from ..models import Provider, ResourcePage
from ..paging import page_number, paged
from ..wording import NO_ENDORSEMENT


def provider(request, slug):
    """Say who offers listings and list them, the newest first."""
    provider = get_object_or_404(Provider.objects.select_related("agency"), slug=slug)
    listed = ResourcePage.objects.visible_to(request.user).filter(provider=provider)
    shows_all = request.GET.get("all") == "1"
    current = listed if shows_all else listed.current()
    total = current.count()
    pages = paged(
        total,
        per_page=settings.RESOURCES_PER_PAGE,
        number=page_number(request.GET),
        url=lambda number: address(number, shows_all) + "#listings",
    )
    newest = current.with_card_data().order_by(
        F("published_on").desc(nulls_last=True), "-first_published_at", "-pk"
    )
    resources = newest[pages.start : pages.stop]
    context = {
        "provider": provider,
        "crumbs": [(_("Resources"), "/resources/")],
        "former_names": ", ".join(provider.former_names.split("\n")).strip(),
        "no_endorsement": NO_ENDORSEMENT[provider.kind],
        "resources": resources,
        "kept": kept_among(request.user, resources),
        "total": total,
        "not_shown": 0 if shows_all else listed.count() - total,
        "pages": pages,
        "canonical": f"{settings.BASE_URL}{provider.get_absolute_url()}"
        + address(pages.number, False).removeprefix("."),
        "may_be_indexed": not shows_all,
    }
    return render(request, "catalog/provider.html", context)


def address(number, shows_all):
    """Return the address of a page of the list, relative to the first one."""
    pairs = (["all=1"] if shows_all else []) + ([f"page={number}"] if number > 1 else [])
    return "?" + "&".join(pairs) if pairs else "."
