"""The forum as served: reading and replying, beside a bare Django view and a static answer.

    python -m benchmarks.forum [--engines sqlite postgresql] [--small] [--seconds 2] [--rounds 3]
        [--no-goals] [--json FILE]

Makes two thousand threads of 15 to 25 posts and one of ten thousand (benchmarks/made/forum.py) on
each engine, serves them as in production (granian, two workers, the worker of the queue beside
them) and measures with wrk at 8 connections and at 1. Both floors (benchmarks/floor) run on the
same machine and database, asked in turn with the pages, so that the ratios count and not the hour.
PostgreSQL is asked for at POSTGRESQL, by default a local server's user postgres; a database of its
own is made there and dropped. Ends with status 1 where a goal is missed, unless --no-goals is given.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.served.browser import Browser, weight_of
from benchmarks.served.memory import memory_of
from benchmarks.served.server import ROOT, served
from benchmarks.served.wrk import check_installed, wrk

POSTGRESQL = os.environ.get("POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
REPLIES_OF_ONE = 40  # below what the forum allows a member in an hour
CONNECTIONS = (8, 1)
SIZES = {"full": (2000, 10_000, 240), "small": (40, 120, 24)}


def main():
    options = read_options()
    check_installed()
    reports = {}
    for engine in options.engines:
        with tempfile.TemporaryDirectory() as folder, database(engine) as url:
            reports[engine] = measure(Path(folder), url, options)
        show(engine, reports[engine])
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1) + "\n")
    missed = [line for engine, report in reports.items() for line in missed_goals(engine, report)]
    if missed and not options.no_goals:
        sys.exit("\n".join(missed))


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"])
    parser.add_argument("--small", action="store_true", help="forty threads, for a test")
    parser.add_argument("--seconds", type=float, default=2, help="length of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often all is measured")
    parser.add_argument("--no-goals", action="store_true", help="report and judge nothing")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--make", nargs=2, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        print(json.dumps(make(*options.make)))
        sys.exit()
    if options.engines is None:
        options.engines = ["sqlite", *(["postgresql"] if postgresql_answers() else [])]
        if options.engines == ["sqlite"]:
            print("PostgreSQL is left out: no server answers at POSTGRESQL.")
    return options


# The sites -----------------------------------------------------------------------------------


def postgresql_answers():
    import psycopg

    try:
        psycopg.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def database(engine):
    """Yield what DATABASE_URL is to be: "" for SQLite, else an empty database's address."""
    if engine == "sqlite":
        yield ""
        return
    import psycopg

    name = f"benchmark_forum_{os.getpid()}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{POSTGRESQL.rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def make(threads, long_thread):
    """Fill the site of this process and return what made.forum.fill does, and sessions."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.made import catalog, forum
    from portal.accounts.models import User

    for command in (["migrate"], ["createcachetable"], ["collectstatic", "--no-input"]):
        call_command(*command, verbosity=0)
    catalog.fill(60)
    made = forum.fill(threads, long_thread)
    made["sessions"] = []
    for user in User.objects.filter(pk__in=made["members"]).order_by("pk"):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        made["sessions"].append(session.session_key)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    call_command("search_index", "rebuild", verbosity=0)
    return made


def measure(folder, url, options):
    """Return all figures of one engine."""
    threads, long_thread, replies = SIZES["small" if options.small else "full"]
    environment = {
        **os.environ,
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(folder),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.forum", "--make", str(threads), str(long_thread)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    made = json.loads(done.stdout.splitlines()[-1])
    with served(environment) as address:
        page = folder / "page.html"
        page.write_text(Browser(address).page(made["thread"]))
        floor = {**environment, "FLOOR_PAGE": str(page)}
        application = "benchmarks.floor.application:application"
        with served(floor, application, ready="/static/") as floors:
            report = read_pages(address, floors, made, long_thread, options)
        report["first visit, bytes"] = weight_of(address, made["thread"])
        with queue_worker(environment):
            report["reply"] = write_replies(address, made, made["threads"][1:], replies)
            report["reply in the long thread"] = write_replies(
                address, made, [made["long"]], replies, first=len(made["sessions"]) // 2
            )
        report["memory of a worker, MB"] = memory_of(address)
    return report


@contextlib.contextmanager
def queue_worker(environment):
    """Run `manage.py work` beside the site."""
    process = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


# Reading -------------------------------------------------------------------------------------


def read_pages(address, floors, made, long_thread, options):
    """Return the medians of all rounds, and the ratios within the rounds, as medians too."""
    pages = -(-long_thread // 20)
    paths = {
        "index": ["/forum/"],
        "category, first page": [made["category"]],
        "category, last page": [last_of_category(address, made["category"])],
        "thread": [made["thread"]],
        "thread, each time another": made["threads"],
        "long thread, first page": [made["long"]],
        "long thread, middle": [f"{made['long']}?page={pages // 2}"],
        "long thread, last page": [f"{made['long']}?page={pages}"],
        "search": [f"/search/?q={made['word']}"],
    }
    cookies = Browser(address, made["sessions"][0])
    cookies.page(made["thread"])
    header = "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.cookies.items())
    check_pages(address, made, paths)
    targets = {f"{name}, visitor": (address, path, []) for name, path in paths.items()}
    targets |= {f"{name}, member": (address, path, [header]) for name, path in paths.items()}
    number = made["thread"].split("/")[3]
    targets["floor: bare view"] = (floors, [f"/bare/{number}/"], [])
    targets["floor: static answer"] = (floors, ["/static/"], [])
    found = {name: {count: [] for count in CONNECTIONS} for name in targets}
    for _ in range(options.rounds):
        for name, (site, path, headers) in targets.items():
            for count in CONNECTIONS:
                ask = {"connections": count, "headers": headers}
                wrk(site, path, seconds=1, **ask) if count == CONNECTIONS[0] else None
                found[name][count].append(wrk(site, path, seconds=options.seconds, **ask))
    pages = {
        name: {
            "rate": median(of[8], "rate"),
            "p50 at 8": median(of[8], "p50"),
            "p50 at 1": median(of[1], "p50"),
        }
        for name, of in found.items()
    }
    return {"pages": pages, "ratios": ratios(found)}


def median(measured, key):
    return round(statistics.median(row[key] for row in measured), 2)


def ratios(found):
    """Return what the goals speak of: rates of two pages in the same round, as medians."""
    pairs = {
        "visitor to static answer": ("thread, visitor", "floor: static answer"),
        "member to bare view": ("thread, member", "floor: bare view"),
        "member, each time another, to bare view": (
            "thread, each time another, member",
            "floor: bare view",
        ),
        "last to first page, visitor": (
            "long thread, last page, visitor",
            "long thread, first page, visitor",
        ),
        "last to first page, member": (
            "long thread, last page, member",
            "long thread, first page, member",
        ),
    }
    return {
        name: round(
            statistics.median(
                one["rate"] / other["rate"]
                for one, other in zip(found[this][8], found[that][8], strict=True)
            ),
            3,
        )
        for name, (this, that) in pairs.items()
    }


def last_of_category(address, path):
    """Return the address of a category's last page, by its links."""
    browser = Browser(address)
    while 'rel="next"' in (page := browser.page(path)):
        path = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
        path = path.replace("&amp;", "&")
    return path


def check_pages(address, made, paths):
    """Stop where a page is not what it should be: twenty posts, the member's name."""
    for name, session in (("visitor", ""), ("member", made["sessions"][0])):
        browser = Browser(address, session)
        for kind in ("long thread, first page", "long thread, middle", "long thread, last page"):
            page = browser.page(paths[kind][0])
            if page.count('id="post-') < 20 or ("header-join" in page) != (name == "visitor"):
                raise SystemExit(f"{kind} is not a page of twenty posts for a {name}.")


# Writing -------------------------------------------------------------------------------------


def write_replies(address, made, threads, count, first=0):
    """Post so many replies, one after the other, and return their times in milliseconds."""
    text = "One more reply, of about the length that people write here in passing. " * 6
    times = []
    per_member = min(REPLIES_OF_ONE, max(1, count // 4))
    for number in range(count):
        if number % per_member == 0:
            browser = Browser(address, made["sessions"][first + number // per_member])
        url = threads[number % len(threads)]
        fields = {**browser.form(url), "text": f"{text} {number}"}
        status, headers, _, seconds = browser.ask("POST", f"{url}reply/", fields)
        if status != 302 or "#post-" not in headers["Location"]:
            raise SystemExit(f"A reply to {url} was answered by {status}.")
        times.append(1000 * seconds)
    times.sort()
    return {
        "p50": round(statistics.median(times), 1),
        "p95": round(times[int(0.95 * len(times))], 1),
    }


# Judging -------------------------------------------------------------------------------------


def missed_goals(engine, report):
    """Say which goals a report misses."""
    p50, p95 = {"sqlite": (8, 12), "postgresql": (12, 20)}[engine]
    ratio = report["ratios"]
    judged = [
        ("visitor to static answer", ratio["visitor to static answer"] >= 0.8),
        ("member to bare view", ratio["member to bare view"] >= 0.25),
        ("last to first page, visitor", ratio["last to first page, visitor"] >= 0.95),
        ("last to first page, member", ratio["last to first page, member"] >= 0.95),
        ("first visit", report["first visit, bytes"] < 60_000),
        ("memory of a worker", max(report["memory of a worker, MB"]) < 150),
    ]
    for name in ("reply", "reply in the long thread"):
        within = report[name]["p50"] < p50 and report[name]["p95"] < p95
        judged.append((name, within))
    return [f"{engine}: missed, {name}" for name, is_met in judged if not is_met]


def show(engine, report):
    print(f"\n{engine:42}{'a second':>10}{'p50 at 8':>10}{'p50 at 1':>10}")
    for name, row in report["pages"].items():
        print(f"  {name:40}{row['rate']:>10}{row['p50 at 8']:>10}{row['p50 at 1']:>10}")
    for name, ratio in report["ratios"].items():
        print(f"  {name:40}{ratio:>10}")
    for name in ("reply", "reply in the long thread"):
        print(f"  {name + ', ms':40}{report[name]['p50']:>10} p95 {report[name]['p95']}")
    print(f"  {'first visit, bytes':40}{report['first visit, bytes']:>10}")
    print(f"  {'memory of a worker, MB':40}{report['memory of a worker, MB']}")


if __name__ == "__main__":
    main()
