"""Posts that go to another thread: numbers, lines left, addresses, and what follows them."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from forum import drafts, marking, moderation, moving
from forum.models import (
    Draft,
    ImportedAddress,
    Poll,
    Post,
    PostAddress,
    PostBookmark,
    Thread,
    ThreadRead,
)
from forum.reporting import report_post
from portal.search.models import PendingChange
from tests.factories import make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return make_user("Mod Erator")


def long_thread(posts, **fields):
    thread, author = make_thread(**fields), make_user()
    for number in range(2, posts + 1):
        make_reply(thread, text=f"Post {number}", author=author)
    thread.refresh_from_db()
    return thread


def numbered(thread, *numbers):
    return list(thread.posts.filter(number__in=numbers).order_by("number"))


def lines(thread):
    rows = thread.posts.filter(state="moved").order_by("number")
    return list(rows.values_list("number", "moved_count"))


def state(thread):
    return list(thread.posts.order_by("number").values_list("number", "text"))


def test_split_opens_a_thread_and_leaves_a_line_for_each_run(moderator):
    source, category = long_thread(8), make_category()
    posts = numbered(source, 3, 4, 7)
    target = moving.split_thread(
        posts=posts, title=" A thing  of its own ", category=category, by=moderator
    )
    assert target.title == "A thing of its own"
    assert state(target) == [(1, "Post 3"), (2, "Post 4"), (3, "Post 7")]
    assert lines(source) == [(4, 2), (7, 1)]
    assert (target.author, target.created_at) == (posts[0].author, posts[0].created_at)
    source.refresh_from_db()
    target.refresh_from_db()
    assert (source.reply_count, source.last_number) == (4, 8)
    assert (target.reply_count, target.last_number, target.voice_count) == (2, 3, 1)
    addresses = PostAddress.objects.filter(thread=source).order_by("number")
    assert [row.number for row in addresses] == [3, 4, 7]
    assert addresses[0].post == posts[0]
    call_command("forum_recount", "--check", verbosity=0)


def test_a_page_that_a_run_would_empty_keeps_a_line(settings, moderator):
    settings.POSTS_PER_PAGE = 5
    source = long_thread(18)
    moving.split_thread(
        posts=numbered(source, *range(4, 17)),
        title="Most of it",
        category=source.category,
        by=moderator,
    )
    # Pages 1 and 4 keep posts of their own, page 2 and 3 would be empty.
    assert lines(source) == [(10, 7), (15, 5), (16, 1)]


def test_moved_posts_go_to_the_end_with_their_dates(moderator):
    source, target = long_thread(4), long_thread(3)
    post = numbered(source, 2)[0]
    moving.move_posts(posts=[post], target=target, by=moderator)
    moved = Post.objects.get(pk=post.pk)
    assert (moved.thread, moved.number, moved.created_at) == (target, 4, post.created_at)
    back = moving.move_posts(posts=[moved], target=source, by=moderator)
    assert (Post.objects.get(pk=post.pk).number, back.last_number) == (5, 5)
    where = PostAddress.objects.filter(post=post).values_list("thread", "number")
    assert set(where) == {(source.pk, 2), (target.pk, 4)}


def test_what_cannot_be_moved_is_said(moderator):
    source, target = long_thread(3), long_thread(2)
    hidden = make_thread()
    moderation.hide_thread(thread=hidden, by=moderator)
    for posts, into, words in (
        (numbered(source, 1, 2), target, "first post"),
        (numbered(source, 2), source, "same thread"),
        (numbered(source, 2), hidden, "not public"),
        ([], target, "Tick"),
    ):
        with pytest.raises(moving.NotMovable, match=words):
            moving.move_posts(posts=posts, target=into, by=moderator)
    with pytest.raises(moving.NotMovable, match="not public"):
        moving.merge_threads(source=hidden, target=target, by=moderator)
    assert state(target) == [(1, "A first post."), (2, "Post 2")]


def test_what_hangs_on_a_post_follows_it(moderator):
    source, target = long_thread(3, kind="question"), long_thread(2)
    post, member = numbered(source, 2)[0], make_user()
    for _ in range(2):
        marking.mark_helpful(post=post, by=make_user())
    marking.add_bookmark(post=post, by=member)
    report, _ = report_post(post=post, reporter=member, reason="spam")
    drafts.save(user=post.author, place=drafts.edit_place(post), fields={"text": "Better"})
    Thread.objects.filter(pk=source.pk).update(answer=post)
    PendingChange.objects.all().delete()
    moving.move_posts(posts=[post], target=target, by=moderator)
    source.refresh_from_db()
    target.refresh_from_db()
    assert source.answer is None
    assert (source.helpful_numbers, target.helpful_numbers) == ([], [3])
    assert PostBookmark.objects.get(user=member).post.thread == target
    assert report.post.pk == post.pk
    assert Draft.objects.get().thread == target
    assert PendingChange.objects.filter(label="forum.post", key=str(post.pk)).exists()


def test_merge_takes_everything_and_leads_there(moderator):
    early = long_thread(2)
    source, target = long_thread(3), long_thread(2)
    moving.merge_threads(source=early, target=source, by=moderator)
    held = Post.objects.create(
        thread=source, author=make_user(), state="held", text="x", created_at=timezone.now()
    )
    ImportedAddress.objects.create(path="/old/", thread=source)
    moving.merge_threads(source=source, target=target, by=moderator)
    target.refresh_from_db()
    numbers = target.posts.exclude(number=None).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 8))
    held.refresh_from_db()
    assert (held.thread, held.number) == (target, None)
    for thread in (early, source):
        thread.refresh_from_db()
        assert thread.merged_into == target
        assert PostAddress.objects.filter(thread=thread, post__thread=target).exists()
    assert ImportedAddress.objects.get().thread == target
    source.category.refresh_from_db()
    assert source.category.thread_count == 0
    call_command("forum_recount", "--check", verbosity=0)


def test_answer_comes_along_where_the_question_has_none(moderator):
    source, target = long_thread(2, kind="question"), long_thread(2, kind="question")
    post = numbered(source, 2)[0]
    Thread.objects.filter(pk=source.pk).update(answer=post)
    moving.merge_threads(source=source, target=target, by=moderator)
    target.refresh_from_db()
    assert target.answer == post


def test_poll_comes_along_and_two_are_one_too_many(moderator):
    poll = {"question": "How long?", "options": ["An hour", "A day"]}
    source, target, other = make_thread(poll=poll), long_thread(2), make_thread(poll=poll)
    with pytest.raises(moving.NotMovable, match="poll"):
        moving.merge_threads(source=source, target=other, by=moderator)
    moving.merge_threads(source=source, target=target, by=moderator)
    assert Poll.objects.get(thread=target).question == "How long?"


def test_read_marks_go_along(moderator):
    source, target = long_thread(5), long_thread(3)
    both, half, late = make_user(), make_user(), make_user()
    for user, here, there in ((both, 5, 3), (half, 4, 3), (late, 5, 1)):
        ThreadRead.objects.create(user=user, thread=source, last_read_number=here)
        ThreadRead.objects.create(user=user, thread=target, last_read_number=there)
    moving.move_posts(posts=numbered(source, 3, 4, 5), target=target, by=moderator)
    marks = dict(ThreadRead.objects.filter(thread=target).values_list("user", "last_read_number"))
    assert marks == {both.pk: 6, half.pk: 5, late.pk: 1}
    new = moving.split_thread(
        posts=numbered(target, 4, 5, 6), title="New", category=target.category, by=moderator
    )
    marks = dict(ThreadRead.objects.filter(thread=new).values_list("user", "last_read_number"))
    assert marks == {both.pk: 3, half.pk: 2}


def test_begun_replies_are_kept_when_threads_are_merged(moderator):
    source, target = long_thread(2), long_thread(2)
    one, both = make_user(), make_user()
    for user in (one, both):
        drafts.save(user=user, place=drafts.reply_place(source), fields={"text": "From there"})
    drafts.save(user=both, place=drafts.reply_place(target), fields={"text": "From here"})
    moving.merge_threads(source=source, target=target, by=moderator)
    texts = {draft.user: draft.text for draft in Draft.objects.filter(thread=target)}
    assert texts == {one: "From there", both: "From here\n\nFrom there"}
    assert Draft.objects.visible_to(one).count() == 1
    assert not Draft.objects.filter(thread=source).exists()


def test_posts_of_a_merge_keep_their_dates(moderator):
    now = timezone.now()
    source = make_thread(now=now - timedelta(days=3))
    target = make_thread(now=now)
    moving.merge_threads(source=source, target=target, by=moderator)
    target.refresh_from_db()
    assert target.last_post_at == now
    assert target.posts.get(number=2).created_at == now - timedelta(days=3)
