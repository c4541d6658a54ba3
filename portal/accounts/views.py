"""What allauth's own pages need beside them: the code, starting over, the demo's buttons."""

from allauth.account import views as allauth
from allauth.account.internal.flows.email_verification import (
    consume_email_verification_rate_limit,
)
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.stale_forms import opened_anew, shown_again_by

from .joining import withdraw
from .models import User

JOINING_SESSION_KEY = "joining"
# What each account of the demo is there to show.
DEMO_ACCOUNTS = {
    "member": gettext_lazy("asks and answers"),
    "editor": gettext_lazy("keeps the catalog"),
    "moderator": gettext_lazy("keeps the forum"),
    "admin": gettext_lazy("may do everything"),
}


class LoginView(allauth.LoginView):
    """allauth's, with the demo's accounts below the form."""

    def get_initial(self):
        return {**super().get_initial(), **typed(self.request, "login")}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_accounts"] = DEMO_ACCOUNTS.items()
            context["demo_password"] = settings.DEMO_PASSWORD
        return context


class JoinView(allauth.SignupView):
    """allauth's; the name comes back when the address was to be another one."""

    def get_initial(self):
        return {
            **super().get_initial(),
            **self.request.session.get(JOINING_SESSION_KEY, {}),
            **typed(self.request, "email", "display_name"),
        }


def typed(request, *names):
    """Return what was typed into these fields of a form that is opened anew (portal.stale_forms)."""
    return {
        name: request.POST[name].replace("\x00", "")
        for name in names
        if request.method == "GET" and name in request.POST
    }


log_in = LoginView.as_view()
log_in = shown_again_by(opened_anew(log_in))(log_in)
join = JoinView.as_view()
join = shown_again_by(opened_anew(join))(join)


@method_decorator(never_cache, name="dispatch")
class CodeView(allauth.ConfirmEmailVerificationCodeView):
    """Ask for the six digits; keep where the person came from, and say what went wrong."""

    def dispatch(self, request, *args, **kwargs):
        if EmailVerificationProcess.resume(request) is None:
            return self.without_code(request)
        return super().dispatch(request, *args, **kwargs)

    def without_code(self, request):
        """Answer where no code is awaited: it ran out, or the address was opened by itself."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_next_url() or reverse("account_email"))
        messages.info(
            request,
            _("That code has run out. Log in with your address and password to get a new one."),
        )
        return self.to_login()

    def to_login(self):
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_login")))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["is_joining"] = self.is_joining
        context["here"] = self.passthrough_next_url(reverse("account_email_verification_sent"))
        return context

    @property
    def is_joining(self):
        """Whether the account is being made; the pretense for a taken address counts, too."""
        return bool(self.stage and self.stage.login.signup)

    def _resend_form_valid(self, form):
        here = HttpResponseRedirect(
            self.passthrough_next_url(reverse("account_email_verification_sent"))
        )
        if not consume_email_verification_rate_limit(
            self.request, self._process.email, dry_run=True
        ):
            messages.warning(
                self.request,
                _("A code went out a moment ago. Wait a little, then ask for another."),
            )
            return here
        self._process.resend()
        messages.success(
            self.request, _("A new code is on its way. The earlier one does not work any more.")
        )
        return here

    def _verify_form_invalid(self, form):
        if self._process.record_invalid_attempt():
            return super(allauth.ConfirmEmailVerificationCodeView, self).form_invalid(form)
        messages.error(
            self.request,
            _(
                "That was wrong too often, so this code does not work any more. Log in with your "
                "address and password to get a new one."
            ),
        )
        if self.request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_email"))
        return self.to_login()


@require_POST
def use_another_address(request):
    """Leave the page that asks for the code and go back to Join with the name kept."""
    stage = get_pending_stage(request)
    user = stage.login.user if stage else None
    if user and stage.login.signup:
        request.session[JOINING_SESSION_KEY] = {"display_name": user.display_name}
        withdraw(user)
    clear_login(request)
    process = EmailVerificationProcess.resume(request)
    if process:
        process.abort()
    return redirect(
        passthrough_next_redirect_url(request, reverse("account_signup"), REDIRECT_FIELD_NAME)
    )


@require_POST
def log_in_for_demo(request):
    """Log in to one of the demo's accounts by a button; only a demo has this address."""
    if not settings.DEMO:
        raise Http404
    name = request.POST.get("account", "")
    known = name in DEMO_ACCOUNTS
    user = known and User.objects.active().by_email(f"{name}@demo.example").first()
    if not user:
        messages.error(request, _("The demo has no such account. Run make demo-reset to make it."))
        return redirect("account_login")
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    record_authentication(request, user, method="demo")
    return redirect(get_next_redirect_url(request) or "/")
