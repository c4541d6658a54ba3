"""An image that a member put into a post."""

import re
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .category import Category
from .post import Post


def private_storage():
    """Where images lie: they leave only through a view that asks who may see them."""
    return storages["private"]


def path_of(image, name):
    """A folder for each first two signs of the key, so that none grows without bound."""
    key = image.key.hex
    return f"forum/{key[:2]}/{key}.webp"


class PostImageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Images of public posts that `user` may read, one's own, and those one moderates."""
        shown = Q(post__in=Post.objects.visible_to(user).public())
        if user.is_authenticated and user.is_active:
            shown |= Q(uploader=user)
            shown |= Q(post__thread__category__in=Category.objects.moderated_by(user))
        return self.filter(shown)

    def waiting(self):
        """Images that stand in no post: uploaded and not posted yet, or taken out of one."""
        return self.filter(post__isnull=True)


class PostImage(models.Model):
    """An image made anew from what a member uploaded; without a post nobody else sees it.

    The post names it in its Markdown: `![what it shows](/forum/i/<key>.webp)`.
    """

    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="post_images"
    )
    post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="images"
    )
    file = models.FileField(storage=private_storage, upload_to=path_of)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text=_("In bytes."))
    alt = models.CharField(_("what it shows"), max_length=400, blank=True)
    is_decorative = models.BooleanField(_("it only decorates"), default=False)
    # Since when it stands in no post; the clock removes what waits for too long.
    waiting_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = PostImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image in a post")
        verbose_name_plural = _("images in posts")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["waiting_since"], condition=Q(post__isnull=True), name="image_waiting"
            ),
        ]

    def __str__(self):
        return str(self.key)

    def get_absolute_url(self):
        return reverse("forum:image", args=[self.key])

    @property
    def markdown(self):
        """What stands for it in a text. Signs that end or nest a description are escaped."""
        alt = re.sub(r"([\\\[\]`*_<>!@&~:])", r"\\\1", " ".join(self.alt.split()))
        return f"![{alt}]({self.get_absolute_url()})"
