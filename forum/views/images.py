"""Hand out an image of a post, to whom may see it."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from ..models import PostImage

YEAR = 365 * 24 * 60 * 60


@require_safe
def image(request, key):
    """Return the image of this key: what lies at the address never changes.

    Browsers keep it for ever, but nothing between them and us does, so that hiding a post takes
    its images out of sight for everybody who had not seen them.
    """
    found = get_object_or_404(PostImage.objects.visible_to(request.user), key=key)
    try:
        file = found.file.open()
    except OSError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="image/webp", filename=f"{key}.webp")
    is_posted = found.post_id is not None
    response["Cache-Control"] = (
        f"private, max-age={YEAR}, immutable" if is_posted else "private, no-cache"
    )
    response["Last-Modified"] = http_date(found.created_at.timestamp())
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
