"""The forum in Wagtail's admin: categories to edit, threads and posts to look through.

Nothing that members wrote is edited here. The lists lead to the pages on which one moderates.
"""

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from portal.accounts.models import User

from .models import Category, CategoryModerator, Post, Thread


class CategoryForm(WagtailAdminModelForm):
    """A category with its moderators: groups to tick, members by their public names."""

    moderator_groups = forms.ModelMultipleChoiceField(
        queryset=Group.objects.order_by("name"),
        label=gettext_lazy("groups that moderate"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    moderator_names = forms.CharField(
        label=gettext_lazy("members who moderate"),
        required=False,
        help_text=gettext_lazy("Their public names (as in /members/jane-doe/), with commas."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Category.objects.filter(parent__isnull=True)
        if self.instance.pk:
            rows = list(self.instance.moderators.select_related("user", "group"))
            self.initial["moderator_groups"] = [row.group_id for row in rows if row.group_id]
            names = sorted(row.user.username for row in rows if row.user_id)
            self.initial["moderator_names"] = ", ".join(names)

    def clean_moderator_names(self):
        """Return the members named."""
        names = {
            name.strip().lstrip("@") for name in self.cleaned_data["moderator_names"].split(",")
        }
        names.discard("")
        found = {user.username.lower(): user for user in User.objects.filter(username__in=names)}
        for name in sorted(name for name in names if name.lower() not in found):
            user = User.objects.filter(username__iexact=name).first()
            if user is None:
                raise ValidationError(
                    _("Nobody has the public name “%(name)s”."), params={"name": name}
                )
            found[name.lower()] = user
        return list(found.values())

    def save(self, commit=True):
        category = super().save(commit=commit)
        if commit:
            category.moderators.all().delete()
            CategoryModerator.objects.bulk_create(
                [
                    *(
                        CategoryModerator(category=category, group=group)
                        for group in self.cleaned_data["moderator_groups"]
                    ),
                    *(
                        CategoryModerator(category=category, user=user)
                        for user in self.cleaned_data["moderator_names"]
                    ),
                ]
            )
        return category


class CategoryViewSet(ModelViewSet):
    model = Category
    name = "forum_categories"
    url_prefix = "forum/categories"
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Categories")
    list_display = ["name", "parent", "read", "write", "thread_count", "post_count"]
    ordering = ["position", "name"]
    search_fields = ["name", "description"]
    copy_view_enabled = False
    base_form_class = CategoryForm
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("parent"),
        FieldPanel("position"),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel(
            [
                FieldPanel("read"),
                FieldPanel("read_groups", widget=forms.CheckboxSelectMultiple),
                FieldPanel("write"),
                FieldPanel("write_groups", widget=forms.CheckboxSelectMultiple),
            ],
            heading=gettext_lazy("Who reads and writes"),
        ),
        MultiFieldPanel(
            [FieldPanel("moderator_groups"), FieldPanel("moderator_names")],
            heading=gettext_lazy("Moderators"),
            help_text=gettext_lazy("They moderate here and in the categories inside."),
        ),
    ]

    def get_edit_handler(self):
        handler = super().get_edit_handler()
        handler.base_form_class = CategoryForm
        return handler


class ThreadTitle(TitleColumn):
    def get_url(self, instance, parent_context):
        return instance.get_absolute_url()


class ThreadIndexView(IndexView):
    any_permission_required = ["view", "change"]
    columns = [
        ThreadTitle("title", label=gettext_lazy("Title"), sort_key="title"),
        TitleColumn(
            "moderate",
            label=gettext_lazy("Moderate"),
            accessor=lambda thread: _("Moderate"),
            get_url=lambda thread: reverse("forum:moderate_thread", args=[thread.pk, thread.slug]),
        ),
        UserColumn("author", blank_display_name=""),
        Column("category", label=gettext_lazy("Category"), accessor="category.name"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        BooleanColumn("is_locked", label=gettext_lazy("Closed")),
        Column("reply_count", label=gettext_lazy("Replies"), sort_key="reply_count"),
        DateColumn("last_post_at", label=gettext_lazy("Last activity"), sort_key="last_post_at"),
    ]

    def get_base_queryset(self):
        mine = Category.objects.moderated_by(self.request.user)
        return Thread.objects.filter(category__in=mine).select_related("category", "author")


class PostTitle(TitleColumn):
    def get_url(self, instance, parent_context):
        return instance.get_absolute_url()


class PostIndexView(IndexView):
    any_permission_required = ["view", "change"]
    columns = [
        PostTitle("__str__", label=gettext_lazy("Post"), accessor=str),
        TitleColumn(
            "moderate",
            label=gettext_lazy("Moderate"),
            accessor=lambda post: _("Moderate"),
            get_url=lambda post: reverse("forum:moderate_post", args=[post.pk]),
        ),
        UserColumn("author", blank_display_name=""),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        Column("reason", label=gettext_lazy("Reason"), accessor="get_reason_display"),
        DateColumn("created_at", label=gettext_lazy("Written"), sort_key="created_at"),
    ]

    def get_base_queryset(self):
        mine = Category.objects.moderated_by(self.request.user)
        return Post.objects.filter(thread__category__in=mine).select_related("thread", "author")


class ReadingViewSet(ModelViewSet):
    """Only the list: what stands in it is written, edited and moderated on the site."""

    add_to_reference_index = False
    inspect_view_enabled = True  # so that "Can view" is offered in the group editor
    exclude_form_fields = []
    list_per_page = 50

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_index_view_kwargs(self, **kwargs):
        kwargs = super().get_index_view_kwargs(**kwargs)
        kwargs.pop("list_display", None)
        nowhere = ("add", "edit", "copy", "inspect", "delete", "reorder")
        return {**kwargs, **{f"{name}_url_name": None for name in nowhere}}

    def register_admin_url_finder(self):
        """Nothing: there is no page in the admin for one row."""


class ThreadViewSet(ReadingViewSet):
    model = Thread
    name = "forum_threads"
    url_prefix = "forum/threads"
    icon = "comment"
    menu_label = gettext_lazy("Threads")
    index_view_class = ThreadIndexView
    ordering = ["-last_post_at"]
    list_filter = ["category", "kind", "state", "is_locked", "is_pinned"]
    search_fields = ["title"]
    search_backend_name = None


class PostViewSet(ReadingViewSet):
    model = Post
    name = "forum_posts"
    url_prefix = "forum/posts"
    icon = "comment-large"
    menu_label = gettext_lazy("Posts")
    index_view_class = PostIndexView
    ordering = ["-created_at"]
    list_filter = ["state", "reason", "created_at"]
    search_fields = ["text"]
    search_backend_name = None


class ForumGroup(ModelViewSetGroup):
    items = (ThreadViewSet, PostViewSet, CategoryViewSet)
    menu_label = gettext_lazy("Forum")
    menu_icon = "comment"
    menu_order = 250
