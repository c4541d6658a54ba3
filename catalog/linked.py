"""Where a listing holds addresses of other sites: one table for asking and for correcting."""

from django.db.models import Q
from django.utils import timezone

from .models import CourseRun, KitItem, RequiredBy, ResourcePage, WebinarPage

# (model, the path to its listing, its fields, the relation from the listing or "").
PLACES = (
    (ResourcePage, "pk", ("link", "accessibility_link"), ""),
    (WebinarPage, "pk", ("recording_url", "slides_url", "registration_url"), ""),
    (KitItem, "page_id", ("link",), "items"),
    (RequiredBy, "page_id", ("link",), "requirements"),
    (CourseRun, "page_id", ("registration_url",), "runs"),
)


def addresses_of_listings():
    """Return {(key of a listing, address)} of all listings that are live and not archived.

    Where one registered for what is over is left out: nobody mends it.
    """
    now = timezone.now()
    live = ResourcePage.objects.live().filter(archived_on__isnull=True)
    found = set()
    for model, path, fields, _relation in PLACES:
        rows = model.objects.filter(**{f"{path}__in": live.order_by().values("pk")})
        for field in fields:
            of_field = rows.exclude(**{field: ""})
            if field == "registration_url":
                of_field = of_field.filter(Q(ends_at__gt=now) | Q(ends_at__isnull=True))
            found.update(of_field.order_by().values_list(path, field))
    return found


def replace_address(page, old, new):
    """Put `new` for `old` wherever the listing (of its own kind, perhaps a draft) has it.

    Saves nothing. Returns how many places there were.
    """
    count = 0
    for model, _path, fields, relation in PLACES:
        if relation:
            rows = list(getattr(page, relation).all()) if hasattr(page, relation) else []
        else:
            rows = [page] if isinstance(page, model) else []
        changed = False
        for row in rows:
            for field in fields:
                if getattr(row, field) == old:
                    setattr(row, field, new)
                    count += 1
                    changed = True
        if relation and changed:
            getattr(page, relation).set(rows)
    return count
