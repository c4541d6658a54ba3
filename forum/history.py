"""What became of a post: who changed it when, and which words came and went."""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from portal.accounts.models import User

# Of a post; older ones are counted.
MOST_CHANGES = 50
# Unchanged lines shown on each side of a change.
AROUND = 2
# Above this many words a changed stretch is shown whole, because comparing would take too long.
MOST_WORDS = 3000
WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `kind` is same, ins, del, or skip where unchanged lines are left out."""

    kind: str
    text: str = ""


@dataclass(frozen=True)
class Change:
    """One edit: who, when, and the difference of text and title (empty where it stayed)."""

    editor: User
    at: datetime
    text: list
    title: list


def changes_of(post):
    """Return the latest Changes of `post`, the newest first, in one query."""
    text, title = post.text, post.thread.title
    changes = []
    edits = post.edits.select_related("editor").order_by("-edited_at", "-pk")
    for edit in edits[:MOST_CHANGES]:
        title_before = edit.title_before or title
        changes.append(
            Change(
                editor=edit.editor,
                at=edit.edited_at,
                text=compare(edit.text_before, text) if edit.text_before != text else [],
                title=_by_words(title_before, title) if title_before != title else [],
            )
        )
        text, title = edit.text_before, title_before
    return changes


def compare(before, after):
    """Return the Pieces that lead from one text to another: by lines, inside of them by words."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pieces = []
    for number, (kind, old_from, old_to, new_from, new_to) in enumerate(steps):
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if kind == "equal":
            first = number == 0
            pieces += _shortened(new[new_from:new_to], first, number == len(steps) - 1)
        else:
            pieces += _by_words(gone, come)
    return pieces


def _shortened(lines, is_first, is_last):
    """Unchanged lines: only those near a change."""
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    if len(lines) <= head + tail + 1:
        return [Piece("same", "".join(lines))]
    shown = [Piece("same", "".join(lines[:head]))] if head else []
    shown.append(Piece("skip"))
    return [*shown, Piece("same", "".join(lines[-tail:]))] if tail else shown


def _by_words(before, after):
    old, new = WORD.findall(before), WORD.findall(after)
    if not old or not new or len(old) + len(new) > MOST_WORDS:
        whole = [Piece("del", before), Piece("ins", after)]
        return [piece for piece in whole if piece.text]
    pieces, gone, come = [], "", ""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, old_from, old_to, new_from, new_to) in enumerate(steps):
        went, came = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        # A space between two changed words reads better as a part of the change.
        is_gap = not went.strip() and 0 < number < len(steps) - 1
        if kind != "equal" or is_gap:
            gone, come = gone + went, come + came
            continue
        pieces += [Piece("del", gone), Piece("ins", come), Piece("same", came)]
        gone, come = "", ""
    pieces += [Piece("del", gone), Piece("ins", come)]
    return [piece for piece in pieces if piece.text]
