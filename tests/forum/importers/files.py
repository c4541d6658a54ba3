"""Small files to import, and the commands run on them."""

import io
from html import escape

from django.core.management import CommandError, call_command

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/">
<channel><title>Clerks talk</title><link>https://old.example.gov</link>
<wp:base_site_url>https://old.example.gov</wp:base_site_url>
<wp:base_blog_url>https://old.example.gov</wp:base_blog_url>
"""
FOOT = "</channel></rss>\n"

TRANSCRIPT = """Lending laptops to field staff

Home › Forums › Equipment › Lending laptops to field staff

This topic contains 3 replies, has 3 voices, and was last updated by  Ravi Lund 2 years, 3 months ago.

Viewing 4 posts - 1 through 4 (of 4 total)
Author
Posts
•
#7001
Ana Moreau
Participant

Our inspectors ask for laptops they can take along. How do you lend yours?

We have 12 of them (model A_1 and *not* more).
•
Ravi Lund
#7019

A sheet on the door works here:
https://lend.example.org/sheet_v2?x=1&y=2
•
#7015
Bo

- ask IT first
# then sign
•
Ravi Lund
#7008

@ana-moreau You will find ours here:

1. Fill it in
Viewing 4 posts - 1 through 4 (of 4 total)
You must be logged in to reply to this topic.
Log In
Username:
"""


def author(login, email="", name=""):
    return (
        f"<wp:author><wp:author_login>{login}</wp:author_login>"
        f"<wp:author_email>{email}</wp:author_email>"
        f"<wp:author_display_name>{escape(name or login)}</wp:author_display_name></wp:author>\n"
    )


def item(
    kind, number, title="", text="", *, status="publish", link="", meta=None, tags=(), **fields
):
    """One item of an export; `fields` are WordPress's own, such as post_parent."""
    fields = {"post_date_gmt": "2015-03-02 14:00:00", "post_parent": 0, **fields}
    slug = fields.pop("slug", "") or title.lower().replace(" ", "-")
    places = {
        "forum": f"forums/forum/{slug}/",
        "topic": f"forums/topic/{slug}/",
        "reply": f"forums/reply/{number}/",
    }
    link = link or f"https://old.example.gov/{places.get(kind, slug)}"
    creator = fields.pop("creator", "irma")
    lines = [
        "<item>",
        f"<title>{escape(title)}</title><link>{link}</link>",
        f"<dc:creator><![CDATA[{creator}]]></dc:creator>",
        f"<content:encoded><![CDATA[{text}]]></content:encoded>",
        "<excerpt:encoded><![CDATA[not the text]]></excerpt:encoded>",
        f"<wp:post_id>{number}</wp:post_id><wp:post_name>{slug}</wp:post_name>",
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>",
        *(f"<wp:{name}>{value}</wp:{name}>" for name, value in fields.items()),
        *(
            f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key>"
            f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
            for key, value in (meta or {}).items()
        ),
        *(f'<category domain="topic-tag"><![CDATA[{tag}]]></category>' for tag in tags),
        "</item>\n",
    ]
    return "\n".join(lines)


def write_export(path, *parts):
    path.write_text(HEAD + "".join(parts) + FOOT, encoding="utf-8")
    return path


def write_transcript(path, text=TRANSCRIPT):
    path.write_text(text, encoding="utf-8")
    return path


def run(command, path, *options):
    """Import `path`; return what was printed and the message of the failure, if any."""
    out = io.StringIO()
    try:
        call_command(command, str(path), *map(str, options), stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""
