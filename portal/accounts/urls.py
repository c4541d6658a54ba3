"""Addresses below /accounts/: those of allauth's pages that we show, and ours beside them."""

from allauth.account import views as allauth
from allauth.usersessions.views import list_usersessions
from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.log_in, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", views.join, name="account_signup"),
    path("signup/another/", views.use_another_address, name="account_use_another_address"),
    path("confirm-email/", views.CodeView.as_view(), name="account_email_verification_sent"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("email/", allauth.email, name="account_email"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path(
        "password/reset/confirm/",
        allauth.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "password/reset/complete/",
        allauth.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "password/reset/done/",
        allauth.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
    path("sessions/", list_usersessions, name="usersessions_list"),
    path("demo/", views.log_in_for_demo, name="account_demo_login"),
]
