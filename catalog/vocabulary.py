"""What editors do to tags and topics: merge, give other names, make a topic of a tag.

A former name goes on working: its addresses lead to the term of today, and whoever types it gets
that term. Threads have the same terms; the forum hears of every change (`changes.py`) and does
its part in the same transaction.
"""

import uuid

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex

from portal.page_cache.versions import raise_version
from portal.search.outbox import note_rows

from . import drafts
from .changes import announce_term
from .models import FormerTag, ResourcePage, ResourceTag, Tag, TagAlias, Topic, TopicAlias

LONGEST_ALIAS = TagAlias._meta.get_field("name").max_length


@transaction.atomic
def merge_tags(*, tags, into, user):
    """Put `into` in the place of each of `tags`, on listings, their drafts and threads.

    Their names and other names become other names of `into`. Returns how many were merged.
    """
    _lock(Tag, [*tags, into])
    merged = [tag for tag in tags if tag.pk != into.pk]
    for tag in merged:
        listings = _listings_tagged(tag)
        keys = list(listings.values_list("pk", flat=True))
        rows = ResourceTag.objects.filter(tag=tag)
        has_both = ResourceTag.objects.filter(tag=into).values("content_object")
        rows.filter(
            content_object__in=list(has_both.values_list("content_object", flat=True))
        ).delete()
        rows.update(tag=into)
        _move_references(tag, into)
        drafts.replace_tag(tag.pk, tag=into.pk)
        announce_term(tag, into)
        names = [(tag.name, tag.slug), *tag.aliases.values_list("name", "slug")]
        _log(into, "catalog.term.merge", user, {"old": tag.name})
        tag.delete()
        for name, slug in names:
            _leave_alias(into, name, slug)
        _note_listings(keys)
    _changed()
    return len(merged)


@transaction.atomic
def name_tag(*, tag, other_names):
    """Save `tag` as it is named now, and these as its only other names.

    The name and address it had before stay among them: addresses on other sites know it by that.
    Raises ValidationError where a name belongs to another tag.
    """
    before = Tag.objects.filter(pk=tag.pk).first()
    tag.save()
    tag.aliases.filter(slug=tag.slug).delete()
    names = [" ".join(name.split()) for name in other_names]
    if before and before.slug != tag.slug:
        is_renamed = before.name.casefold() != tag.name.casefold()
        former = before.name if is_renamed else before.slug
        names.append(former)
        _leave_alias(tag, former, before.slug)
    elif before and before.name.casefold() != tag.name.casefold():
        names.append(before.name)
    names = {name.casefold(): name for name in names if name}
    names.pop(tag.name.casefold(), None)
    for key, name in names.items():
        check_other_name(tag, name)
        if not tag.aliases.filter(name__iexact=key).exists():
            TagAlias.objects.create(tag=tag, name=name, slug=_alias_slug(name))
    for alias in tag.aliases.all():
        if alias.name.casefold() not in names:
            alias.delete()
    if before and before.name != tag.name:
        _renamed(tag)
    _changed()
    return tag


def _leave_alias(tag, name, slug):
    """Let a former name and address lead to `tag`, unless they lead somewhere else by now."""
    FormerTag.objects.filter(slug=slug).delete()
    if not TagAlias.objects.filter(Q(slug=slug) | Q(name__iexact=name)).exists():
        TagAlias.objects.create(tag=tag, name=name, slug=slug)


def check_other_name(tag, name):
    """Raise ValidationError unless `name` may lead to `tag`."""
    if len(name) > LONGEST_ALIAS:
        raise ValidationError(
            _("“%(name)s…” is longer than %(most)d characters.")
            % {"name": name[:40], "most": LONGEST_ALIAS}
        )
    other = Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).first()
    if other:
        raise ValidationError(
            _("“%(name)s” is a tag of its own: merge the two instead.") % {"name": other.name}
        )
    alias = TagAlias.objects.filter(name__iexact=name).exclude(tag=tag).first()
    if alias:
        raise ValidationError(
            _("“%(name)s” is another name of the tag “%(tag)s” already.")
            % {"name": alias.name, "tag": alias.tag}
        )


def _alias_slug(name):
    """Return an address for another name that no tag and no other name has."""
    base = slugify(name, allow_unicode=True)[:90] or "tag"
    slug, number = base, 1
    while TagAlias.objects.filter(slug=slug).exists() or Tag.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def promote_tag(*, tag, topic, keep, user):
    """Give `topic` to everything that has `tag`; without `keep` the tag then goes.

    Its addresses lead to the topic from then on. `topic` may be unsaved. Threads that have three
    topics already stay as they are. Returns how many listings have the topic now that had not.
    """
    _lock(Tag, [tag])
    if topic.pk is None:
        topic.full_clean()
        topic.save()
    listings = _listings_tagged(tag).exclude(topics=topic)
    keys = list(listings.values_list("pk", flat=True))
    through = ResourcePage.topics.through
    through.objects.bulk_create(
        [through(resourcepage_id=key, topic_id=topic.pk) for key in keys], ignore_conflicts=True
    )
    if keep:
        drafts.add_topic_to_tagged(tag.pk, topic.pk)
    else:
        drafts.replace_tag(tag.pk, topic=topic.pk)
    announce_term(tag, topic)
    _log(topic, "catalog.term.promote", user, {"old": tag.name})
    tagged = list(_listings_tagged(tag).values_list("pk", flat=True))
    if not keep:
        names = [(tag.name, tag.slug), *tag.aliases.values_list("name", "slug")]
        tag.delete()
        for name, slug in names:
            FormerTag.objects.update_or_create(slug=slug, defaults={"name": name, "topic": topic})
    _note_listings(tagged)
    _changed()
    return len(keys)


@transaction.atomic
def merge_topics(*, topics, into, user):
    """Put `into` in the place of each of `topics`; their addresses lead to it.

    Topics below a merged one stand below `into` then. Raises ValidationError where that would
    make a third level. Returns how many were merged.
    """
    _lock(Topic, [*topics, into])
    merged = [topic for topic in topics if topic.pk != into.pk]
    through = ResourcePage.topics.through
    for topic in merged:
        below = list(topic.children.exclude(pk=into.pk))
        if below and into.parent_id not in {None, topic.pk}:
            raise ValidationError(
                _(
                    "“%(topic)s” has topics below it, and “%(into)s” stands below another: "
                    "there are two levels only."
                )
                % {"topic": topic, "into": into}
            )
        if into.parent_id == topic.pk:
            into.parent = None
            into.save()
        for child in below:
            child.parent = into
            child.save()
        rows = through.objects.filter(topic=topic)
        keys = list(rows.values_list("resourcepage_id", flat=True))
        have_both = list(
            through.objects.filter(topic=into).values_list("resourcepage_id", flat=True)
        )
        rows.filter(resourcepage_id__in=have_both).delete()
        rows.update(topic=into)
        _move_references(topic, into)
        drafts.replace_topic(topic.pk, into.pk)
        announce_term(topic, into)
        names = [(topic.title, topic.slug), *topic.aliases.values_list("title", "slug")]
        FormerTag.objects.filter(topic=topic).update(topic=into)
        _log(into, "catalog.term.merge", user, {"old": topic.title})
        topic.delete()
        for title, slug in names:
            TopicAlias.objects.get_or_create(slug=slug, defaults={"topic": into, "title": title})
        _note_listings(keys)
    # Its other names are found with it.
    note_rows(Topic.objects.filter(pk=into.pk))
    _changed()
    return len(merged)


@transaction.atomic
def name_topic(*, topic, before):
    """Follow a topic that was saved under another name: its former address leads to it.

    `before` is the topic as it was, or None for a new one.
    """
    TopicAlias.objects.filter(topic=topic, slug=topic.slug).delete()
    if before and before.slug != topic.slug:
        TopicAlias.objects.update_or_create(
            slug=before.slug, defaults={"topic": topic, "title": before.title}
        )
    note_rows(Topic.objects.filter(pk=topic.pk))
    if before and before.title != topic.title:
        _renamed(topic)
    _changed()


def _renamed(term):
    """Have search read again what has the term: its words stand there, too."""
    note_rows(listings_of(term))
    announce_term(term, term)


def note_listings_of(row):
    """Have search read again the listings of a provider whose name changed."""
    note_rows(ResourcePage.objects.filter(provider=row))
    raise_version("site", "catalog")


def listings_of(term):
    """The listings that have a tag, a topic or a provider."""
    if isinstance(term, Tag):
        return _listings_tagged(term)
    return ResourcePage.objects.filter(pk__in=term.resources.order_by().values("pk")).order_by()


def note_listings(keys):
    """Have search read again the listings with these keys, and drop what shows them."""
    _note_listings(keys)
    _changed()


def _lock(model, rows):
    """Let nobody give these terms to anything until they are merged."""
    list(model.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def _move_references(old, new):
    """Let Wagtail's "used by" of `new` count what had `old`."""
    kind = ContentType.objects.get_for_model(new)
    rows = ReferenceIndex.objects.filter(to_content_type=kind)
    have_new = set(
        rows.filter(to_object_id=str(new.pk)).values_list("base_content_type_id", "object_id")
    )
    both = [
        pk
        for pk, *owner in rows.filter(to_object_id=str(old.pk)).values_list(
            "pk", "base_content_type_id", "object_id"
        )
        if tuple(owner) in have_new
    ]
    for start in range(0, len(both), 500):
        ReferenceIndex.objects.filter(pk__in=both[start : start + 500]).delete()
    rows.filter(to_object_id=str(old.pk)).update(to_object_id=str(new.pk))


def _listings_tagged(tag):
    keys = ResourceTag.objects.filter(tag=tag).values("content_object")
    return ResourcePage.objects.filter(pk__in=keys).order_by()


def _note_listings(keys):
    for start in range(0, len(keys), 500):
        note_rows(ResourcePage.objects.filter(pk__in=keys[start : start + 500]))


def _log(term, action, user, data):
    log(instance=term, action=action, user=user, uuid=uuid.uuid4(), data=data)


def _changed():
    # A term's name stands on listings, threads, in filters and in navigation.
    raise_version("site", "catalog", "forum")
