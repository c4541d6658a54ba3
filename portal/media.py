"""Serve uploaded pictures in their published sizes, and nothing else that was uploaded.

Originals and documents lie in the same storage or in the private one; they leave only through
views that ask who may see them. A reverse proxy may take this address over for the same folders.
"""

from mimetypes import guess_type

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

# Wagtail's renditions and members' pictures.
PUBLIC_FOLDERS = ("images/", "avatars/")
SHOWN = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}


@require_safe
def public_file(request, name):
    """Return the picture `name`, for a day; 404 for whatever is no published picture."""
    content_type = guess_type(name)[0]
    if not name.startswith(PUBLIC_FOLDERS) or content_type not in SHOWN:
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    response = FileResponse(file, content_type=content_type)
    response["Cache-Control"] = "public, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
