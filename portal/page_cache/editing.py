"""What editors do in Wagtail drops every kept page.

Editing is rare and reaches far: a title, a navigation entry or a setting stands on many pages.
Wagtail logs each of its writes (pages, snippets, settings, redirects, people, images), also
those of `publish_scheduled`, so that the log tells all of them.
"""

from django.db.models.signals import post_save
from wagtail.models import ModelLogEntry, PageLogEntry
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from .versions import raise_version


def drop_kept_pages(sender, **kwargs):
    """Raise the site's version when the transaction commits."""
    raise_version("site")


def listen():
    """Hear of everything that editors change; called once, when the app is ready."""
    for log in (PageLogEntry, ModelLogEntry):
        post_save.connect(drop_kept_pages, sender=log, dispatch_uid=f"page_cache.{log.__name__}")
    for signal in (page_published, page_unpublished, post_page_move, page_slug_changed):
        signal.connect(drop_kept_pages, dispatch_uid="page_cache.page")
