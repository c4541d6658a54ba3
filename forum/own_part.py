"""What is a reader's own on a page of a thread, laid over what all readers share.

`may` is what one may do with one post, a set of the words that templates/forum/_post_foot.html
asks for: mark, thank, edit, delete, quote, answer, unanswer, moderate, restore. Each set that occurs is
rendered once for each post (forum/thread_page.py); here it is only looked up and filled.
"""

from uuid import uuid4

from django.contrib import messages
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape

from . import drafts, poll_part, sanctions, thread_head
from .models import Post
from .thread_page import reply_box

_PRESSED = {True: b"true", False: b"false"}
_TO_VISITORS = {"read_line": b"", "unlisted": b""}
_NOTHING, _REPORT = frozenset(), frozenset({"report"})


def for_visitor(request, page):
    """Return the bytes of `page` for who is not logged in."""
    posts = [
        shared.piece.fill(
            by=shared.headings[False],
            foot=shared.foot(_NOTHING if shared.post.is_gone else _REPORT).fill(),
            **_TO_VISITORS,
        )
        for shared in page.posts
    ]
    frame = page.frame(is_member=False)
    return frame.fill(
        posts=b"".join(posts),
        held=b"",
        poll=poll_part.for_visitor(page),
        unread=b"",
        messages=_messages(request),
    )


def for_member(request, page, mine):
    """Return the bytes of `page` for the member who asks.

    `mine` is his OwnState of it.
    """
    user = request.user
    own = OwnPart(user, page, mine, token=get_token(request).encode())
    may_reply = page.thread.takes_replies and mine.may_write
    frame = page.frame(is_member=True, may_reply=may_reply, may_moderate=mine.may_moderate)
    return frame.fill(
        posts=b"".join([own.post(shared) for shared in page.posts]),
        poll=poll_part.for_member(
            page, mine, user, token=own.token, wish=request.GET.get("poll", "")
        ),
        unread=thread_head.unread_line(page, mine),
        messages=_messages(request),
        name=escape(user.display_name or user.username).encode(),
        held=_held(page, user) if mine.has_held and page.number == page.count else b"",
        reply=_reply(request, page, mine, own.token) if may_reply else _no_reply(page, user),
    )


class OwnPart:
    """What one member sees of the posts of one page beyond what all see."""

    def __init__(self, user, page, mine, *, token):
        self.user = user
        self.page = page
        self.token = token
        self.may_write = mine.may_write
        self.may_moderate = mine.may_moderate
        self.read_to = mine.last_read or 0
        self.has_unread = bool(mine.unread)
        self.helpful, self.bookmarked = mine.helpful, mine.bookmarked
        self.first_unread = self._first_unread()

    def post(self, shared):
        """Return the bytes of one post.

        Where this reader sees another post than all others do, this is the place to return
        `self.lay_over(SharedPost(post, **context))`: rendered for him alone, and never kept.
        """
        return self.lay_over(shared)

    def lay_over(self, shared):
        """Fill the gaps of a SharedPost."""
        post = shared.post
        return shared.piece.fill(
            read_line=self._read_line if post.number == self.first_unread else b"",
            by=shared.headings[self.is_unread(post)],
            unlisted=self.page.unlisted.get(post.pk, b""),
            foot=shared.foot(self.may(post)).fill(
                csrf=self.token,
                helpful=_PRESSED[post.pk in self.helpful],
                bookmark=_PRESSED[post.pk in self.bookmarked],
            ),
        )

    def may(self, post):
        """Return what this member may do with `post`, as a frozen set of words."""
        thread = self.page.thread
        is_open = thread.takes_replies
        is_own = post.author_id == self.user.pk
        may = set()
        if post.state == Post.State.PUBLIC:
            may.add("mark")
            if not is_own:
                may |= {"thank", "report"}
            elif is_open:
                may |= {"edit", "delete"}
            elif thread.is_announcement and post.number == 1 and thread.archived_at is None:
                may.add("edit")
            if is_open and self.may_write:
                may.add("quote")
            if thread.is_question and (thread.author_id == self.user.pk or self.may_moderate):
                if post.is_answer:
                    may.add("unanswer")
                elif post.number != 1:
                    may.add("answer")
        elif post.state == Post.State.DELETED and is_open and self._deleted_own(post):
            may.add("restore")
        elif post.state == Post.State.HIDDEN and is_own:
            may.add("why")
        if self.may_moderate and post.state != Post.State.MOVED:
            may.add("moderate")
        return frozenset(may)

    def _deleted_own(self, post):
        return post.author_id == post.hidden_by_id == self.user.pk

    def is_unread(self, post):
        """Whether the post is new to this member, which one's own never is."""
        is_new = self.has_unread and post.number > self.read_to
        return is_new and post.author_id != self.user.pk

    def _first_unread(self):
        """The number of the post above which a line says that here the new begins, or 0."""
        posts = [shared.post for shared in self.page.posts]
        if not self.read_to or not any(post.number == self.read_to + 1 for post in posts):
            return 0  # all is new, or it begins on another page
        return next((post.number for post in posts if self.is_unread(post)), 0)

    @property
    def _read_line(self):
        return render_to_string("forum/_read_line.html").encode()


def _held(page, user):
    """What waits for a moderator at the end of the thread: one's own, and all for moderators."""
    posts = page.thread.posts.visible_to(user).filter(number=None).select_related("author")
    shown = [
        post
        for post in posts.order_by("created_at", "pk")
        if post.state == Post.State.HELD
        or (post.state == Post.State.HIDDEN and post.author_id == user.pk)
    ]
    if not shown:
        return b""
    return render_to_string("forum/_held_posts.html", {"posts": shown, "user": user}).encode()


def _no_reply(page, user):
    """Why there is no box for a reply where others have one."""
    if not page.thread.takes_replies:
        return b""
    words = sanctions.silence_words(user)
    context = {"thread": page.thread, "silence": words}
    return render_to_string("forum/_no_reply.html", context).encode()


def _messages(request):
    waiting = messages.get_messages(request)
    if not len(waiting):
        return b""
    return render_to_string("components/messages.html", {"messages": waiting}).encode()


def _reply(request, page, mine, token):
    """The box for a reply, with what this member has begun to write."""
    kept = drafts.restore(request, drafts.reply_place(page.thread), is_saved=mine.has_draft)
    box = page.reply_box
    if kept:
        box = reply_box(page.thread, kept, drafts.saved_words(kept.at, request.user))
    return box.fill(
        csrf=token,
        submission_key=str(uuid4()).encode(),
        writer=escape(drafts.sign_writer(request.user)).encode(),
    )
