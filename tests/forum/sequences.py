"""Random sequences of what members and moderators do, and what holds after each of them."""

from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from hypothesis import strategies as st

from forum import holding, marking, moderation, moving, reporting, withdrawing
from forum.models import Post, PostAddress, Thread
from forum.posting import edit_post, reply, start_thread
from tests.factories import make_agency, make_category, make_reply, make_thread, make_user

SPAM = "Offers at https://spam.example.com/"
VERBS = [
    *("start", "reply", "reply", "edit", "hide", "restore", "hide-thread", "show", "move"),
    *("delete", "undelete", "helpful", "unhelpful"),
    *("hold", "hold-thread", "release", "refuse", "report", "report-hides", "dismiss"),
    *("show-unconfirmed", "ask-again", "keep-hidden", "moderator-deletes"),
    *("split", "split", "move-posts", "move-posts", "merge"),
]
ACTIONS = st.tuples(
    st.sampled_from(VERBS), st.integers(0, 5), st.integers(0, 5), st.integers(0, 1000)
)


class Forum:
    """A small forum in which `act` does one thing after another, at dates in any order."""

    def __init__(self, moderator):
        self.moderator = moderator
        self.people = [make_user() for _ in range(3)]
        self.trusted = make_user(agency=make_agency())
        self.categories = [make_category() for _ in range(2)]
        self.threads = [
            make_thread(category=category, author=self.people[0]).pk for category in self.categories
        ]
        for thread in Thread.objects.filter(pk__in=self.threads):
            for author in self.people:
                make_reply(thread, author=author)
        # Every number that a post ever had: (thread, number) → post.
        self.addresses = {}
        self.remember()

    def act(self, actions):
        for verb, one, two, days in actions:
            now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
            thread = Thread.objects.get(pk=self.threads[one % len(self.threads)])
            posts = list(thread.posts.exclude(state="moved").order_by("number", "pk"))
            if not posts and verb not in {"start", "reply"}:
                continue
            post = posts[two % len(posts)] if posts else None
            self.do(verb, thread, posts, post, two, now)
            self.remember()

    def do(self, verb, thread, posts, post, two, now):
        author, by = self.people[two % 3], self.moderator
        category = self.categories[two % 2]
        if verb == "start":
            self.threads.append(make_thread(category=category, author=author, now=now).pk)
        elif verb == "reply" and thread.takes_replies:
            make_reply(thread, author=author, now=now)
        elif verb == "hold" and thread.takes_replies:
            reply(thread=thread, author=author, text=SPAM, is_screened=True, now=now)
        elif verb == "hold-thread":
            fields = {"category": category, "author": author, "title": "Held", "text": SPAM}
            self.threads.append(start_thread(is_screened=True, now=now, **fields).pk)
        elif verb == "edit":
            edit_post(post=post, editor=post.author, text=f"Edited {now:%j}", now=now)
        elif verb == "helpful" and post.author != author:
            marking.mark_helpful(post=post, by=author, now=now)
        elif verb in {"report", "report-hides"}:
            reporter = self.trusted if verb == "report-hides" else author
            if post.author != reporter:
                reporting.report_post(post=post, reporter=reporter, reason="sensitive", now=now)
        elif verb in {"split", "move-posts", "merge"}:
            self.carry(verb, thread, [row for row in posts if row.number][two % 3 :][:3], two)
        elif verb in (simple := self.simple(thread, post, by, category, now)):
            simple[verb]()

    def simple(self, thread, post, by, category, now):
        """What is done to one post or thread and needs nothing else."""
        return {
            "hide": lambda: moderation.hide_post(post=post, by=by, reason="spam", now=now),
            "restore": lambda: moderation.restore_post(post=post, by=by),
            "moderator-deletes": lambda: moderation.delete_post(post=post, by=by),
            "ask-again": lambda: moderation.ask_again(post=post, by=post.author),
            "keep-hidden": lambda: moderation.refuse_request(post=post, by=by),
            "release": lambda: holding.release_post(post=post, by=by, now=now),
            "refuse": lambda: holding.refuse_post(post=post, by=by, reason="spam"),
            "dismiss": lambda: reporting.dismiss_reports(post=post, by=by),
            "show-unconfirmed": lambda: reporting.show_unconfirmed(now + timedelta(days=2)),
            "delete": lambda: withdrawing.delete_own_post(post=post, by=post.author, now=now),
            "undelete": lambda: withdrawing.restore_own_post(post=post, by=post.author),
            "unhelpful": lambda: marking.unmark_helpful(post=post, by=self.people[0]),
            "hide-thread": lambda: moderation.hide_thread(thread=thread, by=by),
            "show": lambda: moderation.restore_thread(thread=thread, by=by),
            "move": lambda: moderation.move_thread(thread=thread, by=by, category=category),
        }

    def carry(self, verb, thread, posts, two):
        """Move posts elsewhere, where that is allowed."""
        target = Thread.objects.get(pk=self.threads[two % len(self.threads)])
        try:
            if verb == "split":
                category = self.categories[two % 2]
                posts = [post for post in posts if post.number > 1]
                made = moving.split_thread(
                    posts=posts, title="Split", category=category, by=self.moderator
                )
                self.threads.append(made.pk)
            elif verb == "move-posts":
                posts = [post for post in posts if post.number > 1]
                moving.move_posts(posts=posts, target=target, by=self.moderator)
            else:
                moving.merge_threads(source=thread, target=target, by=self.moderator)
        except moving.NotMovable:
            return

    def remember(self):
        rows = Post.objects.filter(thread__in=self.threads, number__isnull=False)
        for thread, number, pk in rows.exclude(state="moved").values_list("thread", "number", "pk"):
            self.addresses.setdefault((thread, number), pk)

    def check(self):
        """Counters are right, numbers have no gaps, no address is lost."""
        call_command("forum_recount", "--check", verbosity=0)
        stand = {
            (thread, number): pk
            for thread, number, pk in Post.objects.exclude(number=None).values_list(
                "thread", "number", "pk"
            )
        }
        former = {(row.thread_id, row.number): row.post_id for row in PostAddress.objects.all()}
        for address, pk in self.addresses.items():
            assert former.get(address, stand.get(address)) == pk, address
        for thread in Thread.objects.filter(pk__in=self.threads):
            known = {number for of, number in {**stand, **former} if of == thread.pk}
            assert known == set(range(1, thread.last_number + 1)), thread.pk
            if thread.merged_into_id:
                assert not thread.posts.exclude(state="moved").exists()
                assert thread.merged_into.merged_into_id is None
        held = Post.objects.filter(state="held")
        assert not held.exclude(number=None).exists()
        assert not Post.objects.filter(state="public", number=None).exists()
