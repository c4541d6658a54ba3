"""What members keep: collections and saved searches."""

from catalog import keeping
from catalog.models import CollectionItem, ResourceCollection, ResourcePage, SavedSearch
from portal.accounts.models import User

from . import content, people


def is_made():
    """Whether the demo's member keeps something beside bookmarks."""
    member = people.account("member")
    mine = (
        ResourceCollection.objects.filter(owner=member),
        SavedSearch.objects.filter(user=member),
    )
    return any(rows.exists() for rows in mine)


def make(*, now):
    """Make collections and saved searches; return how many."""
    written = content.read("keeping")
    for row in written["collection"]:
        make_collection(row)
    for row in written["search"]:
        saved, _is_new = keeping.save_search(
            user=User.objects.get(username=row["by"]),
            place=row["place"],
            query=row["query"],
            name=row["name"],
        )
        saved.mark_seen(now - content.span(row["seen"]))
    return len(written["collection"]) + len(written["search"])


def make_collection(row):
    """Make one collection with its listings and what its owner says about them."""
    collection = keeping.make_collection(
        owner=User.objects.get(username=row["by"]),
        title=row["title"],
        description=row["description"],
        visibility=row["visibility"],
    )
    for source_id, note in row["items"]:
        resource = ResourcePage.objects.get(source_id=source_id)
        keeping.put(collection=collection, resource=resource)
        CollectionItem.objects.filter(collection=collection, resource=resource).update(note=note)
