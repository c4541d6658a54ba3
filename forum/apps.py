from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForumConfig(AppConfig):
    name = "forum"
    verbose_name = _("forum")

    def ready(self):
        """Hear of listings and terms that change, which posts and threads name, and of rights."""
        from wagtail.signals import page_published, page_slug_changed, page_unpublished

        from catalog.changes import on_change, on_term_change

        from .models import rights
        from .rerendering import listing_changed, listing_signalled
        from .terms import term_changed

        rights.listen()
        on_change(listing_changed)
        on_term_change(term_changed)
        for signal in (page_published, page_unpublished, page_slug_changed):
            signal.connect(listing_signalled, dispatch_uid="forum.rerendering")
