"""The pages on which members report and moderators tick, split, merge and sanction."""

import pytest
from django.contrib.auth.models import Group

from forum import moderation, moving, sanctions
from forum.models import Post, Report, Sanction, Thread, ThreadRead
from forum.posting import reply
from tests.factories import make_agency, make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db
SPAM = "Great offers at https://spam.example.com/buy"


@pytest.fixture
def moderator(client):
    user = make_user("Mod Erator")
    user.groups.add(Group.objects.get(name="Forum moderators"))
    client.force_login(user)
    return user


def read(client, thread, query=""):
    return client.get(f"{thread.get_absolute_url()}{query}").content.decode()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# Reports ---------------------------------------------------------------------------------------


def test_member_reports_and_is_back_at_the_post(client):
    post, member = make_reply(make_thread()), make_user()
    client.force_login(member)
    url = f"/forum/p/{post.pk}/report/"
    assert url in read(client, post.thread)
    page = client.post(url, {"text": "See for yourself"}).content.decode()
    assert "Choose a reason." in page
    assert "See for yourself" in page
    answer = client.post(url, {"reason": "off-topic", "text": "See\x00 for yourself"})
    assert answer.url == fresh(post).get_thread_url()
    assert "Thank you; a moderator looks at it" in client.get(answer.url).content.decode()
    assert Report.objects.get().text == "See for yourself"
    again = client.get(url).content.decode()
    assert "You reported this post" in again
    client.post(url, {"reason": "spam"})
    assert Report.objects.get().reason == "off-topic"
    place = client.get("/me/").content.decode()
    assert "My reports" in place
    assert "waiting for a moderator" in place


def test_trusted_member_hides_at_once_and_reads_so(client):
    post = make_reply(make_thread(), text="My number is 1234")
    client.force_login(make_user(agency=make_agency()))
    answer = client.post(f"/forum/p/{post.pk}/report/", {"reason": "sensitive"}, follow=True)
    page = answer.content.decode()
    assert "the post is hidden, and the moderators are called" in page
    assert "Post 2 was hidden: sensitive information" in page
    assert "My number" not in page


def test_visitor_reports_through_contact_with_the_address(client):
    post = make_reply(make_thread())
    url = f"/forum/p/{post.pk}/report/"
    assert url in read(client, post.thread)
    page = client.get(url, follow=True)
    assert page.redirect_chain[0][0].startswith("/contact/?about=post&address=")
    assert f"/forum/p/{post.pk}/" in page.content.decode()


def test_own_and_hidden_posts_are_not_reported(client):
    post = make_reply(make_thread())
    client.force_login(post.author)
    url = f"/forum/p/{post.pk}/report/"
    assert url not in read(client, post.thread)
    assert "This is your own post" in client.post(url, {"reason": "spam"}).content.decode()
    moderation.hide_post(post=post, by=make_user(), reason="spam")
    client.force_login(make_user())
    assert client.get(url).status_code == 404
    assert not Report.objects.exists()


def test_too_many_reports_are_refused_clearly(client, monkeypatch):
    monkeypatch.setattr("forum.views.reporting.refusal_of", lambda limit, user: "Too many.")
    post = make_reply(make_thread())
    client.force_login(make_user())
    page = client.post(f"/forum/p/{post.pk}/report/", {"reason": "spam", "text": "Kept"})
    assert "Too many." in page.content.decode()
    assert "Kept" in page.content.decode()


# Held and hidden -------------------------------------------------------------------------------


def test_author_sees_a_held_post_in_its_place_and_nobody_else_does(client, moderator):
    thread, author = make_thread(), make_user()
    client.force_login(author)
    url = f"{thread.get_absolute_url()}reply/"
    answer = client.post(url, {"text": SPAM})
    post = Post.objects.get(state="held")
    assert answer.url.endswith(f"#held-{post.pk}")
    page = client.get(answer.url).content.decode()
    assert "Your post waits for a moderator" in page
    assert "Waiting for a moderator" in page
    assert "spam.example.com" in page
    for reader in (make_user(), None):
        client.logout()
        if reader:
            client.force_login(reader)
        assert "spam.example.com" not in read(client, thread)
        assert client.get(f"/forum/p/{post.pk}/").status_code == 404
    client.force_login(moderator)
    assert "A post by" in read(client, thread)
    answer = client.post(f"/forum/p/{post.pk}/moderate/", {"action": "release"})
    assert answer.url.endswith("#post-2")
    client.logout()
    assert "spam.example.com" in read(client, thread)


def test_held_thread_is_a_page_for_its_author_alone(client):
    category, author = make_category(), make_user()
    client.force_login(author)
    sent = {"title": "Offers", "kind": "discussion", "category": category.slug, "text": SPAM}
    answer = client.post("/forum/new/", sent, follow=True)
    page = answer.content.decode()
    assert "This thread waits for a moderator" in page
    assert "spam.example.com" in page
    thread = Thread.objects.get()
    assert thread.state == "held"
    assert "Posts others do not see" in client.get("/me/").content.decode()
    client.logout()
    assert client.get(thread.get_absolute_url()).status_code == 404
    assert "Offers" not in client.get("/forum/").content.decode()


def test_field_that_nobody_sees_is_in_the_form_and_holds(client):
    thread = make_thread()
    client.force_login(make_user())
    assert 'name="website"' in read(client, thread)
    url = f"{thread.get_absolute_url()}reply/"
    page = client.post(url, {"text": "Hello", "website": "https://x.example.com"}, follow=True)
    assert "probably sent by a program" in page.content.decode()


def test_newcomer_does_not_edit_a_link_into_a_public_post(client):
    post = make_reply(make_thread(), text="Harmless")
    client.force_login(post.author)
    page = client.post(f"/forum/p/{post.pk}/edit/", {"text": SPAM}).content.decode()
    assert "A moderator looks first" in page
    assert "spam.example.com" in page
    assert fresh(post).text == "Harmless"


def test_author_reads_why_changes_it_and_asks_again(client, moderator):
    post = make_reply(make_thread(), text="You are all fools")
    moderation.hide_post(post=post, by=moderator, reason="abuse", note="Say it kindly.")
    client.force_login(post.author)
    assert f"/forum/p/{post.pk}/hidden/" in read(client, post.thread)
    url = f"/forum/p/{post.pk}/hidden/"
    page = client.get(url).content.decode()
    assert "Say it kindly." in page
    assert "You are all fools" in page
    answer = client.post(f"/forum/p/{post.pk}/edit/", {"text": "I disagree"})
    assert answer.url == url
    assert fresh(post).state == "hidden"
    client.post(url, {"text": "Better now"})
    assert "You asked" in client.get(url).content.decode()
    client.post(url, {"text": "And again"})
    assert post.review_requests.get().text == "Better now"
    client.force_login(make_user())
    assert client.get(url).status_code == 404
    moderation.restore_post(post=post, by=moderator)
    client.force_login(post.author)
    assert client.get(url).url == fresh(post).get_thread_url()


# Ticking ---------------------------------------------------------------------------------------


def test_ticks_travel_from_page_to_page(client, moderator, settings):
    settings.POSTS_PER_PAGE = 3
    thread = make_thread()
    for number in range(2, 8):
        make_reply(thread, text=f"Post number {number}")
    assert "?moderate=1" in client.get(f"{thread.get_absolute_url()}moderate/").content.decode()
    page = read(client, thread, "?moderate=1&tick=2&page=2")
    assert '<input type="hidden" name="tick" value="2">' in page
    assert "1 post ticked on another page" in page
    assert "Post number 5" in page
    page = client.get(f"{thread.get_absolute_url()}ticked/?action=hide&tick=2&from=4&to=5")
    said = page.content.decode()
    assert "3 posts" in said
    assert "by 3 members" in said


def test_posts_are_split_after_a_page_that_says_so(client, moderator):
    thread = make_thread()
    for number in range(2, 6):
        make_reply(thread, text=f"Post {number}")
    url = f"{thread.get_absolute_url()}ticked/"
    page = client.get(f"{url}?action=split&tick=3&tick=4").content.decode()
    assert "They become a thread of their own" in page
    assert not Thread.objects.exclude(pk=thread.pk).exists()
    sent = {"action": "split", "tick": ["3", "4"], "category": thread.category_id}
    page = client.post(url, {**sent, "kind": "discussion", "title": ""}).content.decode()
    assert "Give it a title" in page
    answer = client.post(url, {**sent, "kind": "question", "title": "A new one"})
    new = Thread.objects.get(title="A new one")
    assert (answer.url, new.kind, new.last_number) == (new.get_absolute_url(), "question", 2)
    left = read(client, thread)
    assert "2 posts were moved to another thread." in left
    moved = client.get(f"{thread.get_absolute_url()}?post=3")
    assert (moved.status_code, moved.url) == (301, f"{new.get_absolute_url()}#post-1")
    assert client.get(f"{thread.get_absolute_url()}?post=5").status_code == 302


def test_posts_are_moved_to_a_thread_named_by_its_address(client, moderator):
    source, target, secret = make_thread(), make_thread("Where it belongs"), make_thread()
    post = make_reply(source)
    url = f"{source.get_absolute_url()}ticked/"
    sent = {"action": "move", "tick": "2"}
    for typed in ("", "nonsense", "999999"):
        assert client.post(url, {**sent, "target": typed}).status_code == 200
    answer = client.post(url, {**sent, "target": f"http://testserver/forum/t/{target.pk}/x/"})
    assert answer.url == source.get_absolute_url()
    assert "1 post stands in “Where it belongs” now" in read(client, source)
    assert (fresh(post).thread, fresh(post).number) == (target, 2)
    # Somebody who moderates one category moves nothing into another.
    desk = make_user()
    source.category.moderators.create(user=desk)
    make_reply(source)
    client.force_login(desk)
    page = client.post(url, {"action": "move", "tick": "3", "target": secret.pk})
    assert "no thread here that you moderate" in page.content.decode()


def test_ticked_posts_are_hidden(client, moderator):
    thread = make_thread()
    posts = [make_reply(thread) for _ in range(3)]
    url = f"{thread.get_absolute_url()}ticked/"
    client.post(url, {"action": "hide", "tick": ["2", "4"], "reason": "spam"})
    assert [fresh(post).state for post in posts] == ["hidden", "public", "hidden"]


@pytest.mark.parametrize(
    "query, words",
    [
        ("", "Choose what to do"),
        ("action=move", "Tick at least one post."),
        ("action=split&tick=1", "The first post stays"),
        ("action=hide&tick=99", "Tick at least one post that can be hidden."),
        ("action=move&from=1&to=99999", "more than 500 posts"),
        ("action=move&tick=%C2%B2&tick=x", "Tick at least one post."),
    ],
)
def test_wrong_ticks_are_explained(client, moderator, query, words):
    thread = make_thread()
    answer = client.get(f"{thread.get_absolute_url()}ticked/?{query}", follow=True)
    assert words in answer.content.decode()


def test_only_moderators_tick_and_merge(client):
    thread = make_thread()
    client.force_login(make_user())
    assert "Tick posts" not in read(client, thread, "?moderate=1")
    for name in ("ticked", "merge", "moderate"):
        assert client.get(f"{thread.get_absolute_url()}{name}/").status_code == 403


# Merging ---------------------------------------------------------------------------------------


def test_threads_are_merged_after_a_page_that_says_so(client, moderator, settings):
    settings.POSTS_PER_PAGE = 3
    source, target = make_thread("One too many"), make_thread("The right one")
    for _ in range(4):
        make_reply(source)
    url = f"{source.get_absolute_url()}merge/"
    assert "Paste the address" in client.post(url, {"target": ""}).content.decode()
    assert "same thread" in client.post(url, {"target": source.pk}).content.decode()
    page = client.post(url, {"target": f"#{target.pk}"}).content.decode()
    assert "5 posts go to the end of" in page
    assert fresh(source).merged_into is None
    answer = client.post(url, {"target": target.pk, "confirm": "1"})
    assert answer.url == target.get_absolute_url()
    assert fresh(source).merged_into == target
    old = source.get_absolute_url()
    for query, leads in (
        ("", target.get_absolute_url()),
        ("?page=2", f"{target.get_absolute_url()}?page=2#post-5"),
        ("?post=5", f"{target.get_absolute_url()}?page=2#post-6"),
    ):
        moved = client.get(f"{old}{query}")
        assert (moved.status_code, moved.url) == (301, leads)
    assert client.get(f"/forum/t/{source.pk}.atom").status_code == 301


def test_reply_to_a_thread_that_was_merged_lands_in_the_other(client, moderator):
    source, target, member = make_thread(), make_thread(), make_user()
    moving.merge_threads(source=source, target=target, by=moderator)
    client.force_login(member)
    url = f"/forum/t/{source.pk}/{source.slug}/reply/"
    assert client.get(url).url == f"{target.get_absolute_url()}reply/"
    client.post(url, {"text": "Written meanwhile"})
    assert Post.objects.get(text="Written meanwhile").thread == target


def test_thread_whose_end_was_moved_is_read_to_its_end(client, moderator):
    thread, member = make_thread(), make_user()
    for _ in range(3):
        make_reply(thread)
    posts = list(thread.posts.filter(number__gte=3))
    moving.split_thread(posts=posts, title="Off", category=thread.category, by=moderator)
    client.force_login(member)
    read(client, thread)
    assert ThreadRead.objects.get(user=member, thread=thread).last_read_number == 4


def test_thread_is_archived_and_deleted_where_it_is_read(client, moderator):
    thread = make_thread()
    url = f"{thread.get_absolute_url()}moderate/"
    client.post(url, {"action": "archive"})
    assert not fresh(thread).takes_replies
    assert "This thread is archived" in read(client, thread)
    client.post(url, {"action": "unarchive"})
    assert fresh(thread).takes_replies
    client.post(url, {"action": "delete"})
    assert fresh(thread).state == "deleted"
    assert "only moderators find it" in client.get(url).content.decode()
    client.post(url, {"action": "restore"})
    assert fresh(thread).state == "public"


# Sanctions -------------------------------------------------------------------------------------


def test_moderator_sanctions_from_the_members_page(client, moderator):
    post = make_reply(make_thread())
    member = post.author
    url = f"/forum/members/{member.username}/"
    assert url in client.get(member.get_absolute_url()).content.decode()
    for sent, words in (
        ({}, "Choose one of the three."),
        ({"kind": "suspension", "reason": "x"}, "Choose when the suspension ends."),
        ({"kind": "ban", "days": "7", "reason": "x"}, "A ban has no end."),
        ({"kind": "silence", "days": "7"}, "Say why"),
    ):
        assert words in client.post(url, {"impose": "1", **sent}).content.decode()
    client.post(url, {"impose": "1", "kind": "silence", "days": "7", "reason": "Shouting"})
    page = client.get(url).content.decode()
    assert "Shouting" in page
    sanction = Sanction.objects.get()
    client.force_login(member)
    said = read(client, post.thread)
    assert "asked you to read and not write" in said
    assert "Shouting" in said
    sent = client.post(f"{post.thread.get_absolute_url()}reply/", {"text": "But I must say"})
    assert "Shouting" in sent.content.decode()
    assert "But I must say" in sent.content.decode()
    assert "Shouting" in client.post("/forum/new/", {"text": "But I"}).content.decode()
    client.post(f"{post.thread.get_absolute_url()}reply/", {"discard_draft": "1"})
    client.post("/forum/new/", {"discard_draft": "1"})
    assert client.get("/forum/new/").status_code == 403
    assert Post.objects.filter(author=member).count() == 1
    client.force_login(moderator)
    client.post(url, {"lift": sanction.pk})
    assert not fresh(sanction).is_in_force
    assert client.post(url, {"lift": "²"}).status_code == 200


def test_moderators_of_a_category_read_the_record_only(client):
    desk, member = make_user(), make_user()
    make_category().moderators.create(user=desk)
    client.force_login(desk)
    url = f"/forum/members/{member.username}/"
    assert "Only moderators of the whole forum" in client.get(url).content.decode()
    client.post(url, {"impose": "1", "kind": "ban", "reason": "x"})
    assert not Sanction.objects.exists()
    client.force_login(make_user())
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("rows", [2, 12])
def test_record_costs_the_same_for_many(client, moderator, rows, django_assert_num_queries):
    thread, member = make_thread(), make_user()
    for _ in range(rows):
        make_reply(thread, author=member)
        sanctions.impose(user=member, kind="silence", by=moderator, reason="x")
    client.get(f"/forum/members/{member.username}/")
    with django_assert_num_queries(QUERIES_OF_RECORD):
        client.get(f"/forum/members/{member.username}/")


@pytest.mark.parametrize("rows", [2, 12])
def test_ticking_costs_the_same_for_many(client, moderator, rows, django_assert_num_queries):
    thread = make_thread()
    for _ in range(rows):
        make_reply(thread)
    read(client, thread, "?moderate=1")
    with django_assert_num_queries(QUERIES_OF_TICKING):
        read(client, thread, "?moderate=1")


@pytest.mark.parametrize("rows", [1, 4])
def test_page_with_held_posts_costs_the_same_for_many(client, rows, django_assert_num_queries):
    thread, author = make_thread(), make_user()
    client.force_login(author)
    read(client, thread)
    for number in range(rows):
        text = f"{SPAM} {number}"
        reply(thread=thread, author=author, text=text, is_screened=True)
    with django_assert_num_queries(QUERIES_OF_HELD):
        assert read(client, thread).count("post--held") == rows


QUERIES_OF_RECORD = 15
QUERIES_OF_TICKING = 8
QUERIES_OF_HELD = 11
