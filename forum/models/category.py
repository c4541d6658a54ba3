"""Where threads stand, and who may read, write and moderate there."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .rights import rights_change
from .standing import Sanction


class CategoryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Categories whose threads `user` may read. A child never opens more than its parent."""
        allowed = self._allowed(user, "read")
        return self.filter(allowed).filter(
            Q(parent__isnull=True) | Q(parent__in=Category.objects.filter(allowed))
        )

    def writable_by(self, user):
        """Categories in which `user` may start threads and reply; none while he is silenced."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        silences = Sanction.objects.silencing().filter(user=user)
        return self.open_for_writing_to(user).filter(~Exists(silences))

    def open_for_writing_to(self, user):
        """The same, whether he is silenced or not."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        allowed = self._allowed(user, "write")
        return (
            self.visible_to(user)
            .filter(allowed)
            .filter(Q(parent__isnull=True) | Q(parent__in=Category.objects.filter(allowed)))
        )

    def moderated_by(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("forum.moderate_post"):
            return self
        mine = CategoryModerator.objects.filter(Q(user=user) | Q(group__user=user))
        return self.filter(
            Q(pk__in=mine.values("category")) | Q(parent__in=mine.values("category"))
        )

    def update(self, **fields):
        """Change rows; what anybody may do is worked out anew where that is concerned."""
        if fields.keys() & {"read", "write", "parent", "parent_id"}:
            rights_change()
        return super().update(**fields)

    @staticmethod
    def _allowed(user, verb):
        """The Q for one of the verbs read and write, of the category alone."""
        access = Category.Access
        condition = Q(**{verb: access.EVERYONE})
        if not user.is_authenticated or not user.is_active:
            return condition
        if user.is_superuser or user.has_perm("forum.moderate_post"):
            return Q()
        condition |= Q(**{verb: access.MEMBERS})
        if user.is_verified:
            condition |= Q(**{verb: access.VERIFIED})
        through = getattr(Category, f"{verb}_groups").through
        mine = through.objects.filter(group__user=user).values("category_id")
        return condition | Q(**{verb: access.GROUPS, "pk__in": mine})


class Category(models.Model):
    class Access(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        MEMBERS = "members", _("members")
        VERIFIED = "verified", _("members of a verified agency")
        GROUPS = "groups", _("named groups")

    WRITE_CHOICES = Access.choices[1:]

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("inside of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text=_("Leave empty for a category of the first level. There are two levels."),
    )
    description = models.CharField(_("what belongs here"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    read = models.CharField(
        _("who may read"), max_length=10, choices=Access.choices, default=Access.EVERYONE
    )
    write = models.CharField(
        _("who may write"), max_length=10, choices=WRITE_CHOICES, default=Access.MEMBERS
    )
    read_groups = models.ManyToManyField(
        Group, verbose_name=_("groups that may read"), blank=True, related_name="+"
    )
    write_groups = models.ManyToManyField(
        Group, verbose_name=_("groups that may write"), blank=True, related_name="+"
    )
    topics = models.ManyToManyField(
        "catalog.Topic",
        verbose_name=_("topics"),
        blank=True,
        related_name="categories",
        help_text=_("New threads here begin with these topics."),
    )
    thread_count = models.PositiveIntegerField(default=0, editable=False)
    post_count = models.PositiveIntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("forum:category", args=[self.slug])

    @property
    def is_open_to_all(self):
        """Whether visitors may read here; needs the parent fetched."""
        everyone = self.Access.EVERYONE
        return self.read == everyone and (self.parent is None or self.parent.read == everyone)

    def trail(self):
        """The way to threads of this category, as (name, address); needs the parent fetched."""
        above = [self.parent] if self.parent_id else []
        return [
            (_("Forum"), reverse("forum:index")),
            *((row.name, row.get_absolute_url()) for row in (*above, self)),
        ]

    def clean(self):
        super().clean()
        if self.parent_id and (self.parent_id == self.pk or self.parent.parent_id):
            raise ValidationError({"parent": _("Choose a category of the first level.")})
        if self.parent_id and self.pk and self.children.exists():
            raise ValidationError(
                {"parent": _("This category has others inside, so it stays on the first level.")}
            )


class CategoryModerator(models.Model):
    """That a user or everyone of a group moderates a category and those inside of it."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="moderators")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("moderator of a category")
        verbose_name_plural = _("moderators of categories")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True)
                | Q(user__isnull=True, group__isnull=False),
                name="moderator_user_or_group",
            ),
            models.UniqueConstraint(fields=["category", "user"], name="one_moderator_user"),
            models.UniqueConstraint(fields=["category", "group"], name="one_moderator_group"),
        ]

    def __str__(self):
        return f"{self.category}: {self.user or self.group}"
