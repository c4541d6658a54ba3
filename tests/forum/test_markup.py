import re
from dataclasses import replace
from html import unescape
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.utils.html import escape
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.markup import Links, Picture, Target, excerpt, names_in, plain_text, render
from forum.models import Poll, PollOption, PostImage, Thread
from forum.polling import Shown

KEY = "01234567-89ab-cdef-0123-456789abcdef"
IMAGE = f"/forum/i/{KEY}.webp"
LINKS = Links(
    resources={
        "Kit": Target("Kit & <more>", "/resources/kit/"),
        "https://kit.gov/x": Target("Kit", "/resources/kit/"),
    },
    members={"jane-doe": Target("@Jane", "/members/jane-doe/")},
    images={KEY: Picture(640, 480, "As uploaded")},
)
CARDS = Links(
    resources={"https://kit.gov/x": Target("Kit <b>", "/resources/kit/", hint="Kit & more")}
)
OUTSIDE = 'rel="nofollow ugc noopener"'
# What may stand in a post, whatever was typed.
TAG = re.compile(r"<(/?)([a-z0-9]+)((?: [a-z]+=\"[^\"<>]*\")*)\s*/?>")
HREF = re.compile(r'href="([^"]*)"')


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**a** ~~b~~ `c`", "<p><strong>a</strong> <s>b</s> <code>c</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("# A\n### B\n##### C\n# D", "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n<h3>D</h3>"),
        ("##### Deep\n# Top", "<h3>Deep</h3>\n<h3>Top</h3>"),
        ("[x](/forum/)", '<p><a href="/forum/">x</a></p>'),
        ("[x](//evil.gov)", f'<p><a href="//evil.gov" {OUTSIDE}>x</a></p>'),
        ("www.gsa.gov/a", f'<p><a href="https://www.gsa.gov/a" {OUTSIDE}>www.gsa.gov/a</a></p>'),
        ("settings.py me@gsa.gov", "<p>settings.py me@gsa.gov</p>"),
        ("![alt](https://a.gov/i.png)", f'<p><a href="https://a.gov/i.png" {OUTSIDE}>alt</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        (
            r"![a \[b\] [[Kit]] **c**](https://a.gov/i.png)",
            f'<p><a href="https://a.gov/i.png" {OUTSIDE}>a [b] [[Kit]] c</a></p>',
        ),
    ],
)
def test_markdown(source, html):
    assert render(source) == html


def test_table():
    assert "<th>a</th>" in render("|a|\n|-|\n|b|")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[[Kit]]", '<a href="/resources/kit/" class="mention">Kit &amp; &lt;more&gt;</a>'),
        ("[[ Kit ]]", '<a href="/resources/kit/" class="mention">Kit &amp; &lt;more&gt;</a>'),
        ("[[kit]]", "[[kit]]"),
        ("[[**b** <i>]]", "[[**b** &lt;i&gt;]]"),
        ("`[[Kit]]`", "<code>[[Kit]]</code>"),
        ("https://kit.gov/x", '<a href="/resources/kit/" class="mention">Kit</a>'),
        ("[my words](https://kit.gov/x)", '<a href="/resources/kit/" class="mention">my words</a>'),
        ("@jane-doe!", '<a href="/members/jane-doe/" class="member">@Jane</a>!'),
        ("@Jane-Doe", '<a href="/members/jane-doe/" class="member">@Jane</a>'),
        ("x@jane-doe.gov @nobody", "x@jane-doe.gov @nobody"),
    ],
)
def test_mentions(source, html):
    assert render(source, LINKS) == f"<p>{html}</p>"


def shown(alt):
    return f'<img src="{IMAGE}" alt="{alt}" width="640" height="480" loading="lazy">'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (f"![A map]({IMAGE})", f'<a href="{IMAGE}" class="image-link">{shown("A map")}</a>'),
        (f"[![A map]({IMAGE})](/forum/)", f'<a href="/forum/">{shown("A map")}</a>'),
        (f"![]({IMAGE})", f'<a href="{IMAGE}" class="image-link">{shown("As uploaded")}</a>'),
        (
            rf'![\[x\] "y" <z> @jane-doe]({IMAGE})',
            f'<a href="{IMAGE}" class="image-link">'
            f"{shown('[x] &quot;y&quot; &lt;z&gt; @jane-doe')}</a>",
        ),
        (f"`![A map]({IMAGE})`", f"<code>![A map]({IMAGE})</code>"),
    ],
)
def test_images(source, html):
    assert render(source, LINKS) == f"<p>{html}</p>"


def test_image_that_is_not_ours_is_no_image():
    unknown = IMAGE.replace("0123", "9999")
    for source in (f"![x]({unknown})", f"![x](https://evil.gov{IMAGE})", f"![x]({IMAGE}?a)"):
        assert "<img" not in render(source, LINKS)
    assert names_in(f"![x]({IMAGE}) ![y]({IMAGE}) ![z](/x.png)").images == (KEY,)


def test_address_of_ours_alone_is_a_card():
    card = (
        '<p class="link-card"><a href="/resources/kit/" class="mention">Kit &lt;b&gt;</a><br>\n'
        "Kit &amp; more</p>"
    )
    assert render("https://kit.gov/x", CARDS) == card
    assert "link-card" not in render("See https://kit.gov/x", CARDS)
    assert "link-card" not in render("[See](https://kit.gov/x)", CARDS)
    assert "link-card" not in render("- https://kit.gov/x", CARDS)


def test_names_are_found_once_and_in_order():
    found = names_in("[[B]] [[A]] [[B]] `[[no]]` @jane-doe https://a.gov [x](https://b.gov)")
    assert found.names == ("B", "A")
    assert found.members == ("jane-doe",)
    assert found.addresses == ("https://a.gov", "https://b.gov")


def test_excerpt_leaves_quotations_out():
    html = render("> What they said\n\nWhat **I** say, " + "word " * 100)
    assert excerpt(html, 30) == "What I say, word word word…"
    assert plain_text("<p>a &amp; b</p>") == "a & b"


FRAGMENTS = st.sampled_from(
    [
        *(
            "<script>",
            "</script>",
            "<img src=x onerror=alert(1)>",
            "javascript:alert(1)",
            "[[Kit]]",
        ),
        *(
            "[",
            "](",
            ")",
            "[[",
            "]]",
            "![",
            "<",
            ">",
            '"',
            "'",
            "&",
            "&#106;avascript:",
            "`",
            "```\n",
        ),
        *(
            "\n\n",
            "\n",
            "    ",
            "> ",
            "- ",
            "# ",
            "|",
            "|-|",
            "@jane-doe",
            "https://kit.gov/x",
            "\\",
        ),
        *(
            "data:text/html,x",
            "<a href='",
            "onclick=",
            "style=",
            "\x00",
            "\u202e",
            "//evil.gov",
            f"![x]({IMAGE})",
            f"![{'x' * 3}",
            IMAGE,
            '" onerror="alert(1)',
            "*",
            "~~",
        ),
    ]
)


@settings(deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=25).map("".join))
@example("[x](&#106;avascript:alert(1))")
@example("<https://a.gov/\"onmouseover='x'>")
@example("[a]: javascript:x\n\n[a]")
def test_nothing_that_runs_comes_through(source):
    for links in (LINKS, CARDS):
        check_that_nothing_runs(render(source, links))


def check_that_nothing_runs(html):
    outside_of_tags = TAG.sub("", html)
    assert "<" not in outside_of_tags
    assert ">" not in outside_of_tags
    for _closing, name, attributes in TAG.findall(html):
        assert name not in {"script", "style", "iframe", "svg", "form", "input"}
        names = set(re.findall(r' ([a-z]+)="[^"]*"', attributes))
        if name == "img":
            assert names == {"src", "alt", "width", "height", "loading"}
            assert f' src="{IMAGE}"' in attributes
        else:
            assert names <= {"href", "rel", "class", "start"}
        for href in HREF.findall(attributes):
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", href.replace("&amp;", "&"), re.IGNORECASE)
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto", "tel"}


@settings(deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), min_size=1, max_size=12).map("".join))
@example("a [map](x) of **bold** <b> `code` @jane-doe [[Kit]] &amp; \\ https://kit.gov/x")
@example("* _ ~~ ! # > - 1. |")
def test_what_an_image_shows_reads_as_it_was_said(alt):
    image = PostImage(key=UUID(KEY), alt=" ".join(alt.replace("\x00", "").split()))
    html = render(image.markdown, LINKS)
    check_that_nothing_runs(html)
    shown = re.findall(r'<img [^>]*alt="([^"]*)"', html)
    assert [unescape(words) for words in shown] == [image.alt or "As uploaded"]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.one_of(FRAGMENTS, st.text(max_size=8)).map(lambda words: words.replace("\x00", "")),
        min_size=3,
        max_size=3,
    )
)
def test_poll_shows_its_words_and_nothing_else(words):
    question, *options = words
    poll = Shown(
        poll=Poll(question=question),
        options=[PollOption(pk=n, words=option) for n, option in enumerate(options, start=1)],
        is_open=True,
        may_vote=True,
        mine=frozenset(),
        is_form=True,
    )
    thread = Thread(pk=1, slug="x", title=question)
    for is_form in (True, False):
        context = {"poll": replace(poll, is_form=is_form), "thread": thread}
        html = render_to_string("forum/_poll.html", context)
        assert html.count("<h2") == html.count("</h2>") == 1
        for text in words:
            assert escape(text) in html
        plain = render_to_string("forum/_poll.html", context | {"poll": bare(context["poll"])})
        assert html.count("<") == plain.count("<")


def bare(shown):
    """The same poll without a sign in it that means something to a browser."""
    options = [PollOption(pk=option.pk, words="x") for option in shown.options]
    return replace(shown, poll=Poll(question="x"), options=options)


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=60))
def test_unknown_name_stays_as_typed(name):
    html = unescape(render(f"a [[{name}]] b", Links()))
    assert html == f"<p>a [[{name}]] b</p>"
