"""What each facet means, in one sentence: help for editors, and for readers of the list."""

from django.utils.translation import gettext_lazy as _

DEFINITIONS = {
    "kind": _(
        "What it is: a course to learn from, a webinar at one time, guidance to follow, or a "
        "kit of materials to use."
    ),
    "level": _(
        "How much it expects one to know: nothing, the daily work on an official account, or more."
    ),
    "cost": _(
        "What one person pays: nothing, nothing but an account, money, or nothing for people "
        "in government."
    ),
    "time": _("All of it together, for one person. Each listing is in one band."),
    "availability": _(
        "Whether one can take part now, later or at any time, or watch what was recorded. "
        "Events that are over are left out until you choose them."
    ),
    "topic": _("What it is about. A topic includes the topics below it."),
    "audience": _("Whose work it is made for."),
    "delivery": _(
        "How it reaches you: in a room, live online, by yourself online, some of both, or as "
        "a document."
    ),
    "pacing": _("Who sets the pace: an instructor, or you."),
    "platform": _("The social or digital service it is about, not where an event is held."),
    "for": _("The level of government it was made for. Others may use it, too."),
    "by": _("What kind of organization offers it."),
    "required": _("At least one rule, cited on its page, requires it of somebody."),
    "language": _("The language it is in, captions not counted."),
    "tag": _("Free labels that editors give; less strict than topics."),
}
