"""Put images into posts: upload, say what they show, give them to a post, clear away the rest.

An image belongs to who uploaded it and is seen by nobody else until a post with it is public.
One that is taken out of its post is out of sight at once, and gone after DAYS_WAITING.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.limits import Limit

from .image_files import NotShown, remake
from .markup import IMAGE_ADDRESS
from .models import Draft, PostImage

MOST_IN_A_POST = 10
# Of one member: uploads in a day, and images that no post uses.
UPLOADS = Limit("image", 60, 24 * 60 * 60)
MOST_WAITING = 40
DAYS_WAITING = 3
LONGEST_ALT = 400


def keys_in(text):
    """Return the keys of the images whose address stands anywhere in a text."""
    return {UUID(key) for key in IMAGE_ADDRESS.findall(text)}


def upload(*, file, by, now=None):
    """Keep an uploaded file as an image of `by` and return it; raise NotShown where it is none.

    Made anew before the transaction begins; limits count every try that reaches this far.
    """
    if not UPLOADS.take(by.pk, now):
        raise NotShown(_("This was more than 60 images in a day. Please go on tomorrow."))
    if PostImage.objects.waiting().filter(uploader=by).count() >= MOST_WAITING:
        raise NotShown(
            _(
                "You have uploaded %(count)d images that no post uses. Post them, or wait: they "
                "are removed after %(days)d days."
            )
            % {"count": MOST_WAITING, "days": DAYS_WAITING}
        )
    made = remake(file)
    now = now or timezone.now()
    image = PostImage(
        uploader=by,
        width=made.width,
        height=made.height,
        size=made.file.size,
        created_at=now,
        waiting_since=now,
    )
    image.file.save("image.webp", made.file, save=False)
    image.save()
    return image


def describe(*, image, alt, is_decorative):
    """Say what an image shows, or that it only decorates, and return it."""
    image.alt = "" if is_decorative else " ".join(alt.split())[:LONGEST_ALT]
    image.is_decorative = is_decorative
    image.save(update_fields=["alt", "is_decorative"])
    return image


def give(post, keys, *, now=None):
    """Let `post` have those of its author's images that it names, and no others any more.

    Part of the verbs that write posts: call it in their transaction.
    """
    mine = PostImage.objects.filter(uploader=post.author_id)
    if keys:
        mine.waiting().filter(key__in=keys).update(post=post, waiting_since=None)
    if post.edited_at:
        dropped = PostImage.objects.filter(post=post).exclude(key__in=keys)
        dropped.update(post=None, waiting_since=now or timezone.now())


def purge_waiting(now=None):
    """Remove images that have waited for DAYS_WAITING and stand in no draft; return how many."""
    oldest = (now or timezone.now()) - timedelta(days=DAYS_WAITING)
    found = list(PostImage.objects.waiting().filter(waiting_since__lt=oldest))
    drafts = Draft.objects.filter(user__in={image.uploader_id for image in found})
    drafted = {key for text in drafts.values_list("text", flat=True) for key in keys_in(text)}
    count = 0
    for image in found:
        if image.key not in drafted:
            count += remove(image)
    return count


def remove(image):
    """Delete an image that still stands in no post, its file once that is certain; say if."""
    with transaction.atomic():
        if not PostImage.objects.waiting().filter(pk=image.pk).delete()[0]:
            return False
        transaction.on_commit(lambda: image.file.delete(save=False))
    return True
