"""A task backend for the tests: a task runs when the transaction that enqueued it commits.

django-tasks' own immediate backend runs at once, before a page's tags and inline children
are saved; a worker never sees that state, so neither should a test.
"""

from functools import partial

from django.db import transaction
from django_tasks.backends.immediate import ImmediateBackend


class OnCommitImmediateBackend(ImmediateBackend):
    """Run each task in `transaction.on_commit` (private API: django-tasks is pinned)."""

    def _execute_task(self, task_result):
        transaction.on_commit(partial(super()._execute_task, task_result))
