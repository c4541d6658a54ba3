"""Change the kind of a listing: a webinar that became a course keeps all that hangs on it.

Identity, address, tags, mentions, bookmarks and collections hang on the row of ResourcePage,
which stays; the row of the concrete kind is swapped. Revisions keep what they hold and are read
as the new kind from then on, so that the history can be looked at and reverted to.
"""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models.deletion import get_candidate_relations_to_delete
from django.utils.formats import localize
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from modelsearch import index
from wagtail.models import Page, ReferenceIndex, Revision, WorkflowState

from portal.notifications.models import Notification, Watch
from portal.page_cache.versions import raise_version

from .bulk_changes import complaint, draft_note
from .changes import announce
from .curation import COPIED, record
from .descent import settle
from .models import KINDS, KitPage, ResourcePage
from .outcomes import Outcome, Verdict, has_draft, may_publish, refusal, refuse


def plan(*, page, user, kind, vendor_disclosure=""):
    """Return the Outcome of a change to `kind`: its notes name the facts that would be lost.

    Writes nothing. `vendor_disclosure` is what a kit of a vendor needs.
    """
    page = page.specific
    if reason := _why_not(page, user):
        return refuse(page, reason)
    if page.kind == kind:
        return Outcome(page, Verdict.UNCHANGED)
    if page.live:
        try:
            would_be = _as_kind(page, kind, vendor_disclosure)
            would_be._state.adding = False  # it is there; its key is no double of another
            would_be.full_clean(exclude=["path", "depth"])
        except ValidationError as error:
            return refuse(page, complaint(error, KINDS[kind]))
    notes = []
    if lost := lost_facts(page):
        notes.append(_("Lost: %(facts)s.") % {"facts": "; ".join(in_words(lost))})
    if has_draft(page):
        notes.append(draft_note(page))
    return Outcome(page, Verdict.PUBLISHED if page.live else Verdict.DRAFT, tuple(notes))


def _why_not(page, user):
    if reason := refusal(page, user):
        return reason
    if page.live and not may_publish(page, user):
        return _("You may not publish it.")
    return ""


def lost_facts(page):
    """Return what only the present kind can hold, of the listing and of a draft: (label, value)."""
    lost = dict(_own_facts(page))
    if page.live and page.has_unpublished_changes:
        for label, value in _own_facts(page.get_latest_revision_as_object()):
            lost.setdefault(label, value)
    if page.kind == ResourcePage.Kind.GUIDANCE:
        newer = page.superseded_by.count()
        if newer:
            lost[_("that newer guidance supersedes it")] = str(newer)
    return list(lost.items())


def _own_facts(page):
    """Yield label and value, as text, of each fact that another kind has no place for."""
    for field in page._meta.local_fields:
        value = getattr(page, field.attname)
        if not field.editable or field.primary_key or value in (None, "", field.get_default()):
            continue
        if field.is_relation:
            value = getattr(page, field.name)
        elif field.choices:
            value = getattr(page, f"get_{field.name}_display")()
        yield str(field.verbose_name), str(localize(value))
    for relation in get_all_child_relations(page):
        if relation.model is type(page):
            rows = getattr(page, relation.get_accessor_name()).all()
            if rows:
                name = str(relation.related_model._meta.verbose_name_plural)
                yield name, ", ".join(str(row) for row in rows)


def in_words(lost):
    return [f"{label} ({shortened(value)})" for label, value in lost]


def shortened(text, most=80):
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@transaction.atomic
def change_kind(*, page, user, kind, vendor_disclosure=""):
    """Make the listing one of `kind` and return the Outcome; refused, it stays as it is."""
    row = ResourcePage.objects.select_for_update().filter(pk=page.pk).first()
    if row is None:
        return refuse(page.specific, _("It is no listing of the catalog."))
    old = row.specific
    outcome = plan(page=old, user=user, kind=kind, vendor_disclosure=vendor_disclosure)
    if not outcome.is_change:
        return outcome
    lost = [label for label, value in lost_facts(old)]
    if not old.latest_revision_id:
        # So that what is lost below can be looked up in the history.
        old.save_revision(user=user, clean=False)
    kept_draft = has_draft(old)
    new = _swap(old, kind, vendor_disclosure)
    new.save(clean=False)  # checked by the plan; fills what facets read, and notes the search index
    ReferenceIndex.create_or_update_for_object(new)
    revision = None
    if not kept_draft:
        revision = new.save_revision(user=user, clean=False)
        revision.publish(user=user, log_action=False, skip_permission_checks=True)
    record(
        "catalog.resource.kind",
        new,
        user,
        revision=revision,
        content_changed=True,
        data={"from": old.kind, "to": kind, "lost": lost},
    )
    announce(new)
    settle()
    raise_version("catalog")
    return Outcome(new, outcome.verdict, outcome.notes)


def _as_kind(page, kind, vendor_disclosure):
    """Return an unsaved page of `kind` with what all kinds share, and no times of an event."""
    new = KINDS[kind](pk=page.pk)
    for field in ResourcePage._meta.concrete_fields:
        setattr(new, field.attname, getattr(page, field.attname))
    for name in [*COPIED, "has_recording"]:
        setattr(new, name, ResourcePage._meta.get_field(name).get_default())
    new.kind = kind
    new.content_type = ContentType.objects.get_for_model(KINDS[kind])
    if isinstance(new, KitPage):
        new.vendor_disclosure = vendor_disclosure
    return new


def _swap(old, kind, vendor_disclosure):
    """Exchange the row of the concrete kind and return the listing, read anew.

    Everything that names its content type is told the new one.
    """
    new = _as_kind(old, kind, vendor_disclosure)
    before = ContentType.objects.get_for_model(type(old))
    index.remove_object(old)
    _delete_own_row(old)
    new.save_base(raw=True)  # raw: its own row alone, not those of its parents
    Page.objects.filter(pk=old.pk).update(content_type=new.content_type)
    ResourcePage.objects.filter(pk=old.pk).update(kind=kind)
    of_page = {
        "base_content_type": ContentType.objects.get_for_model(Page),
        "object_id": str(old.pk),
    }
    for model in (Revision, WorkflowState):
        model.objects.filter(**of_page).update(content_type=new.content_type)
    ReferenceIndex.objects.filter(**of_page).delete()
    for model in (Watch, Notification):
        model.objects.filter(content_type=before, object_id=old.pk).update(
            content_type=new.content_type
        )
    fresh = KINDS[kind].objects.get(pk=old.pk)
    for name in [*COPIED, "has_recording"]:
        setattr(fresh, name, getattr(new, name))
    return fresh


def _delete_own_row(page):
    """Delete the row of the concrete kind with what hangs on that alone, and nothing above it.

    Page.delete() would take the whole page along, and its revisions.
    """
    model = type(page)
    for relation in get_candidate_relations_to_delete(model._meta):
        if relation.model is not model:
            continue  # it hangs on a parent's row, which stays
        rows = relation.related_model._base_manager.filter(**{relation.field.name: page.pk})
        if relation.on_delete is models.SET_NULL:
            rows.update(**{relation.field.name: None})
        else:
            rows.delete()
    model._base_manager.filter(pk=page.pk)._raw_delete(router.db_for_write(model))
