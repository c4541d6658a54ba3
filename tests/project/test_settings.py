import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

NEEDED = {
    "SECRET_KEY": "kT7" * 20,
    "BASE_URL": "https://training.example.gov",
    "ALLOWED_HOSTS": "training.example.gov",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DEFAULT_FROM_EMAIL": "portal@example.gov",
}


def run(module, code, **variables):
    """Run a line of Python under settings of their own; return the finished process."""
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; settings.DEBUG; {code}"],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": module, "ENV_FILE": os.devnull, **variables},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("missing", NEEDED)
def test_production_refuses_to_start_without(missing, tmp_path):
    given = {name: value for name, value in NEEDED.items() if name != missing}
    done = run("portal.settings.production", "", VAR_DIR=str(tmp_path), **given)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.endswith(f"(docs/settings.md says how): {missing}")


def test_production_refuses_a_short_secret(tmp_path):
    done = run("portal.settings.production", "", **{**NEEDED, "SECRET_KEY": "short"})
    assert "SECRET_KEY must be at least 50 random characters." in done.stderr


def test_production_refuses_the_demo(tmp_path):
    code = (
        "import django; django.setup(); "
        "from django.core.management import call_command; call_command('demo')"
    )
    done = run("portal.settings.production", code, VAR_DIR=str(tmp_path), **NEEDED)
    assert done.returncode == 1
    assert "CommandError" in done.stderr
    assert not list(tmp_path.glob("db.sqlite3*"))


def test_the_demos_secret_is_made_once_for_its_owner_alone(tmp_path):
    first, second = (
        run("portal.settings.demo", "print(settings.SECRET_KEY)", VAR_DIR=str(tmp_path)).stdout
        for _ in range(2)
    )
    assert first == second
    assert len(first.strip()) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_search_address_that_means_nothing_is_refused():
    done = run("portal.settings.dev", "", SEARCH_URL="http://127.0.0.1:9200")
    assert "SEARCH_URL is either empty" in done.stderr


@pytest.mark.django_db
def test_sqlite_is_set_up_for_several_processes():
    if connection.vendor != "sqlite":
        pytest.skip("another database")
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    values = {}
    with connection.cursor() as cursor:
        for name in ("journal_mode", "synchronous", "mmap_size", "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            values[name] = cursor.fetchone()[0]
    assert values == {
        "journal_mode": "wal",
        "synchronous": 1,
        "mmap_size": 128 * 1024 * 1024,
        "busy_timeout": 20_000,
    }
