"""What the site itself adds to Wagtail's admin: messages, and a checklist for a new site."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.permissions import register_permission_policy

from catalog.models import Provider, ResourcePage, Topic
from forum.models import Category, Thread
from portal.accounts.models import Agency, User

from .editor_desk import EditorDesk
from .live_versions import keep_live_version
from .models import ContactMessage, SiteSettings, StandardPage
from .viewsets import MessagePolicy, MessageViewSet

register_permission_policy(ContactMessage, MessagePolicy(ContactMessage))


@hooks.register("register_admin_viewset")
def message_viewset():
    return MessageViewSet()


class NewSiteChecklist(Component):
    """What to do on an empty site, each step with whether it is done."""

    name = "new_site"
    template_name = "home/admin/checklist.html"
    order = 50

    def get_context_data(self, parent_context):
        steps = checklist()
        return {
            "steps": steps,
            "done": sum(step["is_done"] for step in steps),
            "settings_url": reverse(
                "wagtailsettings:edit", args=["home", "sitesettings", SiteSettings.load().pk]
            ),
        }


def checklist():
    """Return the steps: words, where to do it, and whether it was done."""
    rules = StandardPage.objects.filter(slug="rules").first()
    steps = [
        (
            _("Read and adapt the community rules and the other pages of text"),
            reverse("wagtailadmin_pages:edit", args=[rules.pk]) if rules else "/admin/pages/",
            StandardPage.objects.filter(latest_revision__isnull=False).exists(),
        ),
        (_("Make the first topics"), "/admin/snippets/catalog/topic/", Topic.objects.exists()),
        (
            _("Add providers, then the first resource (or import a list of them)"),
            "/admin/snippets/catalog/provider/",
            Provider.objects.exists() and ResourcePage.objects.live().exists(),
        ),
        (
            _("Make the categories of the forum"),
            "/admin/forum/categories/",
            Category.objects.exists(),
        ),
        (_("Ask the first question yourself"), "/forum/new/", Thread.objects.exists()),
        (
            _("Name agencies and their mail domains"),
            "/admin/people/agencies/",
            Agency.objects.filter(domains__isnull=False).exists(),
        ),
        (
            _("Appoint editors and moderators: put members into their groups"),
            "/admin/users/",
            User.objects.filter(groups__isnull=False).exists(),
        ),
    ]
    return [{"words": words, "url": url, "is_done": done} for words, url, done in steps]


@hooks.register("construct_homepage_panels")
def show_checklist(request, panels):
    """Show administrators what is left to do, unless they hid it in the site's settings."""
    if not request.user.is_superuser or SiteSettings.load().checklist_done:
        return
    if not all(step["is_done"] for step in checklist()):
        panels.append(NewSiteChecklist())


@hooks.register("construct_homepage_panels")
def show_desk(request, panels):
    """Show editors what waits for them."""
    if request.user.has_perm("catalog.change_suggestion"):
        panels.append(EditorDesk())


@hooks.register("before_edit_page")
def keep_what_readers_see(request, page):
    """Have a version of it before it is changed, so that a change can be scheduled."""
    if request.method == "POST":
        keep_live_version(page)
