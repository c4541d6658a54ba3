"""Starting processes of the standalone site."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = "tests.search.standalone.settings"


def start(code, folder, *, outbox=False):
    """Run `code` after django.setup() in a new process; its output comes through pipes."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "STANDALONE_DIR": str(folder),
        "STANDALONE_OUTBOX": "1" if outbox else "",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.Popen(
        [sys.executable, "-u", "-c", "import django\ndjango.setup()\n" + code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code, folder, *, outbox=False):
    """Run `code` to its end and return what it printed."""
    process = start(code, folder, outbox=outbox)
    out, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    return out


def migrate(folder, *, outbox=False):
    """Create the database of the standalone site in `folder`."""
    code = "from django.core.management import call_command\n"
    run(f"{code}call_command('migrate', run_syncdb=True, verbosity=0)", folder, outbox=outbox)
