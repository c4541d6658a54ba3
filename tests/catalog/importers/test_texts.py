import pytest

from catalog.importers.bodies import (
    from_plain_text,
    mask_addresses,
    mask_body,
    sanitize,
    to_plain_text,
    to_rich_text,
)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("AT&amp;T &ndash; <em>now</em>", "AT&T – now"),
        ("a < b and c > d", "a < b and c > d"),
        ("if x <y", "if x <y"),
        ("one<br>two</p><p>three", "one two three"),
        ("<script>alert(1)</script>Title<!-- x -->", "Title"),
        ("&lt;b&gt; is bold", "<b> is bold"),
        ("NUL \0 and \ufeffmark\r\n next", "NUL and mark next"),
        ("half \ud83d pair", "half ? pair"),
    ],
)
def test_title_becomes_plain_text(raw, plain):
    assert to_plain_text(raw) == plain
    assert to_plain_text(from_plain_text(plain)) == plain


def test_lines_are_kept_where_they_mean_something():
    assert to_plain_text(" one \r\n\r\n two\tx ", lines=True) == "one\ntwo x"


@pytest.mark.parametrize(
    ("markdown", "body"),
    [
        ("# One\n\n#### Two", "<h2>One</h2><h3>Two</h3>"),
        ("**b** _i_ `<x>`", "<p><b>b</b> <i>i</i> &lt;x&gt;</p>"),
        ("- a\n\n  more\n\n- b", "<ul><li>a<br/>more</li><li>b</li></ul>"),
        ("> said\n>\n> twice", "<blockquote>said<br/>twice</blockquote>"),
        ("Time | Topic\n8:45 | Start", "<p>Time | Topic<br/>8:45 | Start</p>"),
        ("one\ntwo", "<p>one two</p>"),
        ("[x](javascript:alert(1)) [y](#z) [w](/local)", "<p>[x](javascript:alert(1)) y w</p>"),
        ("<a href='javascript:alert(1)' onclick='x()'>x</a>", "<p>x</p>"),
        ("<script>alert(1)</script>\n\n<iframe src='https://e.org'></iframe>after", "after"),
        ("![picture](https://e.org/x.png)", ""),
        ("```\na < b\n  c\n```", "<p>a &lt; b<br/>c</p>"),
        (
            "see https://e.org/?a=1&b=2",
            '<p>see <a href="https://e.org/?a=1&amp;b=2">https://e.org/?a=1&amp;b=2</a></p>',
        ),
        ("NUL\0 and\r\nreturn", "<p>NUL and return</p>"),
    ],
)
def test_markdown_becomes_what_the_editor_offers(markdown, body):
    assert to_rich_text(markdown) == body
    assert sanitize(body) == body


def test_stored_body_passes_unchanged():
    body = (
        '<h2>Use</h2><p>See <a linktype="page" id="3">this</a>, <b>not</b> *that*.</p>'
        '<ol><li>one<ul><li>two</li></ul></li></ol><p><a href="mailto:a@e.org">mail</a></p>'
    )
    assert to_rich_text(body) == body
    assert sanitize(body.replace("<p>", '<p data-block-key="abc">')) == body


def test_addresses_of_people_are_masked_but_not_addresses_of_pages():
    body = to_rich_text(
        "Ask [Ann](mailto:ann.lee@e.gov), bob@e.gov or (202) 555-0134; see "
        "[page](https://e.org/202-555-0134)."
    )
    assert mask_body(body) == (
        "<p>Ask Ann, [e-mail address removed] or [telephone number removed]; see "
        '<a href="https://e.org/202-555-0134">page</a>.</p>'
    )
    assert mask_addresses("Public Law 111-274 of 2010") == "Public Law 111-274 of 2010"
