"""The forms in which members report and moderators decide."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from .deciding import NEEDS_REASON
from .forms import CategoryField, PlainTextField
from .models import Category, Post, Sanction, Thread
from .posting import LONGEST_TITLE

LONGEST_NOTE = 1000
DAYS = (1, 3, 7, 14, 30, 90, 365)


def words_area(rows=3):
    return forms.Textarea(attrs={"rows": rows})


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=Post.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    text = PlainTextField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=words_area(),
        help_text=gettext_lazy("Only moderators read it. Please do not repeat what is sensitive."),
    )


class AskAgainForm(forms.Form):
    text = PlainTextField(
        label=gettext_lazy("Why should it be shown?"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=words_area(),
        help_text=gettext_lazy("What you changed, or what the moderator may have misread."),
    )


class DecisionForm(forms.Form):
    """A reason for readers and a note for whom it concerns; the button pressed is the action."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        required=False,
        choices=[("", gettext_lazy("Please choose")), *Post.Reason.choices],
        help_text=gettext_lazy("Needed to hide a post: readers see it in its place."),
    )
    note = PlainTextField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=words_area(2),
        help_text=gettext_lazy(
            "The author of a hidden post reads it, or who reported a post that stays."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        if self.data.get("action") in NEEDS_REASON and not cleaned.get("reason"):
            self.add_error("reason", _("Choose a reason."))
        return cleaned


class SanctionForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        widget=forms.RadioSelect,
        choices=[
            (Sanction.Kind.SILENCE, gettext_lazy("Silence: reads, but does not write")),
            (Sanction.Kind.SUSPENSION, gettext_lazy("Suspension: cannot log in for a while")),
            (Sanction.Kind.BAN, gettext_lazy("Ban: cannot log in any more")),
        ],
        error_messages={"required": gettext_lazy("Choose one of the three.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", gettext_lazy("Without an end")),
            *((days, ngettext_lazy("%d day", "%d days", days) % days) for days in DAYS),
        ],
        help_text=gettext_lazy("A suspension needs an end; a ban has none."),
    )
    reason = PlainTextField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_NOTE,
        widget=words_area(),
        help_text=gettext_lazy("The member reads it, by mail and when trying to write or log in."),
        error_messages={"required": gettext_lazy("Say why: the member reads it.")},
    )

    def clean(self):
        cleaned = super().clean()
        kind, days = cleaned.get("kind"), cleaned.get("days")
        if kind == Sanction.Kind.SUSPENSION and not days:
            self.add_error("days", _("Choose when the suspension ends."))
        if kind == Sanction.Kind.BAN and days:
            self.add_error("days", _("A ban has no end. Choose a suspension for a while."))
        return cleaned

    @property
    def ends_at(self):
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None


class ThreadAddressField(PlainTextField):
    """A thread named by its address or its number; `visible` says which one may name."""

    default_error_messages = {
        "invalid": gettext_lazy(
            "There is no thread here that you moderate. Paste its address, or its number."
        )
    }

    def __init__(self, *args, **kwargs):
        self.visible = None
        super().__init__(*args, **kwargs)

    def clean(self, value):
        typed = super().clean(value)
        pk = number_of_thread(typed)
        thread = self.visible.filter(pk=pk).first() if pk else None
        if thread is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return thread


def number_of_thread(typed):
    """Read the number of a thread from what was typed or pasted: 12, #12, /forum/t/12/title/."""
    _before, found, after = typed.partition("/forum/t/")
    digits = (after if found else typed.strip().lstrip("#")).partition("/")[0]
    digits = digits.partition("?")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 15 else None


class TickedForm(forms.Form):
    """First base of what is asked before ticked posts, or a whole thread, go elsewhere."""

    def __init__(self, *args, moderator, thread, **kwargs):
        super().__init__(*args, **kwargs)
        self.mine = Category.objects.moderated_by(moderator).select_related("parent")
        if "target" in self.fields:
            visible = Thread.objects.visible_to(moderator).filter(category__in=self.mine)
            self.fields["target"].visible = visible.select_related("category__parent")
        if "category" in self.fields:
            self.fields["category"].queryset = self.mine
            self.fields["category"].initial = thread.category_id


class MoveTickedForm(TickedForm):
    target = ThreadAddressField(
        label=gettext_lazy("To this thread"),
        help_text=gettext_lazy("Its address, as it stands in the browser, or its number."),
        error_messages={"required": gettext_lazy("Paste the address of a thread.")},
    )


class MergeForm(MoveTickedForm):
    pass


class SplitForm(TickedForm):
    title = PlainTextField(
        label=gettext_lazy("Title of the new thread"),
        max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Give it a title, so that others find it.")},
    )
    category = CategoryField(
        queryset=Category.objects.none(), label=gettext_lazy("Category"), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("This is"),
        choices=[
            (Thread.Kind.DISCUSSION, Thread.Kind.DISCUSSION.label),
            (Thread.Kind.QUESTION, Thread.Kind.QUESTION.label),
        ],
    )


class HideTickedForm(TickedForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Please choose")), *Post.Reason.choices],
        help_text=gettext_lazy("Readers see it in place of a hidden post."),
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    note = PlainTextField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=words_area(2),
        help_text=gettext_lazy("The authors read it."),
    )
