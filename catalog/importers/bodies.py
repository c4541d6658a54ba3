"""From Markdown and HTML to what Wagtail stores, and to plain text.

A body keeps what its editor offers (BODY_FEATURES of catalog/models/resource.py) and nothing
else; titles and summaries keep no markup at all.
"""

import html
import re

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"h2", "h3", "p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "a", "blockquote"}
# linktype and id are how Wagtail writes links to pages and documents.
ATTRIBUTES = {"a": {"href", "linktype", "id"}}
SCHEMES = ("http://", "https://", "mailto:")
# One page has one h1, its title, and the editor knows two levels below it.
HEADINGS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}

# NUL and the like, which no database column wants, and byte-order marks inside a text.
UNWANTED = dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF])

_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?h[1-6]|/?t[dhr])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_BETWEEN_BLOCKS = re.compile(r"\s+(?=</?(?:p|h2|h3|ul|ol|li|blockquote)\b)")
_AFTER_BLOCK = re.compile(r"(</?(?:p|h2|h3|ul|ol|li|blockquote)>)\s+")
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(r"(?<![\w./-])(?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-.]\d{4}(?![\w-])")
_MAIL_LINK = re.compile(r'<a href="mailto:[^"]*">(.*?)</a>', re.DOTALL)


def clean_text(text):
    """Return `text` with one kind of line break and without signs that mean nothing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(UNWANTED)
    # Half of a surrogate pair (an escape in JSON) cannot be stored.
    return text.encode("utf-8", "replace").decode()


def to_plain_text(text, *, lines=False):
    """Return `text` without tags, with entities decoded once; line breaks only if `lines`."""
    text = _HIDDEN.sub(" ", clean_text(text))
    text = html.unescape(_TAG.sub("", _BREAK.sub(" ", text))).translate(UNWANTED)
    kept = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in kept if line) if lines else " ".join(text.split())


def from_plain_text(text, *, lines=False):
    """Return what `to_plain_text` reads as `text` again."""
    return text if to_plain_text(text, lines=lines) == text else html.escape(text, quote=False)


def to_rich_text(markdown):
    """Render Markdown to the HTML that Wagtail stores for a body.

    HTML inside is allowed as far as a body may hold it, so that a stored body passes unchanged.
    """
    return sanitize(_renderer().render(clean_text(markdown)))


def sanitize(body):
    """Return `body` with the elements that its editor offers, spelled as Wagtail spells them."""
    body = nh3.clean(
        body, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_keep_attribute, link_rel=None
    )
    body = re.sub(r"<a>(.*?)</a>", r"\1", body, flags=re.DOTALL)
    body = re.sub(r"<(/?)strong>", r"<\1b>", body)
    body = re.sub(r"<(/?)em>", r"<\1i>", body)
    body = re.sub(r"<br>\s*", "<br/>", body).replace("\n", " ")
    body = _AFTER_BLOCK.sub(r"\1", _BETWEEN_BLOCKS.sub("", body))
    return body.replace("<p></p>", "").strip()


def mask_addresses(text):
    """Return plain `text` without e-mail addresses and telephone numbers."""
    text = _EMAIL.sub(_("[e-mail address removed]"), text)
    return _PHONE.sub(_("[telephone number removed]"), text)


def mask_body(body):
    """Return a stored body without e-mail addresses and telephone numbers, also in links."""
    pieces = re.split(r"(<[^>]*>)", _MAIL_LINK.sub(r"\1", body))
    # Every second piece is a tag: an address of a page may hold digits like a telephone number.
    pieces[::2] = [mask_addresses(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _keep_attribute(tag, name, value):
    return value if name != "href" or value.lower().startswith(SCHEMES) else None


def _renderer():
    """Return the Markdown reader. Made for each text, since it is not safe among threads."""
    reader = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable("linkify")
    reader.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    reader.core.ruler.push("simplify", _simplify)
    reader.add_render_rule("fence", _code)
    reader.add_render_rule("code_block", _code)
    reader.add_render_rule("code_inline", _code_inline)
    reader.add_render_rule("softbreak", _softbreak)
    return reader


def _simplify(state):
    """Rename headings, and put the text of list items and quotations right into them.

    Wagtail's editor knows no paragraph inside a list item or a quotation.
    """
    inside = []  # for each open list item or quotation, how many paragraphs it has had
    for token in state.tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
        if token.type in {"list_item_open", "blockquote_open"}:
            inside.append(0)
        elif token.type in {"list_item_close", "blockquote_close"}:
            inside.pop()
        elif token.type in {"paragraph_open", "paragraph_close"} and inside:
            token.hidden = True
        elif token.type == "inline" and inside:
            if inside[-1]:
                token.children.insert(0, Token("hardbreak", "br", 0))
            inside[-1] += 1


def _code(reader, tokens, index, options, env):
    lines = tokens[index].content.rstrip("\n").split("\n")
    return "<p>" + "<br/>".join(html.escape(line, quote=False) for line in lines) + "</p>\n"


def _code_inline(reader, tokens, index, options, env):
    return html.escape(tokens[index].content, quote=False)


def _softbreak(reader, tokens, index, options, env):
    """Keep the lines of what once was a table apart."""
    rows = sum(" | " in token.content for token in tokens)
    return "<br/>" if rows > 1 else "\n"
