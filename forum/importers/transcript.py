"""Reading the text that one gets by copying a page of a forum.

First come a title, breadcrumbs and "This topic contains 9 replies, has 8 voices…"; then for each
post a line `#481` and a line with its author, in either order, and its text. Dates, roles and
bullets may stand around them; `headings` finds out which line is whose.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.importers.jsonlines import check_encoding, check_file
from catalog.importers.problems import FileProblem, Refused, one_line

from .addresses import by_number, former_path, of_reply
from .dates import AGE, read_age
from .headings import FURNITURE, PAGE_ENDS, find_headings, read_number
from .plain_text import to_markdown, visible
from .talk import Person, Place, Said, Talk

LARGEST_FILE = 5_000_000
_CONTAINS = re.compile(r"This topic (?:contains|has)\b", re.IGNORECASE)
_REPLIES = re.compile(r"\b(\d+|no) repl(?:y|ies)", re.IGNORECASE)
_VOICES = re.compile(r"\b(\d+|no) voices?", re.IGNORECASE)
_UPDATED_BY = re.compile(
    rf"last updated (?:by\s+(?P<before>.+?)\s+)?{AGE.pattern}(?:\s+by\s+(?P<after>[^.]+))?",
    re.IGNORECASE,
)
_CRUMBS = re.compile(r"\s*[›»→]\s*|\s+[>/]\s+")
_TAGGED = re.compile(r"Tagged:?\s*(.*)", re.IGNORECASE)
_VIEWING = re.compile(r"Viewing (?:\d+ )?(?:posts?|repl\w+) - (\d+) through", re.IGNORECASE)
_ROOTS = {"home", "forums", "forum", "discussions", "community"}
# Posts whose dates nobody knows stand so far apart, to keep their order.
APART = timedelta(minutes=1)


@dataclass
class Head:
    """What stands above the first post."""

    title: str = ""
    crumbs: list = field(default_factory=list)
    replies: int | None = None
    voices: int | None = None
    updated_by: str = ""
    age: timedelta | None = None
    age_words: str = ""
    tags: list = field(default_factory=list)
    explained: int = -1  # index of the last line of crumbs or of "This topic …"
    lines: set = field(default_factory=set)  # the indexes of the lines that say this


def read_transcript(path, *, newest_first=False, began=None, old_address="", report):
    """Return the Talk in the file `path`.

    Raises FileProblem where it is no transcript; a transcript that cannot be understood is
    reported as refused, and None returned.
    """
    check_file(path, LARGEST_FILE)
    check_encoding(path)
    lines = visible(path.read_text(encoding="utf-8-sig")).split("\n")
    lines = [" ".join(line.split("\t")).strip() for line in lines]
    if not any(read_number(line) for line in lines):
        raise FileProblem(
            _("%(path)s is no transcript: there is no line with the number of a post (#481).")
            % {"path": path}
        )
    head = _read_head(lines)
    try:
        talk = _read_talk(lines, head, newest_first, began, old_address)
    except Refused as reason:
        report.threads["refused"] += 1
        report.remark("refused", str(reason), title=head.title)
        return None
    return talk


def _read_head(lines):
    """Read what stands above the first post; other lines there may be the post's own."""
    head, number, others = Head(), 0, []
    while number < len(lines) and not read_number(lines[number]):
        line, start = lines[number], number
        crumbs = [crumb for crumb in _CRUMBS.split(line) if crumb]
        tagged = _TAGGED.fullmatch(line)
        if _CONTAINS.match(line):
            number = head.explained = _read_contains(lines, number, head)
        elif tagged:
            head.tags = [tag.strip() for tag in tagged[1].split(",") if tag.strip()]
        elif len(crumbs) > 1 and any(crumb.casefold() in _ROOTS for crumb in crumbs[:2]):
            head.crumbs, head.explained = crumbs, number
        elif line and not FURNITURE.fullmatch(line):
            others.append(number)
        number += 1
        if start not in others[-1:]:
            head.lines.update(range(start, number))
    title = next((at for at in others if head.crumbs and _alike(head.crumbs[-1], lines[at])), None)
    if title is None:
        title = _first_above(others, head)
    if title is not None:
        head.title = lines[title]
        head.lines.add(title)
    elif head.crumbs:
        head.title = head.crumbs[-1]
    return head


def _first_above(others, head):
    """The index of a title without a crumb like it: a line above crumbs or "This topic …"."""
    is_above = others and (head.explained < 0 or others[0] < head.explained)
    return others[0] if is_above else None


def _read_contains(lines, number, head):
    """Read "This topic contains …", which may be broken over lines; return its last line."""
    said = lines[number]
    last = number
    while not AGE.search(said) and last + 1 < min(len(lines), number + 8):
        if read_number(lines[last + 1]):
            break
        last += 1
        said = f"{said} {lines[last]}".strip()
    if not AGE.search(said):
        said, last = lines[number], number
    elif last + 1 < len(lines) and re.match(r"by \S", lines[last + 1]):
        last += 1
        said = f"{said} {lines[last]}"
    head.replies, head.voices = _count(_REPLIES, said), _count(_VOICES, said)
    found = _UPDATED_BY.search(said)
    if found:
        head.updated_by = (found["before"] or found["after"] or "").strip(" .•")
    age = AGE.search(said)
    if age:
        head.age, head.age_words = read_age(said), age[0]
    return last


def _count(pattern, said):
    found = pattern.search(said)
    if not found:
        return None
    return 0 if found[1].lower() == "no" else int(found[1])


def _read_talk(lines, head, newest_first, began, old_address):
    if not head.title:
        raise Refused(_("There is no title above the first post."))
    lines, begins_at = _without_furniture(lines, head)
    headings = find_headings(lines, head)
    path = former_path(old_address) if old_address else ""
    path = path if path and path != "/" else f"/forums/topic/{slugify(head.title) or 'topic'}/"
    root, found, _slug = path.partition("topic/")
    root = root if found else "/forums/"
    talk = Talk(
        title=head.title,
        posts=[],
        paths=[path],
        places=_places(head, root),
        tags=head.tags,
        source_id=headings[0].number,
        line=headings[0].line,
        begins_later=begins_at > 1,
    )
    texts = [
        to_markdown("\n".join(lines[heading.text_from : following.starts]))
        for heading, following in pairwise([*headings, _End(len(lines))])
    ]
    posts = list(zip(headings, texts, strict=True))
    if newest_first:
        posts.reverse()
    base = root.removesuffix("forums/") if root.endswith("/forums/") else "/"
    for index, (heading, text) in enumerate(posts):
        paths = [by_number(base, heading.number)]
        if index or talk.begins_later:
            paths.append(of_reply(root, heading.number))
        talk.posts.append(
            Said(
                number=heading.number,
                person=Person(name=heading.author),
                text=text,
                at=heading.at,
                paths=paths,
                line=heading.line,
            )
        )
        if not text:
            talk.notes.append(_("Post #%(number)s held no text.") % {"number": heading.number})
        if heading.doubt:
            talk.notes.append(heading.doubt)
    _compare(talk, head)
    _date(talk, head, began)
    return talk


@dataclass
class _End:
    starts: int


def _without_furniture(lines, head):
    """Blank the lines of the page that belong to no post; return them and the first's place.

    Numbers of lines stay, because messages name them.
    """
    lines = list(lines)
    viewing = [found for found in map(_VIEWING.match, lines) if found]
    last = max(number for number, line in enumerate(lines) if read_number(line))
    for number, line in enumerate(lines):
        if number > last and PAGE_ENDS.fullmatch(line):
            lines[number:] = [""] * (len(lines) - number)
            break
        if number in head.lines or FURNITURE.fullmatch(line):
            lines[number] = ""
    return lines, min((int(found[1]) for found in viewing), default=1)


def _places(head, root):
    """The categories that the breadcrumbs name, without home and title."""
    crumbs = list(head.crumbs)
    if crumbs and _alike(crumbs[-1], head.title):
        crumbs.pop()
    roots = [at for at, crumb in enumerate(crumbs[:3]) if crumb.casefold() in _ROOTS]
    crumbs = crumbs[roots[-1] + 1 :] if roots else crumbs
    return [
        Place(name=crumb, slug=slugify(crumb), path=f"{root}forum/{slugify(crumb)}/")
        for crumb in crumbs
    ]


def _alike(crumb, title):
    """Whether a crumb is the title, maybe cut short."""
    crumb, title = crumb.casefold(), title.casefold()
    short = re.sub(r"(?:…|\.\.\.)$", "", crumb).strip()
    return crumb == title or (short != crumb and bool(short) and title.startswith(short))


def _compare(talk, head):
    """Note where the page counts other than what was found."""
    if head.replies is not None and head.replies + 1 != len(talk.posts):
        said = {"there": head.replies + 1, "here": len(talk.posts)}
        talk.notes.append(_("The page speaks of %(there)s posts, the file holds %(here)s.") % said)
    names = list(dict.fromkeys(said.person.name for said in talk.posts))
    if head.voices is not None and head.voices != len(names):
        said = {"there": head.voices, "here": len(names), "names": one_line(", ".join(names), 200)}
        talk.notes.append(
            _("The page speaks of %(there)s voices, the file has %(here)s: %(names)s.") % said
        )


def _date(talk, head, began):
    """Give every post its moment, in the order of the talk; say what is only estimated."""
    posts, now = talk.posts, timezone.now()
    dated = [said for said in posts if said.at]
    if len(dated) == len(posts):
        return
    if not dated and began is None and head.age is None:
        raise Refused(_("There are no dates. Say when it began with --date 2018-05-31."))
    if dated:
        note = _("Posts without a date got one between those of their neighbors.")
    elif began is not None:
        note = _("All dates are estimates, a minute apart, from the day given with --date.")
    else:
        note = _("All dates are estimates: the page says only “%(age)s”.") % {"age": head.age_words}
    talk.notes.append(note)
    if began is not None and posts[0].at is None:
        posts[0].at = began
    elif not dated:
        posts[0].at = now - head.age - APART * (len(posts) - 1)
    known = next(index for index, said in enumerate(posts) if said.at)
    for index in range(known - 1, -1, -1):
        posts[index].at = posts[index + 1].at - APART
    for before, said in pairwise(posts):
        said.at = said.at or min(before.at + APART, max(now, before.at))
