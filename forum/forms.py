"""The forms in which members write. What is wrong is said; what was typed comes back."""

from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Topic

from . import drafts, images
from .announcing import announceable_by
from .models import Category, Thread
from .poll_forms import PollForm
from .posting import LONGEST_TEXT, LONGEST_TITLE, MOST_TOPICS, clean_text, opens_thread

HELP = gettext_lazy(
    "Type [[ and the title of a resource, then ]], to link it; @ and a member's name to call "
    "them. Markdown works: **bold**, *italic*, > quote, - list."
)


class PlainTextField(forms.CharField):
    """Text without NUL and with one kind of line end."""

    def to_python(self, value):
        return clean_text(str(value)) if value not in self.empty_values else ""


class TextField(PlainTextField):
    """The text of a post."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Your text"))
        kwargs.setdefault("help_text", HELP)
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 9}),
            error_messages={"required": gettext_lazy("Write something before you post.")},
            **kwargs,
        )

    def validate(self, value):
        super().validate(value)
        if len(value) > LONGEST_TEXT:
            raise ValidationError(
                ngettext(
                    "A post may have %(most)s characters; yours has %(count)s. Shorten it or "
                    "post it in parts.",
                    "A post may have %(most)s characters; yours has %(count)s. Shorten it or "
                    "post it in parts.",
                    len(value),
                )
                % {"most": f"{LONGEST_TEXT:,}", "count": f"{len(value):,}"}
            )
        count = len(images.keys_in(value))
        if count > images.MOST_IN_A_POST:
            raise ValidationError(
                _("A post may show %(most)d images; yours has %(count)d. Take some out.")
                % {"most": images.MOST_IN_A_POST, "count": count}
            )


class ComposerForm(forms.Form):
    """What every form of the forum carries beside its text.

    `submission_key` lets a form post once, however often it is sent; `writer` says for whom it
    was opened, so that nothing is posted under another name by mistake. An image may come with
    it; forum.views.attaching takes it and sets the attributes below.
    """

    image_said = {}  # what is wrong with the image, by the name of the field
    image_text = ""  # what names it in the text
    waiting_image = None  # it is kept, but nobody said what it shows

    submission_key = PlainTextField(widget=forms.HiddenInput, required=False)
    writer = PlainTextField(widget=forms.HiddenInput, required=False)
    image_key = PlainTextField(widget=forms.HiddenInput, required=False)
    image = forms.FileField(
        label=gettext_lazy("Image file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
        help_text=gettext_lazy(
            "JPEG, PNG, GIF or WebP, at most 8 MB. What the file says of place and camera is removed."
        ),
    )
    image_alt = PlainTextField(
        label=gettext_lazy("What it shows"),
        max_length=images.LONGEST_ALT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("For who cannot see it: “Bar chart: most replies come by Tuesday”."),
    )
    image_is_decorative = forms.BooleanField(
        label=gettext_lazy("It only decorates and says nothing that the text does not"),
        required=False,
    )
    # People do not see it; programs fill in every field, and what they send is looked at first.
    website = PlainTextField(
        required=False,
        label=gettext_lazy("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    image_drop = forms.BooleanField(label=gettext_lazy("Leave this image out"), required=False)

    def __init__(self, *args, writer, **kwargs):
        kwargs["initial"] = {
            **(kwargs.get("initial") or {}),
            "submission_key": uuid4(),
            "writer": drafts.sign_writer(writer),
        }
        super().__init__(*args, **kwargs)
        self.user = writer
        # Required in the browser would keep Preview from working on an unfinished form.
        self.use_required_attribute = False

    @property
    def is_from_a_program(self):
        return bool(self.cleaned_data.get("website"))

    def for_next_try(self):
        """The values that the form shows when it comes back, its own marks renewed."""
        data = self.data.copy()
        data["writer"] = drafts.sign_writer(self.user)
        if not self.cleaned_data.get("submission_key"):
            data["submission_key"] = str(uuid4())
        self.data = data
        return self

    def clean_submission_key(self):
        try:
            return UUID(self.cleaned_data["submission_key"])
        except ValueError:
            return None

    def clean(self):
        opened_for = drafts.read_writer(self.data.get("writer", ""))
        if opened_for not in {None, self.user.pk} and self.user.is_authenticated:
            raise ValidationError(
                _("You are logged in as %(name)s now. Send it again to post under this name."),
                params={"name": self.user.display_name},
            )
        for name, said in self.image_said.items():
            self.add_error(name, said)
        return super().clean()

    def forget_errors(self):
        """Complain of nothing now, but for an image that could not be taken."""
        self.is_valid()
        self.errors.clear()
        for name, said in self.image_said.items():
            self.add_error(name, said)


class ReplyForm(ComposerForm):
    text = TextField(label=gettext_lazy("Your reply"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The address …#reply puts the cursor here, without a script.
        self.fields["text"].widget.attrs["id"] = "reply"


class EditForm(ComposerForm):
    title = PlainTextField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    text = TextField()

    def __init__(self, *args, post, **kwargs):
        super().__init__(*args, **kwargs)
        if not opens_thread(post, post.thread):
            del self.fields["title"]


class CategoryField(forms.ModelChoiceField):
    def label_from_instance(self, category):
        return f"{category.parent} › {category}" if category.parent else str(category)


class ThreadForm(ComposerForm):
    title = PlainTextField(
        label=gettext_lazy("Title"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("One sentence that a colleague elsewhere would understand."),
        error_messages={"required": gettext_lazy("Give it a title, so that others find it.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("This is"), widget=forms.RadioSelect)
    category = CategoryField(
        queryset=Category.objects.none(),
        label=gettext_lazy("Category"),
        empty_label=gettext_lazy("Choose one"),
        to_field_name="slug",
        error_messages={
            "required": gettext_lazy("Choose where it belongs."),
            "invalid_choice": gettext_lazy("Choose one of the categories in the list."),
        },
    )
    takes_replies = forms.BooleanField(
        label=gettext_lazy("Members may reply to the announcement"), required=False
    )
    text = TextField()
    topics = forms.ModelMultipleChoiceField(
        queryset=Topic.objects.all(),
        label=gettext_lazy("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
        help_text=gettext_lazy(
            "At most three. Choose none and it gets those of its category and of the resources "
            "that you name."
        ),
    )

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        # Its fields keep their names within the whole form, also in drafts.
        begun = kwargs.get("initial") or {}
        self.poll = PollForm(
            data,
            writer=self.user,
            is_part=True,
            initial={name: begun.get(f"poll-{name}") for name in PollForm.base_fields},
        )
        category = self.fields["category"]
        # A visitor sees this form only when its token was stale; who may write shows later.
        is_known = self.user.is_authenticated
        open_to = Category.objects.writable_by if is_known else Category.objects.visible_to
        category.queryset = open_to(self.user).select_related("parent")
        kinds = [
            (Thread.Kind.QUESTION, _("A question: one reply may become its answer")),
            (Thread.Kind.DISCUSSION, _("A discussion: experience, news, a draft to comment on")),
        ]
        self.announceable = set(announceable_by(self.user).values_list("pk", flat=True))
        if self.announceable:
            kinds.append(
                (Thread.Kind.ANNOUNCEMENT, _("An announcement: on top of the lists for two weeks"))
            )
        else:
            del self.fields["takes_replies"]
        self.fields["kind"].choices = kinds

    def clean_topics(self):
        topics = self.cleaned_data["topics"]
        if len(topics) > MOST_TOPICS:
            raise ValidationError(_("Choose at most three topics."))
        return topics

    def clean(self):
        cleaned = super().clean()
        category = cleaned.get("category")
        is_announcement = cleaned.get("kind") == Thread.Kind.ANNOUNCEMENT
        if is_announcement and category and category.pk not in self.announceable:
            said = _("Announcements are for editors and for moderators of the category.")
            self.add_error("kind", said)
        if not self.poll.is_empty:
            for name, said in self.poll.errors.items():
                label = self.poll[name].label
                self.add_error(None, [f"{label}: {words}" for words in said])
        return cleaned

    def forget_errors(self):
        super().forget_errors()
        self.poll.errors.clear()

    @property
    def poll_fields(self):
        """What the poll asks, for the verb that starts the thread; None without one."""
        if self.poll.is_empty:
            return None
        names = ("question", "options", "is_multiple", "closes_at")
        return {name: self.poll.cleaned_data[name] for name in names}


class MoveForm(forms.Form):
    category = CategoryField(
        queryset=Category.objects.none(),
        label=gettext_lazy("Move to"),
        empty_label=gettext_lazy("Choose one"),
    )

    def __init__(self, *args, moderator, thread, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Category.objects.moderated_by(moderator).select_related("parent")
        self.fields["category"].queryset = mine.exclude(pk=thread.category_id)
