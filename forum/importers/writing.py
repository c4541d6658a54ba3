"""Write one conversation with the verbs of the forum, or add what is missing of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.importers.desk import Desk
from catalog.importers.problems import Refused, one_line

from ..markup import excerpt, render
from ..mentions import keep, look_up
from ..models import ImportedAddress, Post
from ..moderation import hide_thread
from ..posting import LONGEST_TITLE, ThreadClosed, clean_text, clean_title, reply, start_thread

# Ten times what one may write here; more is no post.
LONGEST_TEXT = 200_000
MOST_TAGS = 30


def write_talk(talk, *, people, places):
    """Write `talk` inside the caller's transaction; return (outcome, number of posts written).

    The outcome is created, changed (posts were added) or unchanged. Raises Refused.
    """
    _check(talk)
    thread = find_thread(talk)
    known = _known_posts(thread, talk)
    missing = [said for said in talk.posts if said.number not in known]
    if thread and not missing:
        return "unchanged", 0
    is_new = thread is None
    if is_new and talk.begins_later:
        raise Refused(_("This is a later page of a thread. Import its first page before."))
    if thread and not thread.takes_replies:
        raise Refused(
            _("The thread “%(title)s” takes no replies here. Open it and import again.")
            % {"title": one_line(thread.title, 80)}
        )
    written = dict(known)
    if is_new:
        thread = _start(talk, missing.pop(0), written, people, places)
    for said in missing:
        _reply(thread, said, written, people)
    _keep_addresses(thread, talk, written)
    if is_new:
        _set_state(thread, talk)
    return ("created" if is_new else "changed"), len(written) - len(known)


def find_thread(talk):
    """Return the thread that an earlier import made of `talk`, or None."""
    numbers = [said.number for said in talk.posts]
    row = ImportedAddress.objects.filter(path__in=talk.paths[:1]).select_related("thread").first()
    if row and (talk.begins_later or row.thread.posts.filter(source_number__in=numbers).exists()):
        return _standing(row.thread)
    rows = ImportedAddress.objects.filter(path__in=[said.paths[0] for said in talk.posts])
    for found in rows.select_related("thread", "post__thread"):
        if _is_same(found, talk):
            return _standing(found.thread)
    if row:
        # The address of the thread is taken by one of another site; so may those of its posts.
        posts = Post.objects.filter(source_number__in=numbers, thread__title=_title(talk))
        found = posts.select_related("thread").first()
        return found and _standing(found.thread)
    return None


def _standing(thread):
    while thread.merged_into is not None:
        thread = thread.merged_into
    return thread


def _is_same(row, talk):
    """Whether a post with a number of `talk` is of `talk`: two sites may count alike."""
    said = next(said for said in talk.posts if said.paths[0] == row.path)
    if row.post is None or row.post.source_number != said.number:
        return False
    return row.post.created_at == said.at or row.thread.title == _title(talk)


def _known_posts(thread, talk):
    """Map the numbers of `talk` that are here to their posts, wherever they were moved."""
    if thread is None:
        return {}
    numbers = [said.number for said in talk.posts]
    here = {
        post.source_number: post
        for post in thread.posts.filter(source_number__in=numbers).select_related("author")
    }
    rows = ImportedAddress.objects.filter(
        path__in=[said.paths[0] for said in talk.posts], post__source_number__in=numbers
    ).select_related("post__author", "post__thread", "thread")
    moved = {row.post.source_number: row.post for row in rows if _is_same(row, talk)}
    return moved | here


def _check(talk):
    numbers = set()
    for said in talk.posts:
        if len(said.text) > LONGEST_TEXT:
            most = {"number": said.number, "most": f"{LONGEST_TEXT:,}"}
            raise Refused(_("Post #%(number)s has more than %(most)s characters.") % most)
        if said.number in numbers:
            raise Refused(_("The number #%(number)s is there twice.") % {"number": said.number})
        numbers.add(said.number)


def _start(talk, said, written, people, places):
    author = people.author(said.person, since=said.at)
    thread = start_thread(
        category=places.category(talk.places),
        author=author,
        title=_title(talk),
        text=_text(said, talk),
        tags=_tags(talk),
        now=_past(said.at),
    )
    if len(clean_title(talk.title)) < len(" ".join(talk.title.split())):
        talk.notes.append(_("The title was too long and was cut."))
    post = thread.posts.get(number=1)
    written[said.number] = _number(post, said)
    return thread


def _reply(thread, said, written, people):
    author = people.author(said.person, since=said.at)
    text = _in_reply_to(said, written) + _text(said)
    if said.is_held:
        resolved = look_up(clean_text(text))
        post = Post.objects.create(
            thread=thread,
            author=author,
            state=Post.State.HELD,
            text=clean_text(text),
            html=resolved.html,
            created_at=_past(said.at),
        )
        keep(post, resolved)
    else:
        try:
            post = reply(thread=thread, author=author, text=text, now=_past(said.at))
        except ThreadClosed as error:
            raise Refused(_("Somebody closed the thread just now. Import again.")) from error
    written[said.number] = _number(post, said)


def _number(post, said):
    post.source_number = said.number
    Post.objects.filter(pk=post.pk).update(source_number=said.number)
    return post


def _in_reply_to(said, written):
    """A line that leads to the post replied to, where it is not the one before or the opening."""
    before = list(written.values())
    answered = written.get(said.answers)
    if answered is None or answered in (before[0], before[-1]) or not answered.number:
        return ""
    return (
        _("In reply to [%(name)s, post %(number)s](%(url)s):")
        % {
            "name": answered.author.display_name.replace("[", "").replace("]", ""),
            "number": answered.number,
            "url": answered.get_absolute_url(),
        }
        + "\n\n"
    )


def _text(said, talk=None):
    return said.text.strip() or _("(This post held no text.)")


def _title(talk):
    """The title, or for a thread without one the first words of it."""
    title = clean_title(talk.title)
    return title or excerpt(render(talk.posts[0].text), LONGEST_TITLE // 3) or _("Without a title")


def _past(at):
    return min(at, timezone.now())


def _tags(talk):
    desk, tags = Desk(None, set()), []
    for name in talk.tags[:MOST_TAGS]:
        try:
            tags.append(desk.tag(name))
        except Refused as reason:
            talk.notes.append(str(reason))
    if len(talk.tags) > MOST_TAGS:
        left_out = {"count": len(talk.tags) - MOST_TAGS}
        talk.notes.append(_("It had too many tags; %(count)s were left out.") % left_out)
    return tags


def _keep_addresses(thread, talk, written):
    """Let the former addresses lead to thread and posts; say which lead elsewhere already."""
    wanted = {path: None for path in talk.paths if path}
    for said in talk.posts:
        wanted |= {path: written[said.number] for path in said.paths if path}
    taken = {}
    paths = list(wanted)
    for start in range(0, len(paths), 400):
        rows = ImportedAddress.objects.filter(path__in=paths[start : start + 400])
        taken |= {row.path: row for row in rows}
    ImportedAddress.objects.bulk_create(
        ImportedAddress(path=path, thread=thread, post=post)
        for path, post in wanted.items()
        if path not in taken
    )
    for path, row in taken.items():
        post = wanted[path]
        leads_here = row.post_id == post.pk if post else _standing(row.thread) == thread
        if not leads_here:
            talk.notes.append(
                _("%(path)s leads to another thread already and still does.") % {"path": path}
            )


def _set_state(thread, talk):
    """Close, pin or hide a new thread as it was on the former site."""
    fields = {"is_locked": talk.is_locked, "is_pinned": talk.is_pinned}
    changed = [name for name, value in fields.items() if value]
    if changed:
        thread.refresh_from_db()
        for name in changed:
            setattr(thread, name, True)
        thread.save(update_fields=changed)
    if talk.is_hidden:
        hide_thread(thread=thread, by=None)
