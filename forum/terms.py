"""Tags and topics that editors of the catalog merge, rename or make of one another, on threads."""

from catalog.models import Tag, Topic
from portal.search.outbox import note_rows

from .models import Category, Thread, ThreadTag
from .posting import MOST_TOPICS


def term_changed(old, new):
    """Do for threads what `catalog.vocabulary` does for listings (see `changes.announce_term`)."""
    is_tag = isinstance(old, Tag)
    having = {"thread_tags__tag": old} if is_tag else {"topics": old}
    keys = list(Thread.objects.filter(**having).order_by().values_list("pk", flat=True))
    if is_tag and isinstance(new, Topic):
        _add_topic(keys, new)
    elif old.pk != new.pk and is_tag:
        _move(ThreadTag, "content_object_id", {"tag": old}, {"tag": new})
    elif old.pk != new.pk:
        _move(Thread.topics.through, "thread_id", {"topic": old}, {"topic": new})
        _move(Category.topics.through, "category_id", {"topic": old}, {"topic": new})
    for start in range(0, len(keys), 500):
        note_rows(Thread.objects.filter(pk__in=keys[start : start + 500]))


def _move(through, owner, old, new):
    """Give the rows of one term to another, but for owners that have both."""
    both = list(through._default_manager.filter(**new).values_list(owner, flat=True))
    rows = through._default_manager.filter(**old)
    rows.filter(**{f"{owner}__in": both}).delete()
    rows.update(**new)


def _add_topic(keys, topic):
    """Add the topic to threads that have room for it."""
    through = Thread.topics.through
    for key in keys:
        has = set(through.objects.filter(thread_id=key).values_list("topic_id", flat=True))
        if len(has) < MOST_TOPICS and topic.pk not in has:
            through.objects.create(thread_id=key, topic=topic)
