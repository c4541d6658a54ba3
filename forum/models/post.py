"""One contribution to a thread."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.search import index

from ..paging import page_count, page_url, post_url
from .rights import rights_of
from .standing import Sanction
from .thread import Thread


class PostQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Posts of visible threads: public ones and tombstones, and what is held for its author.

        A hidden or deleted post stays in the list as a line that says so; its text is only
        for its author and for moderators, who also see what is held.
        """
        posts = self.filter(thread__in=Thread.objects.visible_to(user))
        unnumbered = Q(number__isnull=True)
        if not user.is_authenticated:
            return posts.exclude(unnumbered)
        rights = rights_of(user)
        if rights.moderates_all:
            return posts
        moderated = Q(thread__category__in=rights.moderated)
        return posts.filter(~unnumbered | Q(author=user) | moderated)

    def public(self):
        return self.filter(state=Post.State.PUBLIC)

    def editable_by(self, user):
        """One's own posts, also held and hidden ones, in open threads, and what one announced."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(
            ~models.Exists(Sanction.objects.silencing().filter(user=user)),
            author=user,
            state__in=[Post.State.PUBLIC, Post.State.HELD, Post.State.HIDDEN],
            thread__in=Thread.objects.visible_to(user).filter(archived_at__isnull=True),
        ).filter(
            # An announcement mostly takes no replies, but its author keeps it true.
            Q(thread__is_locked=False) | Q(thread__kind=Thread.Kind.ANNOUNCEMENT, number=1)
        )

    def with_mentions(self):
        """Fetch what rendering looks up."""
        return self.prefetch_related("mentions__resource", "member_mentions__user")

    def with_page_data(self):
        """Fetch what a page of posts shows."""
        return self.select_related("author", "author__agency", "edited_by")


class Post(index.Indexed, models.Model):
    class State(models.TextChoices):
        PUBLIC = "public", _("public")
        HELD = "held", _("waiting for a moderator")
        HIDDEN = "hidden", _("hidden")
        DELETED = "deleted", _("deleted")
        MOVED = "moved", _("moved")

    class Reason(models.TextChoices):
        SPAM = "spam", _("spam")
        OFF_TOPIC = "off-topic", _("off topic")
        ABUSE = "abuse", _("abuse")
        SENSITIVE = "sensitive", _("sensitive information")
        COPYRIGHT = "copyright", _("copyright")
        OTHER = "other", _("other")

    class Signal(models.TextChoices):
        """Why a post of somebody new is held (forum/screening.py)."""

        LINKS = "links", _("links to outside pages in one of the first posts")
        IMAGES = "images", _("images in one of the first posts")
        MENTIONS = "mentions", _("many members called by name")
        REPEATED = "repeated", _("a text that was sent before")
        PACE = "pace", _("many posts in a short time")
        PROGRAM = "program", _("probably sent by a program")

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts")
    number = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Given when it becomes public; never used again.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PUBLIC)
    text = models.TextField(_("text"), help_text=_("Markdown, as written."))
    html = models.TextField(editable=False, help_text=_("Made from the text when it is written."))
    created_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, blank=True)
    note = models.TextField(
        _("note"), max_length=1000, blank=True, help_text=_("What moderators tell its author.")
    )
    # Why it was held: words of Signal with spaces between; stays when it is released.
    signals = models.CharField(max_length=60, blank=True, editable=False)
    # Where a run of moved posts went; this row then is their tombstone.
    moved_to = models.ForeignKey(
        Thread, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    moved_count = models.PositiveIntegerField(default=0)
    source_number = models.CharField(
        max_length=40, blank=True, help_text=_("The number it had on the site it came from.")
    )
    # Kept by the verbs of forum/marking.py.
    helpful_count = models.PositiveIntegerField(default=0, editable=False)
    # One form posts once, however often it is sent.
    submission_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = PostQuerySet.as_manager()

    search_fields = [
        index.SearchField("search_text"),
        index.RelatedFields("thread", [index.SearchField("title", boost=2)]),
        index.FilterField("thread_id"),
        index.FilterField("author_id"),
        index.FilterField("created_at"),
        index.FilterField("state"),
    ]

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["thread", "number"]
        permissions = [("moderate_post", _("Can moderate every category"))]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="one_post_number"),
        ]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="post_author"),
            models.Index(fields=["-created_at"], name="post_created"),
            models.Index(fields=["created_at"], condition=Q(state="held"), name="post_held"),
        ]

    def __str__(self):
        return f"{self.thread} #{self.number}"

    def get_absolute_url(self):
        return reverse("forum:post", args=[self.pk])

    def get_thread_url(self):
        """Where the post stands: its thread's page and number.

        What waits for a moderator stands behind the last post, for its author and moderators.
        """
        url = self.thread.get_absolute_url()
        if self.number is None:
            return f"{page_url(url, page_count(self.thread))}#held-{self.pk}"
        return post_url(url, self.number)

    @property
    def is_gone(self):
        """Whether only a line is left of it for readers."""
        return self.state not in {self.State.PUBLIC, self.State.HELD}

    @property
    def gone_words(self):
        """The line that is left: "Post 6 was hidden: sensitive information"."""
        if self.number is None:
            return _("This post is not shown: %(reason)s") % {"reason": self.get_reason_display()}
        number = {"number": self.number}
        if self.state == self.State.MOVED:
            return ngettext(
                "%(count)d post was moved to another thread.",
                "%(count)d posts were moved to another thread.",
                self.moved_count,
            ) % {"count": self.moved_count}
        if self.state == self.State.DELETED:
            return _("Post %(number)d was deleted.") % number
        if not self.reason:
            return _("Post %(number)d was hidden.") % number
        return _("Post %(number)d was hidden: %(reason)s") % {
            **number,
            "reason": self.get_reason_display(),
        }

    @property
    def is_answer(self):
        return self.thread.answer_id == self.pk

    @classmethod
    def get_indexed_objects(cls):
        return super().get_indexed_objects().select_related("thread")

    @property
    def search_date(self):
        """What "newer" means to search."""
        return self.created_at

    @property
    def search_text(self):
        """Plain text for search: what a reader sees, nothing of a post that is not public."""
        if self.state != self.State.PUBLIC:
            return ""
        from ..markup import plain_text

        return plain_text(self.html)


class PostBookmarkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own bookmarks of posts that can still be read."""
        return self.filter(user=user, post__in=Post.objects.visible_to(user).public())

    def with_row_data(self):
        """Fetch what a row of a list shows, the latest first."""
        rows = self.select_related("post__author", "post__thread__category")
        return rows.order_by("-created_at", "-pk")


class PostBookmark(models.Model):
    """A post a member keeps."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="post_bookmarks"
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bookmarks")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PostBookmarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="one_post_bookmark")]

    def __str__(self):
        return f"{self.user}: {self.post_id}"
