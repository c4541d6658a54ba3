"""One page of a thread as all its readers share it: fetched and rendered once, kept in memory.

Nothing in here knows who reads. Where readers see different things the templates leave gaps,
and forum/own_part.py fills them. A page holds while the versions of its thread and of the site
stand; docs/architecture.md says what belongs where.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import ResourcePage
from catalog.structured_data import as_script
from portal.page_cache.pieces import Piece, Shelf, changing, gap

from . import structured_data, thread_head
from .forms import ReplyForm
from .markup import excerpt
from .models import OutsideLink, Post, PostMention, Thread
from .paging import page_links, page_url, post_url
from .reading import post_page

MOST_RESOURCES = 20
# What the objects of a page take in memory beside the bytes of its pieces, roughly.
_OVERHEAD = 60_000
_shelf = Shelf()


def thread_page(pk, asked, versions):
    """Return the ThreadPage of thread `pk` for what stands behind `?page=`.

    Its number may be another than asked for, then redirect to it. Who may see the thread is not
    asked here. `versions` are what `depends_on` left at the request.
    """
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return _make(pk, asked)  # leads elsewhere and is not kept
    return _shelf.get((pk, asked, get_language()), versions, lambda: _make(pk, asked))


def _make(pk, asked):
    thread = Thread.objects.with_shared_data().get(pk=pk)
    return ThreadPage(thread, post_page(thread, asked))


class SharedPost:
    """One post of a page, rendered but for its gaps.

    The gaps are read_line, by, unlisted and foot. `headings` are the words for a heading of a
    post that was read and of one that was not.
    """

    def __init__(self, post, **context):
        self.post = post
        number = {"number": post.number}
        self.headings = (
            (_("Post %(number)s by") % number).encode(),
            (_("Post %(number)s, unread, by") % number).encode(),
        )
        self._context = {"post": post, "thread": post.thread, **context}
        self._feet = {}
        self.piece = Piece(lambda: render_to_string("forum/_post.html", self._context))
        self.size = self.piece.size

    def foot(self, may):
        """Return the Piece of what a reader with the rights `may` (see own_part) can do here.

        Its gaps are csrf, helpful and bookmark.
        """
        piece = self._feet.get(may)
        if piece is None:
            # The token's field is Django's; only its value is a gap.
            piece = Piece(
                lambda: render_to_string(
                    "forum/_post_foot.html",
                    {**self._context, "may": may, "csrf_token": gap("csrf")},
                )
            )
            self._feet[may] = piece
            self.size += piece.size
        return piece


class ThreadPage:
    """A page's thread, posts and pieces. Readers share these objects: nobody changes them."""

    def __init__(self, thread, page):
        self.thread = thread
        self.number = page.number
        self.count = page.count
        self.url = thread.get_absolute_url()
        self.posts = [SharedPost(post) for post in page.posts]
        self._frames = {}

    @property
    def size(self):
        """What it takes in memory, in bytes; more once other kinds of readers have come."""
        frames = sum(frame.size for frame in list(self._frames.values()))
        return _OVERHEAD + frames + sum(shared.size for shared in self.posts)

    @cached_property
    def unlisted(self):
        """What members see below a post: its links that the catalog does not know, by post."""
        links = {}
        for link in OutsideLink.objects.filter(post__in=[shared.post for shared in self.posts]):
            links.setdefault(link.post_id, []).append(link)
        return {
            pk: render_to_string("forum/_unlisted.html", {"links": found}).encode()
            for pk, found in links.items()
        }

    @property
    def poll(self):
        """The thread's poll, or None."""
        return getattr(self.thread, "poll", None)

    @cached_property
    def poll_options(self):
        """The options of its poll, each with `share`, the percentage of voters who chose it."""
        options = list(self.poll.options.all())
        for option in options:
            option.share = round(100 * option.vote_count / (self.poll.voter_count or 1))
        return options

    @cached_property
    def reply_box(self):
        """The empty box for a reply; its gaps are csrf, submission_key and writer."""
        return reply_box(self.thread)

    def frame(self, *, is_member, may_reply=False, may_moderate=False):
        """Return the Piece of all around the posts, as one kind of reader sees it.

        Its gaps are posts, held, poll, unread and messages; for members also name and reply.
        """
        kind = (is_member, may_reply, may_moderate)
        if kind not in self._frames:
            self._frames[kind] = Piece(lambda: self._render(*kind))
        return self._frames[kind]

    def _render(self, is_member, may_reply, may_moderate):
        first = self.posts[0].post if self.posts else None
        here = page_url(self.url, self.number)
        context = {
            "thread": self.thread,
            "page": self,
            "resources": self._resources,
            "page_links": page_links(self.url, self) if self.count > 1 else [],
            "previous_url": page_url(self.url, self.number - 1) if self.number > 1 else "",
            "next_url": page_url(self.url, self.number + 1) if self.number < self.count else "",
            "here": here,
            "canonical_url": settings.BASE_URL + here,
            "description": excerpt(first.html, 160) if first and not first.is_gone else "",
            "answer_url": self._answer_url,
            "last_url": post_url(self.url, self.thread.last_number),
            "participants": self._participants,
            "age_banner": changing(lambda: mark_safe(thread_head.age_banner(self.thread))),  # noqa: S308
            "structured_data": self._structured_data,
            "may_reply": may_reply,
            "may_moderate": may_moderate,
        }
        request = _stand_in(self.url, AnyMember() if is_member else AnonymousUser())
        return render_to_string("forum/thread.html", context, request)

    @cached_property
    def _resources(self):
        """The listings that public posts of the thread name, by title: the same for everyone."""
        named = PostMention.objects.filter(post__thread=self.thread, post__state=Post.State.PUBLIC)
        return list(
            ResourcePage.objects.visible_to(AnonymousUser())
            .filter(pk__in=named.values("resource"))
            .order_by("title")
            .with_card_data()[:MOST_RESOURCES]
        )

    @cached_property
    def _participants(self):
        return thread_head.participants(self.thread)

    @cached_property
    def _structured_data(self):
        """What search engines read of the first page; nothing where they may not look."""
        if self.number > 1 or not self.thread.category.is_open_to_all:
            return ""
        data = structured_data.thread(self.thread, [shared.post for shared in self.posts])
        return as_script(data) if data else ""

    @property
    def _answer_url(self):
        if self.thread.answer is None:
            return ""
        self.thread.answer.thread = self.thread
        return self.thread.answer.get_thread_url()


class AnyMember:
    """Stands for whichever member will read; of him only the name is shown."""

    is_authenticated = is_active = True
    is_anonymous = False

    @property
    def display_name(self):
        """The gap for a member's name."""
        return gap("name")


def reply_box(thread, kept=None, words=""):
    """Return the Piece of the box for a reply to `thread`, with what was `kept` in it.

    `words` say when that was. Its gaps are csrf, submission_key and writer.
    """

    def render():
        form = ReplyForm(initial=kept and kept.fields, writer=AnonymousUser())
        form.initial |= {"submission_key": gap("submission_key"), "writer": gap("writer")}
        return render_to_string(
            "forum/_reply_box.html",
            {
                "thread": thread,
                "form": form,
                "kept": kept,
                "saved_words": words,
                "csrf_token": gap("csrf"),
            },
        )

    return Piece(render)


def _stand_in(path, user):
    """Return a request that holds nothing of the one that is being answered."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.user = user
    return request
