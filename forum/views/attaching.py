"""Take the image that came with a form, and name it in the text.

A browser never sends a chosen file twice, so that whatever came is kept at once, also when the
form comes back: as a part of the text, or waiting for the words that say what it shows.
"""

from uuid import UUID

from django.http import JsonResponse
from django.utils.translation import gettext as _

from .. import images
from ..image_files import NotShown
from ..models import PostImage


def bound(request, form_class, **kwargs):
    """Return the form of what was sent, an image that came with it kept and named in its text."""
    data = request.POST.copy()
    form = form_class(data, writer=request.user, **kwargs)
    if "attach_image" in data or not asks_for_json(request):
        _take_image(request, form)
    return form


def asks_for_json(request):
    return request.headers.get("Accept") == "application/json"


def answer_of(form):
    """Answer the script that attaches an image: what to put into the text, or what is wrong."""
    said = " ".join(form.image_said.values())
    return JsonResponse({"text": form.image_text, "said": said}, status=409 if said else 200)


def _take_image(request, form):
    data, file = form.data, request.FILES.get("image")
    alt = " ".join(data.get("image_alt", "").replace("\x00", "").split())
    is_decorative = bool(data.get("image_is_decorative"))
    is_described = bool(alt or is_decorative)
    unsaid = _("Say in a few words what the image shows, or tick that it only decorates.")
    if "attach_image" in data and (not file or not is_described):
        form.image_said = {"image_alt": unsaid} if file else {"image": _("Choose a file.")}
        return
    try:
        image = images.upload(file=file, by=request.user) if file else _waiting(request)
    except NotShown as error:
        form.image_said = {"image": error.args[0]}
        return
    data["image_key"] = ""
    if image is None or data.get("image_drop"):
        data.pop("image_drop", None)
    elif not is_described:
        data["image_key"] = str(image.key)
        form.waiting_image = image
        form.image_said = {"image_alt": unsaid}
        return
    else:
        images.describe(image=image, alt=alt, is_decorative=is_decorative)
        form.image_text = image.markdown
        text = data.get("text", "").rstrip()
        data["text"] = f"{text}\n\n{image.markdown}\n" if text else f"{image.markdown}\n"
        data["image_alt"] = ""
        data.pop("image_is_decorative", None)


def _waiting(request):
    """The image that came with an earlier try and waits for its words."""
    try:
        key = UUID(request.POST.get("image_key", ""))
    except ValueError:
        return None
    return PostImage.objects.waiting().filter(uploader=request.user, key=key).first()
