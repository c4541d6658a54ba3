"""What members change about themselves."""

from django.db import transaction

from portal.page_cache.versions import raise_version

from .models import FormerUsername, User


def is_free(username, *, user):
    """Tell whether `user` may take this handle: nobody has it and nobody else ever had it."""
    taken = User.objects.filter(username__iexact=username).exclude(pk=user.pk)
    once = FormerUsername.objects.filter(username__iexact=username).exclude(user_id=user.pk)
    return not taken.exists() and not once.exists()


@transaction.atomic
def save_profile(*, user, username):
    """Save a changed profile; a handle given up stays reserved and leads to the new one.

    `user` carries the new values of everything but the handle. Names stand on many pages, so
    that every kept page is dropped.
    """
    former = User.objects.select_for_update().get(pk=user.pk).username
    if former != username:
        FormerUsername.objects.filter(user=user, username__iexact=username).delete()
        if former.lower() != username.lower():
            FormerUsername.objects.get_or_create(user=user, username=former)
    user.username = username
    user.save()
    raise_version("site")
    return user
