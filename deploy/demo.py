"""Make and serve the demo: what `make demo` and `make demo-reset` run.

Needs nothing but a system Python. Each step leaves a stamp with a digest of what it was made
from, so that a second start skips what has not changed and keeps what people wrote. The web
server and the worker of the queue are children of this process and end with it.
"""

import contextlib
import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import bootstrap
from bootstrap import ROOT, VAR_DIR, Problem, say

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"
PASSWORD = os.environ.get("DEMO_PASSWORD") or "demo-only"
ACCOUNTS = ["member", "editor", "moderator", "admin"]
STAMPS = VAR_DIR / "stamps"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 15


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, or the process was told to end."""


def stop(signum, frame):
    """End by way of an exception, so that every step can tidy up."""
    raise Stopped


# Before anything is made


def check_address():
    """Refuse an address that cannot be listened on, before minutes are spent on the rest."""
    try:
        if not 0 < int(PORT) < 65536:
            raise ValueError
        family, kind, protocol, _, address = socket.getaddrinfo(
            HOST, int(PORT), type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except ValueError as error:
        raise Problem(
            f"PORT={PORT} is no port: choose a number, as in make demo PORT=8001"
        ) from error
    except socket.gaierror as error:
        raise Problem(f"HOST={HOST} is no address of this machine: try HOST=127.0.0.1") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                f"Port {PORT} is taken: stop what uses it, or choose another: "
                f"make demo PORT={int(PORT) + 1}"
            ) from error
        raise Problem(
            f"Cannot listen on {HOST}:{PORT} ({error.strerror}): choose others, as in "
            "make demo HOST=127.0.0.1 PORT=8001"
        ) from error


def hold_lock():
    """Keep a second demo from the same files; return the open lock file."""
    try:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        lock = (VAR_DIR / "demo.lock").open("w")
    except OSError as error:
        raise Problem(
            f"Cannot write to {VAR_DIR} ({error.strerror}): name another folder, as in "
            "make demo VAR_DIR=/path/to/folder"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise Problem(f"A demo is running from {VAR_DIR}: stop it first (Ctrl-C there).") from error
    return lock


def environment():
    """Return the environment of everything that the demo starts."""
    made = dict(os.environ)
    for line in (ROOT / "deploy" / "granian.env").read_text().splitlines():
        if line and not line.startswith("#"):
            name, value = line.split("=", 1)
            made.setdefault(name, value)
    made.update(
        DJANGO_SETTINGS_MODULE="portal.settings.demo",
        VAR_DIR=str(VAR_DIR),
        DEMO_PASSWORD=PASSWORD,
        GRANIAN_HOST=HOST,
        GRANIAN_PORT=PORT,
        GRANIAN_WORKERS_KILL_TIMEOUT="3",
        PYTHONUNBUFFERED="1",
        # whoosh dates from 2016: escapes in its strings warn at the first compile.
        PYTHONWARNINGS="ignore::SyntaxWarning,ignore::DeprecationWarning",
    )
    made.setdefault("BASE_URL", url_of_site())
    return made


def url_of_site():
    """Return the address to open in a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(HOST, HOST)  # noqa: S104
    return "http://{}:{}".format(f"[{host}]" if ":" in host else host, PORT)


# Making the site


def digest(*patterns, **words):
    """Return a digest of the files that `patterns` name below the project, and of `words`."""
    found = hashlib.sha256(repr(sorted(words.items())).encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def step(name, title, made_from, commands, force=False):
    """Run `commands` unless they were run from just this; return whether they were."""
    stamp = STAMPS / name
    if not force and stamp.exists() and stamp.read_text() == made_from:
        return False
    started = time.monotonic()
    say(title)
    stamp.unlink() if stamp.exists() else None
    for command in commands:
        if run(["manage.py"] + command) != 0:
            raise Problem(
                f"{title}: this step failed; what it said stands above. "
                "make demo-reset starts over."
            )
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
    say(f"  done in {time.monotonic() - started:.0f} s")
    return True


def run(arguments):
    """Run Python from .venv on `arguments`, ending it when we are told to end."""
    child = start(arguments)
    try:
        return child.wait()
    finally:
        end([child])


def make_site():
    """Bring database, demo content, search index and static files up to date."""
    where = os.environ.get("DATABASE_URL", "")
    is_new = not where and not (VAR_DIR / "db.sqlite3").exists()
    models = digest("requirements.txt", "*/migrations/*.py", "portal/*/migrations/*.py", at=where)
    step(
        "database",
        "Making the database",
        models,
        [["migrate", "--verbosity", "0"], ["createcachetable"]],
        force=is_new,
    )
    made = step(
        "content",
        "Making the demo site",
        digest(at=where, password=PASSWORD),
        [["demo"]],
        force=is_new,
    )
    step(
        "index",
        "Building the search index",
        digest("requirements.txt", "portal/search/**/*.py", "*/models/*.py", at=where),
        [["search_index", "rebuild"]],
        force=made or not (VAR_DIR / "search").exists(),
    )
    step(
        "static",
        "Collecting style sheets, scripts and pictures",
        digest("requirements.txt", "portal/static/**/*"),
        [["collectstatic", "--no-input", "--verbosity", "0"]],
        force=not (VAR_DIR / "static" / "staticfiles.json").exists(),
    )


# Serving it


def die_with_parent():
    """Ask Linux to end this child when its parent is killed outright."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(arguments):
    """Start Python from .venv in a session of its own: Ctrl-C reaches it through us alone."""
    return subprocess.Popen(
        [str(bootstrap.PYTHON)] + arguments,
        cwd=str(ROOT),
        env=environment(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def end(children):
    """End `children` and all that they started: politely, then by force."""
    # A second Ctrl-C must not leave half of them behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    listen_to_signals()


def listen_to_signals():
    """Have Ctrl-C, `kill` and a closed terminal all end the demo in order."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)


def wait_until_served(web):
    """Return when the site answers."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if web.poll() is not None:
            raise Problem("The web server did not start; what it said stands above.")
        try:
            with urllib.request.urlopen(url_of_site() + "/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Problem(f"The site did not answer within {SECONDS_TO_START} seconds.")


def serve():
    """Serve the site with the worker beside it, until somebody says stop."""
    children = {}
    try:
        children["web"] = start(["-m", "granian", "portal.wsgi:application"])
        children["worker"] = start(["manage.py", "work"])
        wait_until_served(children["web"])
        say_where()
        while True:
            time.sleep(0.5)
            if children["web"].poll() is not None:
                raise Problem("The web server ended by itself; what it said stands above.")
            if children["worker"].poll() is not None:
                # Never the end of the site: the queue keeps what waits.
                time.sleep(1)
                children["worker"] = start(["manage.py", "work"])
    finally:
        end(list(children.values()))


def say_where():
    """Print the last lines: the address, the accounts, how to stop."""
    say("")
    say(f"Common Practice runs at {url_of_site()}/")
    say("Log in as {}".format(", ".join(name + "@demo.example" for name in ACCOUNTS)))
    say(f"with the password {PASSWORD}")
    say("Stop with Ctrl-C. What you write is kept; make demo-reset starts over.")


def reset():
    """Remove what the demo wrote, and nothing else."""
    for name in ["search", "static", "media", "private", "stamps"]:
        shutil.rmtree(str(VAR_DIR / name), ignore_errors=True)
    for name in ["db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "versions"]:
        with contextlib.suppress(FileNotFoundError):
            (VAR_DIR / name).unlink()
    say(f"The demo's data are gone from {VAR_DIR}")


def main(arguments):
    """Run the demo; with `--reset`, start over first."""
    listen_to_signals()
    check_address()
    lock = hold_lock()
    try:
        bootstrap.install()
        if "--reset" in arguments:
            reset()
        make_site()
        if "--only-make" not in arguments:
            serve()
    except Stopped:
        say("\nStopped.")
    finally:
        lock.close()


if __name__ == "__main__":
    bootstrap.main_of(main)
