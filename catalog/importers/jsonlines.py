"""Reading JSON Lines: one object a line, in UTF-8."""

import json

from django.utils.translation import gettext as _

from .problems import FileProblem, Refused

# A listing takes some kilobytes. Longer lines are another kind of file, or an attack.
LONGEST_LINE = 1_000_000
LARGEST_FILE = 500_000_000


def check_file(path, largest=LARGEST_FILE):
    """Raise FileProblem unless `path` is a file with something in it that may be read."""
    if not path.exists():
        raise FileProblem(_("%(path)s: there is no such file.") % {"path": path})
    if not path.is_file():
        raise FileProblem(_("%(path)s is not a file.") % {"path": path})
    try:
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        reason = {"path": path, "reason": error.strerror}
        raise FileProblem(_("%(path)s cannot be read: %(reason)s.") % reason) from error
    if is_empty:
        raise FileProblem(_("%(path)s is empty.") % {"path": path})
    if path.stat().st_size > largest:
        most = {"path": path, "most": largest // 1_000_000}
        raise FileProblem(_("%(path)s is larger than %(most)s MB.") % most)


def check_encoding(path):
    """Raise FileProblem unless `path` is UTF-8; return the number of its lines.

    Done before the first row is written: a file in another encoding is wrong as a whole.
    """
    lines = 0
    with path.open("rb") as file:
        if file.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            raise FileProblem(_("%(path)s is UTF-16. Save it as UTF-8.") % {"path": path})
        file.seek(0)
        for lines, (_number, line) in enumerate(_lines(file), start=1):
            try:
                (line or b"").decode()
            except UnicodeDecodeError:
                where = {"path": path, "line": lines}
                raise FileProblem(
                    _("%(path)s is not UTF-8 (line %(line)s). Save it as UTF-8.") % where
                ) from None
    return lines


def read_objects(path):
    """Yield the number of each line that is not blank, and its object or the Refused it earns."""
    check_file(path)
    check_encoding(path)
    with path.open("rb") as file:
        if file.read(4).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
            raise FileProblem(
                _("%(path)s is one JSON list. Write one object a line, without commas between.")
                % {"path": path}
            )
        file.seek(0)
        for number, line in _lines(file):
            if line is None:
                most = {"most": f"{LONGEST_LINE:,}"}
                yield number, Refused(_("The line is longer than %(most)s bytes.") % most)
            elif line.strip():
                yield number, _object(line)


def _lines(file):
    """Yield number and bytes of each line; None for one too long, which is never held whole."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) <= LONGEST_LINE:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
        yield number, None


def _object(line):
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        return Refused(_("It is nested too deeply."))
    except json.JSONDecodeError as error:
        return Refused(
            _("It is not JSON: %(reason)s at character %(place)s.")
            % {"reason": error.msg, "place": error.colno}
        )
    except ValueError:  # NaN, or a number of thousands of digits
        return Refused(_("It holds a number that no fact can be."))
    if not isinstance(found, dict):
        return Refused(_("It is not a JSON object: write {…}."))
    return found


def _no_constant(name):
    raise ValueError(name)
