"""Find out, once, what a post names: listings, members, and pages the catalog does not know.

`look_up` asks the database before the verb's transaction begins; `keep` writes the answer down
inside of it; `render_again` reads it back when a listing has changed.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.addresses import normalize
from catalog.models import ResourcePage
from portal.accounts.models import User

from . import images
from .markup import Links, Picture, Target, names_in, render
from .models import MemberMention, OutsideLink, Post, PostImage, PostMention, Thread

# So that one post cannot cost without bound; what is named beyond stays as typed.
MOST_MENTIONS = 50
RESOURCES = "/resources/"
THREAD_ADDRESS = re.compile(r"/forum/([tp])/(\d{1,14})/")


@dataclass(frozen=True)
class Resolved:
    """A text with what it names, as found in the database now."""

    html: str
    resources: dict = field(default_factory=dict)  # typed → ResourcePage
    members: dict = field(default_factory=dict)  # name in lower case → User
    outside: dict = field(default_factory=dict)  # address as typed → normalised
    images: tuple = ()  # keys of those that the text names


def look_up(text, author=None):
    """Render what `author` wrote with every name resolved; seven queries at most.

    Without an author no image that is not posted yet is shown.
    """
    named = names_in(text)
    names = named.names[:MOST_MENTIONS]
    addresses = [url for url in named.addresses if _path_here(url) or normalize(url)]
    addresses = addresses[:MOST_MENTIONS]
    resources = {**_by_name(names), **_by_address(addresses)}
    members = _members(named.members[:MOST_MENTIONS])
    outside = {
        url: normalize(url)
        for url in addresses
        if url not in resources and not _path_here(url) and urlsplit(url).scheme
    }
    pictures = _pictures(named.images, author and author.pk)
    html = render(text, _links(resources, members, pictures, _threads(addresses)))
    return Resolved(
        html=html,
        resources=resources,
        members=members,
        outside=outside,
        images=named.images[: images.MOST_IN_A_POST],
    )


def keep(post, resolved):
    """Write down what `post` names, in place of what it named before."""
    if post.edited_at:
        for rows in (post.mentions, post.member_mentions, post.outside_links):
            rows.all().delete()
    images.give(post, resolved.images)
    if resolved.resources:
        PostMention.objects.bulk_create(
            PostMention(post=post, typed=typed, resource=resource)
            for typed, resource in resolved.resources.items()
        )
    if resolved.members:
        MemberMention.objects.bulk_create(
            MemberMention(post=post, typed=typed, user=user)
            for typed, user in resolved.members.items()
        )
    if resolved.outside:
        OutsideLink.objects.bulk_create(
            OutsideLink(post=post, typed=typed, normalized=normalized)
            for typed, normalized in resolved.outside.items()
        )


def html_of(post):
    """Render a post again from what was written down; fetch it `with_mentions`."""
    resources = {row.typed: row.resource for row in post.mentions.all()}
    members = {row.typed: row.user for row in post.member_mentions.all()}
    named = names_in(post.text)
    pictures = _pictures(named.images, post.author_id)
    threads = _threads(named.addresses[:MOST_MENTIONS])
    return render(post.text, _links(resources, members, pictures, threads))


def _pictures(keys, author):
    """Map keys to the images that may be shown: the author's own, and those that are posted."""
    keys = keys[: images.MOST_IN_A_POST]
    if not keys:
        return {}
    found = PostImage.objects.filter(Q(uploader=author) | Q(post__isnull=False), key__in=keys)
    return {
        str(row.key): Picture(row.width, row.height, row.alt if row.uploader_id == author else "")
        for row in found
    }


def _threads(addresses):
    """Map each address of a thread, or of a post in one, to its title and category.

    Only of threads that everyone may read: who reads this post may not be who wrote it.
    """
    places = {url: found for url in addresses if (found := THREAD_ADDRESS.match(_path_here(url)))}
    if not places:
        return {}
    keys = {kind: {int(m[2]) for m in places.values() if m[1] == kind} for kind in "tp"}
    visible = Thread.objects.visible_to(AnonymousUser()).select_related("category")
    threads = {thread.pk: thread for thread in visible.filter(pk__in=keys["t"])}
    posts = {}
    if keys["p"]:
        public = Post.objects.public().filter(thread__in=visible, pk__in=keys["p"])
        posts = {post.pk: post for post in public.select_related("thread__category")}
    targets = {}
    for url, found in places.items():
        row = (threads if found[1] == "t" else posts).get(int(found[2]))
        if row is not None:
            targets[url] = _thread_target(url, row)
    return targets


def _thread_target(url, row):
    thread = row if isinstance(row, Thread) else row.thread
    words = thread.title
    if row is not thread:
        words = _("%(title)s, post %(number)s") % {"title": words, "number": row.number}
    hint = _("Thread in %(category)s") % {"category": thread.category.name}
    return Target(words, urlunsplit(("", "", *urlsplit(url)[2:])), hint)


def _links(resources, members, pictures, threads):
    return Links(
        images=pictures,
        resources=threads
        | {
            typed: Target(
                _title(resource),
                resource_path(resource),
                capfirst(str(resource.get_kind_display())),
            )
            for typed, resource in resources.items()
            if resource.live
        },
        members={
            typed: Target(f"@{user.display_name}", f"/members/{user.username}/")
            for typed, user in members.items()
            if user.is_active
        },
    )


def resource_path(resource):
    """The address of a listing. The slug of the catalog index is fixed, so no query is needed."""
    return f"{RESOURCES}{resource.slug}/"


def _title(resource):
    if resource.is_archived:
        return _("%(title)s (archived)") % {"title": resource.title}
    if resource.is_superseded:
        return _("%(title)s (superseded)") % {"title": resource.title}
    return resource.title


def _by_name(names):
    """Map each of `names` to the live listing of that title or slug; a title goes before."""
    if not names:
        return {}
    lowered = {name.lower() for name in names}
    found = (
        ResourcePage.objects.live()
        .annotate(lower_title=Lower("title"))
        .filter(Q(title__in=names) | Q(lower_title__in=lowered) | Q(slug__in=lowered))
        # The newest wins, one that is not archived before others: later ones overwrite.
        .order_by("archived_on", "pk")
    )
    current_last = sorted(found, key=lambda resource: resource.archived_on is None)
    titles = {resource.title.lower(): resource for resource in current_last}
    slugs = {resource.slug: resource for resource in current_last}
    resolved = {name: titles.get(name.lower()) or slugs.get(name.lower()) for name in names}
    return {name: resource for name, resource in resolved.items() if resource}


def _by_address(addresses):
    """Map each address to the live listing it belongs to: our own page of it, or its link."""
    if not addresses:
        return {}
    slugs = {url: _slug_here(url) for url in addresses}
    normalized = {url: normalize(url) for url in addresses if not _path_here(url)}
    found = ResourcePage.objects.live().filter(
        Q(slug__in=[slug for slug in slugs.values() if slug])
        | Q(normalized_link__in=[link for link in normalized.values() if link])
    )
    current_last = sorted(found, key=lambda resource: (resource.archived_on is None, resource.pk))
    by_slug = {resource.slug: resource for resource in current_last}
    by_link = {row.normalized_link: row for row in current_last if row.normalized_link}
    resolved = {
        url: by_slug.get(slugs[url]) or by_link.get(normalized.get(url)) for url in addresses
    }
    return {url: resource for url, resource in resolved.items() if resource}


def _members(names):
    if not names:
        return {}
    found = User.objects.active().annotate(handle=Lower("username"))
    return {user.handle: user for user in found.filter(handle__in={n.lower() for n in names})}


def _path_here(url):
    """The path of an address of this site, relative or absolute; "" for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if not parts.netloc and not parts.scheme:
        return parts.path if parts.path.startswith("/") else ""
    return (parts.path or "/") if parts.netloc == urlsplit(settings.BASE_URL).netloc else ""


def _slug_here(url):
    """The slug in an address of a listing on this site, else ""."""
    path = unquote(_path_here(url))
    slug = path.removeprefix(RESOURCES).strip("/") if path.startswith(RESOURCES) else ""
    return "" if "/" in slug else slug
