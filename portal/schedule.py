"""The clock's table: what runs by itself, and when (`manage.py work` reads it).

Each job is idempotent and says nothing when there is nothing to do. Hours are those of the
site's time zone. A job that more than one worker could start is started by one of them.
"""

from datetime import time, timedelta

from portal.clock.jobs import Job

JOBS = [
    # What readers see
    Job(name="publish-scheduled", command=["publish_scheduled"], every=timedelta(minutes=1)),
    Job(
        name="keep-search-index",
        function="portal.search.upkeep.every_minute",
        every=timedelta(minutes=1),
    ),
    Job(
        name="advance-courses",
        function="catalog.curation.advance_courses",
        every=timedelta(minutes=5),
    ),
    # Each night from one to five, a little at a time, so that no other job waits for long.
    Job(name="check-links", function="catalog.linkcheck.at_night", every=timedelta(minutes=2)),
    Job(
        name="unpin-announcements",
        function="forum.announcing.unpin_past",
        every=timedelta(hours=1),
    ),
    # What moderators began and time ends
    Job(
        name="show-unconfirmed-posts",
        function="forum.reporting.show_unconfirmed",
        every=timedelta(minutes=1),
    ),
    Job(name="end-sanctions", function="forum.sanctions.end_due", every=timedelta(minutes=1)),
    # Tidying up, at hours when few are about
    Job(name="purge-revisions", command=["purge_revisions", "--days", "90"], at=time(3, 10)),
    Job(name="purge-sessions", command=["clearsessions"], at=time(3, 20)),
    Job(
        name="purge-task-results",
        command=["prune_db_task_results", "--min-age-days", "14"],
        at=time(3, 30),
    ),
    Job(
        name="purge-unconfirmed-accounts",
        function="portal.accounts.joining.forget_unconfirmed",
        at=time(3, 35),
    ),
    Job(
        name="purge-rate-counts",
        function="portal.accounts.limits.purge",
        at=time(3, 37),
    ),
    Job(name="purge-forum-drafts", function="forum.drafts.purge_old", at=time(3, 44)),
    Job(name="purge-forum-images", function="forum.images.purge_waiting", at=time(3, 45)),
    Job(name="purge-seen-texts", function="forum.screening.forget_texts", at=time(3, 39)),
    Job(
        name="purge-uploaded-lists",
        function="catalog.importers.uploads.forget_old",
        at=time(3, 39),
    ),
    Job(name="purge-fetched-pages", function="catalog.fetching.forget_old", at=time(3, 38)),
    Job(
        name="purge-search-log",
        command=["searchpromotions_garbage_collect"],
        at=time(3, 40),
    ),
    Job(name="purge-query-log", function="portal.search.querylog.purge", at=time(3, 42)),
    Job(name="tidy-search-index", function="portal.search.upkeep.every_night", at=time(3, 50)),
]
