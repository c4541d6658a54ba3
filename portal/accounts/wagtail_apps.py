"""Wagtail's user administration, told to use our forms (portal/accounts/wagtail_users.py)."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersAppConfig(WagtailUsersAppConfig):
    user_viewset = "portal.accounts.wagtail_users.UserViewSet"
