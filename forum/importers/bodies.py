"""From the HTML of a former forum to Markdown.

WordPress stores a post between HTML and plain text: paragraphs are blank lines, lines are lines,
and tags stand where somebody used a button. Both are understood.
"""

import re
from urllib.parse import urlsplit

import nh3
from bs4 import BeautifulSoup, Comment, NavigableString
from django.utils.translation import gettext as _

from ..markup import plain_text, render
from .plain_text import escape, escape_start, visible

TAGS = {
    *("a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strike", "strong", "table", "td"),
    *("th", "tr", "ul"),
}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
BLOCKS = {
    *("blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("table", "tr", "ul"),
}
MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
# Deeper than anybody writes; below it only words are kept.
DEEPEST = 40

_QUOTE_BEGINS = re.compile(r"\[quote\b[^\]\n]{0,100}\]", re.IGNORECASE)
_QUOTE_ENDS = re.compile(r"\[/quote\]", re.IGNORECASE)
_LIST = re.compile(r"- |\d+\. ")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def to_markdown(html, rewrite=None):
    """Return the Markdown of a post's HTML; `rewrite(address)` may lead a link elsewhere.

    Where marks of emphasis would not come out as marks, they are left out instead.
    """
    html = visible(html)
    if len(_QUOTE_BEGINS.findall(html)) == len(_QUOTE_ENDS.findall(html)):
        html = _QUOTE_ENDS.sub("</blockquote>", _QUOTE_BEGINS.sub("<blockquote>", html))
    html = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    soup = BeautifulSoup(f"<div>{html}</div>", "html.parser").div
    markdown = _Writer(rewrite).write(soup)
    if _words(plain_text(render(markdown))) != _words(_shown(soup)):
        plainer = _Writer(rewrite, emphasis=False).write(soup)
        if plainer != markdown:
            return plainer
    return markdown


def _shown(soup):
    """The text of `soup`, with the descriptions of its images."""
    return "".join(
        str(node) if isinstance(node, NavigableString) else _description(node)
        for node in soup.descendants
        if isinstance(node, NavigableString) or node.name == "img"
    )


def _description(image):
    """What an image shows in words, without signs that mean something in Markdown."""
    words = re.sub(r"[\\`*_~\[\]<>&@:]", " ", image.get("alt") or image.get("title") or "")
    return " ".join(words.split()) or _("image")


def _words(text):
    return "".join(text.split())


class _Writer:
    def __init__(self, rewrite, *, emphasis=True):
        self.rewrite = rewrite or (lambda address: address)
        self.emphasis = emphasis

    def write(self, soup):
        return "\n\n".join(self.blocks(soup, 0))

    def blocks(self, node, depth):
        """Return the Markdown of what stands in `node`, one string for each block."""
        if depth > DEEPEST:
            return _paragraphs(escape(node.get_text()))
        made, line = [], []
        for child in node.children:
            if getattr(child, "name", None) in BLOCKS:
                made += _paragraphs("".join(line))
                line = []
                made += self.block(child, depth)
            else:
                line.append(self.inline(child, depth, "".join(line[-1:])))
        return made + _paragraphs("".join(line))

    def block(self, node, depth):
        """Return the blocks that one element of a block makes."""
        if node.name == "hr":
            return ["---"]
        if node.name == "pre":
            return [_fenced(node.get_text())]
        if node.name in {"ul", "ol"}:
            return self.listed(node, depth)
        if node.name == "table":
            return self.table(node, depth)
        inner = self.blocks(node, depth + 1)
        if node.name == "blockquote":
            return [_before_lines("\n\n".join(inner), "> ")] if inner else []
        if node.name[0] == "h":
            return ["### " + " ".join(" ".join(inner).split())] if inner else []
        return inner

    def listed(self, node, depth):
        start = node.get("start") or "1"
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
        items = []
        for child in node.children:
            if child.name == "li":
                inner = self.blocks(child, depth + 1)
            elif child.name in BLOCKS:
                inner = self.block(child, depth + 1)
            else:
                inner = _paragraphs(self.inline(child, depth + 1, ""))
            mark = f"{number}. " if node.name == "ol" else "- "
            if inner:
                text = inner[0] + "".join(
                    ("\n" if _LIST.match(block) else "\n\n") + block for block in inner[1:]
                )
                text = text.replace("\n", "\n" + " " * len(mark))
                items.append(mark + re.sub(r"(?m)^ +$", "", text))
                number += 1
        return ["\n".join(items)] if items else []

    def table(self, node, depth):
        """Return a table of Markdown, whose first row is its head."""
        rows = [
            [self.cell(cell, depth) for cell in row.find_all(["td", "th"], recursive=False)]
            for row in node.find_all("tr")
        ]
        rows = [row for row in rows if row]
        if not rows:
            return self.blocks(node, depth + 1)
        width = max(len(row) for row in rows)
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]

    def cell(self, node, depth):
        text = " ".join(self.inline(child, depth + 1, "") for child in node.children)
        return " ".join(text.split()).replace("|", "\\|")

    def inline(self, node, depth, before, *, in_link=False):
        """Return the Markdown of a run of text; `before` is what stands before it."""
        if isinstance(node, Comment):
            return ""
        if isinstance(node, NavigableString):
            text = escape(str(node), links=not in_link)
            # Before a link it would make an image of it.
            is_before_link = text.endswith("!") and getattr(node.next_element, "name", "") == "a"
            return f"{text[:-1]}\\!" if is_before_link else text
        if node.name == "br":
            return "\n"
        if depth > DEEPEST:
            return escape(node.get_text(), links=False)
        if node.name == "code":
            return _code(node.get_text())
        if node.name == "img":
            return self.image(node, in_link)
        text = before
        for child in node.children:
            is_in_link = in_link or node.name == "a"
            text += self.inline(child, depth + 1, text[-1:], in_link=is_in_link)
        text = text[len(before) :]
        if node.name == "a" and not in_link:
            return self.link(node, text)
        return _marked(text, node, before) if node.name in MARKS and self.emphasis else text

    def link(self, node, text):
        address = self.rewrite((node.get("href") or "").strip())
        words = " ".join(text.split())
        if not words or not _leads_somewhere(address):
            return text
        if node.get_text().strip() in {address, node.get("href")}:
            return f"<{_encoded(address)}>" if urlsplit(address).scheme else f"[{words}]({address})"
        return f"[{words}]({_destination(address)})"

    def image(self, node, in_link):
        words = _description(node)
        address = (node.get("src") or "").strip()
        if in_link or not _leads_somewhere(address):
            return words
        return f"![{words}]({_destination(address)})"


def _paragraphs(text):
    """Return the paragraphs of a run of escaped text; its lines stay lines."""
    paragraphs = []
    for paragraph in _BLANK_LINES.split(text):
        lines = [" ".join(line.split()) for line in paragraph.split("\n")]
        lines = [escape_start(line) for line in lines if line]
        if lines:
            paragraphs.append("\n".join(lines))
    return paragraphs


def _before_lines(text, mark):
    return "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n"))


def _fenced(text):
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`+", text))])
    return f"{fence}\n{text.strip(chr(10))}\n{fence}"


def _code(text):
    text = " ".join(text.split())
    if not text:
        return ""
    fence = "`" * max([1, *(len(run) + 1 for run in re.findall(r"`+", text))])
    room = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{room}{text}{room}{fence}"


def _marked(text, node, before):
    """Return `text` between marks of emphasis where Markdown would read them as marks."""
    inner = text.strip()
    mark = MARKS[node.name]
    if not inner or "\n\n" in inner or before[-1:] == mark[0]:
        return text
    following = node.next_sibling
    after = following.get_text()[:1] if following is not None else ""
    left, right = text[: text.index(inner[0])], text[len(text.rstrip()) :]
    if after.isalnum() and not right:
        inner, end = inner.rstrip(".,:;!?"), inner
        right = end[len(inner) :]
    begins = inner[0].isalnum() or left or not before[-1:].isalnum()
    ends = inner[-1:].isalnum() or right or not after.isalnum()
    return f"{left}{mark}{inner}{mark}{right}" if inner and begins and ends else text


def _leads_somewhere(address):
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"}:
        return bool(parts.netloc)
    return parts.scheme == "mailto" or (not parts.scheme and address.startswith("/"))


def _encoded(address):
    """Return an address without signs that end one in Markdown."""
    for sign, code in ((" ", "%20"), ("<", "%3C"), (">", "%3E"), ("\\", "%5C"), ("\n", "")):
        address = address.replace(sign, code)
    return "".join(address.split())


def _destination(address):
    address = _encoded(address)
    return f"<{address}>" if re.search(r"[()*_`\[\]]", address) else address
