"""What a post names: resources, members, and outside pages that the catalog does not know."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PostMention(models.Model):
    """That a post names a resource: resolved once, when the post is written.

    `typed` is the exact text between `[[ ]]`, or the address as it was pasted. Rendering looks
    it up here and prints the resource's title of today; the Markdown source is never rewritten.
    """

    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="mentions")
    typed = models.CharField(max_length=1000)
    resource = models.ForeignKey(
        "catalog.ResourcePage", on_delete=models.CASCADE, related_name="mentions"
    )

    class Meta:
        verbose_name = _("mention of a resource")
        verbose_name_plural = _("mentions of resources")
        constraints = [models.UniqueConstraint(fields=["post", "typed"], name="one_mention")]
        indexes = [models.Index(fields=["resource", "-post"], name="mention_resource")]

    def __str__(self):
        return self.typed


class MemberMention(models.Model):
    """That a post calls a member by `@name`; `typed` is the name as written, without the @."""

    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="member_mentions")
    typed = models.CharField(max_length=30)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="post_mentions"
    )

    class Meta:
        verbose_name = _("mention of a member")
        verbose_name_plural = _("mentions of members")
        constraints = [models.UniqueConstraint(fields=["post", "typed"], name="one_member_mention")]

    def __str__(self):
        return f"@{self.typed}"


class OutsideLink(models.Model):
    """An address in a post that the catalog did not know when the post was written.

    When a listing with this address is published, the row becomes a PostMention.
    """

    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="outside_links")
    typed = models.CharField(max_length=1000)
    normalized = models.CharField(max_length=1000, db_index=True, help_text="See catalog.addresses")

    class Meta:
        verbose_name = _("outside link")
        verbose_name_plural = _("outside links")
        constraints = [models.UniqueConstraint(fields=["post", "typed"], name="one_outside_link")]

    def __str__(self):
        return self.typed

    @property
    def host(self):
        return (urlsplit(self.typed).hostname or "").removeprefix("www.")

    @property
    def suggest_url(self):
        return "/suggest/?" + urlencode({"url": self.typed})
