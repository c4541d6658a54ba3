"""Terms inside drafts: what an editor's unpublished text says of tags and topics.

A draft names terms by their keys. When two terms become one, the drafts must say so too, or the
next time somebody publishes the listing loses the term.
"""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Page, Revision

from .models import ResourcePage


def waiting_drafts():
    """The revisions that an editor will see again, or that are to be published at a time."""
    latest = ResourcePage.objects.order_by().exclude(latest_revision=None)
    return Revision.objects.filter(
        Q(pk__in=latest.values("latest_revision")) | Q(approved_go_live_at__isnull=False),
        base_content_type=ContentType.objects.get_for_model(Page),
    ).order_by()


def replace_tag(old, *, tag=None, topic=None):
    """In every draft that has the tag of the key `old`, put `tag` there, or add `topic`, or both.

    Returns how many drafts changed.
    """

    def change(content):
        items = content.get("tagged_items") or []
        if old not in {item.get("tag") for item in items}:
            return False
        has_it = tag is None or tag in {item.get("tag") for item in items}
        content["tagged_items"] = [
            {**item, "tag": tag} if item.get("tag") == old else item
            for item in items
            if item.get("tag") != old or not has_it
        ]
        _add_topic(content, topic)
        return True

    return _change_drafts("tagged_items", change)


def add_topic_to_tagged(old, topic):
    """Add a topic to every draft that has the tag of the key `old`, which stays."""

    def change(content):
        items = content.get("tagged_items") or []
        return old in {item.get("tag") for item in items} and _add_topic(content, topic)

    return _change_drafts("tagged_items", change)


def replace_topic(old, new):
    """In every draft put the topic `new` in the place of `old` (keys). Returns how many."""

    def change(content):
        topics = content.get("topics") or []
        if old not in topics:
            return False
        content["topics"] = list(dict.fromkeys(new if key == old else key for key in topics))
        return True

    return _change_drafts("topics", change)


def _add_topic(content, topic):
    topics = content.get("topics") or []
    if topic is None or topic in topics:
        return False
    content["topics"] = [*topics, topic]
    return True


def _change_drafts(part, change):
    """Let `change(content)` change each draft and tell whether it did; `part` is what it reads."""
    count = 0
    drafts = waiting_drafts()
    # Only that part of each is read first: a draft holds all the text of its listing.
    for pk, held in drafts.values_list("pk", f"content__{part}").iterator():
        if held and change({part: held}):
            draft = Revision.objects.get(pk=pk)
            change(draft.content)
            Revision.objects.filter(pk=pk).update(content=draft.content)
            count += 1
    return count
