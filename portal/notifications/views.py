"""The outbox of a demonstration: read what would have been sent."""

from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from .models import OutboxMail

# The HTML of a mail is a page of its own, with its styles and nothing else: no script, no form,
# no picture, no cookie.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'none'"],
    "sandbox": ["allow-popups"],
}


@never_cache
def outbox(request):
    """List the mails, newest first."""
    require_demo()
    return render(
        request,
        "notifications/outbox.html",
        {"mails": OutboxMail.objects.defer("text", "html"), "back": way_back(request)},
    )


@never_cache
def outbox_mail(request, pk):
    """Show one mail as text, with a link to its HTML."""
    require_demo()
    mail = get_object_or_404(OutboxMail, pk=pk)
    return render(
        request, "notifications/outbox_mail.html", {"mail": mail, "back": way_back(request)}
    )


@never_cache
@csp(MAIL_POLICY)
def outbox_mail_html(request, pk):
    """Show the HTML of one mail as its reader would see it."""
    require_demo()
    return HttpResponse(get_object_or_404(OutboxMail.objects.exclude(html=""), pk=pk).html)


def require_demo():
    """Be no page at all where mail is really sent: codes stand in it."""
    if not settings.DEMO and not settings.DEBUG:
        raise Http404


def way_back(request):
    """Return the address of our own in ?next=, "" for any other."""
    url = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}):
        return url
    return ""


urlpatterns = [
    path("", outbox, name="demo_outbox"),
    path("<int:pk>/", outbox_mail, name="demo_outbox_mail"),
    path("<int:pk>/html/", outbox_mail_html, name="demo_outbox_mail_html"),
]
