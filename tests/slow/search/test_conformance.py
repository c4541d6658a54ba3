"""modelsearch's own tests of a backend: all of them, with and without our app."""

import json
import os
import subprocess
import sys

import pytest

from tests.search.standalone.process import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("apps", ["", "django_tasks,django_tasks_db,portal.search"])
def test_all_tests_of_modelsearch_pass(tmp_path, apps):
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.slow.search.conformance.run"],
        cwd=ROOT,
        env={**os.environ, "CONFORMANCE_DIR": str(tmp_path), "CONFORMANCE_APPS": apps},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    result = json.loads(ended.stdout)
    assert result["wrong"] == []
    assert result["skipped"] == []
    assert result["ran"] >= 120
