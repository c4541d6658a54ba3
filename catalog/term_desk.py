"""Merging terms, making a topic of a tag, and finding near-doubles, in Wagtail's admin."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import classproperty
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from . import vocabulary
from .models import Tag, Topic
from .near_doubles import near_doubles, singular
from .vocabulary_desk import uses_of, with_uses

# More at once is rather a slip than a wish.
MOST_MERGED = 30


def uses_in_words(tag):
    """Return "3 resources, 1 thread" of a tag of `with_uses`, or that nothing has it."""
    found = [
        f"{count} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"
        for count, meta in uses_of(tag)
        if count
    ]
    return ", ".join(found) or _("not in use")


def may_keep_tags(user):
    return user.is_active and user.has_perm("catalog.change_tag")


class TermChoice(forms.ModelChoiceField):
    def label_from_instance(self, term):
        if isinstance(term, Tag):
            return f"{term} ({uses_in_words(term)})"
        return str(term)


class MergeAction(SnippetBulkAction):
    """Several tags, or several topics, become one."""

    display_name = gettext_lazy("Merge")
    aria_label = gettext_lazy("Merge the selected into one")
    action_type = "merge"
    action_priority = 10
    template_name = "catalog/admin/merge_terms.html"

    @classproperty
    def models(cls):
        return [Tag, Topic]

    @classmethod
    def get_queryset(cls, model, object_ids):
        return super().get_queryset(model, [key for key in object_ids if str(key).isdecimal()])

    def check_perm(self, term):
        return all(
            self.permission_policy.user_has_permission_for_instance(self.request.user, need, term)
            for need in ("change", "delete")
        )

    def get_form(self, form_class=None):
        found = self.get_actionable_objects()[0]
        rows = self.model.objects.filter(pk__in=[term.pk for term in found])
        self.terms = list(with_uses(rows)) if self.model is Tag else list(rows)
        self.terms.sort(key=weight, reverse=True)
        form = super().get_form(form_class)
        form.fields["into"] = TermChoice(
            label=_("The one that stays"),
            queryset=with_uses(rows) if self.model is Tag else rows,
            initial=self.terms[0] if self.terms else None,
            empty_label=None,
            widget=forms.RadioSelect,
        )
        return form

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "is_enough": len(self.terms) > 1,
            "most": MOST_MERGED if len(self.terms) > MOST_MERGED else 0,
        }

    def form_valid(self, form):
        if len(self.terms) > MOST_MERGED:
            return self.form_invalid(form)
        try:
            return super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)

    def get_execution_context(self):
        into = self.cleaned_form.cleaned_data["into"]
        return {**super().get_execution_context(), "into": into, "user": self.request.user}

    @classmethod
    def execute_action(cls, objects, into=None, user=None, **kwargs):
        if isinstance(into, Tag):
            return vocabulary.merge_tags(tags=objects, into=into, user=user), 0
        return vocabulary.merge_topics(topics=objects, into=into, user=user), 0

    def get_success_message(self, count, _children):
        into = self.cleaned_form.cleaned_data["into"]
        return ngettext(
            "%(count)d was merged into “%(into)s”.", "%(count)d were merged into “%(into)s”.", count
        ) % {"count": count, "into": into}


def weight(term):
    """How much a term is used, for choosing the one that stays."""
    return sum(count for count, _meta in uses_of(term)) if isinstance(term, Tag) else 0


class PromoteForm(forms.Form):
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic"),
        queryset=Topic.objects.all(),
        required=False,
        empty_label=gettext_lazy("a new one, named below"),
    )
    title = forms.CharField(
        label=gettext_lazy("Title of the new topic"),
        max_length=Topic._meta.get_field("title").max_length,
        required=False,
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Below"),
        queryset=Topic.objects.roots(),
        required=False,
        empty_label=gettext_lazy("nothing: it is of the first level"),
    )
    keep = forms.BooleanField(
        label=gettext_lazy("Keep the tag, too"),
        required=False,
        help_text=gettext_lazy("Otherwise it goes, and its addresses lead to the topic."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("topic") or self.errors:
            return cleaned
        title = (cleaned.get("title") or "").strip()
        topic = Topic(title=title, slug=slugify(title)[:120], parent=cleaned.get("parent"))
        if not title:
            self.add_error("title", _("Choose a topic above, or name the new one."))
        elif not topic.slug:
            self.add_error("title", _("The title needs a letter or digit for its address."))
        elif Topic.objects.filter(slug=topic.slug).exists():
            self.add_error("title", _("There is such a topic: choose it above."))
        else:
            cleaned["topic"] = topic
        return cleaned


class PromoteView(WagtailAdminTemplateMixin, FormView):
    """Make a topic of a tag."""

    form_class = PromoteForm
    template_name = "catalog/admin/promote_tag.html"
    page_title = gettext_lazy("Make it a topic")
    header_icon = "tag"

    def dispatch(self, request, *args, **kwargs):
        needs = ("catalog.change_tag", "catalog.delete_tag", "catalog.add_topic")
        if not request.user.has_perms(needs):
            raise PermissionDenied
        self.tag = get_object_or_404(with_uses(Tag.objects.all()), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailsnippets_catalog_tag:list"), "label": _("Tags")},
            {
                "url": reverse("wagtailsnippets_catalog_tag:edit", args=[self.tag.pk]),
                "label": self.tag.name,
            },
            {"url": "", "label": self.page_title},
        ]

    def get_initial(self):
        like = singular(self.tag.name)
        same = [topic for topic in Topic.objects.all() if singular(topic.title) == like]
        title = "" if same else self.tag.name[:1].upper() + self.tag.name[1:]
        return {"topic": same[0] if same else None, "title": title}

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "uses": uses_in_words(self.tag),
            "tag": self.tag,
        }

    def form_valid(self, form):
        topic, keep = form.cleaned_data["topic"], form.cleaned_data["keep"]
        name = self.tag.name
        vocabulary.promote_tag(tag=self.tag, topic=topic, keep=keep, user=self.request.user)
        messages.success(
            self.request,
            _("Everything with the tag “%(tag)s” has the topic “%(topic)s” now.")
            % {"tag": name, "topic": topic},
        )
        return redirect("wagtailsnippets_catalog_tag:list")


class NearDoubles(WagtailAdminTemplateMixin, TemplateView):
    """Tags that are likely meant as one, and tags that are topics already."""

    template_name = "catalog/admin/near_doubles.html"
    page_title = gettext_lazy("Tags that look alike")
    header_icon = "tag"

    def dispatch(self, request, *args, **kwargs):
        if not may_keep_tags(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        tags = {tag.pk: tag for tag in with_uses(Tag.objects.all())}
        for tag in tags.values():
            tag.uses = uses_in_words(tag)
        groups = near_doubles({pk: tag.name for pk, tag in tags.items()})
        topics = {singular(topic.title): topic for topic in Topic.objects.all()}
        return {
            **super().get_context_data(**kwargs),
            "groups": [
                sorted((tags[pk] for pk in keys), key=weight, reverse=True) for keys in groups
            ],
            "topics": [
                (tag, topics[singular(tag.name)])
                for tag in tags.values()
                if singular(tag.name) in topics
            ],
        }
