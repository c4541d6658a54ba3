"""Where one run looks up the rows that its listings name, and makes those it may make.

Topics are a controlled vocabulary: an unknown one is left out and noted. Audiences and levels of
government are fixed: an unknown one is an error. Providers, platforms and tags are proper names
or free words: an unknown one is made.
"""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..models import Audience, GovernmentLevel, GuidancePage, Platform, Provider, Tag, TagAlias
from .problems import Refused, one_line


class Waiting(Exception):
    """The row names a guidance that may come later in the file."""


class Desk:
    """Finds and makes rows by name, for the row that is on it now."""

    def __init__(self, taxonomy, done):
        """`done` is the set of (source, id) imported by this run, of which a dry run keeps none."""
        self.taxonomy = taxonomy
        self.done = done
        self.row = None

    def topic(self, name):
        topic = self.taxonomy.find(name)
        if topic is None:
            self.row.notes.append(
                _("The topic “%(name)s” is not in the catalog and was left out.")
                % {"name": one_line(name, 80)}
            )
        return topic

    def audience(self, name):
        return _one_of(Audience, "audiences", name)

    def level_of_government(self, name):
        return _one_of(GovernmentLevel, "made_for", name)

    def platform(self, name):
        return _by_name(Platform, name) or _make(Platform, "platforms", name)

    def tag(self, name):
        alias = TagAlias.objects.select_related("tag").filter(name__iexact=name).first()
        if alias:
            return alias.tag
        found = Tag.objects.filter(name__iexact=name).first()
        return found or _make(Tag, "tags", name)

    def provider(self, name):
        """Return the provider of that name; say what kind it is where nobody has yet."""
        kind = self.row.provider_kind
        provider = _by_name(Provider, name)
        if provider is None:
            return _make(Provider, "provider", name, kind=kind)
        if kind and not provider.kind:
            provider.kind = kind
            provider.save()
        elif kind and kind != provider.kind:
            said = {"name": provider.name, "here": provider.get_kind_display(), "there": kind}
            self.row.notes.append(
                _("“%(name)s” is a provider of the kind “%(here)s” here, not “%(there)s”.") % said
            )
        return provider

    def guidance(self, name):
        """Return the guidance with that id in the row's source, else that slug; else Waiting.

        An id that one guidance alone has is enough, whatever its source: a download of listings
        of several sources names what they replace by its id.
        """
        found = GuidancePage.objects.filter(source=self.row.source, source_id=name).first()
        found = found or GuidancePage.objects.filter(slug=name).first()
        if found is None:
            alike = list(GuidancePage.objects.filter(source_id=name)[:2])
            found = alike[0] if len(alike) == 1 else None
        if found is None and name not in {key for _source, key in self.done}:
            raise Waiting(
                _("supersedes: there is no guidance “%(name)s” here or in the file.")
                % {"name": one_line(name, 80)}
            )
        return found


def _one_of(model, column, name):
    found = model.objects.filter(Q(slug=slugify(name)) | Q(name__iexact=name)).first()
    if found is None:
        choices = ", ".join(model.objects.values_list("slug", flat=True))
        said = {"name": one_line(name, 60), "choices": choices}
        raise Refused(f"{column}: " + _("“%(name)s” is not one of: %(choices)s.") % said)
    return found


def _by_name(model, name):
    """Find a provider or platform by its name, its slug or a former name."""
    found = model.objects.filter(Q(name__iexact=name) | Q(slug=name)).first()
    if found:
        return found
    for row in model.objects.filter(former_names__icontains=name):
        if name.casefold() in {
            former.strip().casefold() for former in row.former_names.split("\n")
        }:
            return row
    return None


def _make(model, column, name, **fields):
    """Save a new row with a slug of its own."""
    slug_field = model._meta.get_field("slug")
    base = slugify(name)[: min(slug_field.max_length, 80) - 8] or model._meta.model_name
    slug, number = base, 1
    while model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    row = model(name=name, slug=slug, **fields)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(f"{column}: {error.messages[0]}") from error
    row.save()
    return row
