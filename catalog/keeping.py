"""What members keep: bookmarks, collections, saved searches."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import ngettext

from portal.page_cache.versions import raise_version

from .counting import Listing
from .digest import digest_of_now
from .models import Bookmark, CollectionItem, ResourceCollection, ResourcePage, SavedSearch
from .models.collection import new_key
from .selection import Selection

# Far more than anybody reads again; they keep one account from filling the database.
MOST_BOOKMARKS = 2000
MOST_COLLECTIONS = 100
MOST_ITEMS = 200
MOST_SAVED_SEARCHES = 50


class TooMany(Exception):
    """A member has as many as may be kept; the text says so and what to do."""


# Bookmarks


def kept_among(user, resources):
    """Return the primary keys of those of `resources` that `user` keeps; None for a visitor.

    None is not an empty set: pages for visitors have no form, so that they can be kept.
    """
    if user is None or not user.is_authenticated:
        return None
    keys = [resource.pk for resource in resources]
    return set(
        Bookmark.objects.filter(user=user, resource__in=keys).values_list("resource", flat=True)
    )


@transaction.atomic
def keep(*, user, resource):
    """Bookmark a listing; a second time changes nothing. TooMany at the limit."""
    mine = Bookmark.objects.filter(user=user)
    if mine.filter(resource=resource).exists():
        return
    if mine.count() >= MOST_BOOKMARKS:
        raise TooMany(
            ngettext(
                "You have %(n)d bookmark, and more cannot be kept. Remove some first.",
                "You have %(n)d bookmarks, and more cannot be kept. Remove some first.",
                MOST_BOOKMARKS,
            )
            % {"n": MOST_BOOKMARKS}
        )
    # Two clicks at once make one bookmark.
    Bookmark.objects.get_or_create(user=user, resource=resource)


@transaction.atomic
def drop(*, user, resource):
    """Take a bookmark away; what is not there stays away."""
    Bookmark.objects.filter(user=user, resource=resource).delete()


# Collections


@transaction.atomic
def make_collection(*, owner, title, description="", visibility="private", resource=None):
    """Make a collection, with a first listing if one is given, and return it."""
    if ResourceCollection.objects.filter(owner=owner).count() >= MOST_COLLECTIONS:
        raise TooMany(
            ngettext(
                "You have %(n)d collection, and more cannot be made. Delete one first.",
                "You have %(n)d collections, and more cannot be made. Delete one first.",
                MOST_COLLECTIONS,
            )
            % {"n": MOST_COLLECTIONS}
        )
    collection = ResourceCollection.objects.create(
        owner=owner, title=title, description=description, visibility=visibility
    )
    if resource is not None:
        CollectionItem.objects.create(collection=collection, resource=resource, position=1)
    pages_change(collection)
    return collection


@transaction.atomic
def change_collection(*, collection, title, description, visibility, items=None):
    """Say anew what a collection is called, who sees it, and what stands where in it.

    `items` maps the primary key of an item to (note, position wanted); items left out keep both.
    What becomes private gets a new key, so that addresses given away before stop to work.
    """
    collection = locked(collection)
    pages_change(collection)  # as it was: who saw it until now must not go on
    collection.title = title
    collection.description = description
    if visibility == ResourceCollection.Visibility.PRIVATE != collection.visibility:
        collection.key = new_key()
    collection.visibility = visibility
    collection.save()
    if items:
        in_order(collection, items)
    pages_change(collection)
    return collection


def in_order(collection, wanted):
    """Give notes and positions; `wanted` as in change_collection.

    An item sent to a place that another has stands before it on the way up and behind it on
    the way down: at the number that was typed, in both cases.
    """

    def place(item):
        _note, position = wanted.get(item.pk, (None, item.position))
        way = (position > item.position) - (position < item.position)
        return (position, way, item.position, item.pk)

    items = sorted(collection.items.all(), key=place)
    for number, item in enumerate(items, start=1):
        item.position = number
        item.note = wanted[item.pk][0] if item.pk in wanted else item.note
    CollectionItem.objects.bulk_update(items, ["note", "position"], batch_size=100)


@transaction.atomic
def move(*, collection, item, by):
    """Move an item up (`by` -1) or down (1) by one listing that readers see."""
    collection = locked(collection)
    items = list(
        collection.items.all().select_related("resource").only("position", "resource__live")
    )
    here = next((place for place, each in enumerate(items) if each.pk == item.pk), None)
    if here is None:
        return
    there = here + by
    while 0 <= there < len(items) and not items[there].resource.live:
        there += by
    if 0 <= there < len(items):
        items.insert(there, items.pop(here))
        for number, each in enumerate(items, start=1):
            each.position = number
        CollectionItem.objects.bulk_update(items, ["position"], batch_size=100)
    touch(collection)


@transaction.atomic
def put(*, collection, resource):
    """Put a listing at the end of a collection; what is in it stays where it is."""
    collection = locked(collection)
    items = collection.items
    if items.filter(resource=resource).exists():
        return
    if items.count() >= MOST_ITEMS:
        raise TooMany(
            ngettext(
                "“%(title)s” holds %(n)d listing, and more do not fit. Begin another collection.",
                "“%(title)s” holds %(n)d listings, and more do not fit. Begin another collection.",
                MOST_ITEMS,
            )
            % {"n": MOST_ITEMS, "title": collection.title}
        )
    last = items.aggregate(last=Max("position"))["last"] or 0
    items.create(resource=resource, position=last + 1)
    touch(collection)


@transaction.atomic
def take_out(*, collection, items):
    """Take items (a queryset or a list of them) out of a collection."""
    collection = locked(collection)
    collection.items.filter(pk__in=[item.pk for item in items]).delete()
    touch(collection)


@transaction.atomic
def delete_collection(*, collection):
    """Delete a collection; the listings in it stay in the catalog."""
    pages_change(collection)
    collection.delete()


def locked(collection):
    """Return the collection's row of this moment, locked against a second change."""
    return ResourceCollection.objects.select_for_update().get(pk=collection.pk)


def touch(collection):
    """Record that the collection changed now."""
    collection.save(update_fields=["changed_at"])
    pages_change(collection)


def pages_change(collection):
    """Drop the kept pages that show a collection, if anybody but its owner sees it."""
    if collection.visibility != ResourceCollection.Visibility.PRIVATE:
        raise_version("collections")


# Saved searches


@transaction.atomic
def save_search(*, user, place, query, name):
    """Save a canonical query string under a name; return (SavedSearch, whether it is new).

    What was saved before gets the new name.
    """
    mine = SavedSearch.objects.filter(user=user)
    saved = mine.filter(place=place, query=query).first()
    if saved is None:
        if mine.count() >= MOST_SAVED_SEARCHES:
            raise TooMany(
                ngettext(
                    "You have %(n)d saved search, and more cannot be kept. Delete one first.",
                    "You have %(n)d saved searches, and more cannot be kept. Delete one first.",
                    MOST_SAVED_SEARCHES,
                )
                % {"n": MOST_SAVED_SEARCHES}
            )
        try:
            with transaction.atomic():
                return mine.create(user=user, place=place, query=query, name=name), True
        except IntegrityError:  # the same, sent twice at once
            saved = mine.get(place=place, query=query)
    saved.name = name
    saved.save(update_fields=["name"])
    return saved, False


def count_saved(searches):
    """Set `total` and `new_count` on saved searches of resources; None on those of the site.

    New is what was listed since its owner looked last. One query for all of them, beside what
    words cost in the search index.
    """
    searches = list(searches)
    in_catalog = [each for each in searches if each.place == SavedSearch.Place.RESOURCES]
    for each in searches:
        each.total = each.new_count = None
    if not in_catalog:
        return searches
    digest = digest_of_now()
    oldest = min(each.seen_at for each in in_catalog)
    listed = [
        (digest.position[pk], moment)
        for pk, moment in ResourcePage.objects.live()
        .filter(first_published_at__gt=oldest)
        .order_by()
        .values_list("pk", "first_published_at")
        if pk in digest.position
    ]
    for each in in_catalog:
        found = Listing(Selection.read(each.query), digest)
        each.total = found.total
        each.new_count = sum(
            moment > each.seen_at and found.bits >> position & 1 for position, moment in listed
        )
    return searches
