"""Serve a real site to tests: the demo as `make demo` serves it, in a folder and on a port of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_MAKE = 240
PASSWORD = "demo-only"


def free_port():
    """Return a port of the loopback interface on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A served demo: its address, its folder, and its commands."""

    def __init__(self, var_dir):
        self.var_dir = Path(var_dir)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.var_dir / "demo.log"
        self.password = PASSWORD
        self.process = None

    @property
    def environment(self):
        """Return the environment of the site's processes."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "BASE_URL": self.url,
            "ENV_FILE": os.devnull,
            "DEMO_PASSWORD": self.password,
        }

    def manage(self, *arguments, **options):
        """Run a management command on the site and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_MAKE,
            **options,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def make(self, *options):
        """Make what is not made yet, without serving it; return what was said of it."""
        done = subprocess.run(
            [sys.executable, "deploy/demo.py", "--only-make", *options],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_MAKE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self):
        """Make what is not made yet, serve it, and return when it answers."""
        if self.is_running:
            return
        self.var_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "deploy/demo.py"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + SECONDS_TO_MAKE
        while "Stop with Ctrl-C" not in self.said():
            if not self.is_running or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"The demo did not start:\n{self.said()}")
            time.sleep(0.1)

    @property
    def is_running(self):
        """Tell whether the demo's first process runs."""
        return self.process is not None and self.process.poll() is None

    def said(self):
        """Return what the site has printed so far."""
        return self.log.read_text() if self.log.exists() else ""

    def stop(self):
        """Stop it as Ctrl-C does, if it runs."""
        if self.is_running:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise


@contextmanager
def served(var_dir):
    """Serve a demo from `var_dir` while the block runs."""
    site = Site(var_dir)
    site.start()
    try:
        yield site
    finally:
        site.stop()
        shutil.rmtree(var_dir, ignore_errors=True)
