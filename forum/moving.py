"""Move posts from one thread to another: some of them, some into a thread of their own, or all.

What is moved gets new numbers at the end of the target, in its order, and keeps its dates. Each
run of posts leaves one line in its place (and one on each page that it would leave empty), and
every number that a post had leads to it for ever (PostAddress). What hangs on a post (marks,
bookmarks, mentions, reports, edits) goes with it.
"""

from itertools import groupby
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.page_cache.versions import raise_version
from portal.search.outbox import note_rows

from .models import Draft, ImportedAddress, Poll, Post, PostAddress, Thread, ThreadRead
from .paging import page_of
from .posting import clean_title
from .recount import recount_category, recount_thread


class NotMovable(Exception):
    """The message says what stands in the way; nothing was changed."""


def check_posts(posts):
    """Raise NotMovable unless these `posts` may leave their thread."""
    if not posts:
        raise NotMovable(_("Tick at least one post."))
    if any(post.number == 1 for post in posts):
        raise NotMovable(
            _("The first post stays: it carries the title. Merge the whole thread instead.")
        )
    if any(post.state == Post.State.MOVED or post.number is None for post in posts):
        raise NotMovable(_("Only posts that stand in the thread can be moved."))


def check_target(source, target):
    """Raise NotMovable unless posts may go from `source` to `target`."""
    if source.pk == target.pk:
        raise NotMovable(_("This is the same thread."))
    if target.merged_into_id or source.merged_into_id:
        raise NotMovable(_("That thread was merged into another one."))
    if target.state != Thread.State.PUBLIC:
        raise NotMovable(_("That thread is not public."))


def move_posts(*, posts, target, by, now=None):
    """Move `posts`, all of one thread, to the end of `target`; return the target.

    Raises NotMovable.
    """
    now = now or timezone.now()
    with transaction.atomic():
        check_posts(posts)
        source, target = _lock_both(posts[0].thread, target)
        posts = _again(posts, source)
        check_posts(posts)
        check_target(source, target)
        _move(posts, source, target, by, now)
        for post in posts:
            _log(post, "forum.post.move", by, **{"from": source.pk, "to": target.pk})
    return target


def split_thread(*, posts, title, category, by, kind=Thread.Kind.DISCUSSION, now=None):
    """Open a thread with `posts`, all of one thread, and return it.

    It belongs to whoever wrote the first of them. Raises NotMovable.
    """
    now = now or timezone.now()
    with transaction.atomic():
        check_posts(posts)
        source = _lock(posts[0].thread)
        posts = _again(posts, source)
        check_posts(posts)
        if source.state != Thread.State.PUBLIC:
            raise NotMovable(_("This thread is not public."))
        target = Thread.objects.create(
            category=category,
            kind=kind,
            title=clean_title(title),
            author=posts[0].author,
            created_at=posts[0].created_at,
            last_post_at=posts[0].created_at,
        )
        target.topics.set(source.topics.all())
        _move(posts, source, target, by, now)
        for post in posts:
            _log(post, "forum.post.move", by, **{"from": source.pk, "to": target.pk})
        _log(target, "forum.thread.split", by, **{"from": source.pk})
    return target


def merge_threads(*, source, target, by, now=None):
    """Put all posts of `source` at the end of `target` and return the target.

    The row of `source` stays and leads there, as do all its addresses. Raises NotMovable.
    """
    now = now or timezone.now()
    with transaction.atomic():
        source, target = _lock_both(source, target)
        check_target(source, target)
        if source.state != Thread.State.PUBLIC:
            raise NotMovable(_("This thread is not public."))
        if Poll.objects.filter(thread__in=[source, target]).count() == 2:
            raise NotMovable(_("Both threads have a poll, and one has room for one: remove one."))
        answer = source.answer_id
        whole = source.posts.exclude(state=Post.State.MOVED).exclude(number=None)
        posts = list(whole.order_by("number").select_related("author"))
        _move(posts, source, target, by, now, leaves_lines=False)
        # What waits for a moderator has no number yet and simply stands elsewhere.
        source.posts.filter(number=None).update(thread=target)
        if answer and target.is_question and target.answer_id is None:
            Thread.objects.filter(pk=target.pk).update(answer=answer)
        source.merged_into = target
        source.is_pinned = False
        source.answer = None
        source.save(update_fields=["merged_into", "is_pinned", "answer"])
        _lead_to(target, source)
        recount_thread(source)
        recount_category(source.category)
        if target.category_id != source.category_id:
            recount_category(target.category)
        _log(source, "forum.thread.merge", by, into=target.pk)
        _log(target, "forum.thread.take_in", by, **{"from": source.pk})
    return target


def _lock(thread):
    rows = Thread.objects.select_for_update(of=["self"]).select_related("category")
    return rows.get(pk=thread.pk)


def _lock_both(one, other):
    """Lock two threads, always the older row first, so that no two verbs wait for each other."""
    rows = Thread.objects.select_for_update(of=["self"]).select_related("category")
    locked = {row.pk: row for row in rows.filter(pk__in=[one.pk, other.pk]).order_by("pk")}
    return locked[one.pk], locked[other.pk]


def _again(posts, source):
    """The posts as they stand now, in their order."""
    rows = source.posts.filter(pk__in=[post.pk for post in posts]).select_related("author")
    return list(rows.order_by("number"))


def _move(posts, source, target, by, now, *, leaves_lines=True):
    """Give `posts` of `source`, in their order, the next numbers of `target`."""
    lines = _lines(posts, source) if leaves_lines else []
    first = target.last_number + 1
    PostAddress.objects.bulk_create(
        PostAddress(thread=source, number=post.number, post=post) for post in posts
    )
    before = [post.number for post in posts]
    moved = [post.pk for post in posts]
    for number, post in enumerate(posts, start=first):
        post.thread, post.number = target, number
    Post.objects.bulk_update(posts, ["thread", "number"], batch_size=200)
    Post.objects.bulk_create(
        Post(
            thread=source,
            number=number,
            author_id=author_id,
            state=Post.State.MOVED,
            created_at=now,
            hidden_at=now,
            hidden_by=by,
            moved_to=target,
            moved_count=count,
        )
        for number, author_id, count in lines
    )
    target.last_number += len(posts)
    target.save(update_fields=["last_number"])
    Draft.objects.filter(post__in=moved).update(thread=target)
    _carry_marks(source, target, before, first)
    if source.answer_id in moved:
        source.answer = None
        source.save(update_fields=["answer"])
    for thread in (source, target):
        recount_thread(thread)
    recount_category(source.category)
    if target.category_id != source.category_id:
        recount_category(target.category)
    for start in range(0, len(moved), 400):
        note_rows(Post.objects.filter(pk__in=moved[start : start + 400]))
    note_rows(Thread.objects.filter(pk__in=[source.pk, target.pk]))
    raise_version(source.version, target.version, "forum")


def _lines(posts, source):
    """Where lines are left: (number, author, how many posts) for each run and emptied page."""
    leaving = {post.number: post.author_id for post in posts}
    numbers = source.posts.exclude(number=None).order_by("number").values_list("number", flat=True)
    numbers = list(numbers)
    stays_on = {page_of(number) for number in numbers if number not in leaving}
    lines = []
    for is_leaving, run in groupby(numbers, key=lambda number: number in leaving):
        if not is_leaving:
            continue
        count, gone = 0, list(run)
        for number, following in zip(gone, [*gone[1:], None], strict=True):
            count += 1
            is_page_end = following is None or page_of(following) != page_of(number)
            if following is None or (is_page_end and page_of(number) not in stays_on):
                lines.append((number, leaving[number], count))
                count = 0
    return lines


def _carry_marks(source, target, before, first):
    """Let who has read the posts in the one thread have read them in the other.

    `before` are their earlier numbers, `first` is the first of their new ones. Only who has read
    the target up to there gets further: his mark is one number.
    """
    read_here = dict(
        ThreadRead.objects.filter(thread=source).values_list("user", "last_read_number")
    )
    if not read_here:
        return
    is_new = first == 1
    marks = {mark.user_id: mark for mark in ThreadRead.objects.filter(thread=target)}
    changed, made = [], []
    for user_id, last_read in read_here.items():
        # A mark is one number, so that what was read counts up to the first that was not.
        count = next(
            (place for place, number in enumerate(before) if number > last_read), len(before)
        )
        if not count:
            continue
        mark = marks.get(user_id)
        if mark is None and is_new:
            made.append(ThreadRead(user_id=user_id, thread=target, last_read_number=count))
        elif mark and mark.last_read_number == first - 1:
            mark.last_read_number = first - 1 + count
            changed.append(mark)
    ThreadRead.objects.bulk_create(made, batch_size=200)
    ThreadRead.objects.bulk_update(changed, ["last_read_number"], batch_size=200)


def _lead_to(target, source):
    """Let everything that pointed at `source` point at `target`."""
    Thread.objects.filter(merged_into=source).update(merged_into=target)
    Post.objects.filter(moved_to=source).update(moved_to=target)
    ImportedAddress.objects.filter(thread=source).update(thread=target)
    Poll.objects.filter(thread=source).update(thread=target)
    ThreadRead.objects.filter(thread=source).delete()
    for draft in Draft.objects.filter(thread=source, post=None):
        _hand_draft_on(draft, target)


def _hand_draft_on(draft, target):
    """Keep a begun reply: in the target's form, after what its writer began there."""
    place = f"reply-{target.pk}"
    other = Draft.objects.filter(user=draft.user_id, place=place).first()
    if other:
        other.text = f"{other.text}\n\n{draft.text}".strip()
        other.save(update_fields=["text"])
        draft.delete()
    else:
        draft.thread, draft.place = target, place
        draft.save(update_fields=["thread", "place"])


def _log(instance, action, by, **data):
    log(instance=instance, action=action, user=by, uuid=uuid4(), data=data or None)
