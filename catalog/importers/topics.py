"""The taxonomy that comes beside a file of resources: topics.jsonl.

One object a line: slug, title, summary, source_url, parent (a slug), aliases (slugs). Topics
that the catalog does not have are made; those it has belong to its editors and stay as they are.
"""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from portal.page_cache.versions import raise_version

from ..models import Topic, TopicAlias
from .bodies import to_plain_text
from .jsonlines import read_objects
from .problems import FileProblem, one_line


class Taxonomy:
    """All topics by slug, title and alias: those of the catalog, then those of the file."""

    def __init__(self, path=None):
        self.records = read_topics(path) if path else {}
        self.known = {}
        for topic in Topic.objects.prefetch_related("aliases"):
            self._learn(topic)

    def _learn(self, topic):
        for name in (topic.slug, topic.title):
            self.known[name.casefold()] = topic
        for alias in topic.aliases.all():
            for name in (alias.slug, alias.title):
                self.known.setdefault(name.casefold(), topic)

    def plant(self):
        """Make the topics of the file that the catalog lacks, parents first; return how many."""
        missing = [
            slug
            for slug, record in self.records.items()
            if slug not in self.known and record["title"].casefold() not in self.known
        ]
        with transaction.atomic():
            for slug in sorted(missing, key=lambda slug: bool(self.records[slug]["parent"])):
                self._learn(self.make(slug))
            if missing:
                raise_version("site", "catalog")
        return len(missing)

    def find(self, name):
        """Return the topic called `name` by slug, title or alias, or None.

        A dry run has planted nothing, so that a topic of the file is made on the spot here, in
        the transaction of the row, which is rolled back.
        """
        key = name.casefold()
        if key in self.known:
            return self.known[key]
        if key in self.records:
            return self._of_the_file(key)
        for slug, record in self.records.items():
            if key in {record["title"].casefold(), *record["aliases"]}:
                return self._of_the_file(slug)
        return None

    def _of_the_file(self, slug):
        return Topic.objects.filter(slug=slug).first() or self.make(slug)

    def make(self, slug):
        """Save the topic of the file and its aliases, and its parent first."""
        record = self.records[slug]
        parent = record["parent"]
        topic = Topic(
            slug=slug,
            title=record["title"],
            summary=record["summary"],
            website=record["website"],
            parent=self.find(parent) if parent else None,
        )
        taken = set(TopicAlias.objects.values_list("slug", flat=True))
        taken |= set(Topic.objects.values_list("slug", flat=True)) | self.records.keys()
        topic.aliases = [
            TopicAlias(slug=alias, title=alias.replace("-", " "))
            for alias in record["aliases"]
            if alias not in taken
        ]
        # A reference task for each of hundreds of aliases would only find nothing.
        with disable_reference_index_auto_update(), transaction.atomic():
            topic.save()
            ReferenceIndex.create_or_update_for_object(topic)
        return topic


def read_topics(path):
    """Return the records of a topics file by slug. Raises FileProblem for any bad line."""
    records, titles = {}, set()
    for line, raw in read_objects(path):
        if isinstance(raw, Exception):
            raise _problem(path, line, str(raw))
        record = _record(raw)
        slug, title = record["slug"], record["title"].casefold()
        if not slug or not title:
            raise _problem(path, line, _("a topic needs a slug and a title."))
        if slug in records or title in titles:
            raise _problem(path, line, _("“%(topic)s” stands there twice.") % {"topic": slug})
        records[slug] = record
        titles.add(title)
    for slug, record in records.items():
        parent = record["parent"]
        if parent and (parent not in records or records[parent]["parent"]):
            text = _("the parent of “%(topic)s” must be a topic of the first level in the file.")
            raise FileProblem(f"{path}: {text % {'topic': slug}}")
    return records


def _problem(path, line, text):
    return FileProblem(_("%(path)s, line %(line)s: ") % {"path": path, "line": line} + text)


def _record(raw):
    aliases = raw.get("aliases")
    names = aliases if isinstance(aliases, list) else []
    slugs = [slugify(str(name))[:120] for name in names]
    address = str(raw.get("website") or raw.get("source_url") or "")
    return {
        "slug": slugify(str(raw.get("slug") or ""))[:120],
        "title": to_plain_text(str(raw.get("title") or ""))[:120],
        "summary": shorten(to_plain_text(str(raw.get("summary") or "")), 500),
        "website": address
        if address.startswith(("http://", "https://")) and len(address) <= 500
        else "",
        "parent": slugify(str(raw.get("parent") or "")),
        "aliases": list(dict.fromkeys(slug for slug in slugs if slug)),
    }


def shorten(text, most):
    """Return `text` cut after its last whole sentence, else word, within `most` characters."""
    if len(text) <= most:
        return text
    cut = text[:most]
    end = max(cut.rfind(sign) for sign in (". ", "! ", "? "))
    return cut[: end + 1] if end > most // 2 else one_line(cut.rsplit(" ", 1)[0] + "…", most)
