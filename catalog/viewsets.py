"""The catalog's menu in Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .admin.listings import ResourceViewSet
from .suggestion_desk import SuggestionViewSet
from .vocabulary_desk import PlatformViewSet, ProviderViewSet, TagViewSet, TopicViewSet


class CatalogGroup(SnippetViewSetGroup):
    items = (
        ResourceViewSet,
        SuggestionViewSet,
        TopicViewSet,
        ProviderViewSet,
        PlatformViewSet,
        TagViewSet,
    )
    menu_label = _("Catalog")
    menu_icon = "folder-open-inverse"
    menu_order = 150
    submenu_hook = "register_catalog_menu_item"
