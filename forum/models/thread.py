"""A conversation: a title and numbered posts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.search import index

from catalog.models import Tag
from catalog.models.tag import TagsOfToday
from portal.search.outbox import note_rows

from ..paging import post_url
from .category import Category
from .reading import CategoryRead, ThreadRead
from .rights import rights_of
from .standing import Sanction


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Threads of readable categories that stand; what was merged away only redirects."""
        rights = rights_of(user)
        threads = self.filter(category__in=rights.readable, merged_into__isnull=True)
        if rights.moderates_all:
            return threads
        shown = Q(state=Thread.State.PUBLIC)
        if user.is_authenticated:
            shown |= Q(state=Thread.State.HELD, author=user)
            shown |= Q(
                state__in=[Thread.State.HELD, Thread.State.HIDDEN, Thread.State.DELETED],
                category__in=rights.moderated,
            )
        return threads.filter(shown)

    def open_to(self, user):
        """Threads in which `user` may reply now."""
        return self.visible_to(user).filter(
            category__in=Category.objects.writable_by(user),
            is_locked=False,
            archived_at__isnull=True,
            state=Thread.State.PUBLIC,
        )

    def editable_by(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.visible_to(user).filter(
            Q(author=user) | Q(category__in=Category.objects.moderated_by(user))
        )

    def latest(self):
        return self.order_by("-last_post_at", "-pk")

    def unanswered(self):
        """Threads that nobody has replied to."""
        return self.filter(reply_count=0, is_locked=False).exclude(kind=Thread.Kind.ANNOUNCEMENT)

    def unsolved(self):
        """Questions without an accepted answer."""
        return self.filter(kind=Thread.Kind.QUESTION, answer__isnull=True)

    def about(self, topic):
        """Threads on `topic` or on one below it."""
        return self.filter(
            pk__in=Thread.topics.through.objects.filter(
                Q(topic=topic) | Q(topic__parent=topic)
            ).values("thread")
        )

    def tagged(self, slug):
        return self.filter(pk__in=ThreadTag.objects.filter(tag__slug=slug).values("content_object"))

    def mentioning(self, resource):
        """Threads in which a public post names `resource`."""
        public = resource.mentions.filter(post__state="public")
        return self.filter(pk__in=public.values("post__thread"))

    def with_read_marks(self, user):
        """Fetch how far `user` has read: `last_read` (None: never opened) and since when
        posts count as new to him. Asks nothing more for a visitor.
        """
        if not user.is_authenticated:
            return self
        mine = ThreadRead.objects.filter(user=user, thread=models.OuterRef("pk"))
        marked = CategoryRead.objects.filter(user=user, category=models.OuterRef("category"))
        joined = models.Value(user.date_joined, output_field=models.DateTimeField())
        return self.annotate(
            last_read=models.Subquery(mine.values("last_read_number")[:1]),
            new_since=Coalesce(models.Subquery(marked.values("read_at")[:1]), joined),
        )

    def for_reading(self):
        """Fetch only what tells whether and where a page of the thread is read."""
        return self.only("slug", "category_id", "last_number", "last_post_at")

    def unread(self):
        """Threads with posts that the user of `with_read_marks` has not read."""
        opened = Q(last_read__lt=F("last_number"))
        never_opened = Q(last_read__isnull=True, last_post_at__gt=F("new_since"))
        return self.filter(opened | never_opened)

    @staticmethod
    def _tags():
        return models.Prefetch("thread_tags", ThreadTag.objects.select_related("tag"))

    def with_row_data(self):
        """Fetch what a row of a list shows."""
        return self.select_related("category", "author").prefetch_related(self._tags())

    def with_page_data(self, user):
        """Fetch what the head of a thread's page shows, and what `user` may do in it."""
        return self.with_shared_data().with_rights_of(user)

    def with_shared_data(self):
        """Fetch what the head of a thread's page shows to all alike."""
        threads = self.select_related("category__parent", "author", "answer__author", "poll")
        return threads.prefetch_related("topics", self._tags())

    def with_rights_of(self, user):
        """Fetch `may_write` and `may_moderate`; asks nothing more for a visitor."""
        rights = rights_of(user)
        may_write = Q(category__in=rights.writable)
        if rights.writable:
            may_write &= ~models.Exists(Sanction.objects.silencing().filter(user=user))
        yes_or_no = models.BooleanField()
        return self.annotate(
            may_write=models.ExpressionWrapper(may_write, yes_or_no),
            may_moderate=models.ExpressionWrapper(Q(category__in=rights.moderated), yes_or_no),
        )


class Thread(index.Indexed, models.Model):
    class Kind(models.TextChoices):
        DISCUSSION = "discussion", _("discussion")
        QUESTION = "question", _("question")
        ANNOUNCEMENT = "announcement", _("announcement")

    class State(models.TextChoices):
        PUBLIC = "public", _("public")
        HELD = "held", _("waiting for a moderator")
        HIDDEN = "hidden", _("hidden")
        DELETED = "deleted", _("deleted")

    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="threads"
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices, default=Kind.DISCUSSION)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PUBLIC)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(max_length=80, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="threads",
    )
    created_at = models.DateTimeField(_("started"))
    topics = models.ManyToManyField(
        "catalog.Topic", verbose_name=_("topics"), blank=True, related_name="threads"
    )
    tags = TaggableManager(
        through="forum.ThreadTag", blank=True, verbose_name=_("tags"), manager=TagsOfToday
    )

    is_locked = models.BooleanField(_("locked"), default=False)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    # When the clock unpins it; empty: never.
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_threads"
    )
    answer = models.ForeignKey(
        "forum.Post",
        verbose_name=_("accepted answer"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers",
    )

    # Kept by the verbs of forum/posting.py and forum/moderation.py.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    reply_count = models.PositiveIntegerField(default=0, editable=False)
    voice_count = models.PositiveIntegerField(default=0, editable=False)
    # The numbers of the posts that most found helpful, the first before the others.
    helpful_numbers = models.JSONField(default=list, editable=False)
    last_post_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_post_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ThreadQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=5),
        index.AutocompleteField("title"),
        index.RelatedFields("topics", [index.SearchField("title")]),
        index.FilterField("category_id"),
        index.FilterField("author_id"),
        index.FilterField("last_post_at"),
        index.FilterField("state"),
    ]

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-last_post_at", "-pk"]
        permissions = [("announce", _("Can start announcements"))]
        indexes = [
            models.Index(fields=["-last_post_at", "-id"], name="thread_latest"),
            models.Index(
                fields=["category", "-last_post_at", "-id"], name="thread_category_latest"
            ),
            models.Index(fields=["author", "-created_at"], name="thread_author"),
            models.Index(
                fields=["-last_post_at"], condition=Q(is_pinned=True), name="thread_pinned"
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = slugify(self.title)[:80].strip("-") or "thread"
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("forum:thread", args=[self.pk, self.slug])

    @property
    def unread(self):
        """How many posts are new to the user of `with_read_marks`; 0 without."""
        last_read = getattr(self, "last_read", None)
        if last_read is not None:
            return max(0, self.last_number - last_read)
        new_since = getattr(self, "new_since", None)
        is_new = new_since is not None and self.last_post_at > new_since
        return self.last_number if is_new else 0

    @property
    def unread_url(self):
        """The address of the first post that is new."""
        first = (getattr(self, "last_read", None) or 0) + 1
        return post_url(self.get_absolute_url(), min(first, self.last_number))

    def rename(self, title):
        """Give another title; earlier addresses still work, because they carry the number."""
        self.title = title
        self.slug = ""
        self.save(update_fields=["title", "slug"])
        note_rows(self.posts.all())  # each post is found by the title, too

    @property
    def search_date(self):
        """What "newer" means to search: the last activity."""
        return self.last_post_at

    @property
    def helpful_links(self):
        """The posts that most found helpful, as (number, address)."""
        url = self.get_absolute_url()
        return [(number, post_url(url, number)) for number in self.helpful_numbers]

    @property
    def takes_replies(self):
        return (
            not self.is_locked
            and self.archived_at is None
            and self.merged_into_id is None
            and self.state == self.State.PUBLIC
        )

    @property
    def is_question(self):
        return self.kind == self.Kind.QUESTION

    @property
    def is_announcement(self):
        return self.kind == self.Kind.ANNOUNCEMENT

    @property
    def is_solved(self):
        return self.answer_id is not None

    @property
    def version(self):
        """The name of this thread's counter in the page cache."""
        return f"thread:{self.pk}"


class ThreadTag(ItemBase):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="thread_items")
    content_object = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="thread_tags")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="one_thread_tag")
        ]


class ThreadVoice(models.Model):
    """How many public posts a member has in a thread; their number of rows is the voices."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="voices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    posts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="one_thread_voice")]

    def __str__(self):
        return f"{self.user}: {self.posts}"
