"""What waits for each of the four accounts: suggestions, links, reports, bookmarks, messages."""

from datetime import timedelta

from catalog import linkcheck
from catalog.addresses import normalize
from catalog.models import Bookmark, CheckedLink, FetchState, ResourcePage, Suggestion
from forum.models import Post, PostBookmark, Report, Thread, ThreadRead
from forum.reporting import dismiss_reports, report_post
from portal.accounts.models import User
from portal.home.models import ContactMessage
from portal.search.models import QueryLog

from . import content, people


def is_made():
    return Suggestion.objects.filter(contributor=people.account("member")).exists()


def make(*, now):
    """Make suggestions, messages, bookmarks and marks of reading; return how many rows."""
    written = content.read("desks")
    rows = [make_suggestion(row, now) for row in written["suggestion"]]
    rows += [make_message(row, now) for row in written["message"]]
    linkcheck.collect()
    rows += [answer_link(row, now) for row in written["link"]]
    log_searches(written["searched"]["in_vain"], now)
    rows += [make_report(row, now) for row in written["report"]]
    return len(rows) + keep_for_member(written["member"])


def log_searches(rows, now):
    """Log searches that found nothing: words, how often, how many days ago."""
    for words, times, days_ago in rows:
        QueryLog.objects.get_or_create(
            query=words,
            day=(now - timedelta(days=days_ago)).date(),
            defaults={"searches": times, "found": 0},
        )


def make_suggestion(row, now):
    """Make one suggestion, decided by the demo's editor a day later unless it waits."""
    when = now - content.span(row["ago"])
    resource = row.get("resource")
    suggestion = Suggestion.objects.create(
        url=row["url"],
        normalized_url=normalize(row["url"]),
        title=row["title"],
        why=row["why"],
        contributor=User.objects.get(username=row["by"]),
        state=row["state"],
        answer=row.get("answer", ""),
        resource=ResourcePage.objects.get(source_id=resource) if resource else None,
        **facts_of(row),
    )
    decided = {}
    if row["state"] != Suggestion.State.WAITING:
        decided = {
            "decided_at": when + content.span("1d"),
            "decided_by": people.account("editor"),
        }
    Suggestion.objects.filter(pk=suggestion.pk).update(created_at=when, **decided)
    return suggestion


def facts_of(row):
    """What the page at the suggested address said of itself, or why it said nothing."""
    if note := row.get("trouble"):
        return {"fetch_state": FetchState.FAILED, "fetched_note": note}
    if told := row.get("told"):
        return {
            "fetch_state": FetchState.DONE,
            **{f"fetched_{name}": value for name, value in told.items()},
        }
    return {}


def make_report(row, now):
    """Make one report of a post, decided by the demo's moderator where the content says so."""
    when = now - content.span(row["ago"])
    post = Post.objects.get(thread__title=row["thread"], number=row["number"])
    report, _is_new = report_post(
        post=post,
        reporter=User.objects.get(username=row["by"]),
        reason=row["reason"],
        text=row["text"],
        now=when,
    )
    if row.get("decision") == Report.State.REFUSED:
        dismiss_reports(
            post=post,
            by=people.account("moderator"),
            note=row["note"],
            now=when + content.span("1d"),
        )
    return report


def make_message(row, now):
    """Make one message of the contact form, as it arrived."""
    message = ContactMessage.objects.create(
        about=row["about"],
        name=row.get("name", ""),
        email=row.get("email", ""),
        text=row["text"],
    )
    when = now - content.span(row["ago"])
    ContactMessage.objects.filter(pk=message.pk).update(created_at=when)
    return message


def answer_link(row, now):
    """Let the address of an invented listing have answered as the row says."""
    page = ResourcePage.objects.get(source_id=row["listing"])
    failing = row.get("failing")
    CheckedLink.objects.filter(resource=page, url=page.link).update(
        state=row["state"],
        detail=row["answer"],
        moved_to=row.get("moved_to", ""),
        checked_at=now - content.span("9h"),
        failed_at=now - content.span(failing) if failing else None,
    )
    return page


def keep_for_member(row):
    """Give the demo's member bookmarks, and threads that went on since the last visit."""
    member = people.account("member")
    bookmarks = [
        Bookmark(user=member, resource=ResourcePage.objects.get(source_id=source_id))
        for source_id in row["bookmarks"]
    ]
    Bookmark.objects.bulk_create(bookmarks)
    kept = [
        PostBookmark(user=member, post=Post.objects.get(thread__title=title, number=number))
        for title, number in row["kept_posts"]
    ]
    PostBookmark.objects.bulk_create(kept)
    reads = [
        ThreadRead(
            user=member,
            thread=thread,
            last_read_number=max(1, thread.last_number - row["unread_posts"]),
        )
        for thread in Thread.objects.filter(voices__user=member)
    ]
    ThreadRead.objects.bulk_create(reads)
    return len(bookmarks) + len(kept) + len(reads)
