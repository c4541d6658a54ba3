"""Pages of the site itself that no editor writes: contact, feeds, what machines ask for."""

from django.conf import settings
from django.contrib import messages
from django.contrib.sitemaps import views as sitemap_views
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts.limits import Limit
from portal.stale_forms import as_typed, shown_again_by

from .contact import receive_message
from .feeds import known_feeds
from .forms import ContactForm
from .sitemaps import MOST, SITEMAPS

# An agency is one address, so that this is generous.
MESSAGES = Limit("contact", times=20, seconds=3600)


def show_contact_again(request):
    return show_contact(request, as_typed(ContactForm(request.POST)), status=403)


@shown_again_by(show_contact_again)
@never_cache
def contact(request):
    """Write to the people who run the site; also the way to report a post without an account."""
    form = ContactForm(
        request.POST if request.method == "POST" else None, initial=initial_for(request)
    )
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_program:
            return redirect("contact_sent")
        if MESSAGES.take(request.user.pk or request.META["REMOTE_ADDR"]):
            receive_message(form.save(commit=False))
            return redirect("contact_sent")
        messages.error(
            request, _("Too many messages came from your network. Please try again in an hour.")
        )
    return show_contact(request, form)


def show_contact(request, form, status=200):
    return render(request, "home/contact.html", {"form": form}, status=status)


def initial_for(request):
    """Return what is known already: the page one came from, and who writes."""
    about = request.GET.get("about", "").replace("\x00", "")
    known = {"address": request.GET.get("address", "").replace("\x00", "")[:1000], "about": about}
    if request.user.is_authenticated:
        known.update(name=request.user.display_name, email=request.user.email)
    return known


def contact_sent(request):
    """Say what happens with the message."""
    return render(request, "home/contact_sent.html")


def feeds(request):
    """List the feeds there are, with what each brings."""
    return render(request, "home/feeds.html", {"feeds": known_feeds()})


def sitemap(request):
    """Name every public page, or where there are many the files that do."""
    if sum(kind().paginator.count for kind in SITEMAPS.values()) <= MOST:
        return sitemap_views.sitemap(request, SITEMAPS)
    return sitemap_views.index(request, SITEMAPS, sitemap_url_name="sitemap_section")


def sitemap_section(request, section):
    """Name the pages of one kind, MOST at a time (?p=2)."""
    return sitemap_views.sitemap(request, SITEMAPS, section=section)


def robots(request):
    """Keep crawlers from what is endless or private; the rest is open."""
    closed = ["/accounts/", "/admin/", "/demo/", "/me/", "/search/", "/forum/new/", "/suggest/"]
    # The same lists in other forms, some of which take long to make.
    closed += ["/subscribe/", "/resources.csv", "/resources.xlsx", "/resources.ics"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
