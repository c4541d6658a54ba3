"""The moderators' queue in Wagtail's admin: a list, a page for each case, a panel with counts."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from .deciding import DISMISS, HIDE, KEEP_HIDDEN, REFUSE, RELEASE, RESTORE, choices_for, decide
from .models import Category, Post
from .moderation_forms import DecisionForm
from .moderators import has_queue
from .queue import (
    ASKED,
    HELD,
    KINDS,
    REPORTED,
    counts_for,
    neighbours,
    record_of,
    waiting_for,
    with_case_data,
)

ROWS = 20
TABS = {
    "": gettext_lazy("All"),
    HELD: gettext_lazy("Held"),
    REPORTED: gettext_lazy("Reported"),
    ASKED: gettext_lazy("Asked again"),
}
# What may be done to many at once; the page of a case has the rest.
BULK = {
    RELEASE: gettext_lazy("Let held posts appear"),
    DISMISS: gettext_lazy("Nothing is wrong: refuse the reports"),
    RESTORE: gettext_lazy("Show hidden posts again"),
    KEEP_HIDDEN: gettext_lazy("Keep hidden posts hidden"),
    HIDE: pgettext_lazy("moderators", "Hide, or do not let appear"),
}


class DeskView(WagtailAdminTemplateMixin, TemplateView):
    """First base of both pages: only for moderators."""

    header_icon = "warning"
    page_title = gettext_lazy("Waiting for moderators")

    def dispatch(self, request, *args, **kwargs):
        if not has_queue(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("forum_queue"), "label": _("Waiting for moderators")},
        ]


class QueueView(DeskView):
    """What waits, the oldest first; ticked cases are decided together."""

    template_name = "forum/admin/queue.html"

    def get(self, request, *args, **kwargs):
        self.form = DecisionForm()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.form = DecisionForm(request.POST)
        ticked = [pk for pk in request.POST.getlist("post") if pk.isascii() and pk.isdigit()]
        action = request.POST.get("action", "")
        posts = with_case_data(waiting_for(request.user)).filter(pk__in=ticked[:ROWS])
        if not ticked:
            self.form.add_error(None, _("Tick at least one post."))
        elif action not in BULK:
            self.form.add_error(None, _("Choose what to do."))
        elif self.form.is_valid():
            self._decide(list(posts), action)
            return redirect(request.get_full_path())
        return self.render_to_response(self.get_context_data(), status=200)

    def _decide(self, posts, action):
        """Decide what fits; say how many were decided and how many it does not fit."""
        done = 0
        for post in posts:
            fitting = {choice.name for choice in choices_for(post)}
            # One word for readers' sake: a held post is not let appear, others are hidden.
            name = REFUSE if action == HIDE and REFUSE in fitting else action
            done += bool(decide(post, by=self.request.user, action=name, **self.form.cleaned_data))
        if done:
            said = ngettext("%(count)d post is decided.", "%(count)d posts are decided.", done)
            messages.success(self.request, said % {"count": done})
        if len(posts) > done:
            left = ngettext(
                "%(count)d post stays: this cannot be done to it.",
                "%(count)d posts stay: this cannot be done to them.",
                len(posts) - done,
            )
            messages.warning(self.request, left % {"count": len(posts) - done})

    def get_context_data(self, **kwargs):
        kind = self.request.GET.get("kind", "")
        kind = kind if kind in KINDS else ""
        counts = counts_for(self.request.user)
        cases = Paginator(with_case_data(waiting_for(self.request.user, kind)), ROWS)
        # Counted already, with the others.
        cases.count = counts[kind or "total"]
        page = cases.get_page(self.request.GET.get("p"))
        tabs = [(name, words, counts[name or "total"]) for name, words in TABS.items()]
        return super().get_context_data(
            form=self.form,
            kind=kind,
            tabs=tabs,
            page=page,
            bulk=BULK.items(),
            ticked=self.request.POST.getlist("post"),
            chosen=self.request.POST.get("action", ""),
            **kwargs,
        )


class CaseView(DeskView):
    """One post with what stands around it, its author's record, and what may be decided."""

    template_name = "forum/admin/case.html"

    def dispatch(self, request, *args, **kwargs):
        mine = Category.objects.moderated_by(request.user)
        posts = Post.objects.filter(thread__category__in=mine)
        self.case = get_object_or_404(with_case_data(posts), pk=kwargs["pk"])
        self.form = DecisionForm(request.POST if request.method == "POST" else None)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        if self.case.number is None:
            return self.case.thread.title
        return f"{self.case.thread.title} #{self.case.number}"

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def post(self, request, *args, **kwargs):
        if self.form.is_valid():
            action = request.POST.get("action", "")
            done = decide(self.case, by=request.user, action=action, **self.form.cleaned_data)
            if done:
                messages.success(request, done)
                return redirect("forum_queue")
            self.form.add_error(None, _("This was decided meanwhile, or is no choice any more."))
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs):
        before, after = neighbours(self.case)
        return super().get_context_data(
            post=self.case,
            thread=self.case.thread,
            before=before,
            after=after,
            choices=choices_for(self.case),
            form=self.form,
            record=record_of(self.case.author, seen_by=self.request.user),
            **kwargs,
        )


class QueuePanel(Component):
    """On the first page of the admin: how much waits, and since when."""

    name = "forum_queue"
    template_name = "forum/admin/panel.html"
    order = 90

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        return {"counts": counts_for(self.user), "url": reverse("forum_queue")}


class QueueItem(MenuItem):
    """The way to the queue in the menu, for who has one."""

    def is_shown(self, request):
        return has_queue(request.user)


urlpatterns = [
    path("forum/queue/", QueueView.as_view(), name="forum_queue"),
    path("forum/queue/<int:pk>/", CaseView.as_view(), name="forum_case"),
]
