"""From plain text to Markdown that says the same.

What would become markup by accident is escaped; addresses stay links, blank lines divide
paragraphs, lines that begin with a bullet or with "> " stay lists and quotes.
"""

import re

from linkify_it import LinkifyIt

from ..markup import BARE_ENDINGS, MEMBER

# What a copied page has before the items of its lists.
BULLETS = "•◦▪‣·●○■"
_BULLET = re.compile(rf"[{BULLETS}]\s+(?=\S)")
_QUOTE = re.compile(r">(?:\s+|$)")
_BEFORE_ADDRESS = set("(\"'“‘")
_AFTER_ADDRESS = set(".,;:!?)\"'”’")
_PLAIN_ADDRESS = re.compile(r"(?:[^\W_]|[./:%?=#,;+-])+")
_ALWAYS = set("\\`*[]<")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(
    r"(?P<before>\d{1,9})(?=[.)](?:\s|$))"  # 1. and 1) begin a list
    r"|(?=[-+](?:\s|$))"
    r"|(?=#{1,6}(?:\s|$))"
    r"|(?=>)"
    r"|(?=[-:|][-:|\s]*$)"  # a rule, or the second row of a table
)
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_finder = LinkifyIt({}, {"fuzzy_email": False, "fuzzy_ip": False})
_finder.tlds(list(BARE_ENDINGS))
for _schema in ("//", "ftp:", "mailto:"):
    _finder.add(_schema, None)


def visible(text):
    """Return `text` with one kind of line break and space, without signs that nobody sees."""
    text = re.sub(r"\r\n?|\u2028|\u2029|\x85", "\n", text).replace("\xa0", " ")
    return _INVISIBLE.sub("", text)


def to_markdown(text):
    """Return plain `text` as Markdown."""
    made, before = [], ""
    for line in visible(text).split("\n"):
        line = line.strip()
        kind, marked = _read_line(line)
        # A list or quote would take in the line that follows it.
        if made and made[-1] and line and kind != before:
            made.append("")
        if line or (made and made[-1]):
            made.append(marked)
        before = kind
    return "\n".join(made).strip()


def _read_line(line):
    bullet, quote = _BULLET.match(line), _QUOTE.match(line)
    if bullet:
        return "list", f"- {escape_start(escape(line[bullet.end() :]))}"
    if quote:
        return "quote", f"> {escape_start(escape(line[quote.end() :]))}".rstrip()
    return "text", escape_start(escape(line))


def escape(text, *, links=True):
    """Return a piece of text in one or more lines with every accidental mark escaped.

    With `links` addresses stay as they are, so that they become links.
    """
    made, done = [], 0
    for found in (_finder.match(text) or []) if links else []:
        around = text[: found.index][-1:], text[found.last_index :][:1]
        made += [_escape(text, done, found.index), _address(found, *around)]
        done = found.last_index
    made.append(_escape(text, done, len(text)))
    return "".join(made)


def escape_start(line):
    """Return an escaped line whose beginning is no list, heading, quote or rule."""
    found = _LINE_START.match(line)
    if not found:
        return line
    return f"{found[0]}\\{line[found.end() :]}"


def _address(found, before, after):
    """An address as it stands where it reads itself as a link, else between < and >."""
    if "<" in found.raw or ">" in found.raw:
        return _escape(found.raw, 0, len(found.raw))
    is_odd = found.raw.endswith("*") or "\\" in found.raw
    begins = not before or before.isspace() or before in _BEFORE_ADDRESS
    ends = not after or after.isspace() or after in _AFTER_ADDRESS
    is_clear = found.schema or _PLAIN_ADDRESS.fullmatch(found.raw)
    if begins and ends and is_clear and not is_odd:
        return found.raw
    url = found.url if found.schema else found.url.replace("http://", "https://", 1)
    return f"<{url}>"


def _escape(text, start, end):
    return "".join(
        f"\\{text[index]}" if _is_mark(text, index) else text[index] for index in range(start, end)
    )


def _is_mark(text, index):
    sign = text[index]
    if sign in _ALWAYS:
        return True
    before = text[index - 1] if index else ""
    if sign == "_":
        return not (before.isalnum() and text[index + 1 : index + 2].isalnum())
    if sign == ":":
        return text.startswith("//", index + 1)  # no address, or it would not come by here
    if sign == "~":
        return before == "~" or text[index + 1 : index + 2] == "~"
    if sign == "&":
        return _ENTITY.match(text, index) is not None
    if sign == "@":
        in_word = before.isalnum() or before in set("_/.+-@")
        return not in_word and MEMBER.match(text, index) is not None
    return False
