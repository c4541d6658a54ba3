"""What waits for moderators: posts that are held, reported, or whose author asks again."""

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from .models import Category, Post, Report, ReviewRequest, Standing

HELD, REPORTED, ASKED = "held", "reported", "asked"
KINDS = (HELD, REPORTED, ASKED)


def waiting_for(user, kind=""):
    """Return the posts that wait for `user`, in categories he moderates, oldest first.

    Each has `is_reported`, `is_asked` and `waits_since`. `kind` is one of KINDS or empty for all.
    """
    reports = Report.objects.open().filter(post=OuterRef("pk"))
    requests = ReviewRequest.objects.open().filter(post=OuterRef("pk"))
    posts = Post.objects.filter(thread__category__in=Category.objects.moderated_by(user)).annotate(
        is_reported=Exists(reports), is_asked=Exists(requests)
    )
    conditions = {
        HELD: Q(state=Post.State.HELD),
        REPORTED: Q(is_reported=True),
        ASKED: Q(is_asked=True),
    }
    wanted = conditions.get(kind) or (conditions[HELD] | conditions[REPORTED] | conditions[ASKED])
    first = reports.order_by().values("post").annotate(at=Min("created_at")).values("at")
    return (
        posts.filter(wanted)
        .annotate(
            waits_since=Coalesce(
                Subquery(first), Subquery(requests.values("created_at")[:1]), F("created_at")
            )
        )
        .order_by("waits_since", "pk")
    )


def counts_for(user):
    """Return how many posts wait for `user`, by kind, and since when, in one query."""
    waiting = waiting_for(user).order_by()
    return waiting.aggregate(
        held=Count("pk", filter=Q(state=Post.State.HELD)),
        reported=Count("pk", filter=Q(is_reported=True)),
        asked=Count("pk", filter=Q(is_asked=True)),
        total=Count("pk"),
        since=Min("waits_since"),
    )


def with_case_data(posts):
    """Fetch what a row of the queue shows: thread, author with his record, reports, request."""
    return posts.select_related(
        "thread__category__parent", "author__agency", "author__standing", "hidden_by"
    ).prefetch_related(
        Prefetch("reports", Report.objects.select_related("reporter__standing", "decided_by")),
        "review_requests",
    )


def neighbours(post, each_side=2):
    """Return the posts before and after `post` in its thread, as two lists in their order.

    What waits without a number is looked at between the posts of its time.
    """
    others = Post.objects.filter(thread=post.thread_id).exclude(pk=post.pk)
    others = others.exclude(number=None).select_related("author")
    if post.number is None:
        before = others.filter(created_at__lte=post.created_at)
        after = others.filter(created_at__gt=post.created_at)
    else:
        before, after = others.filter(number__lt=post.number), others.filter(number__gt=post.number)
    nearest = list(before.order_by("-number")[:each_side])
    return nearest[::-1], list(after.order_by("number")[:each_side])


def record_of(member, *, seen_by, posts=5):
    """Return what moderators know of a member: counts, last posts, reports, sanctions.

    Posts are those that `seen_by` may see. A fixed number of queries.
    """
    of_posts = Post.objects.visible_to(seen_by).filter(author=member)
    of_posts = of_posts.exclude(state=Post.State.MOVED)
    against = Report.objects.filter(post__author=member)
    return {
        "standing": Standing.objects.filter(user=member).first() or Standing(user=member),
        "latest": of_posts.select_related("thread").order_by("-created_at", "-pk")[:posts],
        "against": against.aggregate(
            open=Count("pk", filter=Q(state=Report.State.OPEN)),
            upheld=Count("pk", filter=Q(state=Report.State.UPHELD)),
            refused=Count("pk", filter=Q(state=Report.State.REFUSED)),
        ),
        "sanctions": member.sanctions.select_related("by", "lifted_by")[:20],
    }
