from django_tasks import task

from portal.search import health, outbox
from portal.search.models import PendingChange

#: Seconds after which the task makes room for others in the queue.
MOST_SECONDS = 10


@task()
def apply_pending_changes() -> int:
    """Bring the search index up to date, building it first where it cannot be read."""
    health.heal()
    applied = outbox.apply_pending(seconds=MOST_SECONDS)
    if PendingChange.objects.exists():
        apply_pending_changes.enqueue()
    return applied
