"""/topics/ and the page of one topic."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from ..counting import Listing
from ..keeping import kept_among
from ..models import Topic, TopicAlias
from ..selection import Selection
from .listing import rows

ROWS = 5
# What the page of a topic shows, each the beginning of a filtered list: key, heading, filters.
SECTIONS = [
    ("guidance", _("Guidance"), "kind=guidance"),
    (
        "events",
        _("Upcoming events"),
        "availability=on-now&availability=upcoming&availability=planned&sort=upcoming",
    ),
    ("courses", _("Courses"), "kind=course"),
    ("kits", _("Kits"), "kind=kit"),
    ("recordings", _("Recordings"), "availability=recording"),
]


def topics(request):
    """List all topics on their two levels, each with the number of listings on its page."""
    counts = Listing(Selection()).counts("topic")
    tree = []
    for topic in Topic.objects.roots().with_children():
        topic.resource_count = counts.get(topic.slug, 0)
        topic.below = list(topic.children.all())
        for child in topic.below:
            child.resource_count = counts.get(child.slug, 0)
        tree.append(topic)
    context = {"topics": tree, "canonical": f"{settings.BASE_URL}/topics/"}
    return render(request, "catalog/topics.html", context)


def topic(request, slug):
    """Show what there is on one topic; a former name leads to the name of today."""
    topic = Topic.objects.select_related("parent").filter(slug=slug).first()
    if topic is None:
        alias = TopicAlias.objects.select_related("topic").filter(slug=slug).first()
        if alias is None:
            raise Http404
        return redirect(alias.topic, permanent=True)
    whole = Listing(Selection.read(f"topic={topic.slug}"))
    answers = [
        (key, heading, Listing(Selection.read(f"topic={topic.slug}&{filters}"), like=whole))
        for key, heading, filters in SECTIONS
    ]
    wanted = {pk for key, heading, answer in answers for pk in answer.ids(0, ROWS)}
    found = {resource.pk: resource for resource in rows(list(wanted), request.user)}
    sections = [
        {
            "key": key,
            "heading": heading,
            "total": answer.total,
            "url": f"/resources/{answer.selection.url()}",
            "rows": [found[pk] for pk in answer.ids(0, ROWS) if pk in found],
        }
        for key, heading, answer in answers
        if answer.total
    ]
    counts = Listing(Selection(), like=whole).counts("topic")
    below = list(topic.children.all())
    for child in below:
        child.resource_count = counts.get(child.slug, 0)
    context = {
        "topic": topic,
        "crumbs": [(_("Topics"), "/topics/")]
        + ([(topic.parent.title, topic.parent.get_absolute_url())] if topic.parent else []),
        "sections": sections,
        "resources": list(dict.fromkeys(row for each in sections for row in each["rows"])),
        "kept": kept_among(request.user, found.values()),
        "total": whole.total,
        "resources_url": f"/resources/{whole.selection.url()}",
        "not_shown": whole.not_shown,
        "all_url": f"/resources/{whole.selection.with_all().url()}",
        "below": below,
        "aliases": topic.aliases.all(),
        "canonical": f"{settings.BASE_URL}{topic.get_absolute_url()}",
    }
    return render(request, "catalog/topic.html", context)
