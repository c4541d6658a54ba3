"""Run modelsearch's BackendTests against our backend and print what came of it as JSON."""

import json
import os
import sys
import unittest
import warnings

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.slow.search.conformance.settings"
django.setup()

from django.test import TestCase  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402
from modelsearch.tests.test_backends import BackendTests  # noqa: E402


class Conformance(BackendTests, TestCase):
    backend_path = "portal.search.backend"


def main():
    warnings.simplefilter("ignore")
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Conformance)
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    result = unittest.TestResult()
    suite.run(result)
    runner.teardown_databases(databases)
    wrong = [f"{case}: {trace}" for case, trace in (*result.failures, *result.errors)]
    skipped = [f"{case}: {why}" for case, why in result.skipped]
    json.dump({"ran": result.testsRun, "wrong": wrong, "skipped": skipped}, sys.stdout)


if __name__ == "__main__":
    main()
