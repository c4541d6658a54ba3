"""Keeping the peace, told as it happens: a spammy first post, and a heated thread."""

import re

import pytest
from django.contrib.auth.models import Group

from forum.models import Post, Thread
from tests.factories import make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    user = make_user("Mod Erator")
    user.groups.add(Group.objects.get(name="Forum moderators"))
    return user


def test_spammy_first_post_is_held_and_an_honest_one_is_not(client, moderator):
    thread = make_thread("How long is your course?")
    url = f"{thread.get_absolute_url()}reply/"

    honest = make_user("Honest Hana")
    client.force_login(honest)
    page = client.post(url, {"text": "Two hours, in class."}, follow=True).content.decode()
    assert "Two hours, in class." in page
    assert "Waiting for a moderator" not in page

    client.force_login(make_user("Great Offers"))
    text = "Cheap followers at https://followers.example.com, hurry!"
    page = client.post(url, {"text": text}, follow=True).content.decode()
    assert "links to outside pages in one of the first posts" in page
    assert "Waiting for a moderator" in page

    client.logout()
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Two hours, in class." in page
    assert "followers" not in page

    client.force_login(moderator)
    assert "1 held post" in client.get("/admin/").content.decode()
    case = re.search(r"/admin/forum/queue/\d+/", client.get("/admin/forum/queue/").content.decode())
    page = client.get(case[0]).content.decode()
    assert "Cheap followers" in page
    assert "Two hours, in class." in page
    client.post(case[0], {"action": "refuse", "reason": "spam"})
    assert "Nothing waits" in client.get("/admin/forum/queue/").content.decode()

    client.force_login(Post.objects.get(state="hidden").author)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "This post is not shown: spam" in page


def test_heated_thread_is_closed_split_and_merged_and_every_address_leads_on(client, moderator):
    category = make_category()
    heated = make_thread("Mandatory or not?", category=category)
    other = make_thread("Mandatory training, again", category=category)
    ann, bob = make_user("Ann"), make_user("Bob")
    for author, text in (
        (ann, "It changes nothing."),
        (bob, "You have never tried."),
        (ann, "And you cannot read."),
        (bob, "Our quiz halved the hours."),
    ):
        make_reply(heated, author=author, text=text)
    quarrel = list(heated.posts.filter(number__in=[3, 4]).values_list("pk", flat=True))
    old = heated.get_absolute_url()

    client.force_login(moderator)
    client.post(f"{old}moderate/", {"action": "lock"})
    assert "This thread is closed" in client.get(old).content.decode()

    page = client.get(f"{old}ticked/?action=split&tick=3&tick=4").content.decode()
    assert "2 posts" in page
    client.post(
        f"{old}ticked/",
        {
            "action": "split",
            "tick": ["3", "4"],
            "title": "Ann and Bob",
            "category": category.pk,
            "kind": "discussion",
        },
    )
    quarrel_thread = Thread.objects.get(title="Ann and Bob")
    page = client.get(old).content.decode()
    assert "2 posts were moved to another thread." in page
    assert "Our quiz halved the hours." in page

    assert (
        "go to the end of"
        in client.post(f"{old}merge/", {"target": other.get_absolute_url()}).content.decode()
    )
    client.post(f"{old}merge/", {"target": other.pk, "confirm": "1"})

    client.logout()
    landed = client.get(old)
    assert (landed.status_code, landed.url) == (301, other.get_absolute_url())
    assert client.get(f"{old}?post=5").url.endswith("#post-4")
    for number, pk in zip((1, 2), quarrel, strict=True):
        here = f"{quarrel_thread.get_absolute_url()}#post-{number}"
        assert client.get(f"/forum/p/{pk}/").url == here
        assert client.get(f"{old}?post={number + 2}").url == here
    page = client.get(other.get_absolute_url()).content.decode()
    assert "It changes nothing." in page
    assert "You have never tried." not in page
    assert "Mandatory or not?" not in client.get("/forum/").content.decode()
