"""Who wrote it: a member of this site, or a placeholder that the member can claim."""

import csv
import hashlib
import re

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalog.importers.jsonlines import check_encoding, check_file
from catalog.importers.problems import FileProblem, one_line
from portal.accounts.joining import never_confirmed
from portal.accounts.models import User
from portal.accounts.names import LONGEST, clean_display_name

COLUMNS = ["author", "member"]
LARGEST_MAP = 5_000_000


def read_author_map(path):
    """Return the users of a CSV with the columns author and member, by author in small letters.

    An author is the login, e-mail address or name on the former site; a member the e-mail
    address or handle here. Raises FileProblem.
    """
    check_file(path, LARGEST_MAP)
    check_encoding(path)
    members = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = [(name or "").strip().lower() for name in reader.fieldnames or []]
        if names[:2] != COLUMNS:
            raise FileProblem(
                _("%(path)s: the first line must read author,member.") % {"path": path}
            )
        reader.fieldnames = names
        try:
            for row in reader:
                author, member = ((row[name] or "").strip() for name in COLUMNS)
                if author or member:
                    members[author.casefold()] = _member(member, path, reader.line_num)
        except csv.Error as error:
            where = {"path": path, "line": reader.line_num, "error": error}
            raise FileProblem(_("%(path)s, line %(line)s: %(error)s.") % where) from error
    return members


def _member(name, path, line):
    handle = name.removeprefix("@")
    found = User.objects.exclude(status=User.Status.ERASED).filter(username__iexact=handle)
    user = User.objects.by_email(name).first() if "@" in handle else found.first()
    if user is None:
        where = {"path": path, "line": line, "name": one_line(name, 80)}
        raise FileProblem(_("%(path)s, line %(line)s: there is no member “%(name)s”.") % where)
    return user


class People:
    """Finds and makes the authors of one import.

    What was found for a thread counts only once that thread is settled: its transaction may be
    rolled back, and a placeholder with it.
    """

    def __init__(self, author_map=None):
        self.author_map = author_map or {}
        self.known = {}
        self.fresh = {}
        self.notes = []
        self.made, self.matched = set(), set()

    def author(self, person, *, since):
        """Return the user who stands for `person`; `since` is when they wrote the post."""
        found = self.known.get(person.key) or self.fresh.get(person.key)
        if found is None:
            found = self.fresh[person.key] = self._mapped(person) or self._find(person)
        user, _how = found
        if user is None:
            user = _make(person, since)
            self.fresh[person.key] = (user, "made")
        return user

    def settle(self, *, is_kept):
        """Count whom the last thread brought; remember them if it was written."""
        for key, (_user, how) in self.fresh.items():
            if how in {"made", "matched"}:
                getattr(self, how).add(key)
        if is_kept:
            self.known |= self.fresh
        self.forget()

    def forget(self):
        """Drop what was found for a thread that is not written."""
        self.fresh, self.notes = {}, []

    def _mapped(self, person):
        for name in (person.login, person.email, person.name):
            if name and name.casefold() in self.author_map:
                return self.author_map[name.casefold()], "matched"
        return None

    def _find(self, person):
        """Return (user, how): by e-mail address, else by the very name; (None, "") if nobody."""
        if person.email:
            user = (
                User.objects.by_email(person.email)
                .exclude(status=User.Status.ERASED)
                .exclude(pk__in=never_confirmed().values("pk"))
                .first()
            )
            if user:
                return user, "matched"
        name = public_name(person)
        namesakes = User.objects.filter(display_name=name).order_by("pk")
        placeholders = namesakes.filter(status=User.Status.PLACEHOLDER)
        if person.login:
            # Two people of one name are told apart by the handle that their login gave.
            handle = rf"^{re.escape(_handle(person))}(-member)?(-[0-9]+)?$"
            placeholders = placeholders.filter(username__iregex=handle)
        user = placeholders.first()
        if user or person.login:
            return user, "placeholder"
        return self._namesake(name, namesakes.exclude(status=User.Status.ERASED))

    def _namesake(self, name, namesakes):
        members = list(namesakes.exclude(pk__in=never_confirmed().values("pk"))[:2])
        said = {"name": one_line(name, 80), "handle": members[0].username if members else ""}
        if len(members) == 1:
            self.notes.append(
                _("“%(name)s” is taken for @%(handle)s, because the name is the same.") % said
            )
            return members[0], "matched"
        if members:
            self.notes.append(
                _("Several members are called “%(name)s”, so the posts got a placeholder.") % said
            )
        return None, ""


def public_name(person):
    """Return the display name that `person` gets here: never an address or a reserved word."""
    for name in (person.name, person.login):
        name = " ".join(name.replace("\x00", "").split())[:LONGEST].strip()
        try:
            return clean_display_name(name)
        except ValidationError as error:
            if error.code == "reserved":
                return _("%(name)s of the former site") % {"name": name}
    return _("Former member")


def _handle(person):
    """The handle that a placeholder is made with, before a number that keeps it apart."""
    name = person.login or public_name(person)
    handle = "" if "@" in name else slugify(name)[:24].strip("-")
    if handle:
        return handle
    return "former-member-" + hashlib.sha256(person.key.encode()).hexdigest()[:8]


def _make(person, since):
    return User.objects.create_user(
        display_name=public_name(person),
        username=User.objects.free_username(_handle(person)),
        status=User.Status.PLACEHOLDER,
        date_joined=since,
    )
