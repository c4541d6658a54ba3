"""How allauth makes, greets and turns away our members."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import passthrough_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.mail import post

from .models import User

# Where a client has no address (a socket file behind a proxy that nobody named).
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing is bound to it


class AccountAdapter(DefaultAccountAdapter):
    """Our answers where allauth asks: names, mail through the queue, and who may not enter."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "This e-mail address and password do not belong together. Check both; the password "
            "tells capital and small letters apart."
        ),
        "incorrect_code": gettext_lazy(
            "This is not the code we sent. Use the newest mail; the code has six digits."
        ),
        "incorrect_password": gettext_lazy("This is not your password."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "too_many_login_attempts": gettext_lazy(
            "That was wrong too often. Please wait five minutes, then log in again."
        ),
        "email_taken": gettext_lazy("This address belongs to another account."),
        "duplicate_email": gettext_lazy("This is your address already."),
    }

    def populate_username(self, request, user):
        """Make the public handle from the display name; it may be changed later."""
        user.username = User.objects.free_username(user.display_name)

    def save_user(self, request, user, form, commit=True):
        user.display_name = form.cleaned_data["display_name"]
        return super().save_user(request, user, form, commit=commit)

    def send_mail(self, template_prefix, email, context):
        context = {
            "email": email,
            "site_name": settings.SITE_NAME,
            "site_url": settings.BASE_URL,
            **context,
        }
        post(self.render_mail(template_prefix, email, context))

    def get_client_ip(self, request):
        """Return what ClientAddressMiddleware found out; never fail for want of an address."""
        return request.META.get("REMOTE_ADDR") or NO_ADDRESS

    def post_login(self, request, user, *, signup, **kwargs):
        response = super().post_login(request, user, signup=signup, **kwargs)
        if signup:
            messages.success(
                request, _("Welcome, %(name)s. You are a member now.") % {"name": user}
            )
        return response

    def respond_user_inactive(self, request, user):
        """Tell somebody who gave the right password why the door stays closed."""
        context = {"status": user.status, "member": user}
        return render(request, "account/account_inactive.html", context, status=403)

    def respond_email_verification_sent(self, request, user):
        """Go to the page that asks for the code, and keep where the person came from."""
        return HttpResponseRedirect(
            passthrough_next_redirect_url(
                request, reverse("account_email_verification_sent"), REDIRECT_FIELD_NAME
            )
        )

    def get_password_change_redirect_url(self, request):
        return reverse("people:settings")
