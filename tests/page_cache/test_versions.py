import subprocess
import sys
import threading

import pytest
import redis
from django.db import connection, transaction
from wagtail.models import Page

from portal.page_cache import versions
from portal.page_cache.versions import increase_versions, raise_version, read_versions
from portal.settings.base import BASE_DIR


@pytest.fixture(autouse=True)
def _own_file(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_counters_begin_at_nothing_and_only_grow():
    assert read_versions(["site", "thread:1"]) == (0, 0)
    increase_versions("thread:1", "forum")
    increase_versions("thread:1")
    assert read_versions(["site", "forum", "thread:1"]) == (0, 1, 2)


INCREASE_OFTEN = """
import sys
from pathlib import Path
from portal.page_cache.versions import MappedCounters
counters = MappedCounters(Path(sys.argv[1]))
for _ in range(500):
    counters.increase(["site"])
"""


def test_no_increase_is_lost_between_processes_and_threads(tmp_path):
    path = tmp_path / "versions"
    processes = [
        subprocess.Popen([sys.executable, "-c", INCREASE_OFTEN, str(path)], cwd=BASE_DIR)
        for _ in range(2)
    ]
    mine = versions.MappedCounters(path)
    threads = [
        threading.Thread(target=lambda: [mine.increase(["site"]) for _ in range(500)])
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0]
    assert versions.MappedCounters(path).read(["site"]) == (2000,)


def test_a_second_opener_sees_every_change_at_once(tmp_path):
    mine = versions.MappedCounters(tmp_path / "versions")
    theirs = versions.MappedCounters(tmp_path / "versions")
    for expected in range(1, 4):
        mine.increase(["site"])
        assert theirs.read(["site"]) == (expected,)


@pytest.mark.django_db
def test_raised_when_the_transaction_commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        raise_version("catalog")
        assert read_versions(["catalog"]) == (0,)
    assert read_versions(["catalog"]) == (1,)


@pytest.mark.django_db
def test_not_raised_when_the_transaction_fails(django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        raise_version("catalog")
        1 / 0  # noqa: B018
    assert read_versions(["catalog"]) == (0,)


@pytest.mark.django_db
def test_failure_to_raise_does_not_fail_the_verb(
    monkeypatch, django_capture_on_commit_callbacks, caplog
):
    monkeypatch.setattr(versions, "_counters", lambda: 1 / 0)
    with django_capture_on_commit_callbacks(execute=True):
        raise_version("catalog")
    assert "raise_version.<locals>.increase" in caplog.text


@pytest.mark.django_db
def test_publishing_a_page_drops_the_site(django_capture_on_commit_callbacks):
    home = Page.objects.filter(depth=2).first().specific
    with django_capture_on_commit_callbacks(execute=True):
        home.save_revision().publish()
    assert read_versions(["site"])[0] > 0


@pytest.mark.django_db
def test_editing_anything_in_wagtail_drops_the_site(django_capture_on_commit_callbacks):
    from wagtail.log_actions import log
    from wagtail.models import Collection

    with django_capture_on_commit_callbacks(execute=True):
        log(instance=Collection.objects.first(), action="wagtail.edit")
    assert read_versions(["site"])[0] > 0


class UnreachableRedis:
    def mget(self, names):
        raise redis.ConnectionError("down")


def test_unreachable_redis_means_that_nothing_is_kept(settings, monkeypatch):
    counters = versions.RedisCounters("redis://127.0.0.1:1")
    monkeypatch.setattr(counters, "_redis", UnreachableRedis())
    monkeypatch.setattr(versions, "_counters", lambda: counters)
    assert read_versions(["site"]) is None


def test_redis_counts_alike(settings):
    """Against a Redis of this machine, where one answers."""
    counters = versions.RedisCounters("redis://127.0.0.1:6379/15")
    try:
        counters._redis.ping()
    except redis.RedisError:
        pytest.skip("no Redis on this machine")
    name = f"test:{connection.settings_dict['NAME']}"
    counters._redis.delete(f"version:{name}")
    assert counters.read(["nothing-yet", name]) == (0, 0)
    counters.increase([name, name])
    assert counters.read([name]) == (1,)
    counters._redis.delete(f"version:{name}")
