"""Functions that make saved objects with only the fields that matter.

Nouns of one app need the others, so all of them are here. Counters make names unique.
"""

from datetime import datetime, time, timedelta
from itertools import count

from django.utils import timezone
from django.utils.text import slugify

from catalog.models import (
    CoursePage,
    GuidancePage,
    KitPage,
    Provider,
    ResourceIndexPage,
    Topic,
    WebinarPage,
)
from forum.models import Category
from portal.accounts.models import Agency, User

_number = count(1)
PASSWORD = "correct-horse-battery"


def make_user(name="", **fields):
    number = next(_number)
    name = name or f"Member {number}"
    fields.setdefault("email", f"{slugify(name)}-{number}@example.org")
    return User.objects.create_user(password=PASSWORD, display_name=name, **fields)


def make_agency(name="", kind="state", **fields):
    name = name or f"Agency {next(_number)}"
    return Agency.objects.create(name=name, slug=slugify(name), kind=kind, **fields)


def make_topic(title="", **fields):
    title = title or f"Topic {next(_number)}"
    return Topic.objects.create(title=title, slug=slugify(title), **fields)


def make_provider(name="", **fields):
    name = name or f"Provider {next(_number)}"
    return Provider.objects.create(name=name, slug=slugify(name), **fields)


def _make_resource(model, title, topics=(), audiences=(), tags=(), children=None, **fields):
    number = next(_number)
    title = title or f"{model.__name__} {number}"
    fields.setdefault("slug", f"{slugify(title)[:80]}-{number}")
    fields.setdefault("summary", f"What {title} is about.")
    page = model(title=title, **fields)
    for name, rows in (children or {}).items():
        setattr(page, name, rows)
    page.topics = list(topics)
    page.audiences = list(audiences)
    if tags:
        page.tags.add(*tags)
    return ResourceIndexPage.objects.get().add_child(instance=page)


def make_kit(title="", **fields):
    return _make_resource(KitPage, title, **fields)


def make_guidance(title="", **fields):
    return _make_resource(GuidancePage, title, **fields)


def make_course(title="", **fields):
    return _make_resource(CoursePage, title, **fields)


def make_webinar(title="", in_days=None, **fields):
    """Make a webinar; `in_days` lays it at 14:00 New York time that many days from today."""
    if in_days is not None:
        day = timezone.localdate() + timedelta(days=in_days)
        fields.setdefault("starts_local", datetime.combine(day, time(14)))
        fields.setdefault("ends_local", datetime.combine(day, time(15)))
    return _make_resource(WebinarPage, title, **fields)


def make_category(name="", **fields):
    name = name or f"Category {next(_number)}"
    return Category.objects.create(name=name, slug=slugify(name), **fields)


def make_thread(title="", text="A first post.", **fields):
    """Start a thread through the verb that members use."""
    from forum.posting import start_thread

    fields.setdefault("author", None)
    if fields["author"] is None:
        fields["author"] = make_user()
    if "category" not in fields:
        fields["category"] = make_category()
    return start_thread(title=title or f"Thread {next(_number)}", text=text, **fields)


def make_reply(thread, text="A reply.", author=None, **fields):
    from forum.posting import reply

    return reply(thread=thread, text=text, author=author or make_user(), **fields)
