"""From found rows to what a reader sees of them: title, snippet, facts.

A page of rows costs the same few queries whatever is on it: one or a few for each kind of row.
Visibility is asked once more while the rows are read.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import GuidancePage, KitItem, ResourcePage, ResourceTag
from forum.markup import plain_text
from forum.models import Post, Thread
from portal.home.models import StandardPage

from .excerpts import Excerpts
from .ranking import marker


@dataclass
class Hit:
    """One result as the template shows it. `kind` also names its drawing and color."""

    url: str
    title_html: SafeString
    snippet_html: SafeString
    kind: str
    kind_words: str
    state: tuple[str, str] | None = None  # (color, words): archived, cancelled, answered
    place: str = ""  # provider or category
    day: date | None = None
    facts: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    post: Post | None = None  # the best post of a conversation
    resource: ResourcePage | None = None  # what a bookmark keeps
    lang: str = ""  # the language of title and snippet, where it is not the page's


def hits(rows, *, words, user):
    """Return the Hits of `rows`, (kind, key, best post) from `finding.find`.

    Rows that went or became invisible meanwhile are left out.
    """
    marks = Excerpts(marker(words))
    found = {
        **_resources([key for kind, key, _ in rows if kind == "resource"], marks, user),
        **_pages([key for kind, key, _ in rows if kind == "page"], marks),
        **_threads([row for row in rows if row[0] == "thread"], marks, user),
        **_posts([key for kind, key, _ in rows if kind == "post"], marks, user),
    }
    return [found[kind, key] for kind, key, _ in rows if (kind, key) in found]


def words_of(html):
    """Return the words of rich text or of a post, as a reader would copy them."""
    return re.sub(r"\s+(?=[.,;:!?)])", "", plain_text(html)) if html else ""


def _snippet(marks, title, texts, others=()):
    """Return the most telling piece of `texts`; of `others`, (label, text), only if need be.

    That is where neither title nor texts show why the row was found.
    """
    snippet = marks.snippet(texts)
    if _is_marked(snippet) or _is_marked(title):
        return snippet.html
    labeled = ((str(label), f"{label}: {text}") for label, text in others if text)
    other = marks.snippet(labeled)
    return other.html if _is_marked(other) else snippet.html


def _is_marked(snippet):
    return any(is_marked for _text, is_marked in snippet.pieces)


def _resources(keys, marks, user):
    if not keys:
        return {}
    rows = ResourcePage.objects.visible_to(user).filter(pk__in=keys).order_by()
    rows = list(rows.select_related("provider"))
    more, topics, tags = _texts_of_kinds(rows), _topics_of(keys), _tags_of(keys)
    return {
        ("resource", row.pk): _resource(
            row, marks, more.get(row.pk, []), topics.get(row.pk, []), tags.get(row.pk, [])
        )
        for row in rows
    }


def _topics_of(keys):
    # Through its own table: the relations of an editable page cannot be prefetched.
    items = ResourcePage.topics.through.objects.filter(resourcepage__in=keys)
    return _by_first(items.order_by("topic__title").values_list("resourcepage", "topic__title"))


def _tags_of(keys):
    items = ResourceTag.objects.filter(content_object__in=keys)
    return _by_first(items.order_by("tag__name").values_list("content_object", "tag__name"))


def _by_first(pairs):
    found = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _texts_of_kinds(rows):
    """Return {key: [(label, text)]} of what only one kind of resource has."""
    by_kind = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.pk)
    texts: dict = {}
    if guidances := by_kind.get(ResourcePage.Kind.GUIDANCE):
        numbers = GuidancePage.objects.filter(pk__in=guidances).order_by()
        for key, number in numbers.values_list("pk", "number"):
            texts.setdefault(key, []).append((_("Number"), number))
    if kits := by_kind.get(ResourcePage.Kind.KIT):
        items = KitItem.objects.filter(page__in=kits).order_by("page", "sort_order")
        for key, title in items.values_list("page", "title"):
            texts.setdefault(key, []).append((_("In it"), title))
    return texts


def _resource(row, marks, more, topics, tags):
    title = marks.mark(row.title)
    others = [
        *more,
        (_("Topics"), ", ".join(topics)),
        (_("Tags"), ", ".join(tags)),
        (_("Provider"), row.provider.name if row.provider else ""),
        (_("Formerly"), row.provider.former_names if row.provider else ""),
    ]
    return Hit(
        url=row.url,
        title_html=title.html,
        snippet_html=_snippet(
            marks, title, [("summary", row.summary), ("body", words_of(row.body))], others
        ),
        kind=row.kind,
        kind_words=capfirst(row.get_kind_display()),
        state=_state_of(row),
        place=row.provider.name if row.provider else "",
        day=_day_of(row),
        facts=[capfirst(row.get_cost_display())] if row.cost else [],
        tags=tags,
        resource=row,
        lang=_foreign(row.language),
    )


def _state_of(row):
    if row.is_archived:
        return ("warn", _("Archived"))
    if row.is_superseded:
        return ("warn", _("Superseded"))
    if row.event_status == ResourcePage.EventStatus.CANCELLED:
        return ("bad", _("Cancelled"))
    if row.event_status == ResourcePage.EventStatus.POSTPONED:
        return ("warn", _("Postponed"))
    if row.next_ends_at and row.next_ends_at < timezone.now() and not row.has_recording:
        return ("warn", _("Over"))
    return None


def _day_of(row):
    if row.next_starts_at:
        return row.starts_there.date()
    if row.published_on or not row.first_published_at:
        return row.published_on
    return timezone.localdate(row.first_published_at)


def _foreign(language):
    """Return `language` where a screen reader has to know that it is not the page's."""
    here = (get_language() or "en").partition("-")[0]
    return language if language and language.partition("-")[0].lower() != here else ""


def _pages(keys, marks):
    if not keys:
        return {}
    rows = StandardPage.objects.live().public().filter(pk__in=keys).order_by()
    return {("page", row.pk): _page(row, marks) for row in rows}


def _page(row, marks):
    texts = [("introduction", row.introduction), ("body", words_of(row.body))]
    return Hit(
        # Standard pages stand below home, and home is the root of the site.
        url="/" + row.url_path.split("/", 2)[2],
        title_html=marks.mark(row.title).html,
        snippet_html=marks.snippet(texts).html,
        kind="page",
        kind_words=_("Page"),
        day=timezone.localdate(row.last_published_at) if row.last_published_at else None,
    )


def _threads(rows, marks, user):
    if not rows:
        return {}
    keys = [key for _kind, key, _post in rows]
    threads = Thread.objects.visible_to(user).filter(pk__in=keys).with_row_data().order_by()
    best = _best_posts(rows)
    return {
        ("thread", thread.pk): _thread(thread, best.get(thread.pk), marks) for thread in threads
    }


def _best_posts(rows):
    """Return {thread: post}; where only the title has the words, the post that begins it."""
    found = {post.pk for _kind, _key, post in rows if post}
    untold = [key for _kind, key, post in rows if not post]
    posts = Post.objects.public().select_related("author").order_by("thread", "number")
    best = {post.thread_id: post for post in posts.filter(pk__in=found)}
    if untold:
        for post in posts.filter(thread__in=untold, number=1):
            best.setdefault(post.thread_id, post)
    return best


def _thread(thread, post, marks):
    text = words_of(post.html) if post else ""
    return Hit(
        url=thread.get_absolute_url(),
        title_html=marks.mark(thread.title).html,
        snippet_html=marks.snippet([("text", text)]).html,
        kind="thread",
        kind_words=_("Conversation"),
        state=("good", _("Answered")) if thread.is_solved else None,
        place=thread.category.name,
        day=timezone.localdate(post.created_at if post else thread.created_at),
        tags=[item.tag.name for item in thread.thread_tags.all()],
        post=post,
    )


def _posts(keys, marks, user):
    if not keys:
        return {}
    rows = (
        Post.objects.public()
        .filter(pk__in=keys, thread__in=Thread.objects.visible_to(user).order_by())
        .select_related("author", "thread__category")
    )
    return {("post", row.pk): _post(row, marks) for row in rows}


def _post(row, marks):
    title = _("Post %(number)d by %(name)s") % {
        "number": row.number,
        "name": row.author.display_name,
    }
    return Hit(
        url=row.get_absolute_url(),
        title_html=marks.mark(title).html,
        snippet_html=marks.snippet([("text", words_of(row.html))]).html,
        kind="thread",
        kind_words=_("Post"),
        place=row.thread.category.name,
        day=timezone.localdate(row.created_at),
    )
