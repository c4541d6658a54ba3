"""The demo starts, stops and starts again, and leaves nothing behind."""

import os
import signal
import sqlite3
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.serving import ROOT


def processes_of(demo):
    """Return the command lines of all processes that work for this demo, by their number."""
    marker = f"VAR_DIR={demo.var_dir}\0".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = marker in (folder / "environ").read_bytes()
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if mine and line:
            found[int(folder.name)] = line
    return found


def wait_until_gone(demo, seconds):
    deadline = time.monotonic() + seconds
    while processes_of(demo) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(demo) == {}


def child(demo, words):
    """Return the number of the first process whose command line holds `words`."""
    return min(number for number, line in processes_of(demo).items() if words in line)


def fetch(demo, path):
    with urllib.request.urlopen(demo.url + path, timeout=20) as response:
        return response.read().decode()


def test_the_last_lines_say_where_who_and_how_to_stop(site):
    lines = site.said().splitlines()
    assert lines[-4] == f"Common Practice runs at {site.url}/"
    for name in ("member", "editor", "moderator", "admin"):
        assert f"{name}@demo.example" in lines[-3]
    assert lines[-2] == "with the password demo-only"
    assert "Ctrl-C" in lines[-1]
    assert "make demo-reset" in lines[-1]


ABOUT = "from portal.accounts.models import User; print(User.objects.{})"


def shell(demo, code):
    """Run a line in the demo's shell and return what it printed."""
    return demo.manage("shell", "--no-imports", "-c", code).strip()


def test_a_second_start_is_quick_and_keeps_what_was_written(made):
    started = time.monotonic()
    shell(made, ABOUT.format("update(about='Kept.')"))
    unit = time.monotonic() - started  # what one start of Django takes here and now
    started = time.monotonic()
    made.start()
    took = time.monotonic() - started
    made.stop()
    assert took < max(10, 4 * unit)
    assert "Making" not in made.said()
    assert shell(made, ABOUT.format("exclude(about='Kept.').count()")) == "0"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_no_process_behind(made, signum):
    made.start()
    assert len(processes_of(made)) == 5  # itself, granian and two workers, the queue's worker
    made.process.send_signal(signum)
    assert made.process.wait(timeout=15) == 0
    assert processes_of(made) == {}
    assert made.said().splitlines()[-1] == "Stopped."


def test_killing_it_outright_leaves_no_process_behind(made):
    made.start()
    made.process.kill()
    made.process.wait()
    wait_until_gone(made, 15)


def test_make_passes_a_stop_on(made):
    with made.log.open("w") as log:
        make = subprocess.Popen(
            ["make", "demo"],
            cwd=ROOT,
            env=made.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + 60
    while "Stop with Ctrl-C" not in made.said() and time.monotonic() < deadline:
        time.sleep(0.1)
    make.terminate()
    make.wait(timeout=20)
    wait_until_gone(made, 15)


def test_a_killed_worker_is_started_again(site):
    before = child(site, "manage.py work")
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        workers = [n for n, line in processes_of(site).items() if "manage.py work" in line]
        if workers and workers != [before]:
            break
        time.sleep(0.1)
    assert workers
    assert workers != [before]
    assert fetch(site, "/healthz") == "ok"


def test_a_second_demo_on_its_port_says_so_in_one_line(site, tmp_path):
    second = subprocess.run(
        ["make", "demo"],
        cwd=ROOT,
        env={**site.environment, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert second.returncode == 2
    assert second.stdout == ""
    own_lines = [line for line in second.stderr.splitlines() if not line.startswith("make:")]
    assert len(own_lines) == 1
    assert f"Port {site.port} is taken" in own_lines[0]


def count(demo, table):
    """Return the number of rows of `table` in the demo's database."""
    with sqlite3.connect(demo.var_dir / "db.sqlite3") as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_starting_over_forgets_what_was_written(made):
    threads, listings = count(made, "forum_thread"), count(made, "catalog_resourcepage")
    assert threads >= 15
    shell(made, ABOUT.format("update(about='Kept.')"))
    made.manage("demo", "--verbosity", "0")  # what is there is left alone
    assert shell(made, ABOUT.format("exclude(about='Kept.').count()")) == "0"
    made.make("--reset")
    assert shell(made, ABOUT.format("filter(about='Kept.').count()")) == "0"
    assert (count(made, "forum_thread"), count(made, "catalog_resourcepage")) == (threads, listings)


def test_another_password_opens_the_accounts_from_the_next_start(made):
    """The password that is printed last is the one that holds."""
    for password in ("another-one", "demo-only"):
        made.password = password
        made.make()
        check = f"get(email='editor@demo.example').check_password('{password}')"
        assert shell(made, ABOUT.format(check)) == "True"
