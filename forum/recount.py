"""Count anew what the verbs keep: the truth that counters are measured against."""

from django.db.models import Count, F, Max, Q, Sum

from .models import Category, Helpful, PollOption, Post, Report, Standing, Thread, ThreadVoice

MOST_HELPFUL = 3
LEAST_HELPFUL = 2


def recount_thread(thread, *, check=False):
    """Set the counters of `thread` from its posts; return the columns that were wrong.

    Call it inside the transaction that holds the thread's lock. With `check` nothing is written.
    """
    public = thread.posts.public()
    latest = public.order_by("-created_at", "-number").first()
    if latest and latest.created_at < thread.created_at:
        # The beginning of a thread counts as activity, though its first post may be hidden.
        latest = None
    voices = dict(public.values_list("author").annotate(Count("pk")).order_by())
    truth = {
        "last_number": max(
            thread.posts.aggregate(number=Max("number"))["number"] or 0, thread.last_number
        ),
        "reply_count": public.filter(number__gt=1).count(),
        "voice_count": len(voices),
        "helpful_numbers": helpful_numbers(thread),
        "last_post_at": latest.created_at if latest else thread.created_at,
        "last_post_by_id": latest.author_id if latest else thread.author_id,
    }
    wrong = _set(thread, truth, check)
    if dict(thread.voices.values_list("user", "posts")) != voices:
        wrong.append("voices")
        if not check:
            thread.voices.all().delete()
            ThreadVoice.objects.bulk_create(
                ThreadVoice(thread=thread, user_id=user, posts=posts)
                for user, posts in voices.items()
            )
    return wrong


def recount_helpful(thread, *, check=False):
    """Set how many found each post of `thread` helpful; return ["helpful_count"] if wrong.

    Call it before `recount_thread`, which finds the most helpful posts by these counts.
    """
    counted = thread.posts.annotate(marks=Count("helpful_marks"))
    wrong = list(counted.exclude(marks=F("helpful_count")))
    if wrong and not check:
        for post in wrong:
            post.helpful_count = post.marks
        Post.objects.bulk_update(wrong, ["helpful_count"])
    return ["helpful_count"] if wrong else []


def helpful_numbers(thread):
    """The numbers of the public posts of `thread` that most found helpful, at most three.

    One mark is no more than a thank-you: a post stands here from the second on.
    """
    best = thread.posts.public().filter(helpful_count__gte=LEAST_HELPFUL, number__isnull=False)
    numbers = best.order_by("-helpful_count", "number").values_list("number", flat=True)
    return list(numbers[:MOST_HELPFUL])


def recount_poll(poll, *, check=False):
    """Set how many voted in `poll` and for each option; return the columns that were wrong."""
    voters = poll.votes.values("user").distinct().count()
    wrong = _set(poll, {"voter_count": voters}, check)
    options = list(poll.options.annotate(chosen=Count("votes")).exclude(chosen=F("vote_count")))
    if options and not check:
        for option in options:
            option.vote_count = option.chosen
        PollOption.objects.bulk_update(options, ["vote_count"])
    return [*wrong, "vote_count"] if options else wrong


def recount_category(category, *, check=False):
    """Set the counters of `category` from its public threads; return what was wrong."""
    category = Category.objects.select_for_update().get(pk=category.pk)
    threads = Thread.objects.filter(
        category=category, state=Thread.State.PUBLIC, merged_into__isnull=True
    )
    found = threads.aggregate(
        replies=Sum("reply_count"), threads=Count("pk"), at=Max("last_post_at")
    )
    openings = Post.objects.public().filter(thread__in=threads, number=1).count()
    truth = {
        "thread_count": found["threads"],
        "post_count": (found["replies"] or 0) + openings,
        "last_post_at": found["at"],
    }
    return _set(category, truth, check)


def recount_member(user, *, check=False):
    """Set what `user` has earned and cost in the forum; return what was wrong."""
    written = user.posts.exclude(state=Post.State.MOVED)
    truth = written.aggregate(
        posts=Count("pk", filter=Q(number__isnull=False)),
        posts_hidden=Count("pk", filter=Q(number__isnull=False, state=Post.State.HIDDEN)),
    )
    truth["helpful_received"] = Helpful.objects.filter(post__author=user).count()
    truth |= Report.objects.filter(reporter=user).aggregate(
        reports_upheld=Count("pk", filter=Q(state=Report.State.UPHELD)),
        reports_refused=Count("pk", filter=Q(state=Report.State.REFUSED)),
    )
    standing = Standing.objects.filter(user=user).first()
    if standing is None:
        if not any(truth.values()):
            return []
        standing = Standing(user_id=user.pk)
        if not check:
            standing.save()
    return _set(standing, truth, check)


def _set(row, truth, check):
    wrong = [name for name, value in truth.items() if getattr(row, name) != value]
    if wrong and not check:
        for name in wrong:
            setattr(row, name, truth[name])
        row.save(update_fields=[name.removesuffix("_id") for name in wrong])
    return wrong
