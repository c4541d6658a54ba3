"""/suggest/: anybody may propose a resource.

First the address alone, which a task reads while a page waits for it; then the form, which
begins with what was read. Who wants to, types it all.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.accounts.limits import Limit
from portal.stale_forms import as_typed, shown_again_by

from .. import fetching, suggestions
from ..forms import AddressForm, SuggestionForm
from ..models import FetchedPage

# Members by account; visitors by address, generously: an agency is one address.
OF_A_MEMBER = Limit("suggest", times=20, seconds=3600)
OF_AN_ADDRESS = Limit("suggest-visitor", times=30, seconds=3600)
READ_FOR_A_MEMBER = Limit("suggest-read", times=40, seconds=3600)
READ_FOR_AN_ADDRESS = Limit("suggest-read-visitor", times=60, seconds=3600)
# How often the page that waits looks again.
SECONDS_BETWEEN_LOOKS = 2


def suggest_again(request):
    """Show the step whose token is stale as it was typed."""
    if "read" in request.POST:
        return show_address(request, as_typed(AddressForm(request.POST)), status=403)
    return show_typed(request, as_typed(SuggestionForm(request.POST)), status=403)


@shown_again_by(suggest_again)
@never_cache
def suggest(request):
    """Ask for the address, then for the rest; what is known already is said before sending."""
    if request.method == "POST":
        return read_address(request) if "read" in request.POST else send(request)
    if "fetch" in request.GET:
        return show_fetched(request)
    initial = initial_for(request)
    if "by-hand" in request.GET:
        return show_form(request, SuggestionForm(initial=initial))
    return show_address(request, AddressForm(initial=initial))


def read_address(request):
    """Have the pasted address read and lead to the page that waits for it."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return show_address(request, form)
    url, title = form.cleaned_data["url"], form.cleaned_data["title"]
    if form.cleaned_data["website"]:
        return redirect("catalog:suggest_done")
    if not is_within(READ_FOR_A_MEMBER, READ_FOR_AN_ADDRESS, request):
        messages.warning(
            request,
            _("Many addresses were read for you within an hour. Please type the rest by hand."),
        )
        return redirect(address_of({"by-hand": "1", "url": url, "title": title}))
    return redirect(address_of({"fetch": fetching.begin(url=url).key, "title": title}))


def show_fetched(request):
    """Wait for what the address says, a moment; then show the form with it."""
    key = request.GET["fetch"].replace("\x00", "")
    page = FetchedPage.objects.kept().filter(key=key).first()
    if page is None:
        messages.warning(request, _("That was too long ago. Please paste the address again."))
        return redirect("catalog:suggest")
    carried = initial_for(request)["title"]
    if page.is_awaited() and "now" not in request.GET:
        on = address_of({"fetch": page.key, "title": carried, "now": "1"})
        response = render(request, "catalog/suggest_fetching.html", {"page": page, "on": on})
        response["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
        return response
    initial = {
        "url": page.url,
        "title": page.title or carried,
        "description": page.description,
        "language": page.language,
        "published_on": page.published,
        "fetch": page.key,
    }
    return show_form(request, SuggestionForm(initial=initial), fetched=page)


def send(request):
    """Keep what was written, or show the form again as it was typed with what is in the way."""
    form = SuggestionForm(request.POST)
    doubles = None
    if form.is_valid():
        if form.is_from_a_program:
            return redirect("catalog:suggest_done")
        doubles = suggestions.doubles_of(form.cleaned_data["url"], form.cleaned_data["title"])
        if not doubles or request.POST.get("anyway"):
            if is_within(OF_A_MEMBER, OF_AN_ADDRESS, request):
                keep(form, request.user)
                return redirect("catalog:suggest_done")
            messages.error(
                request,
                _(
                    "Many suggestions came from here within an hour. Please try again later; "
                    "what you wrote is still below."
                ),
            )
    return show_typed(request, form, doubles)


def show_typed(request, form, doubles=None, status=200):
    """Show the second step as it was sent."""
    context = {"form": form, "doubles": doubles}
    return render(request, "catalog/suggest.html", context, status=status)


def keep(form, user):
    """Hand over what a valid form says."""
    suggestions.suggest(
        **{name: form.cleaned_data[name] for name in form.Meta.fields},
        key=form.cleaned_data["fetch"],
        contributor=user if user.is_authenticated else None,
    )


def show_address(request, form, status=200):
    """Show the first step, with what is known of an address that somebody brought along."""
    url = "" if form.is_bound else form.initial["url"]
    context = {
        "form": form,
        "doubles": suggestions.doubles_of(url) if url else None,
        "by_hand": address_of({"by-hand": "1", **({} if form.is_bound else form.initial)}),
    }
    return render(request, "catalog/suggest_address.html", context, status=status)


def show_form(request, form, fetched=None):
    """Show the second step: everything, with what is known of that address and title."""
    doubles = suggestions.doubles_of(form.initial["url"], form.initial["title"])
    context = {"form": form, "doubles": doubles, "fetched": fetched}
    return render(request, "catalog/suggest.html", context)


def address_of(parameters):
    """Return the address of this page with those parameters that say something."""
    said = {name: value for name, value in parameters.items() if value}
    return f"{reverse('catalog:suggest')}?{urlencode(said)}"


def is_within(of_a_member, of_an_address, request):
    """Count one more, and tell whether that was still within the limit."""
    if request.user.is_authenticated:
        return of_a_member.take(request.user.pk)
    return of_an_address.take(request.META.get("REMOTE_ADDR", ""))


def initial_for(request):
    """Return what the page one came from knows already: an address, words that found nothing."""
    return {
        name: request.GET.get(name, "").replace("\x00", "")[:longest]
        for name, longest in (("url", 1000), ("title", 255))
    }


def suggest_done(request):
    """Say what happens with the suggestion."""
    return render(request, "catalog/suggest_done.html")
