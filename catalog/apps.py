from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("catalog")

    def ready(self):
        """Hear of guidance that is taken back: it may have superseded another."""
        from . import descent

        descent.listen()
