"""Finding, comparing and writing one listing."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import TextField
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from .. import changes
from ..models import KINDS, ResourceIndexPage, ResourcePage
from .columns import BY_NAME, COLUMNS
from .problems import Refused, one_line
from .relations import Entries

LONGEST_SLUG = 80
# What others show of a listing: when it changes, they are told.
SHOWN_ELSEWHERE = {"title", "summary", "link", "archived_on", "supersedes", "event_status"}
COLUMN_OF_FIELD = {column.field: column.name for column in COLUMNS}


class Shelf:
    """The catalog's page, below which listings stand, and the slugs that are taken there."""

    def __init__(self):
        self.index = ResourceIndexPage.objects.get()
        self.slugs = set(self.index.get_children().values_list("slug", flat=True))

    def new_slug(self, title, kind):
        base = slugify(title) or kind
        if len(base) > LONGEST_SLUG:
            base = base[:LONGEST_SLUG].rsplit("-", 1)[0]
        slug, number = base, 1
        while slug in self.slugs:
            number += 1
            slug = f"{base}-{number}"
        self.slugs.add(slug)
        return slug


def find_listing(row):
    """Return the listing that the row speaks of, of its concrete kind and locked, or None.

    By (source, id); else by its address here; a row with neither by its normalised address,
    whatever its source. Raises Refused where it is not one listing, or one of another kind.
    """
    listings = ResourcePage.objects.select_for_update()
    found = []
    if row.source_id:
        found = list(listings.filter(source=row.source, source_id=row.source_id))
    if row.listing and not found:
        found = list(listings.filter(slug=row.listing))
        said = {"listing": one_line(row.listing, 80)}
        if not found and not row.source_id:
            raise Refused(
                _("listing: there is no “%(listing)s” here. Leave it empty for a new listing.")
                % said
            )
        if found and row.source_id and found[0].source_id:
            raise Refused(
                _("listing: “%(listing)s” has another id here. Leave source and source_id alone.")
                % said
            )
    elif not row.source_id:
        found = list(listings.filter(normalized_link=row.address)[:2])
    if len(found) > 1:
        raise Refused(_("Several listings have this link: give the row an id."))
    if not found:
        return None
    if found[0].kind != row.kind:
        said = {"here": found[0].get_kind_display(), "title": found[0].title}
        raise Refused(
            _("“%(title)s” is a listing of the kind “%(here)s” here. An editor can change that.")
            % said
        )
    return found[0].specific


def write_row(row, *, desk, shelf, user=None):
    """Make or change the listing of the row; return it and "created", "changed" or "unchanged".

    What it changes stands in `row.changes` afterwards; `user`, if any, is who imports.

    To be called inside a transaction. Raises Refused, or desk.Waiting, having changed things
    that the caller then rolls back.
    """
    desk.row = row
    row.changes.clear()
    page = find_listing(row)
    is_new = page is None
    if is_new:
        page = KINDS[row.kind](source=row.source, source_id=row.source_id, live=not row.is_draft)
    if row.facts.get("starts") and not row.facts.get("zone") and (is_new or not page.starts_local):
        raise Refused(_("starts: say in which time zone, in the column zone: America/Chicago."))
    written = []
    for name, parsed in row.facts.items():
        column = BY_NAME[name]
        fact = column.value.find(parsed, desk)
        if column.value.read(page, column.field) != fact:
            before = "" if is_new else column.text(page)
            column.value.write(page, column.field, fact)
            written.append(name)
            row.changes.append((name, before, "" if is_new else column.text(page)))
    if is_new:
        page.slug = shelf.new_slug(row.listing or page.title, page.KIND)
        _create(page, shelf, user)
        _announce_superseded(page, written)
        return page, "created"
    if row.is_draft and page.live:
        row.notes.append(_("It is published here; an import never unpublishes."))
    if written:
        _change(page, written, user)
        return page, "changed"
    return page, "unchanged"


def _create(page, shelf, user):
    now = timezone.now()
    if page.live:
        page.first_published_at = page.last_published_at = now
    page.owner = user
    _check(page)
    # No revision: the first edit makes one. References are written at once, not by a task each.
    with LogContext(user=user), disable_reference_index_auto_update():
        try:
            shelf.index.add_child(instance=page)
        except ValidationError as error:  # an editor took the slug since the run began
            raise Refused(_complaint(error)) from error
        ReferenceIndex.create_or_update_for_object(page)


def _change(page, written, user):
    if page.has_unpublished_changes:
        raise Refused(_("An editor’s changes wait for publication: publish or discard them first."))
    if page.locked:
        raise Refused(_("An editor has locked the listing."))
    if "title" in written and page.draft_title != page.title:
        page.draft_title = page.title
    page.latest_revision_created_at = timezone.now()
    if page.live:
        page.last_published_at = page.latest_revision_created_at
    _check(page)
    with LogContext(user=user), disable_reference_index_auto_update():
        page.save(clean=False)
        if page.latest_revision_id:
            # Else the editor would show the revision from before and bring it back.
            revision = page.save_revision(user=user, clean=False, changed=False)
            if page.live:
                revision.publish(user=user, log_action=False)
        log(
            instance=page,
            action="wagtail.edit",
            content_changed=True,
            data={"import": {"source": page.source, "columns": sorted(written)}},
        )
        ReferenceIndex.create_or_update_for_object(page)
    if SHOWN_ELSEWHERE.intersection(written):
        changes.announce(page)
    _announce_superseded(page, written)


def _announce_superseded(page, written):
    if "supersedes" in written and page.supersedes:
        changes.announce(page.supersedes)


def _check(page):
    """Validate the listing and its children as the editor's form would."""
    complaints = [*_too_long(page), *_complaints(page, ["path", "depth"])]
    for column in COLUMNS:
        if isinstance(column.value, Entries) and page.KIND in column.kinds:
            for child in getattr(page, column.field).all():
                found = _complaints(child, ["page"])
                complaints += [f"{column.name}: {complaint}" for complaint in found]
    if complaints:
        raise Refused(" ".join(complaints))


def _complaints(row, exclude):
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        return [_complaint(error)]
    return []


def _too_long(page):
    """Yield a complaint for each text area that is too full: Django leaves that to forms."""
    for field in page._meta.get_fields():
        if isinstance(field, TextField) and field.max_length:
            try:
                MaxLengthValidator(field.max_length)(getattr(page, field.attname))
            except ValidationError as error:
                yield f"{COLUMN_OF_FIELD.get(field.name, field.name)}: {error.messages[0]}"


def _complaint(error):
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        " ".join([f"{COLUMN_OF_FIELD.get(name, name)}:", *messages])
        for name, messages in error.message_dict.items()
    ).replace("__all__: ", "")
