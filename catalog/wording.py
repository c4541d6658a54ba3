"""How listings are said: facts, times and lengths in words."""

from datetime import datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .models import CourseRun, Provider, ResourcePage, WebinarPage
from .models.wall_clock import in_zone, zone_words
from .models.webinar import state_of

Delivery = ResourcePage.Delivery
Pacing = ResourcePage.Pacing
Stated = ResourcePage.Stated

# Why a listing is no recommendation: made from the kind of its provider, never typed.
NO_ENDORSEMENT = {
    Provider.Kind.AGENCY: gettext_lazy(
        "Made by an agency for its own people. Check what your own agency says before you rely "
        "on it. A listing is not an endorsement."
    ),
    Provider.Kind.OTHER_GOVERNMENT: gettext_lazy(
        "Offered by a government organization. A listing is not an endorsement."
    ),
    Provider.Kind.CONTRACTOR: gettext_lazy(
        "Offered by a contractor that works for government. A listing is not an endorsement, and "
        "nobody can pay for one."
    ),
    Provider.Kind.VENDOR: gettext_lazy(
        "Offered by a vendor that sells products or services. A listing is not an endorsement, "
        "and nobody can pay for one."
    ),
    Provider.Kind.UNIVERSITY: gettext_lazy(
        "Offered by a university. A listing is not an endorsement."
    ),
    Provider.Kind.NONPROFIT: gettext_lazy(
        "Offered by a nonprofit organization. A listing is not an endorsement."
    ),
    "": gettext_lazy(
        "Nobody stated what kind of organization offers this. A listing is not an endorsement."
    ),
}


def host_of(url):
    """Return the host a link leads to, as readers know it, or ""."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def length_words(minutes):
    """Say a number of minutes: "45 minutes", "3 hours", "1 hour 30 minutes"."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if rest and hours < 10:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return " ".join(parts)


def pace_words(resource):
    """Say in one word how it is taken, or "" where nobody stated it."""
    if resource.delivery == Delivery.SELF_PACED_ONLINE:
        return _("self-paced")
    if resource.delivery:
        return resource.get_delivery_display()
    if resource.pacing == Pacing.SELF_DIRECTED:
        return _("self-paced")
    return resource.get_pacing_display() if resource.pacing else ""


def short_facts(resource):
    """What a row of a list says: cost, how, how long. What is not stated is left out."""
    facts = [
        resource.get_cost_display() if resource.cost else "",
        pace_words(resource),
        length_words(resource.minutes),
    ]
    return begun([str(fact) for fact in facts if fact])


def begun(facts):
    """Return the facts, the first with a capital letter."""
    return [capfirst(facts[0]), *facts[1:]] if facts else []


def key_facts(resource):
    """What stands first on a listing's own page: "Free", "3 hours", "captions yes"."""
    facts = [*short_facts(resource)]
    if resource.captions:
        facts.append(_("captions yes") if resource.captions == Stated.YES else _("captions no"))
    if resource.account_needed:
        facts.append(
            _("account needed") if resource.account_needed == Stated.YES else _("no account needed")
        )
    return begun(facts)


def when_words(resource):
    """Say the day, the time and the zone of the next date, "" without one.

    A range of days where it is longer than one; the year where it is not this one.
    """
    start, end = resource.starts_there, resource.ends_there
    if start is None:
        return ""
    zone = zone_words(resource.next_zone)
    if end and end.date() != start.date() and (end - start).days >= 1:
        return _("%(first)s to %(last)s") % {"first": day_words(start), "last": day_words(end)}
    return _("%(day)s, %(time)s %(zone)s") % {
        "day": day_words(start),
        "time": date_format(start, "g:i a"),
        "zone": zone,
    }


def event_states(resource, now=None):
    """Return the row_states of an event that stands among events with its date: not "Upcoming"."""
    upcoming = capfirst(WebinarPage.State.UPCOMING.label)
    return [state for state in row_states(resource, now) if state[0] != upcoming]


def row_states(resource, now=None):
    """Return what a row says of the standing of a listing: (words, class of the badge), in order.

    What is over, off, on now or not fixed yet; [] for what one can use at any time. The listing
    is fetched with its card data.
    """
    states = []
    if resource.is_archived:
        states.append((_("Archived"), "badge--warn"))
    if resource.is_superseded:
        states.append((_("Superseded"), "badge--warn"))
    state = None
    if resource.kind == ResourcePage.Kind.WEBINAR:
        state = webinar_state(resource, now)
    elif resource.kind == ResourcePage.Kind.COURSE:
        state = run_state(resource, now)
    if state:
        states.append((capfirst(state.label), STATE_BADGES.get(state, "")))
    if getattr(resource, "run_is_pilot", None) and state != CourseRun.Now.ENDED:
        states.append((_("Pilot"), ""))
    return states


def webinar_state(resource, now=None):
    """Return the WebinarPage.State of a row, which has it from its own columns."""
    now = now or timezone.now()
    states, status = WebinarPage.State, ResourcePage.EventStatus
    if resource.event_status in {status.CANCELLED, status.POSTPONED}:
        return states(resource.event_status)
    if resource.next_starts_at is not None:
        coming = state_of(resource.next_starts_at, resource.next_ends_at, resource.next_zone, now)
        if coming:
            return coming
    if resource.has_recording:
        return states.RECORDING
    if resource.next_starts_at is None:
        return states.PLANNED
    if getattr(resource, "plan_of_recording", None) == WebinarPage.RecordingPlan.NOT_RECORDED:
        return states.NOT_RECORDED
    return states.ENDED


def run_state(resource, now=None):
    """Return the CourseRun.Now of the run whose dates a row has, or None without any run."""
    now = now or timezone.now()
    run = CourseRun.Now
    status = ResourcePage.EventStatus
    if resource.event_status in {status.CANCELLED, status.POSTPONED}:
        return run(resource.event_status)
    if resource.next_starts_at is None:
        return run.PLANNED if resource.is_planned else None
    if resource.next_ends_at <= now:
        return run.PLANNED if resource.is_planned else run.ENDED
    if resource.next_starts_at <= now:
        return run.RUNNING
    state = getattr(resource, "run_state", None)
    return run(state) if state else None


def own_clock(moment, zone, own_zone):
    """Say when `moment` is in the reader's `own_zone`, "" where the clocks agree.

    With its day where that is another than where it is held.
    """
    if moment is None or not own_zone:
        return ""
    there, here = in_zone(moment, zone), in_zone(moment, own_zone)
    if there == here:
        return ""
    values = {"time": date_format(here, "g:i a"), "zone": zone_words(own_zone)}
    if here.date() == there.date():
        return _("your time: %(time)s %(zone)s") % values
    values["day"] = date_format(here, "l, F j")
    return _("your time: %(day)s, %(time)s %(zone)s") % values


def row_when(resource, now=None):
    """Say when a row's event is; "" where that is over and the next date is not fixed yet."""
    now = now or timezone.now()
    if resource.is_planned and resource.next_ends_at and resource.next_ends_at <= now:
        return ""
    return when_words(resource)


def day_words(day):
    """Say a day, with its year where that is not this one."""
    this_year = day.year == timezone.localdate().year
    return date_format(day, "l, F j" if this_year else "F j, Y")


def span_words(start, end):
    """Say when something begins and ends on its own clock: both naive, `end` may be None."""
    if start is None:
        return ""
    begins = f"{day_words(start)}, {date_format(start, 'g:i a')}"
    if end is None:
        return begins
    if end.date() == start.date():
        return _("%(start)s to %(end)s") % {"start": begins, "end": date_format(end, "g:i a")}
    return _("%(start)s to %(end)s") % {
        "start": begins,
        "end": f"{day_words(end)}, {date_format(end, 'g:i a')}",
    }


def heading(listing):
    """Say what a list holds: "36 resources for “social media”: course or kit, free"."""
    selection = listing.selection
    values = {"n": listing.total, "q": selection.q}
    if selection.q:
        words = ngettext("%(n)d resource for “%(q)s”", "%(n)d resources for “%(q)s”", listing.total)
    else:
        words = ngettext("%(n)d resource", "%(n)d resources", listing.total)
    text = words % values
    facets = {}
    for key, _value, name in listing.filters:
        if key not in {"q", "all"}:
            facets.setdefault(key, []).append(name)
    narrowed = "; ".join(any_of(names) for names in facets.values())
    if narrowed:
        text = _("%(resources)s: %(filters)s") % {"resources": text, "filters": narrowed}
    return text


def days_ago(moment, now=None):
    """Say how many days, months or years ago something was: "today", "12 days ago".

    `moment` is an aware datetime or a date; what is to come is "today".
    """
    today = timezone.localdate(now or timezone.now())
    day = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    days = (today - day).days
    if days < 1:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 60:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    if days < 730:
        months = days // 30
        return ngettext("%(n)d month ago", "%(n)d months ago", months) % {"n": months}
    years = days // 365
    return ngettext("%(n)d year ago", "%(n)d years ago", years) % {"n": years}


def any_of(names):
    """Join names by "or": "Kit", "Kit or Course", "Kit, Course or Webinar"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


# A state needs its word; the class of its badge only colors it.
STATE_BADGES = {
    WebinarPage.State.LIVE: "badge--good",
    WebinarPage.State.TODAY: "badge--good",
    WebinarPage.State.CANCELLED: "badge--bad",
    WebinarPage.State.POSTPONED: "badge--warn",
    CourseRun.Now.OPEN: "badge--good",
    CourseRun.Now.RUNNING: "badge--good",
    CourseRun.Now.FULL: "badge--warn",
}
