"""The demo's forum: categories, and threads written post by post in the order of time."""

from django.core.files import File

from catalog.models import Topic
from forum import images
from forum.answering import accept_answer
from forum.marking import mark_helpful
from forum.mentions import keep, look_up
from forum.models import Category, Post, Thread
from forum.moderation import hide_post, pin_thread
from forum.polling import make_poll, vote
from forum.posting import reply, start_thread
from portal.accounts.models import User

from . import content, people


def is_made():
    moderator = people.account("moderator")
    return Thread.objects.filter(author=moderator, kind=Thread.Kind.ANNOUNCEMENT).exists()


def make(*, now):
    """Make categories and threads; return how many threads were made."""
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    categories = make_categories(topics)
    members = {user.username: user for user in User.objects.all()}
    written = content.read_folder("threads")
    threads, posts = {}, {}
    for ago, number, place in in_order(written):
        row, post = written[number], written[number]["post"][place]
        author, when = members[post["by"]], now - ago
        if place == 0:
            threads[number] = start_thread(
                category=categories[row["category"]],
                author=author,
                title=row["title"],
                text=post["text"],
                kind=row["kind"],
                topics=[topics[slug] for slug in row["topics"]],
                tags=row.get("tags", []),
                now=when,
            )
        elif post.get("held"):
            hold(threads[number], author, post["text"], when)
        else:
            text = with_image(post, author, when)
            posts[number, place] = reply(thread=threads[number], author=author, text=text, now=when)
    for (number, place), post in posts.items():
        row = written[number]["post"][place]
        if "hidden" in row:
            later = post.created_at + content.span(row["hidden_after"])
            hide_post(post=post, by=people.account("moderator"), reason=row["hidden"], now=later)
        for name in row.get("helpful", []):
            mark_helpful(post=post, by=members[name])
        if row.get("is_answer"):
            accept_answer(post=post, by=threads[number].author)
    for number, row in enumerate(written):
        if row.get("is_pinned"):
            pin_thread(thread=threads[number], by=people.account("moderator"))
        if "poll" in row:
            ask(threads[number], row["poll"], members)
    return len(threads)


def in_order(written):
    """Return (time ago, number of the thread, place of the post), the oldest post first."""
    found = [
        (content.span(post["ago"]), number, place)
        for number, thread in enumerate(written)
        for place, post in enumerate(thread["post"])
    ]
    return sorted(found, key=lambda post: (-post[0], post[1], post[2]))


def make_categories(topics):
    """Return the demo's categories by slug; one that is there already stays as it is."""
    categories = {}
    for position, row in enumerate(content.read("categories")["category"], start=1):
        category, is_new = Category.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "position": position,
            },
        )
        if is_new:
            category.topics.set([topics[slug] for slug in row["topics"]])
        categories[row["slug"]] = category
    return categories


def with_image(post, author, when):
    """Return the text of a post, its image in the place of "{image}"."""
    if "image" not in post:
        return post["text"]
    with File((content.FOLDER / "images" / post["image"]).open("rb")) as file:
        image = images.upload(file=file, by=author, now=when)
    image = images.describe(image=image, alt=post["image_alt"], is_decorative=False)
    return post["text"].replace("{image}", image.markdown)


def ask(thread, written, members):
    """Give a thread its poll, with who chose which option, counted from one."""
    poll = make_poll(
        thread=thread,
        by=thread.author,
        question=written["question"],
        options=written["options"],
        now=thread.created_at,
    )
    keys = list(poll.options.values_list("pk", flat=True))
    for name, number in written["votes"].items():
        vote(poll=poll, by=members[name], options=[keys[number - 1]])


def hold(thread, author, text, when):
    """Leave a post with the moderators: it has no number and counts nowhere yet."""
    resolved = look_up(text, author)
    post = Post.objects.create(
        thread=thread,
        author=author,
        state=Post.State.HELD,
        signals=Post.Signal.LINKS,
        text=text.strip(),
        html=resolved.html,
        created_at=when,
    )
    keep(post, resolved)
    return post
