"""One conversation of the former site, whatever file it came from, before it is written."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Person:
    """An author as the former site knew them; a transcript knows the name alone."""

    name: str
    login: str = ""
    email: str = ""

    @property
    def key(self):
        return self.login or self.email or self.name


@dataclass
class Said:
    """One post. `text` is Markdown, `paths` are its former addresses, what it is known by first.

    `answers` is the number of the post it replied to; `is_held`: it waited for a moderator.
    """

    number: str
    person: Person
    text: str
    at: datetime
    paths: list
    line: int = 0
    answers: str = ""
    is_held: bool = False


@dataclass
class Place:
    """One category on the way to a thread. `access`: who could read it (Category.Access)."""

    name: str
    slug: str
    path: str = ""
    access: str = "everyone"
    is_closed: bool = False


@dataclass
class Talk:
    """A thread with its posts, the opening first.

    `paths` are the former addresses of the thread, what it is known by first. `begins_later`:
    the file holds a later page of a thread, so that its first post is no opening.
    """

    title: str
    posts: list
    paths: list
    places: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    source_id: str = ""
    line: int = 0
    is_locked: bool = False
    is_pinned: bool = False
    is_hidden: bool = False
    begins_later: bool = False
    notes: list = field(default_factory=list)
