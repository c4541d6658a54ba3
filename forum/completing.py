"""What fits while somebody writes: titles after `[[`, members after `@`, threads like a title.

Titles and similar threads come from the search backend, whichever is set; who may see what is
asked of the database afterwards.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.text import capfirst
from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText

from catalog.models import ResourcePage
from portal.accounts.models import User

from .models import Thread, ThreadVoice

MOST = 8
LONGEST = 80
# Looked at, of which the best that may be seen are shown.
CANDIDATES = 40
SIMILAR_THREADS = 3
SIMILAR_RESOURCES = 2
SHORTEST_TITLE = 8


@dataclass(frozen=True)
class Completion:
    """One thing to choose: what is put into the text, and what is shown of it."""

    text: str
    label: str
    hint: str


@dataclass(frozen=True)
class Similar:
    """What there is already on the subject of a title."""

    threads: list
    resources: list

    def __bool__(self):
        return bool(self.threads or self.resources)


def titles(typed):
    """Return Completions for the listings whose title has the words of `typed`, begun perhaps.

    They are public, so they are the same for everybody. Nothing for less than two letters.
    """
    typed = _tidy(typed)
    if len(typed) < 2:
        return []
    found = get_search_backend().autocomplete(
        PlainText(typed, operator="and"), ResourcePage.objects.all()
    )
    keys = [row.pk for row in found[:CANDIDATES]]
    public = ResourcePage.objects.visible_to(AnonymousUser()).filter(pk__in=keys)
    rows = list(public.only("title", "slug", "kind", "archived_on"))
    start = typed.casefold()
    rows.sort(
        key=lambda row: (
            row.archived_on is not None,
            not row.title.casefold().startswith(start),
            len(row.title),
            row.pk,
        )
    )
    return [
        Completion(_name_in_text(row), row.title, capfirst(str(row.get_kind_display())))
        for row in rows[:MOST]
    ]


def members(typed, *, reader, thread=None):
    """Return Completions for members whose handle, or a word of whose name, begins like `typed`.

    Those who wrote in `thread` come first; with nothing typed yet, they alone.
    """
    typed = _tidy(typed)
    if not typed and thread is None:
        return []
    people = User.objects.visible_to(reader).active().exclude(pk=reader.pk)
    begins = Q(username__istartswith=typed) | Q(display_name__istartswith=typed)
    people = people.filter(begins | Q(display_name__icontains=f" {typed}"))
    voices = ThreadVoice.objects.filter(thread=thread).values("user") if thread else []
    if not typed:
        people = people.filter(pk__in=voices)
    elif thread:
        is_here = Case(
            When(pk__in=voices, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        people = people.order_by(is_here, "display_name", "pk")
    people = people if typed and thread else people.order_by("display_name", "pk")
    return [
        Completion(f"@{person.username}", person.display_name, f"@{person.username}")
        for person in people.only("username", "display_name")[:MOST]
    ]


def similar(title, *, reader):
    """Return the Similar threads and listings for the words of a title, the closest first."""
    words = _tidy(title, 200)
    if len(words) < SHORTEST_TITLE:
        return Similar([], [])
    threads = Thread.objects.visible_to(reader).select_related("category")
    listings = ResourcePage.objects.visible_to(reader).filter(archived_on=None)
    return Similar(
        threads=_closest(Thread, threads, words, SIMILAR_THREADS),
        resources=_closest(
            ResourcePage, listings.only("title", "slug", "kind"), words, SIMILAR_RESOURCES
        ),
    )


def _closest(model, rows, words, most):
    found = get_search_backend().search(
        PlainText(words, operator="or"), model._default_manager.all()
    )
    keys = [row.pk for row in found[:CANDIDATES]]
    visible = rows.in_bulk(keys)
    return [visible[key] for key in keys if key in visible][:most]


def _name_in_text(resource):
    """What stands between the brackets: the title, or the slug where that would break them."""
    name = resource.slug if set("[]") & set(resource.title) else resource.title
    return f"[[{name}]]"


def _tidy(text, longest=LONGEST):
    return " ".join(text.replace("\x00", "").split())[:longest].strip()
