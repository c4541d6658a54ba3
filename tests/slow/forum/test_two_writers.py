"""Two processes reply to one thread as fast as they can: nothing is lost, numbers stay whole."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import psycopg
import pytest

from tests.conftest import migrated_database
from tests.serving import ROOT

pytestmark = pytest.mark.slow
REPLIES = 500
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
BEGIN = """
import json, django
django.setup()
from forum.posting import start_thread
from forum.models import Category
from portal.accounts.models import User
users = [User.objects.create_user(display_name=f"Writer {n}") for n in range(2)]
category = Category.objects.create(name="Talk", slug="talk")
thread = start_thread(category=category, author=users[0], title="Talk", text="First.")
print(json.dumps([thread.pk, *(user.pk for user in users)]))
"""
WRITE = """
import sys, django
django.setup()
from forum.models import Thread
from forum.posting import reply
from portal.accounts.models import User
thread = Thread.objects.get(pk=sys.argv[1])
author = User.objects.get(pk=sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    reply(thread=thread, author=author, text=f"{author.pk} {number}")
"""
READ = """
import json, sys, django
django.setup()
from forum.models import Thread
thread = Thread.objects.get(pk=sys.argv[1])
posts = list(thread.posts.order_by("pk").values_list("number", "text"))
print(json.dumps([posts, thread.last_number, thread.reply_count, thread.voice_count]))
"""


@contextmanager
def database_of(engine, var_dir, config):
    """Yield a DATABASE_URL with an empty, migrated database; "" is SQLite in `var_dir`."""
    if engine == "sqlite":
        shutil.copyfile(migrated_database(config, anew=False), var_dir / "db.sqlite3")
        yield ""
        return
    try:
        server = psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("No local PostgreSQL answers.")
    name = f"two_writers_{os.getpid()}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRESQL.rpartition('/')[0]}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_two_writers_lose_nothing(engine, tmp_path, request):
    with database_of(engine, tmp_path, request.config) as url:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": url,
            "ENV_FILE": os.devnull,
        }

        def run(*arguments):
            done = subprocess.run(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        if url:
            run("manage.py", "migrate", "--verbosity", "0")
        thread, *users = json.loads(run("-c", BEGIN))
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITE, str(thread), str(user), str(REPLIES)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for user in users
        ]
        for writer in writers:
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        assert [writer.wait(timeout=300) for writer in writers] == [0, 0]
        for writer in writers:
            writer.communicate()  # closes the pipes
        posts, *counters = json.loads(run("-c", READ, str(thread)))
        run("manage.py", "forum_recount", "--check", "--verbosity", "0")
    assert [number for number, _ in posts] == list(range(1, 2 * REPLIES + 2))
    texts = {text for _, text in posts[1:]}
    assert texts == {f"{user} {number}" for user in users for number in range(REPLIES)}
    assert counters == [2 * REPLIES + 1, 2 * REPLIES, 2]
    # Both wrote at once: neither waited for the other to end.
    order = [text.split()[0] for _, text in posts[1:]]
    assert sum(one != other for one, other in zip(order, order[1:], strict=False)) > 5
