"""Topics, providers, platforms and tags in Wagtail's admin."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.ui.tables import NumberColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from . import vocabulary
from .models import Platform, Provider, Tag, Topic


def tag_relations():
    """The tables that give tags to something, each once: listings, threads."""
    return [
        relation
        for relation in Tag._meta.related_objects
        if issubclass(relation.related_model, ItemBase) and not relation.many_to_many
    ]


def with_uses(tags):
    """Annotate how many listings, threads and so on have each tag, as `uses_<relation>`."""
    for relation in tag_relations():
        rows = relation.related_model._default_manager.filter(tag=OuterRef("pk")).order_by()
        counted = rows.values("tag").annotate(count=Count("pk")).values("count")
        tags = tags.annotate(**{f"uses_{relation.name}": Coalesce(Subquery(counted), 0)})
    return tags


def uses_of(tag):
    """Return [(count, what)] of a tag of `with_uses`."""
    return [
        (
            getattr(tag, f"uses_{relation.name}"),
            relation.related_model._meta.get_field("content_object").related_model._meta,
        )
        for relation in tag_relations()
    ]


def use_columns():
    return [
        NumberColumn(
            f"uses_{relation.name}",
            label=capfirst(
                relation.related_model._meta.get_field(
                    "content_object"
                ).related_model._meta.verbose_name_plural
            ),
            sort_key=f"uses_{relation.name}",
        )
        for relation in tag_relations()
    ]


class FormWithVerb(WagtailAdminModelForm):
    """Saves a term through the verb that follows from its new name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        model = type(self.instance)
        self.before = model.objects.filter(pk=self.instance.pk).first()


class TopicForm(FormWithVerb):
    def save(self, commit=True):
        topic = super().save(commit)
        vocabulary.name_topic(topic=topic, before=self.before)
        return topic


class ProviderForm(FormWithVerb):
    def save(self, commit=True):
        provider = super().save(commit)
        if self.before and self.before.name != provider.name:
            vocabulary.note_listings_of(provider)
        return provider


class TagForm(FormWithVerb):
    other_names = forms.CharField(
        label=_("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One a line. Whoever types one of them gets this tag, and addresses with them lead "
            "here. A name that you change becomes one by itself."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            names = self.instance.aliases.values_list("name", flat=True)
            self.initial["other_names"] = "\n".join(names)

    def clean_other_names(self):
        names = [name.strip() for name in self.cleaned_data["other_names"].splitlines()]
        complaints = []
        for name in filter(None, names):
            try:
                vocabulary.check_other_name(self.instance, name)
            except ValidationError as error:
                complaints += error.messages
        if complaints:
            raise ValidationError(complaints)
        return [name for name in names if name]

    def save(self, commit=True):
        return vocabulary.name_tag(tag=self.instance, other_names=self.cleaned_data["other_names"])


class TermViewSet(SnippetViewSet):
    form = None

    def get_edit_handler(self):
        handler = super().get_edit_handler()
        if self.form:
            handler.base_form_class = self.form
        return handler


class TopicViewSet(TermViewSet):
    model = Topic
    form = TopicForm
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["title", "parent", "slug"]
    list_filter = ["parent"]
    search_fields = ["title", "summary"]
    ordering = ["title"]
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("parent"),
        FieldPanel("summary"),
        FieldPanel("website"),
        InlinePanel(
            "aliases",
            heading=_("Other names"),
            label=_("other name"),
            help_text=_("Their addresses lead here."),
        ),
    ]


class ProviderViewSet(TermViewSet):
    model = Provider
    form = ProviderForm
    icon = "group"
    menu_label = _("Providers")
    list_display = ["name", "kind", "agency", "website"]
    list_filter = ["kind"]
    list_export = ["name", "slug", "kind", "website", "summary"]
    search_fields = ["name", "summary", "former_names"]
    ordering = ["name"]
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("kind"),
        FieldPanel("website"),
        FieldPanel("summary"),
        FieldPanel("agency"),
        FieldPanel("former_names"),
    ]


class PlatformViewSet(TermViewSet):
    model = Platform
    icon = "mobile-alt"
    menu_label = _("Platforms")
    list_display = ["name", "slug"]
    search_fields = ["name", "former_names"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("former_names")]


class TagViewSet(TermViewSet):
    model = Tag
    form = TagForm
    icon = "tag"
    menu_label = _("Tags")
    list_display = ["name", "slug", *use_columns()]
    search_fields = ["name"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("other_names")]

    def get_queryset(self, request):
        return with_uses(Tag.objects.all())
