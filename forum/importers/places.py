"""Where it stands: categories found by address or name, or made."""

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect

from catalog.importers.problems import FileProblem, Refused, one_line

from ..models import Category

ACCESS = Category.Access
# How few may read; a category never takes what was for fewer than may read it here.
CLOSENESS = {ACCESS.EVERYONE: 0, ACCESS.MEMBERS: 1, ACCESS.VERIFIED: 2, ACCESS.GROUPS: 2}


def category_by_slug(slug):
    """Return the category of that address; raise FileProblem, naming those there are."""
    category = Category.objects.select_related("parent").filter(slug=slug).first()
    if category is None:
        slugs = ", ".join(Category.objects.values_list("slug", flat=True)) or "–"
        said = {"slug": one_line(slug, 80), "slugs": slugs}
        raise FileProblem(_("There is no category “%(slug)s”. There are: %(slugs)s.") % said)
    return category


class Places:
    """Finds and makes the categories of one import; like `people.People`, thread by thread."""

    def __init__(self, default=None):
        self.default = default
        self.fresh, self.made = set(), set()

    def category(self, places):
        """Return the category of a thread whose way from the top is `places`."""
        if not places:
            if self.default is None:
                raise Refused(_("It stands in no forum. Say where with --category."))
            return self.default
        needed = max((place.access for place in places), key=CLOSENESS.get)
        category = _find(places[-1]) or self._make(places, needed)
        has = [category.read, *([category.parent.read] if category.parent_id else [])]
        if max(CLOSENESS[access] for access in has) < CLOSENESS[needed]:
            said = {"name": category.name, "who": ACCESS(needed).label}
            raise Refused(
                _(
                    "On the former site it was for fewer readers. Let only “%(who)s” read the "
                    "category “%(name)s” here, or rename it."
                )
                % said
            )
        return category

    def settle(self):
        self.made |= self.fresh
        self.forget()

    def forget(self):
        self.fresh = set()

    def _make(self, places, needed):
        """Make the category; there are two levels here, so that what is deeper moves up."""
        parent = None
        if len(places) > 1:
            parent = _find(places[0]) or self._make(places[:1], places[0].access)
            parent = parent.parent or parent
        place = places[-1]
        is_closed = any(place.is_closed for place in places)
        category = Category.objects.create(
            name=_free_name(place.name),
            slug=_free_slug(place.slug or place.name),
            parent=parent,
            read=needed,
            write=ACCESS.GROUPS if is_closed or needed == ACCESS.GROUPS else ACCESS.MEMBERS,
        )
        self.fresh.add(place.name)
        if place.path:
            Redirect.objects.get_or_create(
                old_path=Redirect.normalise_path(place.path),
                site=None,
                defaults={"redirect_link": category.get_absolute_url(), "is_permanent": True},
            )
        return category


def _find(place):
    same = Q(name__iexact=place.name[:80].strip())
    if place.slug:
        same |= Q(slug=place.slug)
    return Category.objects.select_related("parent").filter(same).order_by("pk").first()


def _free_name(name):
    return " ".join(name.replace("\x00", "").split())[:80].strip() or _("Forum")


def _free_slug(name):
    base = slugify(name)[:70].strip("-") or "category"
    slug, number = base, 1
    while Category.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
