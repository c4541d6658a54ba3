"""The form of a poll: a part of the form of a new thread, and a page of its own later."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .polling import FEWEST_OPTIONS, LONGEST_OPTION, LONGEST_QUESTION, MOST_OPTIONS
from .posting import clean_text, clean_title

LONGEST_RUN = timedelta(days=366)
FIELDS = ("question", "options", "is_multiple", "closes_on")
# As they are called within the form of a new thread, whose drafts keep them.
PREFIX = "poll"
NAMES = tuple(f"{PREFIX}-{name}" for name in FIELDS)


class PollForm(forms.Form):
    """What a poll asks; `cleaned_data` has options as a list, and `closes_at`.

    `is_part` makes it a part of another form, where nothing at all is fine too (`is_empty`);
    a `poll` that has votes keeps its question and options.
    """

    question = forms.CharField(
        label=gettext_lazy("Question of the poll"),
        max_length=LONGEST_QUESTION,
        error_messages={"required": gettext_lazy("Say what the poll asks.")},
    )
    options = forms.CharField(
        label=gettext_lazy("Options"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One to a line, two to ten of them."),
        error_messages={"required": gettext_lazy("Give at least two options, one to a line.")},
    )
    is_multiple = forms.BooleanField(
        label=gettext_lazy("More than one option may be chosen"), required=False
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Votes count until the end of that day. Leave empty for no end."),
        error_messages={"invalid": gettext_lazy("Give the day like 2027-03-31.")},
    )

    def __init__(self, data=None, *, writer, poll=None, is_part=False, **kwargs):
        if poll:
            kwargs["initial"] = {
                "question": poll.question,
                "options": "\n".join(option.words for option in poll.options.all()),
                "is_multiple": poll.is_multiple,
                "closes_on": poll.closes_at and _last_day(poll.closes_at, zone_of(writer)),
            }
        super().__init__(data, prefix=PREFIX if is_part else None, **kwargs)
        self.is_part, self.poll = is_part, poll
        self.zone = zone_of(writer)
        self.use_required_attribute = not is_part
        if poll and poll.voter_count:
            for name in ("question", "options", "is_multiple"):
                self.fields[name].disabled = True

    @property
    def is_empty(self):
        """Whether nothing of a poll was typed."""
        return not any(
            (self.data.get(self.add_prefix(name)) or "").strip() for name in ("question", "options")
        )

    @property
    def preview(self):
        """What the poll will ask, as question and options; None where that is not known yet."""
        if self.is_empty or not self.is_valid():
            return None
        known = {name: self.cleaned_data.get(name) for name in ("question", "options")}
        return known if all(known.values()) else None

    @property
    def is_begun(self):
        """Whether its part of the page stands open."""
        return any(self[name].value() for name in ("question", "options"))

    def clean_question(self):
        question = clean_title(self.cleaned_data["question"])
        if not question:
            raise ValidationError(self.fields["question"].error_messages["required"])
        return question

    def clean_options(self):
        lines = clean_text(self.cleaned_data["options"]).splitlines()
        options = [words for line in lines if (words := " ".join(line.split()))]
        if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
            raise ValidationError(
                _("A poll has %(fewest)d to %(most)d options; here are %(count)d.")
                % {"fewest": FEWEST_OPTIONS, "most": MOST_OPTIONS, "count": len(options)}
            )
        if len({words.casefold() for words in options}) < len(options):
            raise ValidationError(_("Two options are the same. Change one of them."))
        if too_long := next((words for words in options if len(words) > LONGEST_OPTION), ""):
            raise ValidationError(
                _("An option may have %(most)d characters. This one is longer: %(words)s…")
                % {"most": LONGEST_OPTION, "words": too_long[:40]}
            )
        return options

    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("closes_on")
        cleaned["closes_at"] = None
        if day is None:
            return cleaned
        today = timezone.localtime(timezone.now(), self.zone).date()
        if day < today and "closes_on" in self.changed_data:
            self.add_error("closes_on", _("This day is over. Choose a later one."))
        elif day > today + LONGEST_RUN:
            self.add_error("closes_on", _("A poll runs for a year at most. Choose an earlier day."))
        elif self.poll and "closes_on" not in self.changed_data:
            cleaned["closes_at"] = self.poll.closes_at
        else:
            midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=self.zone)
            cleaned["closes_at"] = midnight
        return cleaned


def zone_of(user):
    """The time zone in which a member's days begin and end."""
    chosen = getattr(user, "time_zone", "")
    return ZoneInfo(chosen) if chosen else timezone.get_default_timezone()


def _last_day(moment, zone):
    return timezone.localtime(moment - timedelta(seconds=1), zone).date()
