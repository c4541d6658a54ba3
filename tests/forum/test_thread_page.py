"""A member's page: what all share is kept in memory, what is one's own is laid over it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forum import thread_page
from forum.marking import add_bookmark, mark_helpful
from forum.moderation import hide_post, move_thread
from portal.page_cache import pieces
from tests.factories import make_agency, make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings, monkeypatch):
    """Keep pages, on a shelf that is empty at first."""
    settings.PAGE_CACHE_BYTES = 10_000_000
    monkeypatch.setattr(thread_page, "_shelf", pieces.Shelf())


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Call a verb as a request would: what it leaves for after the commit is done."""

    def call(verb, **arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return verb(**arguments)

    return call


@pytest.fixture
def member(client):
    user = make_user("Mem Ber", date_joined=timezone.now() - timedelta(days=30))
    client.force_login(user)
    return user


def page_of(client, thread, query=""):
    response = client.get(thread.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def post_in(page, number):
    """The HTML of one post."""
    return page.split(f'id="post-{number}"')[1].split("</article>")[0]


def test_second_reader_costs_no_rendering_and_few_queries(client, django_assert_num_queries):
    thread = make_thread()
    for _ in range(3):
        make_reply(thread)
    for _ in range(2):
        client.force_login(make_user(agency=make_agency()))
        page_of(client, thread)
    # The session, the member, whether he sees the thread, what is his own.
    with django_assert_num_queries(4):
        response = client.get(thread.get_absolute_url())
    assert response.templates == []
    assert response.content.count(b'class="post"') == 4


def test_poll_costs_a_member_one_query_more(client, django_assert_num_queries):
    thread = make_thread(poll={"question": "Which?", "options": ["One", "Two"]})
    for _ in range(2):
        client.force_login(make_user(agency=make_agency()))
        page_of(client, thread)
    with django_assert_num_queries(5):
        page = page_of(client, thread)
    assert "Choose one" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', page)[1]
    assert set(re.findall(r'csrfmiddlewaretoken" value="(.*?)"', page)) == {token}


def test_each_member_finds_his_own_part(client, commit):
    thread = make_thread("Talk")
    mine, yours = make_user("Ann <b>"), make_user("Bea Yours")
    make_reply(thread, author=mine)
    post = make_reply(thread, author=yours)
    commit(mark_helpful, post=post, by=mine)
    commit(add_bookmark, post=thread.posts.get(number=1), by=yours)
    pages = {}
    for user in (mine, yours, mine, yours):
        client.force_login(user)
        pages[user] = page_of(client, thread)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', pages[user])[1]
        assert set(re.findall(r'csrfmiddlewaretoken" value="(.*?)"', pages[user])) == {token}
    page = pages[mine]
    assert "Ann &lt;b&gt;</span>" in page
    assert "Bea Yours</span>" not in page
    own, other = post_in(page, 2), post_in(page, 3)
    assert "/edit/" in own
    assert "/helpful/" not in own
    assert "/edit/" not in other
    assert 'aria-pressed="true"' in other.split("/helpful/")[-1].split("</form>")[0]
    assert 'aria-pressed="true"' not in post_in(page, 1)
    page = pages[yours]
    assert "Ann &lt;b&gt;</span>" not in page
    assert "/edit/" in post_in(page, 3)
    assert "/edit/" not in post_in(page, 2)
    assert 'aria-pressed="true"' in post_in(page, 1).split("/bookmark/")[1]
    assert page.count("1 person found this helpful") == 1
    form = dict(re.findall(r'name="(submission_key|writer)" value="(.*?)"', page))
    assert form["writer"].startswith(f"{yours.pk}:")
    assert form["submission_key"] not in pages[mine]


def test_form_of_a_kept_page_posts(client, member):
    thread = make_thread()
    page_of(client, thread)
    page = page_of(client, thread)
    fields = dict(re.findall(r'name="(submission_key|writer)" value="(.*?)"', page))
    for _ in range(2):
        client.post(f"{thread.get_absolute_url()}reply/", {**fields, "text": "Mine."})
    assert thread.posts.count() == 2


def test_what_is_new_is_marked_for_each_reader(client, member, commit):
    thread = make_thread()
    page_of(client, thread)
    commit(make_reply, thread=thread)
    other = make_user(date_joined=timezone.now() - timedelta(days=30))
    page = page_of(client, thread)
    assert "Post 1 by" in page
    assert "Post 2, unread, by" in page
    assert page.index("New since your last visit") < page.index("Post 2, unread")
    assert "unread, by" not in page_of(client, thread)
    client.force_login(other)
    assert page_of(client, thread).count("unread, by") == 2


def test_verbs_show_at_once(client, member, commit):
    thread = make_thread()
    assert "Later words" not in page_of(client, thread)
    post = commit(make_reply, thread=thread, text="Later words")
    assert "Later words" in page_of(client, thread)
    commit(hide_post, post=post, by=make_user(is_superuser=True), reason="spam")
    page = page_of(client, thread)
    assert "Later words" not in page
    assert "Post 2 was hidden: spam" in page


def test_kept_page_is_for_readers_of_its_category_alone(client, member, commit):
    thread = make_thread()
    page_of(client, thread)
    closed = make_category(read="verified", write="verified")
    commit(move_thread, thread=thread, by=make_user(is_superuser=True), category=closed)
    assert client.get(thread.get_absolute_url()).status_code == 404
    client.force_login(make_user(agency=make_agency()))
    page_of(client, thread)
    client.force_login(member)
    assert client.get(thread.get_absolute_url()).status_code == 404
    type(closed).objects.update(read="everyone")
    page = page_of(client, thread)
    assert "You may read here" in page
    assert "<textarea" not in page


def test_moderators_see_their_menu_and_nobody_else(client, member):
    thread, moderator = make_thread(), make_user()
    thread.category.moderators.create(user=moderator)
    for user, count in ((member, 0), (moderator, 1), (member, 0)):
        client.force_login(user)
        page = page_of(client, thread)
        assert page.count("Moderate this thread") == count
        assert post_in(page, 1).count("/moderate/") == count


def test_words_keep_up_with_the_time(client, member, monkeypatch):
    thread = make_thread(now=timezone.now() - timedelta(minutes=3, seconds=30))
    assert "3\xa0minutes ago" in page_of(client, thread)
    later = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr("forum.templatetags.forum_tags.timezone.now", lambda: later)
    ticks = pieces.monotonic()
    monkeypatch.setattr(pieces, "monotonic", lambda: ticks + 20)
    assert "3\xa0minutes ago" in page_of(client, thread)
    monkeypatch.setattr(pieces, "monotonic", lambda: ticks + 40)
    response = client.get(thread.get_absolute_url())
    assert response.templates == []
    assert "started 4\xa0minutes ago" in response.content.decode()


def test_draft_and_messages_are_shown_to_their_owner(client, member):
    thread = make_thread()
    page_of(client, thread)
    client.post(
        f"{thread.get_absolute_url()}reply/", {"text": "Half a <thought>", "save_draft": "1"}
    )
    page = page_of(client, thread)
    assert "Half a &lt;thought&gt;</textarea>" in page
    assert "What you wrote before is back" in page
    gone = client.post(
        f"{thread.get_absolute_url()}reply/", {"text": "x", "discard_draft": "1"}, follow=True
    )
    assert "The draft is gone." in gone.content.decode()
    assert "The draft is gone." not in page_of(client, thread)
    client.force_login(make_user())
    assert "Half a" not in page_of(client, thread)


def test_texts_cannot_open_a_gap(client, member):
    thread = make_thread("\x00title:name\x00", text="\x00:csrf\x00 {% gap 'csrf' %}")
    make_reply(thread, text="\x00by\x00")
    page = page_of(client, thread)
    assert "{% gap 'csrf' %}" in page
    assert "\x00" not in page
