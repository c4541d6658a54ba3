"""Where the address of a former tag or topic leads."""

from .models import FormerTag, Tag, TagAlias, Topic, TopicAlias


def of_today(chosen):
    """Return a dict of filters with the terms of today in "tag" and "topic" (their addresses).

    A tag that became a topic is a filter by topic, unless there is one already. Asks the
    database only where such a filter is chosen.
    """
    chosen = dict(chosen)
    if (slug := chosen.get("tag")) and not Tag.objects.filter(slug=slug).exists():
        if alias := TagAlias.objects.select_related("tag").filter(slug=slug).first():
            chosen["tag"] = alias.tag.slug
        elif former := FormerTag.objects.select_related("topic").filter(slug=slug).first():
            del chosen["tag"]
            chosen.setdefault("topic", former.topic.slug)
    if (slug := chosen.get("topic")) and not Topic.objects.filter(slug=slug).exists():
        alias = TopicAlias.objects.select_related("topic").filter(slug=slug).first()
        chosen["topic"] = alias.topic.slug if alias else slug
    return chosen
