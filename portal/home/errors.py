"""Pages for what went wrong. Each says what to do next."""

import re

from django.conf import settings
from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.stale_forms import answer_to_stale_form, texts_in

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


def server_error(request):
    """Answer where the site itself failed: without the database, which may be what failed."""
    page = render_to_string("500.html", {"site_name": settings.SITE_NAME})
    return HttpResponseServerError(page)


def words_of(path):
    """Return the words of an address: "/resources/plain-language-101/" gives those after it."""
    last = path.strip("/").rpartition("/")[2]
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\.\w{2,5}$", "", last))
    return " ".join(words[:MOST_WORDS])[:100]


def csrf_failure(request, reason=""):
    """Show the form again as it was typed, or give its texts back to be copied."""
    answer = answer_to_stale_form(request)
    if answer is not None:
        return answer
    return render(request, "403_csrf.html", {"texts": texts_in(request)}, status=403)
