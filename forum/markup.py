"""From Markdown to the HTML that readers get, and from that to plain text.

No query happens here: `forum.mentions` finds out where names lead and gives it in `Links`.
Raw HTML in the source is shown as text; what markdown-it makes is cleaned once more by nh3,
so that a mistake in either alone lets nothing through.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol"),
    *("p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "rel"},
    "img": {"alt", "height", "loading", "src", "width"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
OUTSIDE = "nofollow ugc noopener"
# The page has h1 for the title and h2 for each post.
FIRST_HEADING = 3
LONGEST_NAME = 255
LONGEST_ADDRESS = 1000
# Addresses without http:// become links only where they end like this.
BARE_ENDINGS = ("gov", "mil", "us", "org", "edu", "com", "net", "int")
# Where our own images lie; no others are shown.
IMAGE_ADDRESS = re.compile(r"/forum/i/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.webp")
MEMBER = re.compile(r"@([A-Za-z0-9][A-Za-z0-9-]{1,28}[A-Za-z0-9])(?![A-Za-z0-9-])")


@dataclass(frozen=True)
class Target:
    """Where a mention leads: the words shown, the address on this site, and what is there.

    With a `hint` a pasted address that stands alone in its paragraph is shown as a card.
    """

    words: str
    url: str
    hint: str = ""


@dataclass(frozen=True)
class Picture:
    """An image of ours: its size in pixels, and what it shows where the text does not say."""

    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True)
class Links:
    """What is known about the names in a text.

    `resources` by what was typed, exactly; `members` by the name in lower case; `images` by the
    key in their address.
    """

    resources: Mapping[str, Target] = field(default_factory=dict)
    members: Mapping[str, Target] = field(default_factory=dict)
    images: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """What a text names, in order and each once: `[[names]]`, addresses, `@members`, images."""

    names: tuple[str, ...]
    addresses: tuple[str, ...]
    members: tuple[str, ...]
    images: tuple[str, ...] = ()


def names_in(text):
    """Return the `Named` of a Markdown source."""
    names, addresses, members, images = {}, {}, {}, {}
    for token in _inline_tokens(_parser.parse(text)):
        if token.type == "mention":
            names[token.content] = True
        elif token.type == "member":
            members[token.content] = True
        elif token.type == "image" and (key := _image_key(token)):
            images[key] = True
        elif token.type == "link_open" and len(_address_of(token)) <= LONGEST_ADDRESS:
            addresses[_address_of(token)] = True
    return Named(tuple(names), tuple(addresses), tuple(members), tuple(images))


def render(text, links=Links()):
    """Return the sanitised HTML of a Markdown source, its mentions looked up in `links`."""
    tokens = _parser.parse(text)
    _demote_headings(tokens)
    for before, token in pairwise(tokens):
        if token.type == "inline" and token.children:
            token.children = _with_links(token.children, links)
            if before.type == "paragraph_open" and not before.hidden:
                _make_card(before, token.children)
    html = _parser.renderer.render(tokens, _parser.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_own_images,
        url_schemes=SCHEMES,
        link_rel=None,
        allowed_classes={"a": {"image-link", "member", "mention"}, "p": {"link-card"}},
    ).strip()


def _only_own_images(tag, attribute, value):
    """Drop every source of an image that is not an address of ours."""
    if tag == "img" and attribute == "src" and not IMAGE_ADDRESS.fullmatch(value):
        return None
    return value


def plain_text(html):
    """Return the words of sanitised `html`, without tags, entities decoded."""
    return unescape(nh3.clean(html.replace("<", " <"), tags=set())).strip()


def excerpt(html, length=280):
    """Return the beginning of a post in plain words, cut at a word."""
    words = " ".join(plain_text(_QUOTES.sub(" ", html)).split())
    words = re.sub(r" (?=[.,;:!?)])", "", words)
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


_QUOTES = re.compile(r"<blockquote>.*</blockquote>", re.DOTALL)


# How the source is read ---------------------------------------------------------------------


def _mention_rule(state, silent):
    """Read `[[a name]]` as one token; `[[a](b)` and `[[a]](b)` stay Markdown links."""
    source, start = state.src, state.pos
    if not source.startswith("[[", start):
        return False
    end = source.find("]]", start + 2, start + 4 + LONGEST_NAME)
    if end < 0 or source.startswith("(", end + 2):
        return False
    name = source[start + 2 : end].strip()
    if not name or "\n" in name or "[" in name or "]" in name:
        return False
    if not silent:
        # No link inside of a link: there it is only words.
        token = state.push("text" if state.linkLevel else "mention", "", 0)
        token.content = source[start : end + 2] if state.linkLevel else name
        token.markup = source[start : end + 2]
    state.pos = end + 2
    return True


def _member_rule(state, silent):
    """Read `@name` as one token, not inside of words, addresses or links."""
    source, start = state.src, state.pos
    if source[start] != "@" or state.linkLevel:
        return False
    if start and (source[start - 1].isalnum() or source[start - 1] in "_/.+-@"):
        return False
    found = MEMBER.match(source, start)
    if found is None:
        return False
    if not silent:
        token = state.push("member", "", 0)
        token.content = found[1]
        token.markup = found[0]
    state.pos = found.end()
    return True


def _make_parser():
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    parser.enable(["table", "strikethrough", "linkify"])
    parser.disable(["html_block", "html_inline", "lheading"])
    parser.inline.ruler.before("link", "mention", _mention_rule)
    parser.inline.ruler.before("link", "member", _member_rule)
    parser.core.ruler.after("linkify", "bare_addresses", _complete_bare_addresses)
    parser.linkify = LinkifyIt({}, {"fuzzy_email": False, "fuzzy_ip": False})
    parser.linkify.tlds(list(BARE_ENDINGS))
    parser.linkify.add("//", None)
    parser.linkify.add("ftp:", None)
    parser.linkify.add("mailto:", None)
    parser.add_render_rule("mention", _as_typed)
    parser.add_render_rule("member", _as_typed)
    parser.add_render_rule("picture", _as_picture)
    return parser


def _as_typed(renderer, tokens, index, options, env):
    return _escape(tokens[index].markup)


def _as_picture(renderer, tokens, index, options, env):
    """Its size stands beside its address, so that nothing moves when it arrives."""
    token = tokens[index]
    picture = token.meta["picture"]
    return (
        f'<img src="{_escape(token.meta["src"])}" alt="{_escape(token.content)}" '
        f'width="{picture.width}" height="{picture.height}" loading="lazy">'
    )


def _escape(text):
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def _inline_tokens(tokens):
    for token in tokens:
        if token.type == "inline":
            yield from token.children or ()


def _address_of(token):
    return str(token.attrGet("href") or "")


def _image_key(token):
    """The key in the address of one of our images, else ""."""
    found = IMAGE_ADDRESS.fullmatch(str(token.attrGet("src") or ""))
    return found[1] if found else ""


def _words_of(tokens):
    """The words of a description, as they read: without marks and backslashes."""
    words = []
    for token in tokens or ():
        if token.type in {"mention", "member"}:
            words.append(token.markup)
        elif token.type == "image":
            words.append(_words_of(token.children))
        elif token.type in {"softbreak", "hardbreak"}:
            words.append(" ")
        else:
            words.append(token.content)
    return "".join(words)


def _complete_bare_addresses(state):
    """Lead `www.example.gov` to https, where linkify has put http before it."""
    for inline in state.tokens:
        for opening, words in pairwise(inline.children or ()):
            is_bare = opening.markup == "linkify" and not words.content.startswith("http")
            if opening.type == "link_open" and is_bare:
                opening.attrs["href"] = "https://" + _address_of(opening).removeprefix("http://")


_parser = _make_parser()


# What becomes of it -------------------------------------------------------------------------


def _demote_headings(tokens):
    """Begin headings at h3 and let none skip a level."""
    levels = sorted({int(token.tag[1]) for token in tokens if token.type == "heading_open"})
    before = FIRST_HEADING - 1
    for token in tokens:
        if token.type == "heading_open":
            level = FIRST_HEADING + levels.index(int(token.tag[1]))
            before = level = min(level, before + 1, 6)
            token.tag = f"h{level}"
        elif token.type == "heading_close":
            token.tag = f"h{before}"


def _with_links(children, links):
    """Return the tokens of one line of text with mentions as links and images as links."""
    made = []
    inside = False  # of a link
    swallow = False  # the words of a pasted address, which its title replaces
    for token in children:
        if token.type == "link_open":
            inside = True
            target = links.resources.get(_address_of(token))
            swallow = target is not None and token.info == "auto"
            token.meta = {"hint": target.hint} if swallow else {}
            _point(token, target)
            made.append(token)
            if swallow:
                made.append(_text(target.words))
        elif token.type == "link_close":
            inside = swallow = False
            made.append(token)
        elif swallow:
            continue
        elif token.type == "mention" and token.content in links.resources:
            made.extend(_link(links.resources[token.content], "mention"))
        elif token.type == "member" and token.content.lower() in links.members:
            made.extend(_link(links.members[token.content.lower()], "member"))
        elif token.type == "image":
            picture = links.images.get(_image_key(token))
            show = _image_as_link if picture is None else _image
            made.extend(show(token, inside, picture))
        else:
            made.append(token)
    return made


def _make_card(paragraph, children):
    """Show an address of ours that stands alone as a card: its title, and what is there."""
    hint = children[0].meta.get("hint") if len(children) == 3 else ""
    if hint:
        paragraph.attrs["class"] = "link-card"
        children += [Token("hardbreak", "br", 0), _text(hint)]


def _point(token, target):
    """Lead a link to its listing, or outside with the marks that outside links carry."""
    if target is not None:
        token.attrs = {"href": target.url, "class": "mention"}
    else:
        href = _address_of(token)
        token.attrs = {"href": href}
        if not re.match(r"/(?![/\\])|#", href):
            token.attrs["rel"] = OUTSIDE


def _link(target, name):
    opening = Token("link_open", "a", 1, attrs={"href": target.url, "class": name})
    return [opening, _text(target.words), Token("link_close", "a", -1)]


def _text(words):
    return Token("text", "", 0, content=words)


def _image(token, inside, picture):
    """Show one of our images, leading to itself in full size where it has words for that."""
    words = _words_of(token.children).strip() or picture.alt
    src = str(token.attrGet("src"))
    shown = Token("picture", "img", 0, content=words, meta={"src": src, "picture": picture})
    if inside or not words:
        return [shown]
    opening = Token("link_open", "a", 1, attrs={"href": src, "class": "image-link"})
    return [opening, shown, Token("link_close", "a", -1)]


def _image_as_link(token, inside, _):
    """Show an image of elsewhere as a link with its description: readers decide to load it."""
    href = str(token.attrGet("src") or "")
    words = _text(_words_of(token.children) or href)
    if inside or not href:
        return [words]
    opening = Token("link_open", "a", 1, attrs={"href": href, "rel": OUTSIDE})
    return [opening, words, Token("link_close", "a", -1)]
