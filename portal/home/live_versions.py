"""What readers see has a version in the history before somebody changes it.

A page that an import or a migration made is live without a revision. Wagtail takes such a page
off the site when a change of it is scheduled, because it knows no version to show until then;
and its first change could not be compared with anything.
"""

from django.db import transaction
from wagtail.models import Page, Revision


@transaction.atomic
def keep_live_version(page):
    """Make a revision of the page as it stands, if it is live and has none.

    `page` is what is about to be changed; it learns of the revision, which it would else forget.
    """
    row = Page.objects.select_for_update().get(pk=page.pk)
    if row.live and not row.live_revision_id:
        stands = row.specific
        row.live_revision = Revision.objects.create(
            content_object=stands,
            base_content_type=stands.get_base_content_type(),
            content=stands.serializable_data(),
            object_str=str(stands),
        )
        Page.objects.filter(pk=row.pk).update(live_revision=row.live_revision)
    page.live_revision_id = row.live_revision_id
