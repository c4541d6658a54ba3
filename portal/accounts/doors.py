"""Who may come behind the scenes."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


def only_with_admin_access(view):
    """Tell members without an office so, where Wagtail would send them round in a circle.

    Wagtail sends everybody who lacks access to the log-in page, which sends whoever is logged
    in already back to where he came from.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        user = request.user
        if user.is_authenticated and not user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied(
                _(
                    "The administration is for editors and moderators. Your account has no part in it."
                )
            )
        return view(request, *args, **kwargs)

    return guarded
