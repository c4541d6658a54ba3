"""Which pages an editor has ticked in a list, "all in this list" included."""

from urllib.parse import urlsplit

from django.core.exceptions import BadRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.listing import GenericPageFilterSet
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from portal.search.backend.folder import IndexUnavailable
from portal.search.backend.querysets import with_keys

from ..models import ResourcePage
from .filters import ResourceFilterSet


def chosen_keys(request, next_url):
    """Return the keys of the pages that the query string of a bulk action names.

    `id=all` means every page that the list showed with its filters and its search, on all its
    pages: those of a folder in Wagtail's explorer (`childOf`), or those of the list at `next_url`.
    Raises BadRequest where a key is no number.
    """
    given = request.GET.getlist("id")
    if "all" not in given:
        try:
            return [int(key) for key in given]
        except ValueError as error:
            raise BadRequest(_("This address names no listings.")) from error
    if "childOf" in request.GET:
        parent = Page.objects.filter(pk__in=request.GET.getlist("childOf")[:1]).first()
        found = Page.objects.child_of(parent) if parent else Page.objects.none()
        filterset = GenericPageFilterSet
    else:
        found = _listings_at(next_url)
        filterset = ResourceFilterSet
    filters = filterset(data=request.GET, queryset=found, request=request)
    if filters.is_valid():
        found = filters.qs
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        found = with_keys(found, found_keys(words, found.model))
    return list(found.values_list("pk", flat=True))


def found_keys(words, model=ResourcePage):
    """Return the keys of the pages, drafts too, that the admin's search finds, the best first.

    The search backend cannot read the conditions of our filters; they are put to what it found.
    """
    results = model.objects.order_by().autocomplete(words)
    matches = getattr(results.query_compiler, "matches", None)
    if matches is not None:
        try:
            return matches(results.backend).ranked
        except IndexUnavailable:
            pass  # the database answers, more slowly
    return [page.pk for page in results]


def _listings_at(url):
    """All listings, or those of the kind whose list stands at `url`."""
    from .listings import KIND_OF_LIST

    try:
        name = resolve(urlsplit(url).path).namespace
    except Resolver404:
        name = ""
    kind = KIND_OF_LIST.get(name, "")
    listings = ResourcePage.objects.all()
    return listings.filter(kind=kind) if kind else listings


def pages_to_judge(keys, user):
    """Return the pages of these keys that `user` may see in the admin, each of its own kind."""
    visible = page_permission_policy.explorable_instances(user).filter(pk__in=keys)
    return (
        Page.objects.filter(pk__in=visible.values("pk"))
        .order_by("title", "pk")
        .specific()
        .prefetch_workflow_states()
        .annotate_approved_schedule()
    )
