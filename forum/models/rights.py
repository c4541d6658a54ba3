"""What somebody may read, write and moderate, as numbers of categories.

Worked out by the querysets of Category and kept in memory while the version "access" stands, so
that a page of a thread does not ask the same long question each time. Whatever changes an answer
raises that version: see `listen`. Nothing is kept for longer than a minute.
"""

from dataclasses import dataclass
from time import monotonic

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef
from django.db.models.signals import m2m_changed, post_delete, post_save

from portal.page_cache.versions import increase_versions, raise_version, read_versions

VERSION = "access"
SECONDS_KEPT = 60
# So many members are remembered before all of them are forgotten.
MOST_KEPT = 2000
_kept = {}


@dataclass(frozen=True, slots=True)
class Rights:
    """Primary keys of categories, by what one may do there.

    `writable` does not know of silences: they end by the clock, and are asked of the database.
    """

    readable: tuple
    writable: tuple
    moderated: tuple
    moderates_all: bool


def rights_of(user):
    """Return the Rights of `user`, a visitor's too; no query while nothing has changed."""
    key = None
    if user.is_authenticated:
        key = (user.pk, user.is_active, user.is_superuser, user.is_verified)
    values = read_versions((VERSION,))
    values_then, since, rights = _kept.get(key, (None, 0, None))
    if values is None or values_then != values or monotonic() - since > SECONDS_KEPT:
        rights = _work_out(user)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = (values, monotonic(), rights)
    return rights


def forget():
    """Keep nothing of what was worked out."""
    _kept.clear()


def _work_out(user):
    from .category import Category

    same = {"pk": OuterRef("pk")}
    categories = Category.objects.order_by().values_list(
        "pk",
        Exists(Category.objects.visible_to(user).filter(**same)),
        Exists(Category.objects.open_for_writing_to(user).filter(**same)),
        Exists(Category.objects.moderated_by(user).filter(**same)),
    )
    rows = list(categories)
    return Rights(
        readable=tuple(pk for pk, may_read, _, _ in rows if may_read),
        writable=tuple(pk for pk, _, may_write, _ in rows if may_write),
        moderated=tuple(pk for pk, _, _, may_moderate in rows if may_moderate),
        moderates_all=user.is_active and user.has_perm("forum.moderate_post"),
    )


def rights_change(**kwargs):
    """Raise the version: now, for the rest of this transaction, and when others see it."""
    increase_versions(VERSION)
    raise_version(VERSION)


def listen():
    """Hear of all that changes what somebody may do; called once, when the app is ready."""
    from portal.accounts.models import User

    from .category import Category, CategoryModerator

    for relation in (
        User.groups,
        User.user_permissions,
        Group.permissions,
        Category.read_groups,
        Category.write_groups,
    ):
        m2m_changed.connect(rights_change, sender=relation.through, dispatch_uid="forum.rights")
    for model in (Category, CategoryModerator, Group):
        for signal in (post_save, post_delete):
            signal.connect(rights_change, sender=model, dispatch_uid="forum.rights")
