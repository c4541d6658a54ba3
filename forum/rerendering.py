"""Render posts again when a listing that they name has another title, address or standing.

Also turns outside links into mentions when a listing with their address is published: what a
member suggested below a post becomes a title in it.
"""

from django.db import transaction
from django_tasks import task
from modelsearch import index

from catalog.models import ResourcePage
from portal.page_cache.versions import raise_version

from .mentions import html_of
from .models import OutsideLink, Post, PostMention

# Posts for each task: one stays short, so that the queue is not held up.
POSTS_PER_TASK = 200


def listing_signalled(sender, instance, **kwargs):
    """Receive Wagtail's signals about pages."""
    if isinstance(instance, ResourcePage):
        listing_changed(instance)


def listing_changed(resource):
    """Queue the posts that name `resource`, or link to its address without knowing it.

    The posts are found now and not in the task, because a deleted listing takes its mentions
    along.
    """
    posts = set(PostMention.objects.filter(resource_id=resource.pk).values_list("post", flat=True))
    posts |= _adopt_links(resource)
    ordered = sorted(posts)
    for start in range(0, len(ordered), POSTS_PER_TASK):
        render_again.enqueue(ordered[start : start + POSTS_PER_TASK])


def _adopt_links(resource):
    """Make mentions of the outside links with the address of a live listing; return the posts."""
    if not (resource.live and resource.normalized_link):
        return set()
    with transaction.atomic():
        links = list(OutsideLink.objects.filter(normalized=resource.normalized_link))
        PostMention.objects.bulk_create(
            (
                PostMention(post_id=link.post_id, typed=link.typed, resource_id=resource.pk)
                for link in links
            ),
            ignore_conflicts=True,
        )
        OutsideLink.objects.filter(pk__in=[link.pk for link in links]).delete()
    return {link.post_id for link in links}


@task()
def render_again(pks):
    """Render the posts with these keys; those that stay the same are left alone."""
    posts = list(Post.objects.filter(pk__in=pks).select_related("thread").with_mentions())
    changed = []
    for post in posts:
        html = html_of(post)
        # Only if nobody edited it meanwhile: an edit has rendered it anyway.
        if html != post.html and Post.objects.filter(pk=post.pk, text=post.text).update(html=html):
            post.html = html
            changed.append(post)
    if posts:
        with transaction.atomic():
            # Also where no text changed: the box of resources beside it may have.
            raise_version(*{post.thread.version for post in posts}, "forum")
    for post in changed:
        index.insert_or_update_object(post)
