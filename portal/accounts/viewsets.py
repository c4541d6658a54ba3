"""Agencies in Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from .agencies import settle_domains
from .models import Agency, AgencyDomain


class SettlingView:
    """First base of the views that save an agency: its members follow from its domains."""

    def save_instance(self):
        before = self.domains()
        instance = super().save_instance()
        settle_domains(before ^ self.domains(instance))
        return instance

    def domains(self, agency=None):
        agency = agency or getattr(self, "object", None)
        if agency is None or agency.pk is None:
            return set()
        return set(AgencyDomain.objects.filter(agency=agency).values_list("domain", flat=True))


class CreateView(SettlingView, generic.CreateView):
    pass


class EditView(SettlingView, generic.EditView):
    pass


class AgencyViewSet(ModelViewSet):
    model = Agency
    name = "agencies"
    url_prefix = "people/agencies"
    icon = "group"
    menu_label = _("Agencies")
    list_display = ["name", "kind", "website"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "domains__domain"]
    copy_view_enabled = False
    inspect_view_enabled = True
    add_view_class = CreateView
    edit_view_class = EditView
    panels = [
        FieldPanel("name"),
        FieldPanel("slug", help_text=_("Small letters, digits, hyphens: pine-county.")),
        FieldPanel("kind"),
        FieldPanel("website"),
        InlinePanel(
            "domains",
            heading=_("Mail domains"),
            label=_("domain"),
            help_text=_(
                "Whoever confirms an address there belongs to the agency. Never a domain that "
                "everybody can get an address in."
            ),
        ),
    ]


class PeopleGroup(ModelViewSetGroup):
    items = (AgencyViewSet,)
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 260
