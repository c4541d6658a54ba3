"""An export of WordPress becomes categories, threads and posts, as they were there."""

from datetime import UTC, datetime

import pytest
from wagtail.contrib.redirects.models import Redirect

from catalog.models import Tag
from forum.models import Category, ImportedAddress, Post, Thread
from portal.accounts.models import User
from tests.factories import make_category, make_user

from .files import author, item, run, write_export

pytestmark = pytest.mark.django_db

PEOPLE = (
    author("irma", "irma@example.gov", "Irmã Alder")
    + author("tom", "tom@example.gov", "Tom Birch")
    + author("tom2", "other@example.gov", "Tom Birch")
)
FORUMS = item("forum", 10, "Records") + item("forum", 11, "Retention", post_parent=10)
TOPIC = item(
    "topic",
    20,
    "How long do you keep drafts",
    "We keep <strong>everything</strong>.\n\nDo you? See [[Kit]] & @tom",
    post_parent=11,
    tags=["retention", "Drafts"],
)
REPLIES = item(
    "reply",
    22,
    text='<blockquote>everything</blockquote>\nNot us. <a href="https://old.example.gov/'
    'forums/topic/how-long-do-you-keep-drafts/#post-21">Earlier</a>',
    creator="tom",
    post_parent=20,
    post_date_gmt="2015-03-04 09:00:00",
    meta={"_bbp_reply_to": 21},
) + item(
    "reply",
    21,
    text="A year.",
    creator="tom2",
    post_parent=20,
    post_date_gmt="2015-03-03 09:00:00",
)
ALL = (PEOPLE, FORUMS, TOPIC, REPLIES)


def imported(tmp_path, *parts, options=()):
    path = write_export(tmp_path / "export.xml", *(parts or ALL))
    out, failure = run("import_bbpress", path, *options)
    assert failure == ""
    return out


def test_topic_becomes_thread(tmp_path):
    out = imported(tmp_path)
    thread = Thread.objects.get()
    assert thread.title == "How long do you keep drafts"
    assert (thread.category.name, thread.category.parent.name) == ("Retention", "Records")
    assert sorted(thread.tags.names()) == ["Drafts", "retention"]
    posts = thread.posts.order_by("number")
    assert [post.source_number for post in posts] == ["20", "21", "22"]  # by date
    assert [post.author.display_name for post in posts] == ["Irmã Alder", "Tom Birch", "Tom Birch"]
    assert [post.created_at for post in posts] == [
        datetime(2015, 3, 2, 14, tzinfo=UTC),
        datetime(2015, 3, 3, 9, tzinfo=UTC),
        datetime(2015, 3, 4, 9, tzinfo=UTC),
    ]
    assert (thread.reply_count, thread.voice_count) == (2, 3)
    assert thread.last_post_at == posts[2].created_at
    assert "3 posts, 2 categories, 3 placeholders" in out


def test_html_becomes_markdown(tmp_path):
    imported(tmp_path)
    first, _second, third = Post.objects.order_by("number")
    assert first.text == "We keep **everything**.\n\nDo you? See \\[\\[Kit\\]\\] & \\@tom"
    assert third.text == "> everything\n\nNot us. [Earlier](/forums/reply/21/)"


def test_reply_to_a_post_further_up_says_so(tmp_path):
    later = item(
        "reply",
        30,
        text="Yes.",
        post_parent=20,
        post_date_gmt="2016-01-01 00:00:00",
        meta={"_bbp_reply_to": 21},
    )
    imported(tmp_path, *ALL, later)
    post = Post.objects.get(source_number="30")
    answered = Post.objects.get(source_number="21")
    assert post.text == f"In reply to [Tom Birch, post 2](/forum/p/{answered.pk}/):\n\nYes."


def test_members_are_matched_by_confirmed_address(tmp_path):
    member = make_user("Another Name", email="IRMA@example.gov")
    namesake = make_user("Tom Birch")
    out = imported(tmp_path)
    authors = {post.source_number: post.author for post in Post.objects.select_related("author")}
    assert authors["20"] == member
    assert authors["21"] != namesake and authors["21"].status == "placeholder"
    assert authors["21"] != authors["22"]  # two people of one name stay two
    assert "Members recognized: 1" in out


def test_author_map_goes_before(tmp_path):
    member = make_user("Somebody Else")
    (tmp_path / "map.csv").write_text(f"author,member\ntom,@{member.username}\n")
    imported(tmp_path, options=("--author-map", tmp_path / "map.csv"))
    assert Post.objects.get(source_number="22").author == member


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,user\na,b\n", "the first line must read author,member."),
        ("author,member\ntom,nobody\n", "map.csv, line 2: there is no member “nobody”."),
        ("author,member\ntom\n", "map.csv, line 2: there is no member “”."),
    ],
)
def test_bad_author_map_is_refused_first(tmp_path, content, message):
    (tmp_path / "map.csv").write_text(content)
    path = write_export(tmp_path / "export.xml", *ALL)
    _out, failure = run("import_bbpress", path, "--author-map", tmp_path / "map.csv")
    assert message in failure
    assert not Thread.objects.exists()


def test_second_run_adds_nothing(tmp_path):
    imported(tmp_path)
    counts = [model.objects.count() for model in (Post, User, Category, ImportedAddress, Tag)]
    out = imported(tmp_path)
    assert "0 created, 0 changed, 1 unchanged, 0 skipped, 0 refused" in out
    assert counts == [
        model.objects.count() for model in (Post, User, Category, ImportedAddress, Tag)
    ]


def test_later_export_adds_what_is_new_for_the_same_people(tmp_path):
    imported(tmp_path)
    more = item("topic", 40, "Next", "Text", creator="tom2", post_parent=11)
    out = imported(tmp_path, *ALL, more)
    assert "1 created, 0 changed, 1 unchanged" in out
    assert "0 categories, 0 placeholders" in out
    same = Post.objects.get(source_number="21").author
    assert Post.objects.get(source_number="40").author == same


def test_dry_run_writes_nothing(tmp_path):
    out = imported(tmp_path, options=["--dry-run"])
    assert "3 posts, 2 categories, 3 placeholders" in out
    for model in (Thread, Category, ImportedAddress, Redirect):
        assert not model.objects.exists()
    assert not User.objects.filter(status="placeholder").exists()


def test_states_of_topics(tmp_path):
    topics = [
        item("topic", 51, "Closed one", "a", status="closed", post_parent=10),
        item("topic", 52, "Sticky one", "a", is_sticky=1, post_parent=10),
        item("topic", 53, "Waiting one", "a", status="pending", post_parent=10),
        item("topic", 54, "Spam", "a", status="spam", post_parent=10),
        item("topic", 55, "Trash", "a", status="trash", post_parent=10),
        item("topic", 56, "Locked away", "a", post_password="x", post_parent=10),
        item("reply", 57, text="lost", post_parent=54),
        item("reply", 58, text="last word", post_parent=51),
    ]
    forum = item("forum", 10, "Records", meta={"_bbp_sticky_topics": "a:1:{i:0;i:51;}"})
    out = imported(tmp_path, PEOPLE, forum, *topics)
    states = {
        thread.title: (thread.is_locked, thread.is_pinned, thread.state)
        for thread in Thread.objects.all()
    }
    assert states == {
        "Closed one": (True, True, "public"),
        "Sticky one": (False, True, "public"),
        "Waiting one": (False, False, "hidden"),
    }
    assert Thread.objects.get(title="Closed one").reply_count == 1
    assert "3 created, 0 changed, 0 unchanged, 3 skipped" in out
    assert "Its status was “spam”." in out
    assert "Its topic was left out." in out
    assert "It was protected by a password." in out
    category = Category.objects.get()
    assert (category.thread_count, category.post_count) == (2, 3)


def test_waiting_reply_waits_here(tmp_path):
    waiting = item("reply", 60, text="May I?", status="pending", post_parent=20)
    imported(tmp_path, *ALL, waiting)
    post = Post.objects.get(source_number="60")
    assert (post.state, post.number) == ("held", None)
    assert Thread.objects.get().reply_count == 2


def test_spam_reply_is_left_out(tmp_path):
    out = imported(tmp_path, *ALL, item("reply", 61, text="Buy", status="spam", post_parent=20))
    assert not Post.objects.filter(source_number="61").exists()
    assert "Replies left out: 1." in out


def test_private_forum_is_for_members_and_hidden_for_moderators(tmp_path):
    forums = item("forum", 10, "Inner", status="private") + item(
        "forum", 12, "Staff", status="hidden", post_parent=10
    )
    topics = item("topic", 70, "A", "a", post_parent=10) + item(
        "topic", 71, "B", "b", post_parent=12
    )
    imported(tmp_path, PEOPLE, forums, topics)
    inner, staff = Category.objects.get(name="Inner"), Category.objects.get(name="Staff")
    assert (inner.read, inner.write) == ("members", "members")
    assert (staff.read, staff.write) == ("groups", "groups")
    member = make_user()
    assert [thread.title for thread in Thread.objects.visible_to(member)] == ["A"]


def test_private_topics_do_not_go_into_an_open_category(tmp_path):
    make_category("Inner")
    forum = item("forum", 10, "Inner", status="private")
    path = write_export(
        tmp_path / "e.xml", PEOPLE, forum, item("topic", 70, "A", "a", post_parent=10)
    )
    out, failure = run("import_bbpress", path)
    assert failure == "1 thread was refused."
    assert "On the former site it was for fewer readers." in out
    assert not Thread.objects.exists()


def test_topic_without_forum_goes_where_the_option_says(tmp_path):
    path = write_export(tmp_path / "e.xml", PEOPLE, TOPIC)
    out, failure = run("import_bbpress", path)
    assert "It stands in no forum. Say where with --category." in out and failure
    category = make_category("Attic")
    assert run("import_bbpress", path, "--category", "attic")[1] == ""
    assert Thread.objects.get().category == category


def test_refused_thread_leaves_nothing_and_harms_no_other(tmp_path):
    bad = item("topic", 80, "Too long", "x" * 200_001, creator="tom", post_parent=10)
    path = write_export(tmp_path / "e.xml", *ALL, bad, item("reply", 81, text="ok", post_parent=80))
    report = tmp_path / "report.csv"
    out, failure = run("import_bbpress", path, "--report", report)
    assert failure == "1 thread was refused."
    assert "Post #80 has more than 200,000 characters." in out
    assert 'refused,0,80,Too long,"Post #80 has more' in report.read_text()
    assert Thread.objects.count() == 1


def test_late_failure_rolls_the_whole_thread_back(tmp_path, monkeypatch):
    from django.db import DatabaseError

    from forum.importers import writing

    def break_down(*args):
        raise DatabaseError("disk")

    monkeypatch.setattr(writing, "_keep_addresses", break_down)
    path = write_export(tmp_path / "e.xml", *ALL)
    out, failure = run("import_bbpress", path)
    assert "The database refused it: disk" in out and failure
    for model in (Thread, Post, Category):
        assert not model.objects.exists()
    assert not User.objects.filter(status="placeholder").exists()


def test_names_that_no_member_may_have(tmp_path):
    people = author("admin", name="admin") + author("a@b.example", name="a@b.example")
    topics = (
        item("topic", 90, "A", "a", creator="admin", post_parent=10)
        + item("topic", 91, "B", "b", creator="a@b.example", post_parent=10)
        + item(
            "topic",
            92,
            "C",
            "c",
            creator="",
            post_parent=10,
            meta={"_bbp_anonymous_name": "Guest Ann"},
        )
    )
    imported(tmp_path, people, FORUMS, topics)
    names = {post.source_number: post.author for post in Post.objects.select_related("author")}
    assert names["90"].display_name == "admin of the former site"
    assert names["91"].display_name == "Former member"
    assert "b.example" not in names["91"].username
    assert names["92"].display_name == "Guest Ann"


def test_long_and_missing_titles(tmp_path):
    topics = item("topic", 95, "T" * 250, "a", post_parent=10) + item(
        "topic", 96, "", "The first words", slug="none", post_parent=10
    )
    out = imported(tmp_path, PEOPLE, FORUMS, topics)
    titles = set(Thread.objects.values_list("title", flat=True))
    assert titles == {"T" * 200, "The first words"}
    assert "The title was too long and was cut." in out


def test_third_level_moves_up(tmp_path):
    deep = FORUMS + item("forum", 12, "Mail", post_parent=11)
    imported(tmp_path, PEOPLE, deep, item("topic", 97, "A", "a", post_parent=12))
    category = Thread.objects.get().category
    assert (category.name, category.parent.name) == ("Mail", "Records")


def test_date_in_the_future_and_missing_date(tmp_path):
    topics = item(
        "topic", 98, "A", "a", post_parent=10, post_date_gmt="2999-01-01 00:00:00"
    ) + item("topic", 99, "B", "b", post_parent=10, post_date_gmt="0000-00-00 00:00:00")
    out = imported(tmp_path, PEOPLE, FORUMS, topics)
    assert "Post #99 has no date." in out
    from django.utils import timezone

    assert all(post.created_at <= timezone.now() for post in Post.objects.all())


def test_counters_are_right_afterwards(tmp_path):
    from django.core.management import call_command

    imported(tmp_path, *ALL, item("reply", 60, text="May I?", status="pending", post_parent=20))
    call_command("forum_recount", "--check")
