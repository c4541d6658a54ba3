"""Guidance that replaces guidance: who is superseded, and the line from the oldest to the newest."""

import re

from django.db import transaction
from django.db.models import Q
from wagtail.signals import page_unpublished

from portal.page_cache.versions import raise_version

from .addresses import normalize
from .changes import announce
from .models import GuidancePage, ResourceIndexPage, ResourcePage

PAGE_LINK = re.compile(
    r'<a\b[^>]*\blinktype="page"[^>]*\bid="(\d+)"|<a\b[^>]*\bid="(\d+)"[^>]*\blinktype="page"'
)
OUR_PATH = re.compile(rf"/{ResourceIndexPage.SLUG}/([-\w]+)/?$")


@transaction.atomic
def settle():
    """Say of each guidance whether a public one replaces it, and tell the forum what changed.

    Idempotent; called whenever guidance is saved, taken back or deleted.
    """
    replaced = set(
        GuidancePage.objects.live()
        .order_by()
        .filter(supersedes__isnull=False)
        .values_list("supersedes", flat=True)
    )
    said = set(
        ResourcePage.objects.order_by().filter(is_superseded=True).values_list("pk", flat=True)
    )
    changed = replaced ^ said
    for resource in ResourcePage.objects.filter(pk__in=changed).order_by():
        resource.is_superseded = resource.pk in replaced
        ResourcePage.objects.filter(pk=resource.pk).update(is_superseded=resource.is_superseded)
        announce(resource)
    if changed:
        raise_version("catalog")


def line_of(page):
    """Return the public guidance of the line that `page` stands in, the oldest first.

    [] where it neither replaces nor is replaced. Two queries, however long the line is.
    """
    parents = dict(
        GuidancePage.objects.live()
        .order_by()
        .filter(supersedes__isnull=False)
        .values_list("pk", "supersedes")
    )
    if page.pk and page.supersedes_id:
        parents[page.pk] = page.supersedes_id  # as in the draft that is looked at
    children = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    first = page.supersedes_id or page.pk
    seen = set()
    while first in parents and first not in seen:
        seen.add(first)
        first = parents[first]
    ordered, waiting = {}, [first]
    while waiting:
        key = waiting.pop(0)
        if key is not None and key not in ordered:
            ordered[key] = len(ordered)
            waiting += sorted(children.get(key, []))
    if len(ordered) < 2:
        return []
    found = GuidancePage.objects.live().defer("body").in_bulk(ordered)
    return [found[key] for key in ordered if key in found]


def superseded_below(page, rules):
    """Return the superseded guidance that a listing leans on, as (old, its successors).

    That is what its description links to and what its `rules` cite, by our address or by the
    address of the document.
    """
    linked = {int(first or second) for first, second in PAGE_LINK.findall(page.body or "")}
    slugs = {found[1] for rule in rules if (found := OUR_PATH.search(rule.link))}
    links = {normalize(rule.link) for rule in rules} - {""}
    if not (linked or slugs or links):
        return []
    old = list(
        ResourcePage.objects.live()
        .filter(Q(pk__in=linked) | Q(slug__in=slugs) | Q(normalized_link__in=links))
        .filter(is_superseded=True)
        .exclude(pk=page.pk)
        .order_by("title", "pk")
    )
    if not old:
        return []
    newer = {}
    for each in (
        GuidancePage.objects.live().filter(supersedes__in=old).order_by("effective_on", "pk")
    ):
        newer.setdefault(each.supersedes_id, []).append(each)
    return [(each, newer.get(each.pk, [])) for each in old]


def listen():
    """Hear of guidance that is taken back; called once, when the app is ready."""

    def settle_after(sender, instance, **kwargs):
        settle()

    page_unpublished.connect(settle_after, dispatch_uid="catalog.descent", weak=False)
