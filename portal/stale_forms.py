"""Forms whose token is stale come back as they were typed.

A token grows stale when somebody logs in or out in another tab, or when the browser forgot its
cookie. Django then refuses the form before its view is asked. A view in whose form a person
writes names the function that shows it once more, with a fresh token; nothing is done until it
is sent again:

    @shown_again_by(show_again)
    def contact(request): ...

    def show_again(request):
        return show(request, as_typed(ContactForm(request.POST)), status=403)

The function has the arguments of the view, looks after access as the view does, and changes
nothing. Where it returns None, or what the form belongs to is out of reach by now, and for every
other form, 403_csrf.html gives the texts back to be copied.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy

STALE = gettext_lazy("This form was open for too long, so nothing was sent. Please send it again.")


def shown_again_by(show_again):
    """Decorate a view: `show_again` answers where the token of its form is stale."""

    def decorate(view):
        view.show_again = show_again
        return view

    return decorate


def as_typed(form, words=STALE):
    """Return a bound form with this one remark in place of its errors."""
    form.is_valid()
    form.errors.clear()
    form.add_error(None, words)
    return form


def opened_anew(view):
    """Return a function for `shown_again_by` that opens the page once more, with a remark.

    For pages that are not ours: the view is asked as if its address were opened, and finds what
    was typed in request.POST.
    """

    def show_again(request, *args, **kwargs):
        typed = request.POST  # read before the method says that there is nothing to read
        request.method = "GET"
        request.POST = typed
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            messages.error(request, STALE)
            response.status_code = 403
        return response

    return show_again


def answer_to_stale_form(request):
    """Return what the view of this request answers to a form with a stale token, or None."""
    match = request.resolver_match
    show_again = getattr(match.func, "show_again", None) if match else None
    try:
        return show_again(request, *match.args, **match.kwargs) if show_again else None
    except (Http404, PermissionDenied):
        return None


def texts_in(request):
    """Return the texts, in their order, that a person typed into the form of this request.

    What has no space in it is a choice, a number or a mark of ours; passwords are never shown.
    """
    return [
        value.strip()
        for name, value in request.POST.items()
        if "password" not in name and len(value.split()) > 1
    ]
