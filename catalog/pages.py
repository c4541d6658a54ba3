"""What the page of one listing shows beside its own columns."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import structured_data
from .descent import line_of, superseded_below
from .digest import digest_of_now, selectors
from .facets import name_of_language
from .keeping import kept_among
from .models import CourseRun, GuidancePage, ResourceCollection, ResourcePage, WebinarPage
from .wording import (
    NO_ENDORSEMENT,
    STATE_BADGES,
    host_of,
    key_facts,
    length_words,
    span_words,
)

RELATED = 3
COLLECTIONS = 5


def resource_context(page, request):
    """Return the context of a listing's page. `page` is of its own kind, perhaps unsaved."""
    topics = sorted(page.topics.all(), key=lambda topic: topic.title.casefold())
    stated, unstated = fact_rows(page)
    near = related(page, topics)
    rules = list(page.requirements.all())
    context = {
        "resource": page,
        "crumbs": [(_("Resources"), "/resources/")],
        "canonical": f"{settings.BASE_URL}{page.get_absolute_url() or '/resources/'}",
        "foreign_language": foreign_language(page),
        "facts": key_facts(page),
        "fact_rows": stated,
        "unstated": ", ".join(unstated),
        "no_endorsement": NO_ENDORSEMENT[page.provider.kind if page.provider else ""],
        "go": go(page),
        "topics": topics,
        "tags": sorted(page.tags.all(), key=lambda tag: tag.name.casefold()),
        "requirements": rules,
        "leans_on_superseded": superseded_below(page, rules),
        "related": near,
        **keeping_context(page, request, near),
        "can_edit": page.pk is not None and may_edit(page, request),
    }
    more = {
        ResourcePage.Kind.KIT: kit_context,
        ResourcePage.Kind.WEBINAR: webinar_context,
        ResourcePage.Kind.GUIDANCE: guidance_context,
        ResourcePage.Kind.COURSE: course_context,
    }.get(page.KIND)
    context |= more(page) if more else {}
    context["broken"] = broken_link(page, context["go"])
    if context["can_edit"] and page.KIND == ResourcePage.Kind.WEBINAR:
        context["next_session_url"] = reverse("next_session", args=[page.pk])
    return {**context, "structured_data": structured_data.listing(page, context)}


def keeping_context(page, request, near):
    """What readers keep: the reader's own bookmarks on this page, and public collections.

    A draft and a preview are kept by nobody.
    """
    if page.pk is None or not page.live:
        return {"kept": None, "collections": [], "may_be_kept": False}
    of_all = ResourceCollection.objects.public().filter(items__resource=page)
    named = list(of_all.select_related("owner")[: COLLECTIONS + 1])
    return {
        "kept": kept_among(getattr(request, "user", None), [page, *near]),
        "may_be_kept": True,
        "collections": named[:COLLECTIONS],
        "more_collections": len(named) > COLLECTIONS,
    }


def fact_rows(page):
    """Return what is stated as (label, words), and the labels of what nobody stated."""
    audiences = [str(each) for each in page.audiences.all()]
    made_for = [str(each) for each in page.made_for.all()]
    platforms = [each.name for each in page.platforms.all()]
    facts = [
        (_("Cost"), page.get_cost_display()),
        (_("Time needed"), length_words(page.minutes)),
        (_("Level"), page.get_level_display()),
        (_("Delivery"), page.get_delivery_display()),
        (_("Pacing"), page.get_pacing_display()),
        (_("Account"), {"yes": _("needed"), "no": _("not needed")}.get(page.account_needed, "")),
        (_("Captions"), page.get_captions_display()),
        (_("Transcript"), page.get_transcript_display()),
        (_("Language"), name_of_language(page.language) if page.language else ""),
        (_("Audience"), ", ".join(audiences)),
        (_("Made for"), ", ".join(made_for)),
    ]
    if page.KIND in {ResourcePage.Kind.GUIDANCE, ResourcePage.Kind.KIT}:
        # A document has no captions; nobody misses that it states none.
        facts = [
            (label, words)
            for label, words in facts
            if words or label not in {_("Captions"), _("Transcript"), _("Pacing")}
        ]
    if platforms:
        facts.append((_("Platform"), ", ".join(platforms)))
    stated = [(label, capfirst(words)) for label, words in facts if words]
    return stated, [label.lower() for label, words in facts if not words]


def foreign_language(page):
    """Return the language code of the listing's words where the site speaks another."""
    code = page.language.partition("-")[0].lower()
    return page.language if code and code != get_language().partition("-")[0] else ""


def kit_context(page):
    return {"items": page.items.all()}


def may_edit(page, request):
    """Tell whether the reader is an editor of this listing; asks nothing for visitors."""
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated and page.permissions_for_user(user).can_edit())


def go(page):
    """Return (words, url, host) of the one main button, or None without an address."""
    if not page.link:
        return None
    words = {
        ResourcePage.Kind.KIT: _("Go to kit"),
        ResourcePage.Kind.WEBINAR: _("Go to event page"),
        ResourcePage.Kind.GUIDANCE: _("Read the guidance"),
        ResourcePage.Kind.COURSE: _("Go to course"),
    }[page.KIND]
    return (words, page.link, host_of(page.link))


def broken_link(page, go):
    """Return the link that did not answer: that of the main button first; else None.

    Its `is_main` tells whether it is that one.
    """
    if page.pk is None:
        return None
    broken = list(page.checked_links.broken().order_by("pk"))
    for link in broken:
        link.is_main = bool(go and link.url == go[1])
    return min(broken, key=lambda link: not link.is_main, default=None)


def webinar_context(page):
    """State, times and links of an event; the main button is what one can do now."""
    now = timezone.now()
    state = page.state(now)
    states = WebinarPage.State
    button = go(page)
    if state == states.RECORDING:
        button = (_("Watch the recording"), page.recording_url, host_of(page.recording_url))
    elif state in {states.UPCOMING, states.TODAY, states.LIVE} and page.registration_url:
        words = _("Join") if state == states.LIVE else _("Register")
        button = (words, page.registration_url, host_of(page.registration_url))
    return {
        "state": state,
        "state_badge": STATE_BADGES.get(state, ""),
        "when": span_words(page.starts_local, page.ends_local),
        "go": button,
        "event_page": go(page) if button and button[1] != page.link else None,
        "next_session": page.next_session(),
        "session_before": page.session_before(),
    }


def guidance_context(page):
    """The line of descent: what it replaces and what has replaced it."""
    today = timezone.localdate()
    over = {"is_out_of_force": page.ends_on is not None and page.ends_on <= today}
    if page.pk is None:
        return {"newer": None, "older": page.supersedes, "line": [], **over}
    newer = (
        GuidancePage.objects.live().filter(supersedes=page).order_by("-effective_on", "-pk").first()
    )
    older = page.supersedes
    return {
        "newer": newer,
        "older": older if older and older.live else None,
        "line": line_of(page),
        **over,
    }


def course_context(page):
    """Runs with what they are at this moment, the ones to come first."""
    now = timezone.now()
    runs = []
    for run in page.runs.all():
        run.compute_moments()
        run.now = run.state_now(now)
        run.badge = STATE_BADGES.get(run.now, "")
        run.when = span_words(run.starts_local, run.ends_local)
        runs.append(run)
    over = {CourseRun.Now.ENDED, CourseRun.Now.CANCELLED}
    return {
        "runs": [run for run in runs if run.now not in over],
        "past_runs": [run for run in runs if run.now in over],
        "outcomes": [line.strip() for line in page.outcomes.splitlines() if line.strip()],
    }


def related(page, topics):
    """Return up to three current listings that share most topics with this one."""
    digest = digest_of_now()
    shared = {}
    own = digest.position.get(page.pk)
    for topic in topics:
        bits = digest.bits["topic"].get(topic.slug, 0) & digest.current
        for position, has_it in enumerate(selectors(bits)):
            if has_it and position != own:
                shared[position] = shared.get(position, 0) + 1
    same_kind = digest.bits["kind"].get(page.KIND, 0)
    best = sorted(
        shared,
        # Then the same kind, then the newest.
        key=lambda position: (-shared[position], not same_kind >> position & 1, position),
    )[:RELATED]
    ids = [digest.keys[position] for position in best]
    found = ResourcePage.objects.live().with_card_data().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
