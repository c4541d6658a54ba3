"""Write in the forum: start a thread, reply, edit.

Each verb is one transaction that first locks the thread's row, and keeps every counter. What
costs time (Markdown, looking up names) happens before. `now` may lie in the past, as demo data
and importers need; numbers follow the order of the calls, "last activity" follows the dates.

With `is_screened`, as the pages of the site call them, a post with signs of spam is held: it has
no number, counts nowhere and waits for a moderator (forum/screening.py, forum/holding.py).
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from catalog.models import Topic
from portal.page_cache.versions import raise_version

from .mentions import keep, look_up
from .models import Category, Poll, Post, PostEdit, Thread, ThreadVoice
from .screening import signals_of
from .standing import count

MOST_TOPICS = 3
LONGEST_TEXT = 20_000
LONGEST_TITLE = 200


class ThreadClosed(Exception):
    """The thread was locked, archived, hidden or merged while somebody wrote."""


def clean_text(text):
    """Return text without NUL and trailing space, with one kind of line end."""
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def clean_title(title):
    """Return a title in one line, without NUL, at most as long as its column."""
    return " ".join(title.replace("\x00", "").split())[:LONGEST_TITLE].strip()


def start_thread(
    *,
    category,
    author,
    title,
    text,
    kind="discussion",
    topics=(),
    tags=(),
    poll=None,
    is_locked=False,
    pinned_until=None,
    submission_key=None,
    is_screened=False,
    is_from_a_program=False,
    now=None,
):
    """Open a thread with its first post and return it.

    Without `topics` the category's and those of the listings it names are taken, three at most.
    `tags` are Tag objects or names, `poll` what Poll.begin takes; one that is pinned is so
    until `pinned_until`. A `submission_key` seen before returns the same thread.
    """
    now = now or timezone.now()
    text = clean_text(text)
    resolved = look_up(text, author)
    try:
        with transaction.atomic():
            earlier = _posted_before(author, submission_key)
            if earlier:
                return earlier.thread
            signals = ()
            if is_screened:
                text_seen = f"{title} {text}"
                signals = signals_of(
                    author=author,
                    text=text_seen,
                    resolved=resolved,
                    now=now,
                    is_from_a_program=is_from_a_program,
                )
            thread = Thread.objects.create(
                category=category,
                kind=kind,
                state=Thread.State.HELD if signals else Thread.State.PUBLIC,
                title=clean_title(title),
                author=author,
                created_at=now,
                last_number=0 if signals else 1,
                voice_count=0 if signals else 1,
                last_post_at=now,
                last_post_by=author,
                is_locked=is_locked,
                is_pinned=pinned_until is not None,
                pinned_until=pinned_until,
            )
            post = _create_post(
                thread,
                author=author,
                text=text,
                resolved=resolved,
                key=submission_key,
                signals=signals,
                now=now,
            )
            thread.topics.set(topics or _topics_for(category, resolved))
            if tags:
                thread.tags.add(*tags)
            if poll:
                Poll.begin(thread=thread, by=author, now=now, **poll)
            if not signals:
                ThreadVoice.objects.create(thread=thread, user=author, posts=1)
                _count_in_category(thread.category_id, now, threads=1)
                count(author.pk, posts=1)
            raise_version(thread.version, "forum")
    except IntegrityError:
        # Sent twice at the same moment: the other one won.
        earlier = _posted_before(author, submission_key)
        if not earlier:
            raise
        return earlier.thread
    post.thread = thread
    return thread


def reply(
    *,
    thread,
    author,
    text,
    submission_key=None,
    is_screened=False,
    is_from_a_program=False,
    now=None,
):
    """Add a post to `thread` and return it.

    Raises ThreadClosed where the thread takes no replies any more. A `submission_key` seen
    before returns the same post.
    """
    now = now or timezone.now()
    text = clean_text(text)
    resolved = look_up(text, author)
    with transaction.atomic():
        thread = lock(thread)
        earlier = _posted_before(author, submission_key)
        if earlier:
            return earlier
        if not thread.takes_replies:
            raise ThreadClosed
        signals = ()
        if is_screened:
            signals = signals_of(
                author=author,
                text=text,
                resolved=resolved,
                now=now,
                is_from_a_program=is_from_a_program,
            )
        if signals:
            return _create_post(
                thread,
                author=author,
                text=text,
                resolved=resolved,
                key=submission_key,
                signals=signals,
                now=now,
            )
        thread.last_number += 1
        thread.reply_count += 1
        post = _create_post(
            thread, author=author, text=text, resolved=resolved, key=submission_key, now=now
        )
        if not ThreadVoice.objects.filter(thread=thread, user=author).update(posts=F("posts") + 1):
            ThreadVoice.objects.create(thread=thread, user=author, posts=1)
            thread.voice_count += 1
        if thread.last_post_at is None or now >= thread.last_post_at:
            thread.last_post_at = now
            thread.last_post_by = author
        thread.save(
            update_fields=[
                "last_number",
                "reply_count",
                "voice_count",
                "last_post_at",
                "last_post_by",
            ]
        )
        _count_in_category(thread.category_id, now)
        count(author.pk, posts=1)
        raise_version(thread.version, "forum")
    return post


def edit_post(*, post, editor, text, title=None, now=None):
    """Change what a post says, keep what it said before, and return it.

    `title` renames the thread and counts only for the post that opens it. Nothing changed: no
    edit.
    """
    now = now or timezone.now()
    text = clean_text(text)
    resolved = look_up(text, post.author)
    with transaction.atomic():
        thread = lock(post.thread)
        post = Post.objects.select_for_update().get(pk=post.pk)
        title = clean_title(title) if title and opens_thread(post, thread) else thread.title
        if text == post.text and title == thread.title:
            return post
        PostEdit.objects.create(
            post=post,
            editor=editor,
            edited_at=now,
            text_before=post.text,
            title_before=thread.title if title != thread.title else "",
        )
        if title != thread.title:
            thread.rename(title)
        post.text = text
        post.html = resolved.html
        post.edited_at = now
        post.edited_by = editor
        post.save(update_fields=["text", "html", "edited_at", "edited_by"])
        keep(post, resolved)
        raise_version(thread.version, "forum")
    post.thread = thread
    return post


def opens_thread(post, thread):
    """Whether `post` is the first of its thread, also while both wait for a moderator."""
    return post.number == 1 or (post.number is None and thread.state == Thread.State.HELD)


def lock(thread):
    """Lock the row of `thread` for this transaction and return it as it is now."""
    return Thread.objects.select_for_update().get(pk=thread.pk)


def _posted_before(author, key):
    """The post that this form has made already, if any."""
    if not key:
        return None
    return (
        Post.objects.select_related("thread").filter(submission_key=_uuid(key), author=author)
    ).first()


def _uuid(key):
    return key if isinstance(key, UUID) else UUID(str(key))


def _create_post(thread, *, author, text, resolved, key, now, signals=()):
    """Write the post with the thread's last number, or without one where it is held."""
    post = Post.objects.create(
        thread=thread,
        number=None if signals else thread.last_number,
        state=Post.State.HELD if signals else Post.State.PUBLIC,
        signals=" ".join(signals),
        author=author,
        text=text,
        html=resolved.html,
        created_at=now,
        submission_key=_uuid(key) if key else None,
    )
    keep(post, resolved)
    return post


def _topics_for(category, resolved):
    """The category's topics, then those of the listings named, at most three."""
    topics = list(category.topics.all()[:MOST_TOPICS])
    if len(topics) < MOST_TOPICS and resolved.resources:
        named = {resource.pk for resource in resolved.resources.values()}
        of_listings = Topic.objects.filter(resources__in=named).distinct()
        topics += of_listings.exclude(pk__in=[topic.pk for topic in topics])
    return topics[:MOST_TOPICS]


def _count_in_category(category_id, now, threads=0):
    is_later = Q(last_post_at__isnull=True) | Q(last_post_at__lt=now)
    Category.objects.filter(pk=category_id).update(
        thread_count=F("thread_count") + threads,
        post_count=F("post_count") + 1,
        last_post_at=Case(When(is_later, then=Value(now)), default=F("last_post_at")),
    )
