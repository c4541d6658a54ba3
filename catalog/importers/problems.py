"""What can be wrong, each said in one line to the person who runs the import."""


class FileProblem(Exception):
    """The file as a whole cannot be read; nothing was written."""


class Refused(Exception):
    """A row is wrong; it changes nothing."""


class Skipped(Exception):
    """A row is in order but not for the catalog, or not asked for."""


def one_line(text, most=300):
    """Return `text` in one line of signs that a terminal may print, no longer than `most`."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(text)[: 10 * most])
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
