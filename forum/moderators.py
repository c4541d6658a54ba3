"""Who moderates: the whole forum by a permission, a category by being named there."""

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q

from portal.accounts.models import User

from .models import Category, CategoryModerator

ADMIN_ACCESS = "wagtailadmin.access_admin"


def moderators_of(category):
    """Return the active members who moderate `category` and can be written to.

    First those who are named there or above; if there are none, those who moderate the whole
    forum; if there are none either, administrators.
    """
    above = [pk for pk in (category.pk, category.parent_id) if pk]
    named = CategoryModerator.objects.filter(category__in=above)
    everywhere = {
        "codename": "moderate_post",
        "content_type__app_label": "forum",
    }
    reachable = User.objects.active().filter(email__isnull=False)
    circles = (
        Q(pk__in=named.values("user")) | Q(groups__in=named.exclude(group=None).values("group")),
        _holding("groups__permissions", everywhere) | _holding("user_permissions", everywhere),
        Q(is_superuser=True),
    )
    for circle in circles:
        found = list(reachable.filter(circle).distinct().order_by("pk"))
        if found:
            return found
    return []


def _holding(path, permission):
    return Q(**{f"{path}__{name}": value for name, value in permission.items()})


def is_moderator(user):
    """Whether `user` moderates anything, or has another office here."""
    return (
        user.is_superuser
        or user.has_perm("forum.moderate_post")
        or user.has_perm(ADMIN_ACCESS)
        or Category.objects.moderated_by(user).exists()
    )


def has_queue(user):
    """Whether posts may wait for `user` to look at them."""
    if not user.is_active:
        return False
    return user.has_perm("forum.moderate_post") or Category.objects.moderated_by(user).exists()


class ModeratorBackend(BaseBackend):
    """Lets the moderators of a category into Wagtail's admin, where their queue is.

    They need no group for that: being named in a category is enough, and ends when it ends.
    """

    def has_perm(self, user, perm, obj=None):
        if perm != ADMIN_ACCESS or not user.is_active or user.is_anonymous:
            return False
        if not hasattr(user, "_moderates_a_category"):
            mine = Q(user=user) | Q(group__user=user)
            user._moderates_a_category = CategoryModerator.objects.filter(mine).exists()
        return user._moderates_a_category
