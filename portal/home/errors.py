"""Pages for what went wrong. Each says what to do next."""

import re

from django.shortcuts import render
from django.utils.translation import gettext as _

MOST_WORDS = 8


def bad_request(request, exception):
    """Answer a request that cannot be read; what was wrong stays in the log."""
    return render(request, "400.html", status=400)


def permission_denied(request, exception):
    """Answer a request for what is visible but not open, with the reason if there is one."""
    return render(request, "403.html", {"exception": str(exception)}, status=403)


def page_not_found(request, exception):
    """Offer a search, a question and a suggestion with the words of the address."""
    return render(request, "404.html", {"words": words_of(request.path)}, status=404)


def words_of(path):
    """Return the words of an address: "/resources/plain-language-101/" gives those after it."""
    last = path.strip("/").rpartition("/")[2]
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\.\w{2,5}$", "", last))
    return " ".join(words[:MOST_WORDS])[:100]


def csrf_failure(request, reason=""):
    """Say in plain words that a form was too old, and how not to lose what was typed.

    A view that can show its form again, with a fresh token and what was typed in it, says so
    by an attribute `after_csrf_failure`: a function with the arguments of the view.
    """
    match = request.resolver_match
    show_again = getattr(match.func, "after_csrf_failure", None) if match else None
    if show_again:
        return show_again(request, *match.args, **match.kwargs)
    return render(
        request,
        "403_csrf.html",
        {
            "exception": _(
                "This form was open for too long or your browser blocks cookies. Go back, copy "
                "what you wrote, reload the page and send it again."
            )
        },
        status=403,
    )
