"""Find the number, author and date of each post in the lines of a copied page.

The number is sure, the author's line is not: it stands before or after the number, and so does
text. Each side is weighed by what it looks like, by names seen elsewhere on the page and by the
order that the page's other posts have.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.importers.problems import Refused, one_line

from .dates import AGE, read_age, read_date
from .plain_text import BULLETS

NUMBER = re.compile(r"(?:(?P<before>.+?)\s+)?#(?P<number>\d{1,15})(?:\s+(?P<after>.+))?")
ROLES = re.compile(
    r"(?:Participant|Member|Keymaster|Moderator|Spectator|Contributor|Author|Editor|Administrator"
    r"|Subscriber|Guest|Inactive|Blocked|Anonymous|Topic Author)",
    re.IGNORECASE,
)
# Lines of the page that are no post's, wherever they stand.
FURNITURE = re.compile(
    rf"[{BULLETS}\s|]+"
    r"|Author\s+Posts?|Author|Posts"
    r"|Viewing (?:\d+ )?(?:posts?|repl\w+) - \d.*"
    r"|You must be logged in to (?:reply|create|post).*"
    r"|(?:Log ?In|Reply|Quote|Permalink|Favorite|Subscribe|Unsubscribe)(?:\s*\|\s*\w+)*"
    r"|(?=.*[←→«»])(?:[←→«»…]|\d{1,4})(?:\s+(?:[←→«»…]|\d{1,4}))*",
    re.IGNORECASE,
)
# Below the last post, from such a line on, stands the page's foot.
PAGE_ENDS = re.compile(
    r"Viewing (?:\d+ )?(?:posts?|repl\w+) - \d.*|You must be logged in to .*|Reply To: .*",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"\(?@[\w.-]+\)?")
_PARTICLES = {"de", "da", "di", "van", "von", "der", "den", "la", "le", "del", "of", "the", "at"}
LONGEST_NAME, MOST_WORDS = 60, 6


@dataclass
class Heading:
    """What stands above a post's text; `starts` and `text_from` are indexes of lines."""

    number: str
    line: int
    starts: int
    text_from: int
    author: str
    at: datetime | None = None
    doubt: str = ""


@dataclass
class _Side:
    """One way to read a heading: the author on line `at`, where it starts, where the text does."""

    name: str
    at: int
    starts: int
    text_from: int
    weight: float
    moment: datetime | None = None


def find_headings(lines, head):
    """Return the Headings of all posts; raise Refused where an author is missing.

    `head` is the Head of the page: what it says helps to tell authors from text.
    """
    marks = _number_lines(lines)
    bounds = [-1, *(index for index, *_rest in marks), len(lines)]
    sides = [
        (_before(lines, index, above, below), _after(lines, index, below))
        for above, index, below in zip(bounds, bounds[1:-1], bounds[2:], strict=False)
    ]
    marks, sides = _without_false(marks, sides, head)
    _weigh(sides, head)
    headings = []
    for (index, number, moment), (before, after) in zip(marks, sides, strict=True):
        side = max(filter(None, (after, before)), key=lambda side: side.weight)
        other = before if side is after else after
        doubt = ""
        if other and other.weight > 0 and side.weight - other.weight < 1:
            said = {"number": number, "name": side.name, "other": one_line(other.name, 60)}
            doubt = _("The author of #%(number)s was taken to be %(name)s, not “%(other)s”.") % said
        headings.append(
            Heading(
                number=number,
                line=index + 1,
                starts=side.starts,
                text_from=side.text_from,
                author=side.name,
                at=moment or side.moment,
                doubt=doubt,
            )
        )
    return headings


def read_number(line):
    """Return (number, moment or None) of a line that is a post's number, maybe with its date."""
    found = NUMBER.fullmatch(line.lstrip(BULLETS).strip())
    if not found or (found["before"] and found["after"]):
        return None
    words = found["before"] or found["after"]
    moment = _moment(words) if words else None
    return None if words and moment is None else (found["number"], moment)


def _number_lines(lines):
    """Return (index, number, moment or None) of each line that is a post's number."""
    read = ((index, read_number(line)) for index, line in enumerate(lines))
    return [(index, *mark) for index, mark in read if mark]


def _moment(line):
    """The moment that a line names, in full or by its age."""
    moment = read_date(line)
    if moment is None and AGE.fullmatch(line):
        age = read_age(line)
        moment = timezone.now() - age if age is not None else None
    return moment


def _before(lines, index, above, below):
    """Read the author's line above the number, upwards over roles and dates."""
    moment, has_role, gap = None, False, 0
    for at in range(index - 1, above, -1):
        line = lines[at].lstrip(BULLETS).strip()
        if not line:
            gap += 1
        elif _moment(line) and moment is None:
            moment = _moment(line)
        elif ROLES.fullmatch(line) or _HANDLE.fullmatch(line):
            has_role = True
        else:
            weight = _likeness(line)
            if weight is None:
                return None
            starts = at
            date_above = lines[at - 1].strip() if at - 1 > above else ""
            if moment is None and date_above and _moment(date_above):
                moment, starts = _moment(date_above), at - 1
            text_from, role_below, moment_below = _roles(lines, index + 1, below)
            weight += 2 * (has_role or role_below) + (0.5 if not gap else 0)
            return _Side(line, at, starts, text_from, weight, moment or moment_below)
    return None


def _after(lines, index, below):
    """Read the author's line below the number, downwards over dates, with roles below it."""
    moment, gap = None, 0
    starts = index
    if index and _moment(lines[index - 1]):
        moment, starts = _moment(lines[index - 1]), index - 1
    for at in range(index + 1, below):
        line = lines[at].lstrip(BULLETS).strip()
        if not line:
            gap += 1
            continue
        if moment is None and _moment(line):
            moment = _moment(line)
            continue
        weight = _likeness(line)
        if weight is None:
            return None
        text_from, has_role, moment_below = _roles(lines, at + 1, below)
        weight += 2 * has_role + (0.5 if not gap else 0)
        return _Side(line, at, starts, text_from, weight, moment or moment_below)
    return None


def _roles(lines, start, below):
    """Pass over roles, handles and a date; return (where text starts, any role, date or None)."""
    has_role, moment = False, None
    for at in range(start, below):
        line = lines[at].lstrip(BULLETS).strip()
        if ROLES.fullmatch(line) or _HANDLE.fullmatch(line):
            has_role = True
        elif moment is None and line and _moment(line):
            moment = _moment(line)
        elif line:
            return at, has_role, moment
    return below, has_role, moment


def _likeness(line):
    """How much a line looks like a name: None not at all, 1 maybe, 2 quite."""
    words = line.split()
    if not 2 <= len(line) <= LONGEST_NAME or len(words) > MOST_WORDS:
        return None
    if "://" in line or "@" in line or not any(sign.isalpha() for sign in line):
        return None
    is_short_end = line[-1] == "." and len(words[-1]) <= 4 and len(words) > 1  # Jr., M.
    if (line[-1] in ".,;:!?…-" and not is_short_end) or re.search(r"[!?;:]\s", line):
        return None
    if line[0] in "\"'“‘>(-*" or (", " in line and not re.search(r", [A-Z][\w.]{1,5}$", line)):
        return None
    if len(words) == 1:
        return 1.5
    proper = all(word[0].isupper() or word[0].isdigit() or word in _PARTICLES for word in words)
    return 2 if proper else 1 if len(words) <= 3 else None


def _without_false(marks, sides, head):
    """Drop numbers without any author: text, if the page's own count says so, else refused."""
    false = [
        mark for mark, (before, after) in zip(marks, sides, strict=True) if not (before or after)
    ]
    if not false:
        return marks, sides
    expected = head.replies + 1 if head.replies is not None else None
    if len(marks) - len(false) == expected:
        kept = [pair for pair in zip(marks, sides, strict=True) if any(pair[1])]
        return [mark for mark, _side in kept], [side for _mark, side in kept]
    index, number, _moment = false[0]
    said = {"line": index + 1, "number": number}
    raise Refused(
        _(
            "Line %(line)s: no author stands above or below #%(number)s. Write the name on a "
            "line of its own, or indent the number with a word if it belongs to the text."
        )
        % said
    )


def _weigh(sides, head):
    """Raise the weight of names that the page names elsewhere, and of its usual order."""
    sure = {head.updated_by.casefold()} - {""}
    for before, after in sides:
        if bool(before) != bool(after):
            sure.add((before or after).name.casefold())
    seen = {}
    for pair in sides:
        for side in filter(None, pair):
            # One line may be a side of two posts.
            seen.setdefault(side.name.casefold(), set()).add(side.at)
    for pair in sides:
        for side in filter(None, pair):
            name = side.name.casefold()
            side.weight += 2 * (name in sure) + (len(seen[name]) > 1)
    above = sum(1 for before, after in sides if _leads(before, after))
    below = sum(1 for before, after in sides if _leads(after, before))
    if above + below:
        for before, after in sides:
            if before:
                before.weight += 1.5 * above / (above + below)
            if after:
                after.weight += 1.5 * below / (above + below)


def _leads(side, other):
    return side is not None and (other is None or side.weight > other.weight)
