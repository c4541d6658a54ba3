"""All that the database holds of one member about one page of a thread, asked in one statement.

Written as SQL, because building seven small queries costs Django more than all else on the page.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from .models import CategoryRead, Draft, Helpful, Post, PostBookmark, Sanction, ThreadRead
from .models.rights import rights_of

_READ, _SEEN, _DRAFT, _SILENCED, _HELPFUL, _BOOKMARKED, _HELD = range(7)
_TABLES = {
    "thread_read": ThreadRead._meta.db_table,
    "category_read": CategoryRead._meta.db_table,
    "draft": Draft._meta.db_table,
    "sanction": Sanction._meta.db_table,
    "helpful": Helpful._meta.db_table,
    "bookmark": PostBookmark._meta.db_table,
    "post": Post._meta.db_table,
}
# Each row is a kind and a number. Only names of tables and counts of placeholders are put in.
_QUERY = (
    f"SELECT {_READ}, last_read_number FROM {{thread_read}} WHERE user_id = %s AND thread_id = %s"  # noqa: S608
    f" UNION ALL SELECT {_SEEN}, 1 FROM {{category_read}}"
    " WHERE user_id = %s AND category_id = %s AND read_at >= %s"
    f" UNION ALL SELECT {_DRAFT}, 1 FROM {{draft}}"
    " WHERE user_id = %s AND thread_id = %s AND post_id IS NULL"
    f" UNION ALL SELECT {_SILENCED}, 1 FROM {{sanction}}"
    " WHERE user_id = %s AND kind = %s AND lifted_at IS NULL AND starts_at <= %s"
    " AND (ends_at IS NULL OR ends_at > %s)"
    f" UNION ALL SELECT {_HELPFUL}, post_id FROM {{helpful}}"
    " WHERE user_id = %s AND post_id IN ({posts})"
    f" UNION ALL SELECT {_BOOKMARKED}, post_id FROM {{bookmark}}"
    " WHERE user_id = %s AND post_id IN ({posts})"
    f" UNION ALL SELECT {_HELD}, 1"
    " WHERE EXISTS (SELECT 1 FROM {post} WHERE thread_id = %s AND number IS NULL)"
)


@dataclass(frozen=True, slots=True)
class OwnState:
    """How far a member has read, what he began to write, what he marked, what he may do.

    `has_held` says that something in the thread has no number, because it waits for a moderator.
    """

    last_read: int | None
    unread: int
    has_draft: bool
    may_write: bool
    may_moderate: bool
    helpful: frozenset
    bookmarked: frozenset
    has_held: bool


def own_state(user, thread, posts):
    """Return the OwnState of `user` for these `posts` of `thread`, by one query."""
    found = {kind: [] for kind in range(7)}
    for kind, number in _ask(user, thread, [post.pk for post in posts]):
        found[kind].append(number)
    rights = rights_of(user)
    thread.last_read = found[_READ][0] if found[_READ] else None
    # Whether posts count as new is all that is asked of a watermark, so its side is enough.
    thread.new_since = thread.last_post_at if found[_SEEN] else user.date_joined
    return OwnState(
        last_read=thread.last_read,
        unread=thread.unread,
        has_draft=bool(found[_DRAFT]),
        may_write=thread.category_id in rights.writable and not found[_SILENCED],
        may_moderate=thread.category_id in rights.moderated,
        helpful=frozenset(found[_HELPFUL]),
        bookmarked=frozenset(found[_BOOKMARKED]),
        has_held=bool(found[_HELD]),
    )


def _ask(user, thread, posts):
    moment = connection.ops.adapt_datetimefield_value
    now = moment(timezone.now())
    silence = Sanction.Kind.SILENCE.value
    # A thread that waits for a moderator has no numbered post; PostgreSQL wants something in ().
    posts = posts or [0]
    query = _QUERY.format(posts=", ".join(["%s"] * len(posts)), **_TABLES)
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            [user.pk, thread.pk]
            + [user.pk, thread.category_id, moment(thread.last_post_at)]
            + [user.pk, thread.pk]
            + [user.pk, silence, now, now]
            + [user.pk, *posts]
            + [user.pk, *posts]
            + [thread.pk],
        )
        return cursor.fetchall()
