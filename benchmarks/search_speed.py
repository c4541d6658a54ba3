"""Measure search: one page of results as served, indexing, memory, size, beside SQLite's own.

    python -m benchmarks.search_speed [--sizes 2843 20000]
        [--engines whoosh database] [--data FOLDER] [--json FILE]

Each size is a site of its own in a temporary folder. Up to the number of real documents these
are Digital.gov's resources and articles; beyond it their paragraphs are recombined (the same way
every time), half as listings and half as posts in conversations of ten. Times are those of the
whole stack behind the socket (visibility, highlights, totals, and on the tab Resources all
facets), warm, one after another in one process. Words come from the documents themselves.
"""

import argparse
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

if __package__ in {None, ""}:  # run as a file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch import digitalgov

ROOT = digitalgov.ROOT
ENGINES = ("whoosh", "database")
QUERIES = 40
SEED = 42
#: modelsearch's SQLite backend takes seconds for common words, so it is asked fewer.
QUERIES_OF_SQLITE = 15


def main():
    options = read_options()
    if not digitalgov.are_in(options.data):
        print(f"Left out: the documents are not in {options.data}. Name their folder with --data.")
        sys.exit(digitalgov.LEFT_OUT)
    reports = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            report = {"documents": size}
            run_apart(size, "site", folder, options.data)
            for engine in options.engines:
                report[engine] = run_apart(size, engine, folder, options.data)
            reports.append(report)
            show(report)
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1) + "\n")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[2843, 20_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--data", type=Path, default=digitalgov.DATA)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        size, engine, folder = options.one
        print(json.dumps(measure(int(size), engine, Path(folder), options.data)))
        sys.exit()
    return options


def run_apart(size, engine, folder, data):
    """Measure one engine in a process of its own, so that its memory is its own."""
    environment = {
        **os.environ,
        "ENV_FILE": os.devnull,
        "VAR_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "SEARCH_URL": "database" if engine == "database" else "",
        "PYTHONWARNINGS": "ignore",
    }
    arguments = ["--one", str(size), engine, folder, "--data", str(data)]
    command = [sys.executable, "-m", "benchmarks.search_speed", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def show(report):
    print(f"\n{report['documents']} documents")
    engines = [engine for engine in ENGINES if engine in report]
    rows = sorted({key for engine in engines for key in report[engine]})
    print(f"  {'':34}" + "".join(f"{engine:>16}" for engine in engines))
    for key in rows:
        values = [report[engine].get(key, "") for engine in engines]
        print(f"  {key:34}" + "".join(f"{cell(value):>16}" for value in values))


def cell(value):
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)


# One engine ---------------------------------------------------------------------------------


def measure(size, engine, folder, data):
    import django

    django.setup()
    from django.conf import settings

    settings.DEBUG = False
    if engine == "site":  # made apart, so that its memory is not counted; the same for both
        build(size, Texts(data))
        return {}
    report = index(size, engine, folder)
    queries = Texts(data).queries()  # read only now: they take memory, too
    from django.test import Client

    client = Client()
    number = QUERIES if engine == "whoosh" else QUERIES_OF_SQLITE
    for words, those in queries.items():
        for tab, name in (("all", "page"), ("resources", "all facets")):
            times = ask(client, "/search/", those[:number], tab=tab)
            report[f"{name}, {words} p50 / p95 ms"] = times
    if engine == "whoosh":
        starts = [words[:length] for words in queries["2 words"] for length in (2, 3, 5, 8)]
        report["suggestions p50 / p95 ms"] = ask(client, "/search/suggest", starts)
        report["a save pays, ms"] = price_of_a_save()
    return report


def ask(client, path, queries, **parameters):
    """Return p50 and p95 in milliseconds, after asking everything once."""
    for words in queries:
        client.get(path, {"q": words, **parameters})
    times = []
    for words in queries:
        start = time.perf_counter()
        response = client.get(path, {"q": words, **parameters})
        times.append(1000 * (time.perf_counter() - start))
        assert response.status_code == 200
    times.sort()
    return [round(statistics.median(times), 1), round(times[int(0.95 * len(times))], 1)]


def index(size, engine, folder):
    """Build the index in this process and return what that took."""
    from django.core.management import call_command

    before = sqlite_size(folder)
    start = time.perf_counter()
    if engine == "whoosh":
        call_command("search_index", "rebuild", verbosity=0)
    else:
        call_command("update_index", verbosity=0)
    seconds = time.perf_counter() - start
    if engine == "whoosh":
        files = (Path(folder) / "search").rglob("*")
        stored = sum(path.stat().st_size for path in files if path.is_file())
    else:
        stored = sqlite_size(folder) - before
    return {
        "indexed a second": round(size / seconds),
        "peak memory, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "size of the index, MB": round(stored / 2**20, 1),
    }


def sqlite_size(folder):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (Path(folder) / "db.sqlite3").stat().st_size


def price_of_a_save():
    """Return the milliseconds that noting a change adds to a transaction."""
    from django.db import transaction

    from catalog.models import ResourcePage
    from portal.search import outbox

    rows = list(ResourcePage.objects.all()[:200])
    times = []
    for row in rows:
        with transaction.atomic():
            row.save_base(raw=True, update_fields=["cost"])  # the lock is taken already
            start = time.perf_counter()
            outbox.note(row)
            times.append(1000 * (time.perf_counter() - start))
    return round(statistics.median(times), 2)


# The site ------------------------------------------------------------------------------------


class Texts:
    """Real documents, their paragraphs, and queries made of their words."""

    def __init__(self, folder):
        self.rows = digitalgov.documents(folder)
        self.paragraphs = [
            words
            for row in self.rows
            for part in (row["body"] or "").split("\n\n")
            if len(words := plain(part).split()) >= 8
        ]
        self.random = random.Random(SEED)

    def documents(self, size):
        """Yield `size` of (title, summary, body)."""
        for row in self.rows[:size]:
            yield (
                row["title"][:200],
                (row["summary"] or row["deck"] or "")[:600],
                plain(row["body"]),
            )
        for _ in range(size - len(self.rows)):
            yield self.recombined()

    def recombined(self):
        """Return a document of 30 to 130 words."""
        wanted, words = self.random.randint(30, 130), []
        while len(words) < wanted:
            words += self.random.choice(self.paragraphs)
        title = self.random.choice(self.paragraphs)
        start = self.random.randrange(max(1, len(title) - 7))
        return (
            " ".join(title[start : start + 7])[:200],
            " ".join(words[:25]),
            " ".join(words[:wanted]),
        )

    def queries(self):
        """Return queries of one to three words that stand side by side somewhere."""
        from portal.search.analysis import STOP_WORDS

        chosen = random.Random(SEED + 1)
        queries = {}
        for count in (1, 2, 3):
            those = []
            while len(those) < QUERIES:
                paragraph = chosen.choice(self.paragraphs)
                start = chosen.randrange(len(paragraph) - count)
                words = [word.strip(".,;:()\"'") for word in paragraph[start : start + count]]
                if all(len(w) > 2 and w.isalpha() and w.lower() not in STOP_WORDS for w in words):
                    those.append(" ".join(words))
            queries[f"{count} word{'s'[: count > 1]}"] = those
        return queries


def plain(markdown):
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)|[*_#`>|]+", r"\1", markdown or "")


def build(size, texts):
    """Fill an empty database, past the models' own save(), which would take an hour."""
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    documents = list(texts.documents(size))
    listings = len(texts.rows) if size <= len(texts.rows) else size // 2
    with transaction.atomic():
        add_listings(documents[:listings], texts.random)
        add_posts(documents[listings:], texts.random)
    from portal.search.models import PendingChange

    PendingChange.objects.all().delete()


def add_listings(documents, chosen):
    from benchmarks.scratch import pages
    from catalog.models import GuidancePage, Provider, ResourceIndexPage, ResourcePage, Topic

    topics = Topic.objects.bulk_create(
        [Topic(title=f"Topic {n}", slug=f"topic-{n}") for n in range(50)]
    )
    providers = Provider.objects.bulk_create(
        [Provider(name=f"Provider {n}", slug=f"provider-{n}") for n in range(50)]
    )
    begin = datetime(2012, 1, 1, tzinfo=UTC)
    rows = []
    for title, summary, body in documents:
        moment = begin + timedelta(hours=chosen.randrange(24 * 365 * 14))
        rows.append(
            GuidancePage(
                title=title,
                first_published_at=moment,
                kind=chosen.choice(ResourcePage.Kind.values),
                cost=chosen.choice(["", *ResourcePage.Cost.values]),
                level=chosen.choice(["", *ResourcePage.Level.values]),
                delivery=chosen.choice(["", *ResourcePage.Delivery.values]),
                minutes=chosen.choice([None, 10, 45, 90, 400, 900]),
                language="en",
                published_on=moment.date(),
                provider=chosen.choice(providers),
                summary=summary,
                body="".join(f"<p>{escape(part)}</p>" for part in body.split("\n\n")),
            )
        )
    pages.add(ResourceIndexPage.objects.get(), rows)
    through = ResourcePage.topics.through
    pairs = [
        through(resourcepage_id=row.pk, topic_id=topic.pk)
        for row in rows
        for topic in chosen.sample(topics, 2)
    ]
    through.objects.bulk_create(pairs, batch_size=2000)


def add_posts(documents, chosen):
    from forum.models import Category, Post, Thread
    from portal.accounts.models import User

    if not documents:
        return
    users = User.objects.bulk_create(
        [
            User(username=f"member-{n}", email=f"m{n}@example.org", display_name=f"Member {n}")
            for n in range(100)
        ]
    )
    categories = Category.objects.bulk_create(
        [Category(name=f"Category {n}", slug=f"category-{n}") for n in range(8)]
    )
    now = datetime.now(UTC)
    threads = [
        Thread(
            category=chosen.choice(categories),
            title=title,
            slug="thread",
            author=chosen.choice(users),
            created_at=now - timedelta(hours=number),
            last_post_at=now - timedelta(hours=number),
            last_number=10,
        )
        for number, (title, _summary, _body) in enumerate(documents[::10])
    ]
    threads = Thread.objects.bulk_create(threads, batch_size=500)
    posts = [
        Post(
            thread=threads[number // 10],
            number=number % 10 + 1,
            author=chosen.choice(users),
            text=body,
            html=f"<p>{escape(body)}</p>",
            created_at=threads[number // 10].created_at,
        )
        for number, (_title, _summary, body) in enumerate(documents)
    ]
    Post.objects.bulk_create(posts, batch_size=500)


if __name__ == "__main__":
    main()
