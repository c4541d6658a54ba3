"""What people add to Wagtail's admin."""

from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from .models import User
from .viewsets import PeopleGroup


@hooks.register("register_admin_viewset")
def people_viewsets():
    return PeopleGroup()


@hooks.register("before_bulk_action")
def keep_members(request, action_type, objects, action):
    """Refuse what Wagtail offers for many users at once and our accounts do not survive."""
    if action.model is User and action_type in {"delete", "set_active_state"}:
        messages.warning(request, _("Change the status of each member by itself."))
        return permission_denied(request)
    return None
