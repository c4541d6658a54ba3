"""Synonyms in Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.search.models import Synonym


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "openquote"
    menu_label = _("Synonyms")
    menu_name = "synonyms"
    add_to_settings_menu = True
    list_display = ["words", "others", "both_ways", "changed_at"]
    list_filter = ["both_ways"]
    search_fields = ["words", "others"]
    ordering = ["words"]
    panels = [
        HelpPanel(
            content=_(
                "A synonym works as soon as it is saved. Acronyms that our own texts explain, as "
                "in “Web Content Accessibility Guidelines (WCAG)”, are known already."
            )
        ),
        FieldPanel("words"),
        FieldPanel("others"),
        FieldPanel("both_ways"),
    ]
