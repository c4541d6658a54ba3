"""What a text says stays what it says."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forum.importers import bodies, plain_text
from forum.markup import plain_text as words_of
from forum.markup import render

MARKS = [*"ab1 -+*_~`[]()<>#!|:=\\&@.\n/\"'", "\n\n", "   ", "\t", "ä", "“"]
TROUBLE = [
    "https://x.org/a_b_c?x=1&copy=2",
    "www.x.gov/_a_",
    "x.gov",
    "@jane",
    "[[kit]]",
    "&amp;",
    *("1. ", "> ", "# ", "---", "|--|--|", "~~~", "```", "• ", "http://", "here:", "<b>"),
]


def squeezed(text):
    return re.sub(r"\s|https://", "", text)


@given(st.lists(st.sampled_from(MARKS + TROUBLE), max_size=14).map("".join))
@example("_https://x.org/a_b_c?x=1&copy=2[[kit]]")
@example(".http://www.x.gov/_a_")
@example("---\t---")
@example("a|b\n-|-")
def test_plain_text_says_the_same(text):
    html = render(plain_text.to_markdown(text))
    lines = [line.strip() for line in plain_text.visible(text).split("\n")]
    said = "\n".join(re.sub(r"^(?:•\s+(?=\S)|>(?:\s+|$))", "", line) for line in lines)
    assert squeezed(words_of(html)) == squeezed(said)
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "br", "a", "blockquote", "ul", "li"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        ("you find it here:", "<p>you find it here:</p>"),
        ("* star\n2. two", "<p>* star<br>\n2. two</p>"),
        ("    far in", "<p>far in</p>"),
        ("@jane and [[kit]]", "<p>@jane and [[kit]]</p>"),
        ("• one\n• two\nafter", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<p>after</p>"),
        ("> said\nanswer", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>answer</p>"),
        ("zero\u200bwidth\x00", "<p>zerowidth</p>"),
    ],
)
def test_plain_text_becomes(text, html):
    assert render(plain_text.to_markdown(text)) == html


def test_bare_address_stays_a_link():
    html = render(plain_text.to_markdown("see https://x.org/a_b_c?d=1&e=*2*."))
    assert 'href="https://x.org/a_b_c?d=1&amp;e=*2*"' in html
    assert html.endswith("</a>.</p>")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("First\nline\n\nNext", "First\nline\n\nNext"),
        ("<p>a</p>\n<p>b<br>c</p>", "a\n\nb\nc"),
        ("<strong>so</strong> and <em>so</em>", "**so** and *so*"),
        ("<strong>Note:</strong>word", "**Note**:word"),
        ("<b>a</b><b>b</b>", "**a**b"),
        ('<a href="https://x.org/a_(b)">here</a>', "[here](<https://x.org/a_(b)>)"),
        ('<a href="https://x.org/b">https://x.org/b</a>', "<https://x.org/b>"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('Look!<a href="https://x.org">here</a>', r"Look\![here](https://x.org)"),
        ("<blockquote>Ada said:\n\nhello</blockquote>\nyes", "> Ada said:\n>\n> hello\n\nyes"),
        ("[quote quote=12]old[/quote] new", "> old\n\nnew"),
        ("[quote]left open", r"\[quote\]left open"),
        ("<ul><li>one</li><li>two<ul><li>in</li></ul></li></ul>", "- one\n- two\n  - in"),
        ('<ol start="3"><li>a</li></ol>', "3. a"),
        ("<pre>x = 1\n  y</pre>", "```\nx = 1\n  y\n```"),
        ("run <code>a`b</code>", "run ``a`b``"),
        (
            "<table><tr><th>A</th><th>B|C</th></tr><tr><td>1</td></tr></table>",
            "| A | B\\|C |\n| --- | --- |\n| 1 |  |",
        ),
        ('<img src="https://x.org/i.png" alt="A *cat*">', "![A cat](https://x.org/i.png)"),
        ("<h1>Head</h1>text", "### Head\n\ntext"),
        ("AT&amp;T 5 &lt; 6 &amp;lt;", r"AT&T 5 \< 6 \&lt;"),
        ("<script>alert(1)</script><style>x</style><!-- c -->ok", "ok"),
        ("https://x.org/whole", "https://x.org/whole"),
        ("", ""),
    ],
)
def test_html_becomes(html, markdown):
    assert bodies.to_markdown(html) == markdown


TAGS = [
    "b",
    "i",
    "em",
    "strong",
    "p",
    "div",
    "blockquote",
    "ul",
    "ol",
    "li",
    "code",
    "pre",
    "table",
    "tr",
    "td",
    "h2",
    "a",
    "del",
    "br",
]


@given(
    st.lists(
        st.sampled_from(
            [f"<{tag}>" for tag in TAGS]
            + [f"</{tag}>" for tag in TAGS]
            + [
                "<a href='https://x.org/a_b*'>",
                "<script>",
                "<img src=x onerror=y>",
                "<b onclick=z>",
            ]
            + MARKS
            + TROUBLE
        ),
        max_size=14,
    ).map("".join)
)
def test_any_html_is_taken_and_harmless(html):
    made = render(bodies.to_markdown(html))
    assert not re.search(r"<(?:script|img|iframe)|<[^>]* on\w+=", made)


@pytest.mark.parametrize(
    "html", ["<div>" * 5000 + "deep", "<b>" * 3000 + "deep", "<ul><li>" * 999 + "deep"]
)
def test_deep_nesting_keeps_the_words(html):
    assert "deep" in bodies.to_markdown(html)


def test_links_are_rewritten():
    text = bodies.to_markdown('<a href="https://old/1">x</a>', lambda url: "/forums/reply/1/")
    assert text == "[x](/forums/reply/1/)"
