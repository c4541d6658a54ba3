"""A task for the tests of the worker."""

import time

from django_tasks import task


@task()
def sleep(seconds):
    time.sleep(seconds)
