"""The conversation that this site was made for: a question, nine replies, an answer to find."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from forum.models import Draft, Post, Thread
from tests.conftest import CommittingClient
from tests.factories import PASSWORD, make_category, make_kit, make_topic, make_user

pytestmark = pytest.mark.django_db


def browser(name):
    """A browser in which somebody of this name is logged in, a member for a month."""
    made = CommittingClient()
    made.user = make_user(name, date_joined=timezone.now() - timedelta(days=30))
    made.force_login(made.user)
    return made


def page_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def sent_by(page):
    """What the composer on a page would send: its hidden values and its text."""
    form = re.search(r'<form class="[^"]*composer.*?</form>', page, re.DOTALL)[0]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    text = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", form, re.DOTALL)
    return {**dict(hidden), "text": unescape(text[1])}


def reply_in(client, address, text, quote=None):
    """Reply from the box on the thread's page, or with the post of a number quoted."""
    place = address
    if quote:
        found = re.search(rf'href="([^"]+\?quote={quote})"', page_of(client, address))
        place = found[1]
    sent = sent_by(page_of(client, place))
    sent["text"] += text
    response = client.post(f"{address}reply/", sent)
    assert response.status_code == 302, response.content.decode()
    return response.url


def test_question_is_asked_answered_and_found(client):
    hiring = make_topic("Hiring and training")
    category = make_category("Human Resources")
    category.topics.add(hiring)
    kit = make_kit("Visionary Kit", link="https://kit.example.gov/visionary")
    alain = browser("Alain")

    # He asks. The form is sent twice, as from a slow line, and stands there once.
    form = page_of(alain, f"/forum/new/?category={category.slug}")
    asked = sent_by(form) | {
        "title": "What social media training do you give your people?",
        "kind": "question",
        "category": category.slug,
        "text": "Is it *mandatory*, and who gives it?",
    }
    first, again = alain.post("/forum/new/", asked), alain.post("/forum/new/", asked)
    assert first.url == again.url
    thread, address = Thread.objects.get(), first.url

    # Eight colleagues reply; the third quotes the second, the fourth pastes an address.
    colleagues = [browser(name) for name in ("Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana")]
    reply_in(colleagues[0], address, "Half a day, in class, for everyone.")
    reply_in(colleagues[1], address, "We use the [[visionary kit]].")
    second = thread.posts.get(number=3)
    reply_in(colleagues[2], address, "How long does that take?", quote=second.pk)
    reply_in(colleagues[3], address, "https://kit.example.gov/visionary\n\n...it is free.")
    reply_in(colleagues[4], address, f"@{colleagues[1].user.username} who updates it?")
    reply_in(colleagues[1], address, "Its provider, **twice a year**.")
    reply_in(colleagues[5], address, "| who | hours |\n|-|-|\n| all | 2 |")
    reply_in(colleagues[6], address, "Nothing yet, which is why I read this.")
    last = reply_in(alain, address, "Thank you all!")
    assert last == f"{address}#post-10"

    # He accepts the reply that helped, and others say so, too.
    assert alain.post(f"/forum/p/{second.pk}/answer/").url == f"{address}#post-3"
    for colleague in colleagues[2:5]:
        colleague.post(f"/forum/p/{second.pk}/helpful/")

    # A visitor sees all that from the top.
    page = page_of(client, address)
    head = page.partition("<main")[2].split('class="posts"')[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", head).split())
    assert "9 replies, 8 voices, asked" in words
    assert "answered" in words
    assert f'href="{address}#post-3">Post 3 by Cleo' in head
    assert "Most helpful:" in words
    assert "Hiring and training" in words
    assert "Resources in this thread (1)" in " ".join(page.split())
    # The quotation says whose it is and leads there; the pasted address shows the title.
    quote = thread.posts.get(number=4).html
    assert (
        f'<blockquote>\n<p><a href="/forum/p/{second.pk}/" class="mention">Cleo in post 3</a>'
        in quote
    )
    assert '<p class="link-card"><a href="/resources/' in thread.posts.get(number=5).html
    assert "<th>who</th>" in thread.posts.get(number=8).html
    assert f"/members/{colleagues[1].user.username}/" in thread.posts.get(number=6).html

    # And finds it from the listing, the list of what mentions it, the feed and the topic.
    assert thread.title in page_of(client, kit.get_url())
    assert thread.title in page_of(client, f"/forum/?resource={kit.slug}")
    assert thread.title in page_of(client, f"/forum/?topic={hiring.slug}")
    assert thread.title in page_of(client, f"/forum/?by={alain.user.username}")
    assert "Its provider" in page_of(client, f"/forum/t/{thread.pk}.atom")
    assert thread.title not in page_of(client, "/forum/?list=unsolved")
    assert '"@type": "QAPage"' in page


def test_draft_survives_logging_out(client):
    owner = browser("Olga")
    address = (
        browser("Ann")
        .post(
            "/forum/new/",
            {
                "title": "Which?",
                "text": "Say.",
                "kind": "question",
                "category": make_category().slug,
            },
        )
        .url
    )
    sent = sent_by(page_of(owner, address)) | {"text": "A long thought, not done yet"}
    owner.post(f"{address}reply/", sent | {"save_draft": "1"})
    owner.logout()

    # Next day, on another machine.
    client.login(username=owner.user.email, password=PASSWORD)
    assert "A long thought" in page_of(client, "/me/")
    box = sent_by(page_of(client, address))
    assert box["text"] == "A long thought, not done yet"
    box["text"] += ", and now it is."
    assert client.post(f"{address}reply/", box).status_code == 302
    assert Post.objects.filter(text="A long thought, not done yet, and now it is.").count() == 1
    assert not Draft.objects.exists()
    assert sent_by(page_of(client, address))["text"] == ""
