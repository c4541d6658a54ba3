from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from forum.models.rights import rights_of
from forum.moderation import hide_post
from forum.templatetags.forum_tags import ago
from tests.factories import (
    make_agency,
    make_category,
    make_kit,
    make_reply,
    make_thread,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def rendered(source, user=None, **context):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    template = Template("{% load forum_tags %}" + source)
    return template.render(Context({"request": request, "user": request.user, **context}))


def test_newest_public_mention_is_shown_in_words():
    kit = make_kit("The Kit", slug="the-kit")
    author = make_user("Jane Doe", agency=make_agency("Bend", kind="city"))
    thread = make_thread("A talk", text="Old words on [[The Kit]]")
    newest = make_reply(thread, author=author, text="> Quoted\n\nWe used [[The Kit]] **twice**.")
    spam = make_reply(thread, text="[[The Kit]] is spam")
    hide_post(post=spam, by=make_user(is_superuser=True), reason="spam")
    page = rendered("{% resource_mentions resource %}", resource=kit)
    assert "We used The Kit twice." in page
    assert "Jane Doe" in page
    assert "city government" in page
    assert f"{thread.get_absolute_url()}#post-{newest.number}" in page
    assert "/forum/new/?resource=the-kit" in page
    assert "spam" not in page
    assert "Old words" not in page


def test_unmentioned_resource_invites():
    page = rendered("{% resource_mentions resource %}", resource=make_kit())
    assert "Nobody has mentioned it in the forum yet" in page
    assert "Discuss this resource" in page


def test_restricted_mention_shows_to_those_who_may_read_it():
    kit = make_kit("The Kit")
    closed = make_category(read="verified")
    make_thread("Secret talk", category=closed, text="Secret words on [[The Kit]]")
    page = rendered("{% resource_mentions resource %}", resource=kit)
    assert "Secret" not in page
    verified = make_user(agency=make_agency())
    assert "Secret words" in rendered("{% resource_mentions resource %}", verified, resource=kit)


def test_topic_and_latest_lists():
    topic = make_topic("Onboarding")
    make_thread("Asked", kind="question", topics=[topic])
    for number in range(6):
        make_thread(f"Talk {number}", topics=[topic])
    page = rendered("{% topic_threads topic %}", topic=topic)
    assert "Asked" not in page
    assert "Talk 5" in page
    assert f"/forum/?topic={topic.slug}" in page
    page = rendered("{% latest_threads 7 %}")
    assert page.count("<li>") >= 7
    assert "No answer yet" in page
    assert "Nobody has asked" in rendered("{% topic_threads topic %}", topic=make_topic())


def test_empty_forum_has_no_conversation():
    assert "No conversation yet" in rendered("{% latest_threads 4 %}")


@pytest.mark.parametrize("rows", [2, 20])
def test_tags_cost_the_same_for_many(django_assert_max_num_queries, rows):
    kit, topic = make_kit("The Kit"), make_topic()
    for _ in range(rows):
        author = make_user(agency=make_agency())
        make_thread(text="[[The Kit]]", topics=[topic], tags=["one", "two"], author=author)
    rights_of(AnonymousUser())
    with django_assert_max_num_queries(3):
        rendered("{% resource_mentions resource %}", resource=kit)
    with django_assert_max_num_queries(2):
        rendered("{% topic_threads topic %}", topic=topic)
    with django_assert_max_num_queries(2):
        rendered("{% latest_threads 4 %}")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "Just now"), (59, "Just now"), (61, "1\xa0minute ago"), (22 * 86400, "3\xa0weeks ago")],
)
def test_moments_are_said_in_one_unit(seconds, words):
    assert ago(timezone.now() - timedelta(seconds=seconds)) == words
    assert ago(None) == ""
