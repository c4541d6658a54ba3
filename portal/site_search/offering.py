"""What a search page offers beside results: exact names, editors' picks, ways on from nothing."""

from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.search.utils import MAX_QUERY_STRING_LENGTH, normalise_query_string

from catalog.models import Provider, Tag, Topic

from .ranking import rank

MOST_PICKS = 3


@dataclass(frozen=True)
class Named:
    """A page about exactly what was typed."""

    kind_words: str
    title: str
    text: str
    url: str
    others: tuple = ()  # (words, url) of more pages about it


def exactly(words):
    """Return the topic, tag or provider whose name, present or former, is `words`; or None."""
    return _topic(words) or _tag(words) or _provider(words)


def _topic(words):
    named = Q(title__iexact=words) | Q(aliases__title__iexact=words)
    topic = Topic.objects.filter(named).first()
    return topic and Named(_("Topic"), topic.title, topic.summary, topic.get_absolute_url())


def _tag(words):
    words = words.removeprefix("#")
    tag = Tag.objects.filter(Q(name__iexact=words) | Q(aliases__name__iexact=words)).first()
    if tag is None:
        return None
    resources = "/resources/?" + urlencode({"tag": tag.slug})
    threads = reverse("forum:index") + "?" + urlencode({"tag": tag.slug})
    others = ((_("Conversations with this tag"), threads),)
    return Named(_("Tag"), tag.name, _("Resources with this tag"), resources, others)


def _provider(words):
    near = Q(name__iexact=words) | Q(former_names__icontains=words)
    for provider in Provider.objects.filter(near).order_by("name")[:20]:
        names = [provider.name, *provider.former_names.splitlines()]
        if words.casefold() in {name.strip().casefold() for name in names}:
            url = provider.get_absolute_url()
            return Named(_("Provider"), provider.name, provider.summary, url)
    return None


@dataclass(frozen=True)
class Pick:
    """A result that editors put above all others for these words."""

    page: int | None  # the key of the page it leads to
    title: str
    text: str
    url: str


def picks(words, request=None):
    """Return what editors promote for `words`, live pages and outside links, in their order."""
    query = normalise_query_string(words)[:MAX_QUERY_STRING_LENGTH]
    rows = (
        SearchPromotion.objects.filter(query__query_string=query)
        .filter(Q(page__isnull=True) | Q(page__live=True))
        .select_related("page")
        .order_by("sort_order", "pk")
    )
    return [_pick(row, request) for row in rows[:MOST_PICKS]]


def _pick(row, request):
    if row.page is None:
        title = row.external_link_text or row.external_link_url
        return Pick(None, title, row.description, row.external_link_url)
    return Pick(row.page_id, row.page.title, row.description, row.page.get_url(request) or "/")


def closest_topic(words):
    """Return the topic that comes closest to `words`, or None."""
    ranked = rank(Topic, words)
    if ranked.keys:
        return Topic.objects.filter(pk=ranked.keys[0]).first()
    titles = {title.casefold(): pk for pk, title in Topic.objects.values_list("pk", "title")}
    near = get_close_matches(words.casefold(), titles, n=1, cutoff=0.6)
    return Topic.objects.filter(pk=titles[near[0]]).first() if near else None
