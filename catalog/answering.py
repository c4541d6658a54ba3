"""Answers for programs that come again: by tag or date they learn that nothing has changed."""

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.http import http_date, quote_etag


def answer(request, body, content_type, *, modified=None, name=""):
    """Answer with `body`, or that it has not changed: by its tag, else by `modified`.

    `name` is that of the file, where somebody saves it. Visitors' answers are kept in memory
    (portal/page_cache), which then answers by the tag.
    """
    response = HttpResponse(body, content_type=content_type)
    response["Cache-Control"] = "no-cache"
    if modified:
        response["Last-Modified"] = http_date(modified.timestamp())
    if name:
        response["Content-Disposition"] = f'inline; filename="{name}"'
    set_response_etag(response)
    return get_conditional_response(
        request,
        etag=quote_etag(response["ETag"]),
        last_modified=modified and int(modified.timestamp()),
        response=response,
    )
