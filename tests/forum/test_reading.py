import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.answering import accept_answer
from forum.models import Post
from forum.moderation import (
    hide_post,
    hide_thread,
    lock_thread,
    move_thread,
    pin_thread,
    restore_post,
)
from forum.posting import edit_post
from portal.page_cache.versions import read_versions
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


def page_of(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, response.headers
    return response.content.decode()


def make_threads(count, category=None, replies=1):
    """Make threads with all that a row or a page shows, each by people of agencies."""
    category = category or make_category()
    threads = []
    for number in range(count):
        author = make_user(agency=make_agency(), agency_display="name")
        threads.append(
            make_thread(
                category=category,
                author=author,
                kind="question",
                tags=[f"tag {number}"],
                topics=[make_topic()],
                now=timezone.now() - timedelta(hours=count - number),
            )
        )
        for _ in range(replies):
            make_reply(threads[-1], now=threads[-1].created_at)
    return threads


# Front page and categories -------------------------------------------------------------------


def test_empty_forum_says_what_to_do(client):
    page = page_of(client, "/forum/")
    assert "Nothing here yet" in page
    assert "/forum/new/" in page
    assert "<form" not in page.split("<main")[1]


def test_front_page_lists_categories_then_latest_threads(client):
    first, second = make_threads(2)
    page = page_of(client, "/forum/")
    assert page.index(first.category.name) < page.index(second.title) < page.index(first.title)
    assert "1 reply, 2 voices" in page


def test_pinned_threads_stand_apart(client):
    old, new = make_threads(2)
    pin_thread(thread=old, by=make_user(is_superuser=True))
    page = page_of(client, "/forum/")
    assert page.index(old.title) < page.index(new.title)
    assert page.count(f">{old.title}<") == 1


def test_pages_follow_the_cursor_both_ways(client):
    author, category, now = make_user(), make_category(), timezone.now()
    threads = [
        make_thread(category=category, author=author, now=now - timedelta(hours=hours))
        for hours in range(65, 0, -1)
    ]
    newest_first = [thread.title for thread in reversed(threads)]
    page, seen = client.get("/forum/"), []
    while True:
        seen += [thread.title for thread in page.context["threads"]]
        if not page.context["older_url"]:
            break
        page = client.get(page.context["older_url"])
    assert seen == newest_first
    back = client.get(page.context["newer_url"])
    assert [thread.title for thread in back.context["threads"]] == newest_first[30:60]
    first = client.get(back.context["newer_url"])
    assert [thread.title for thread in first.context["threads"]] == newest_first[:30]
    assert not first.context["newer_url"]


def test_threads_of_one_moment_are_all_listed(client):
    moment, category, author = timezone.now(), make_category(), make_user()
    for _ in range(40):
        make_thread(category=category, author=author, now=moment)
    first = client.get("/forum/")
    second = client.get(first.context["older_url"])
    assert len({t.pk for page in (first, second) for t in page.context["threads"]}) == 40


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=9-", "after=%00", "before=99999999999999999-1", "list=nonsense", "page=7"],
)
def test_odd_parameters_give_a_list(client, query):
    make_threads(1)
    page_of(client, f"/forum/?{query}")


def test_lists_by_property(client):
    kit, topic, below = make_kit("The Kit"), make_topic(), make_topic()
    below.parent = topic
    below.save()
    asked = make_thread("Asked", kind="question", topics=[below], tags=["Help me"])
    told = make_thread("Told", text="[[The Kit]]")
    make_reply(told)
    assert titles(client, "list=unanswered") == ["Asked"]
    assert titles(client, "list=unsolved") == ["Asked"]
    assert titles(client, f"topic={topic.slug}") == ["Asked"]
    assert titles(client, "tag=help-me") == ["Asked"]
    assert titles(client, f"by={told.author.username.upper()}") == ["Told"]
    assert titles(client, f"resource={kit.slug}") == ["Told"]
    assert titles(client, f"list=unsolved&by={told.author.username}") == []
    assert asked.title in page_of(client, f"/forum/?topic={topic.slug}")


def titles(client, query):
    return [thread.title for thread in client.get(f"/forum/?{query}").context["threads"]]


def test_lists_of_one_category(client):
    category, member = make_category(), make_user()
    child = make_category(parent=category)
    solved = make_thread("Solved one", category=category, kind="question")
    accept_answer(post=make_reply(solved), by=solved.author)
    make_thread("Open one", category=child, kind="question")
    make_thread("Elsewhere", kind="question")
    page = client.get(f"{category.get_absolute_url()}?list=unsolved").content.decode()
    assert "Open one" in page
    assert "Solved one" not in page
    assert "Elsewhere" not in page
    assert 'content="noindex, follow"' in page
    unread = f"{category.get_absolute_url()}?list=unread"
    assert client.get(unread).url.startswith("/accounts/login/?next=")
    client.force_login(member)
    make_thread("New one", category=child)
    page = client.get(unread).content.decode()
    assert "New one" in page
    assert "Open one" in page  # since one's joining
    assert "Elsewhere" not in page
    assert "Latest threads" in client.get(f"{category.get_absolute_url()}?list=x").content.decode()


@pytest.mark.parametrize("query", ["tag=x", "topic=x", "by=x", "resource=x"])
def test_list_by_something_unknown_is_not_found(client, query):
    page_of(client, f"/forum/?{query}", 404)


def test_category_shows_its_own_and_those_inside(client):
    parent = make_category("Parent")
    child = make_category("Child", parent=parent)
    make_thread("In child", category=child)
    make_thread("Elsewhere")
    page = page_of(client, parent.get_absolute_url())
    assert "In child" in page
    assert "Elsewhere" not in page
    assert child.get_absolute_url() in page
    assert parent.get_absolute_url() in page_of(client, child.get_absolute_url())


# One thread ----------------------------------------------------------------------------------


def test_thread_page_tells_the_first_five_minutes(client):
    thread = make_thread("What do you offer?", kind="question", now=timezone.now() - timedelta(21))
    for _ in range(3):
        make_reply(thread)
    page = page_of(client, thread.get_absolute_url())
    facts = " ".join(page.split('class="thread-facts"')[1].split("</p>")[0].split())
    assert "3 replies, 4 voices," in facts
    assert "asked 3 weeks ago" in facts
    assert "Post 2 by" in page
    assert page.index(">Home<") < page.index(thread.category.name) < page.index("<h1>")
    assert "Add what your agency does" in page
    assert f"/accounts/signup/?next={thread.get_absolute_url().replace('/', '%2F')}%23reply" in page
    assert 'method="post"' not in page
    assert "csrfmiddlewaretoken" not in page
    assert "Just now" in page


def test_long_thread_is_read_by_pages(client):
    thread = make_thread()
    for _ in range(44):
        make_reply(thread, author=thread.author)
    url = thread.get_absolute_url()
    assert numbers(client, url) == list(range(1, 21))
    assert numbers(client, f"{url}?page=3") == list(range(41, 46))
    for asked in ("last", "99", "9" * 30):
        assert client.get(f"{url}?page={asked}").url == f"{url}?page=3"
    for asked in ("0", "x", "-1", "%00", "01"):
        assert client.get(f"{url}?page={asked}").url == url
    wrong = client.get(f"/forum/t/{thread.pk}/wrong/?page=2")
    assert (wrong.status_code, wrong.url) == (301, f"{url}?page=2")
    assert client.get(f"/forum/t/{thread.pk}/").status_code == 301
    post = thread.posts.get(number=42)
    assert client.get(post.get_absolute_url()).url == f"{url}?page=3#post-42"


def numbers(client, url):
    return numbers_in(page_of(client, url))


def numbers_in(page):
    return [int(number) for number in re.findall(r'id="post-(\d+)"', page)]


def test_range_without_posts_leads_to_the_next_that_has_some(client):
    thread = make_thread()
    for _ in range(44):
        make_reply(thread, author=thread.author)
    url = thread.get_absolute_url()
    Post.objects.filter(thread=thread, number__range=(21, 40)).delete()
    assert client.get(f"{url}?page=2").url == f"{url}?page=3"
    Post.objects.filter(thread=thread, number__gt=40).delete()
    assert client.get(f"{url}?page=3").url == url


def test_what_is_restricted_shows_nowhere(client):
    make_kit("The Kit", slug="the-kit")
    topic = make_topic()
    closed = make_category("Closed room", read="verified")
    inside = make_category("Inner room", parent=closed)
    for category in (closed, inside):
        thread = make_thread("Secret words", category=category, text="[[The Kit]]", topics=[topic])
        post = thread.posts.get()
        for url in (
            thread.get_absolute_url(),
            category.get_absolute_url(),
            post.get_absolute_url(),
            f"/forum/t/{thread.pk}/",
        ):
            page_of(client, url, 404)
    for url in ("/forum/", f"/forum/?topic={topic.slug}", "/forum/?resource=the-kit"):
        page = page_of(client, url)
        assert "Secret words" not in page
        assert "room" not in page
    client.force_login(make_user())
    page_of(client, thread.get_absolute_url(), 404)
    client.force_login(make_user(agency=make_agency()))
    assert "Secret words" in page_of(client, thread.get_absolute_url())


def test_hidden_thread_is_for_moderators(client):
    thread, moderator = make_thread(), make_user()
    thread.category.moderators.create(user=moderator)
    hide_thread(thread=thread, by=moderator)
    page_of(client, thread.get_absolute_url(), 404)
    client.force_login(thread.author)
    page_of(client, thread.get_absolute_url(), 404)
    client.force_login(moderator)
    assert "only moderators see" in page_of(client, thread.get_absolute_url())


def test_closed_and_archived_threads_say_so(client):
    thread = make_thread()
    thread.is_locked = True
    thread.save()
    page = page_of(client, thread.get_absolute_url())
    assert "This thread is closed" in page
    assert "Add what your agency does" not in page
    client.force_login(thread.author)
    page = page_of(client, thread.get_absolute_url())
    assert "<textarea" not in page
    assert f"/forum/p/{thread.posts.get().pk}/edit/" not in page
    thread.archived_at = timezone.now()
    thread.save()
    assert "archived" in page_of(client, thread.get_absolute_url())


def test_reader_without_right_to_write_is_told_who_may(client):
    thread = make_thread(category=make_category(write="verified"))
    client.force_login(make_user())
    page = page_of(client, thread.get_absolute_url())
    assert "members of a verified agency" in page
    assert "<textarea" not in page


def test_merged_thread_redirects(client):
    old, new = make_thread(), make_thread()
    old.merged_into = new
    old.save()
    response = client.get(old.get_absolute_url())
    assert (response.status_code, response.url) == (301, new.get_absolute_url())
    assert client.get(f"/forum/t/{old.pk}/").status_code == 301
    move_thread(thread=new, by=make_user(), category=make_category(read="groups"))
    page_of(client, old.get_absolute_url(), 404)


def test_visitors_page_is_fresh_after_each_verb(client, django_capture_on_commit_callbacks):
    """The page cache keeps it while its versions stand; each verb raises them at commit."""
    thread = make_thread()
    names = client.get(thread.get_absolute_url()).wsgi_request.page_cache_versions[0]
    assert names == ("site", thread.version)
    moderator = make_user(is_superuser=True)
    post = make_reply(thread)
    for verb in (
        lambda: make_reply(thread),
        lambda: edit_post(post=post, editor=post.author, text="Other words"),
        lambda: accept_answer(post=post, by=thread.author),
        lambda: hide_post(post=post, by=moderator, reason="spam"),
        lambda: restore_post(post=post, by=moderator),
        lambda: lock_thread(thread=thread, by=moderator),
        lambda: move_thread(thread=thread, by=moderator, category=make_category()),
    ):
        before = read_versions([thread.version, "forum"])
        with django_capture_on_commit_callbacks(execute=True):
            verb()
        after = read_versions([thread.version, "forum"])
        assert all(now > then for then, now in zip(before, after, strict=True))


# What it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [2, 20])
@pytest.mark.parametrize("address", ["/forum/", "category"])
@pytest.mark.parametrize(("is_member", "queries"), [(False, 5), (True, 10)])
def test_lists_cost_the_same_for_many(
    client, django_assert_max_num_queries, rows, address, is_member, queries
):
    category = make_threads(rows)[0].category
    url = category.get_absolute_url() if address == "category" else address
    if is_member:
        client.force_login(make_user(agency=make_agency()))
    client.get(url)
    with django_assert_max_num_queries(queries):
        assert len(client.get(url).context["threads"]) == rows


@pytest.mark.parametrize("rows", [2, 20])
@pytest.mark.parametrize(("is_member", "queries"), [(False, 7), (True, 13)])
def test_thread_costs_the_same_for_many(
    client, django_assert_max_num_queries, rows, is_member, queries
):
    thread = make_threads(1, replies=0)[0]
    for number in range(rows - 1):
        make_kit(f"Kit {number}")
        author = make_user(agency=make_agency())
        make_reply(thread, f"[[Kit {number}]] https://a{number}.gov", author=author)
    if is_member:
        client.force_login(make_user(agency=make_agency()))
    client.get(thread.get_absolute_url())
    with django_assert_max_num_queries(queries):
        response = client.get(thread.get_absolute_url())
    assert len(numbers_in(response.content.decode())) == rows
    assert response.content.count(b"Not in the catalog yet") == (rows - 1) * is_member
