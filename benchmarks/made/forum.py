"""Fill an empty database with conversations, in bulk, as the verbs would have left them.

Two thousand threads of 15 to 25 posts and one of ten thousand, of 60 to 120 words each, by three
hundred members, with tags, named resources, read marks and helpful posts. Nothing is random from
run to run. `manage.py forum_recount --check` finds nothing to mend.
"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from .catalog import SEED, WORDS

MEMBERS = 300
# What is written is drawn from so many texts, because rendering each anew would take minutes.
TEXTS = 400
BATCH = 1000


def fill(threads, long_thread):
    """Make so many threads, and one of `long_thread` posts; return what a benchmark asks for.

    That is the addresses {"thread", "long", "category", "threads"}, the members who may be logged
    in as, {"members": [primary keys]}, and a word that many posts hold.
    """
    from django.db import transaction

    with transaction.atomic():
        return _Forum(threads, long_thread).make()


class _Forum:
    def __init__(self, threads, long_thread):
        self.chosen = random.Random(SEED)
        self.sizes = [self.chosen.randint(15, 25) for _ in range(threads)] + [long_thread]
        self.now = datetime.now(UTC).replace(microsecond=0)

    def make(self):
        self.make_people()
        self.make_places()
        self.make_texts()
        self.make_threads()
        self.make_posts()
        self.count()
        self.make_marks()
        *threads, long_thread = self.threads
        return {
            "thread": threads[0].get_absolute_url(),
            "long": long_thread.get_absolute_url(),
            "category": long_thread.category.get_absolute_url(),
            "threads": [thread.get_absolute_url() for thread in threads],
            "members": [person.pk for person in self.people[:60]],
            "word": self.word,
        }

    def words(self, count):
        return " ".join(self.chosen.choices(WORDS, k=count))

    def make_people(self):
        from django.contrib.auth.hashers import make_password

        from portal.accounts.models import Agency, User

        agencies = Agency.objects.bulk_create(
            Agency(name=f"Agency {n}", slug=f"agency-{n}", kind="state") for n in range(20)
        )
        self.people = User.objects.bulk_create(
            User(
                username=f"person-{n}",
                display_name=f"{self.words(1).title()} Person {n}",
                email=f"person-{n}@example.org",
                password=make_password(None),
                date_joined=self.now - timedelta(days=800),
                # Their posts are never held, at whatever pace the replies come.
                agency=agencies[n % 20],
                agency_display=("name", "kind", "nothing")[n % 3],
            )
            for n in range(MEMBERS)
        )

    def make_places(self):
        from catalog.models import Tag
        from forum.models import Category

        self.categories = Category.objects.bulk_create(
            Category(name=f"Category {n}", slug=f"category-{n}", position=n) for n in range(6)
        )
        self.tags = Tag.objects.bulk_create(
            Tag(name=f"spoken {n}", slug=f"spoken-{n}") for n in range(30)
        )

    def make_texts(self):
        from catalog.models import ResourcePage
        from forum.mentions import look_up

        titles = list(ResourcePage.objects.live().values_list("title", flat=True)[:40])
        self.texts = []
        for number in range(TEXTS):
            first, second = self.words(self.chosen.randint(30, 60)), self.words(30)
            text = f"{first.capitalize()}.\n\n{second.capitalize()}, *{self.words(2)}*."
            if titles and number % 8 == 0:
                text += f" See [[{titles[number % len(titles)]}]]."
            if number % 20 == 1:
                text += f" Also https://agency-{number}.example.gov/page"
            self.texts.append((text, look_up(text)))
        self.word = WORDS[0]

    def make_threads(self):
        from forum.models import Thread, ThreadTag

        self.threads, self.authors, self.moments = [], [], []
        for number, size in enumerate(self.sizes):
            people = self.chosen.sample(self.people, min(12, len(self.people)))
            authors = self.chosen.choices(people, k=size)
            begun = self.now - timedelta(minutes=11 * (len(self.sizes) - number) + 2 * size)
            kind = "question" if number % 2 else "discussion"
            self.threads.append(
                Thread(
                    category=self.categories[number % 6],
                    title=f"{self.words(6).capitalize()} {number}",
                    slug=f"talk-{number}",
                    kind=kind,
                    author=authors[0],
                    created_at=begun,
                    last_number=size,
                    reply_count=size - 1,
                    voice_count=len(set(authors)),
                    last_post_at=begun + timedelta(minutes=size - 1),
                    last_post_by=authors[-1],
                )
            )
            self.authors.append(authors)
        self.threads = Thread.objects.bulk_create(self.threads, batch_size=BATCH)
        ThreadTag.objects.bulk_create(
            (
                ThreadTag(content_object=thread, tag=self.tags[number % 30])
                for number, thread in enumerate(self.threads)
            ),
            batch_size=BATCH,
        )

    def make_posts(self):
        from forum.models import OutsideLink, Post, PostMention, ThreadVoice

        posts, said = [], []
        for thread, authors in zip(self.threads, self.authors, strict=True):
            for number, author in enumerate(authors, 1):
                text, resolved = self.chosen.choice(self.texts)
                said.append(resolved)
                posts.append(
                    Post(
                        thread=thread,
                        number=number,
                        author=author,
                        text=text,
                        html=resolved.html,
                        created_at=thread.created_at + timedelta(minutes=number - 1),
                    )
                )
        self.posts = Post.objects.bulk_create(posts, batch_size=BATCH)
        PostMention.objects.bulk_create(
            (
                PostMention(post=post, typed=typed, resource=resource)
                for post, resolved in zip(self.posts, said, strict=True)
                for typed, resource in resolved.resources.items()
            ),
            batch_size=BATCH,
        )
        OutsideLink.objects.bulk_create(
            (
                OutsideLink(post=post, typed=typed, normalized=normalized)
                for post, resolved in zip(self.posts, said, strict=True)
                for typed, normalized in resolved.outside.items()
            ),
            batch_size=BATCH,
        )
        ThreadVoice.objects.bulk_create(
            (
                ThreadVoice(thread=thread, user=user, posts=count)
                for thread, authors in zip(self.threads, self.authors, strict=True)
                for user, count in Counter(authors).items()
            ),
            batch_size=BATCH,
        )

    def count(self):
        from forum.models import Standing

        for number, category in enumerate(self.categories):
            mine = self.threads[number::6]
            category.thread_count = len(mine)
            category.post_count = sum(thread.last_number for thread in mine)
            category.last_post_at = max((thread.last_post_at for thread in mine), default=None)
            category.save()
        written = Counter(author for authors in self.authors for author in authors)
        self.standings = {user.pk: Standing(user=user, posts=n) for user, n in written.items()}

    def make_marks(self):
        """Read marks of everybody in a tenth of the threads; a helpful post here and there."""
        from forum.models import Helpful, Standing, ThreadRead

        ThreadRead.objects.bulk_create(
            (
                ThreadRead(user=person, thread=thread, last_read_number=thread.last_number // 2)
                for number, person in enumerate(self.people[:60])
                for thread in self.threads[number % 10 :: 10]
            ),
            batch_size=BATCH,
        )
        thanked = self.posts[::50]
        for post in thanked:
            post.helpful_count = 1
            self.standings[post.author_id].helpful_received += 1
        type(thanked[0]).objects.bulk_update(thanked, ["helpful_count"], batch_size=BATCH)
        Helpful.objects.bulk_create(
            (
                Helpful(
                    post=post,
                    user=next(p for p in self.people if p.pk != post.author_id),
                    created_at=self.now,
                )
                for post in thanked
            ),
            batch_size=BATCH,
        )
        Standing.objects.bulk_create(self.standings.values(), batch_size=BATCH)
