"""Give what stands under a placeholder's name to the member who wrote it."""

from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.accounts.models import FormerUsername, User
from portal.page_cache.versions import raise_version

from ..models import Post, PostEdit, Thread
from ..posting import lock
from ..recount import recount_member, recount_thread


class NotClaimable(Exception):
    """The message says which of the two accounts is in the way, and why."""


def claim(*, placeholder, user, by=None):
    """Make `user` the author of all that `placeholder` wrote; return the number of posts.

    Posts, threads and voices go over, counters are counted anew, the placeholder's handle leads
    to `user` from now on. Its row stays, empty, because people are never deleted. `by` is the
    moderator who decided, and stands in the log. Raises NotClaimable; nothing is changed then.
    """
    with transaction.atomic():
        rows = User.objects.select_for_update().order_by("pk")
        people = {row.pk: row for row in rows.filter(pk__in=[placeholder.pk, user.pk])}
        placeholder, user = people[placeholder.pk], people[user.pk]
        _check(placeholder, user)
        threads = Thread.objects.filter(
            pk__in=Post.objects.filter(author=placeholder).values("thread")
        )
        threads = threads | Thread.objects.filter(author=placeholder)
        threads = threads | Thread.objects.filter(last_post_by=placeholder)
        posts = 0
        for thread in threads.order_by("pk").distinct():
            posts += _hand_over(lock(thread), placeholder, user)
        Post.objects.filter(edited_by=placeholder).update(edited_by=user)
        PostEdit.objects.filter(editor=placeholder).update(editor=user)
        handle, name = placeholder.username, placeholder.display_name
        _empty(placeholder)
        FormerUsername.objects.create(username=handle, user=user)
        recount_member(user)
        recount_member(placeholder)
        said = {"placeholder": name, "handle": handle, "posts": posts}
        log(instance=user, action="forum.claim", user=by, uuid=uuid4(), data=said)
        # Names stand on many pages.
        raise_version("site", "forum")
    return posts


def _check(placeholder, user):
    if placeholder.status != User.Status.PLACEHOLDER:
        raise NotClaimable(_("@%(name)s is no placeholder.") % {"name": placeholder.username})
    if user.status != User.Status.ACTIVE:
        raise NotClaimable(_("@%(name)s is no active member.") % {"name": user.username})


def _hand_over(thread, placeholder, user):
    """Move what the placeholder has in one locked thread; return how many posts that were."""
    posts = 0
    for post in thread.posts.filter(author=placeholder):
        # Saved one by one, so that the search index learns of it.
        post.author = user
        post.save(update_fields=["author"])
        posts += 1
    if thread.author_id == placeholder.pk:
        thread.author = user
        thread.save(update_fields=["author"])
    recount_thread(thread)
    raise_version(thread.version)
    return posts


def _empty(placeholder):
    """Leave a row without name that nobody sees and that frees the handle."""
    placeholder.username = f"former-{placeholder.pk}"
    placeholder.display_name = _("Former placeholder")
    placeholder.status = User.Status.ERASED
    placeholder.save(update_fields=["username", "display_name", "status"])
