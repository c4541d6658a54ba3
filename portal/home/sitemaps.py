"""What crawlers should know of: every public page with the day of its last change.

One file while everything fits into MOST, then an index of files by kind and page. A page costs
the same number of queries however many addresses it has.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import Page

from catalog.models import Provider, ResourceIndexPage, ResourcePage, Topic
from forum.models import Category, Thread

from .models import HomePage, StandardPage

MOST = 1000


class Addresses(Sitemap):
    """A kind of pages, as pairs of address (from the first slash) and moment of change or None."""

    limit = MOST
    changed = ""  # the column of the moment of change, where each row has one

    def location(self, pair):
        return pair[0]

    def lastmod(self, pair):
        return pair[1]

    def get_latest_lastmod(self):
        """Return when any of them changed, without reading them where the database can tell."""
        rows = self.items()
        if self.changed:
            return rows.aggregate(latest=Max(self.changed))["latest"]
        return max(filter(None, map(self.lastmod, rows)), default=None)

    def get_domain(self, site=None):
        return settings.BASE_URL.partition("://")[2]

    def get_protocol(self, protocol=None):
        return settings.BASE_URL.partition("://")[0]


class Pages(Addresses):
    """Home, the pages of text, and those that no editor writes."""

    def items(self):
        home = HomePage.objects.live().first()
        if home is None:
            return []
        written = Page.objects.type(HomePage, StandardPage).live().public().order_by("path")
        pairs = [
            (f"/{path.removeprefix(home.url_path)}", changed)
            for path, changed in written.values_list("url_path", "last_published_at")
        ]
        lists = ["catalog:events", "catalog:topics", "forum:index", "feeds"]
        index = ResourceIndexPage.SLUG
        return [*pairs, (f"/{index}/", None), *((reverse(name), None) for name in lists)]


class Listings(Addresses):
    """Listings, without those that are archived: their pages ask not to be found."""

    changed = "last_published_at"

    def items(self):
        listed = ResourcePage.objects.live().exclude(ResourcePage.objects.archived_condition(now()))
        return listed.order_by("pk").values_list("slug", self.changed)

    def location(self, pair):
        return f"/{ResourceIndexPage.SLUG}/{pair[0]}/"


class Topics(Addresses):
    """Topics with the latest change of a listing on one, or on one below it."""

    def items(self):
        topics = list(Topic.objects.order_by("pk"))
        live = ResourcePage.objects.live()
        found = live.filter(topics__isnull=False).order_by().values_list("topics")
        changed = dict(found.annotate(latest=Max("last_published_at")))
        # Two levels: what is below was changed by nothing further below.
        for topic in topics:
            own, above = changed.get(topic.pk), changed.get(topic.parent_id)
            if topic.parent_id and own and (above is None or above < own):
                changed[topic.parent_id] = own
        return [(topic.get_absolute_url(), changed.get(topic.pk)) for topic in topics]


class Providers(Addresses):
    """Providers of whom something is listed."""

    def items(self):
        found = Provider.objects.filter(resources__live=True).order_by("pk")
        rows = found.annotate(latest=Max("resources__last_published_at"))
        return rows.values_list("slug", "latest")

    def location(self, pair):
        return reverse("catalog:provider", args=[pair[0]])


class Categories(Addresses):
    """Categories that everyone may read."""

    changed = "last_post_at"

    def items(self):
        visible = Category.objects.visible_to(AnonymousUser()).order_by("pk")
        return visible.values_list("slug", "last_post_at")

    def location(self, pair):
        return reverse("forum:category", args=[pair[0]])


class Threads(Addresses):
    """Threads that everyone may read."""

    changed = "last_post_at"

    def items(self):
        visible = Thread.objects.visible_to(AnonymousUser()).order_by("pk")
        return visible.values_list("pk", "slug", "last_post_at")

    def location(self, row):
        return reverse("forum:thread", args=row[:2])

    def lastmod(self, row):
        return row[2]


SITEMAPS = {
    "pages": Pages,
    "listings": Listings,
    "topics": Topics,
    "providers": Providers,
    "categories": Categories,
    "threads": Threads,
}
