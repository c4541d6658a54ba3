"""Serve a site as production does: granian with the variables of deploy/granian.env."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60


@contextlib.contextmanager
def served(environment, application="portal.wsgi:application", ready="/healthz"):
    """Yield the address of the served site; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lines = (ROOT / "deploy" / "granian.env").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    address = f"http://127.0.0.1:{port}"
    environment = {
        **environment,
        **given,
        "GRANIAN_HOST": "127.0.0.1",
        "GRANIAN_PORT": str(port),
        "GRANIAN_WORKERS_KILL_TIMEOUT": "3",
        "BASE_URL": address,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", application], cwd=ROOT, env=environment
    )
    try:
        wait_until_ready(process, port, ready)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(process, port, path):
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise SystemExit("The site did not start.")


def load(address, paths, *, seconds, connections, expected):
    """Return rate, p50 and p95 of a site under load (benchmarks/served/load.py), warmed up."""
    for length in (min(2.0, seconds), seconds):
        arguments = [address, str(length), str(connections), expected, *paths]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.served.load", *arguments],
            cwd=ROOT,
            env=os.environ.copy(),
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise SystemExit("A page was not what it should be; what it was stands above.")
    return json.loads(done.stdout)
