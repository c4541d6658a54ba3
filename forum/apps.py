from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = _("forum")

    def ready(self):
        """Hear of listings that change, so that posts which name them are rendered again."""
        from wagtail.signals import page_published, page_slug_changed, page_unpublished

        from catalog.changes import on_change

        from .rerendering import listing_changed, listing_signalled

        on_change(listing_changed)
        for signal in (page_published, page_unpublished, page_slug_changed):
            signal.connect(listing_signalled, dispatch_uid="forum.rerendering")
