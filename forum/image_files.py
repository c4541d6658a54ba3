"""Make of an uploaded file an image that is safe to show, or say why not.

What a file is shows in its bytes, not in its name. Every image is decoded and encoded anew, so
that nothing of the original is left but what one sees: no place and no camera, nothing hidden
behind the picture. Of one that moves the first frame is kept.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

# Of the file as it is uploaded, in bytes.
MOST_BYTES = 8 * 1024 * 1024
# Of the image when it is unpacked: some 100 MB of memory. Photographs are unpacked smaller.
MOST_PIXELS = 24_000_000
# Of the image as it is kept.
MOST_WIDTH, MOST_HEIGHT = 1600, 4000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# Drawings and screenshots of up to so many pixels are kept exactly.
MOST_EXACT = 1_000_000
QUALITY = 82


class NotShown(Exception):
    """The file cannot be shown; its first argument says why, in words for who uploaded it."""


@dataclass(frozen=True)
class Made:
    """An image as it is kept, in WebP."""

    file: ContentFile
    width: int
    height: int


def remake(upload):
    """Return what is Made of an uploaded file; raise NotShown where it is no usable image."""
    if upload.size > MOST_BYTES:
        raise NotShown(
            _("An image may have %(most)d MB; this one has %(size)s MB. Make it smaller.")
            % {"most": MOST_BYTES // 1024**2, "size": f"{upload.size / 1024**2:.1f}"}
        )
    try:
        image = _decode(upload)
    except (OSError, ValueError, SyntaxError, struct.error, EOFError, IndexError) as error:
        raise NotShown(
            _("This is no image that can be shown. JPEG, PNG, GIF and WebP can.")
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    return _encode(image)


def _decode(upload):
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as source:
        source.draft("RGB", (MOST_WIDTH, MOST_HEIGHT))
        if source.width * source.height > MOST_PIXELS:
            raise _too_large()
        is_drawing = source.format != "JPEG"
        image = ImageOps.exif_transpose(source)
        has_gaps = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        image = image.convert("RGBA" if has_gaps else "RGB")
    image.thumbnail((MOST_WIDTH, MOST_HEIGHT), Image.Resampling.LANCZOS)
    # Free of whatever else the file said about itself.
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    clean.info["is_drawing"] = is_drawing
    return clean


def _encode(image):
    is_exact = image.info["is_drawing"] and image.width * image.height <= MOST_EXACT
    out = BytesIO()
    image.save(out, "WEBP", lossless=is_exact, quality=QUALITY, method=4)
    if is_exact and out.tell() > image.width * image.height // 2:
        # A photograph in a format for drawings.
        out = BytesIO()
        image.save(out, "WEBP", quality=QUALITY, method=4)
    return Made(ContentFile(out.getvalue()), image.width, image.height)


def _too_large():
    return NotShown(
        _("This image has too many pixels: %(most)d million are the most. Make it smaller.")
        % {"most": MOST_PIXELS // 1_000_000}
    )
