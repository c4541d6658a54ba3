"""A copied page becomes a thread: order, numbers, authors, dates, and nothing of the page."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from forum.models import Category, ImportedAddress, Post, Thread
from portal.accounts.models import User
from tests.factories import make_category, make_user

from .files import TRANSCRIPT, run, write_transcript

pytestmark = pytest.mark.django_db


def imported(tmp_path, text=TRANSCRIPT, *options):
    out, failure = run("import_transcript", write_transcript(tmp_path / "page.txt", text), *options)
    assert failure == ""
    return out


def posts():
    return list(Post.objects.order_by("number").select_related("author"))


def test_page_becomes_thread(tmp_path):
    out = imported(tmp_path)
    thread = Thread.objects.get()
    assert (thread.title, thread.category.name) == ("Lending laptops to field staff", "Equipment")
    assert (thread.reply_count, thread.voice_count, thread.last_number) == (3, 3, 4)
    assert [(post.number, post.source_number, str(post.author)) for post in posts()] == [
        (1, "7001", "Ana Moreau"),
        (2, "7019", "Ravi Lund"),
        (3, "7015", "Bo"),
        (4, "7008", "Ravi Lund"),
    ]
    assert thread.last_post_by == posts()[3].author
    assert "1 created" in out
    assert "4 posts, 1 categories, 3 placeholders" in out


def test_texts_are_kept_and_furniture_dropped(tmp_path):
    imported(tmp_path)
    texts = [post.text for post in posts()]
    assert texts[0].endswith("We have 12 of them (model A_1 and \\*not\\* more).")
    assert texts[1] == "A sheet on the door works here:\nhttps://lend.example.org/sheet_v2?x=1&y=2"
    assert texts[3] == "\\@ana-moreau You will find ours here:\n\n1\\. Fill it in"
    everything = "\n".join(texts)
    for furniture in ("Participant", "Viewing", "logged in", "Username", "•", "Author"):
        assert furniture not in everything


def test_authors_are_placeholders_that_cannot_log_in(tmp_path):
    imported(tmp_path)
    author = posts()[0].author
    assert (author.status, author.email, author.is_active) == ("placeholder", None, False)
    assert not author.has_usable_password()
    assert author.date_joined == posts()[0].created_at


@time_machine.travel("2026-05-01 12:00Z", tick=False)
def test_dates_are_estimated_in_order_and_said_to_be(tmp_path):
    out = imported(tmp_path)
    moments = [post.created_at for post in posts()]
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] == timedelta(minutes=3)
    assert moments[-1].strftime("%Y-%m") in {"2024-01", "2024-02"}
    assert "All dates are estimates: the page says only “2 years, 3 months ago”." in out


def test_given_date_is_that_of_the_first_post(tmp_path):
    imported(tmp_path, TRANSCRIPT, "--date", "2018-05-31 14:00")
    at = datetime(2018, 5, 31, 14, tzinfo=timezone.get_default_timezone())
    assert [post.created_at for post in posts()] == [at + timedelta(minutes=n) for n in range(4)]


def test_bad_date_is_refused(tmp_path):
    _out, failure = run("import_transcript", write_transcript(tmp_path / "t"), "--date", "soon")
    assert "“soon” is no date like 2018-05-31" in failure


def test_newest_first_turns_the_page_around(tmp_path):
    imported(tmp_path, TRANSCRIPT, "--newest-first")
    assert [post.source_number for post in posts()] == ["7008", "7015", "7019", "7001"]
    assert Thread.objects.get().author.display_name == "Ravi Lund"


def test_second_run_adds_nothing(tmp_path):
    imported(tmp_path)
    before = list(Post.objects.values_list("pk", "text", "created_at"))
    out = imported(tmp_path)
    assert "0 created, 0 changed, 1 unchanged" in out
    assert list(Post.objects.values_list("pk", "text", "created_at")) == before
    assert User.objects.filter(status="placeholder").count() == 3


def test_grown_page_adds_what_is_new(tmp_path):
    imported(tmp_path)
    more = TRANSCRIPT.replace(
        "Viewing 4 posts - 1 through 4 (of 4 total)\nYou", "#7030\nBo\n\nYes.\nYou"
    )
    out = imported(tmp_path, more)
    assert "0 created, 1 changed" in out
    assert [post.source_number for post in posts()][-1] == "7030"


def test_dry_run_writes_nothing(tmp_path):
    out = imported(tmp_path, TRANSCRIPT, "--dry-run")
    assert "Dry run" in out
    assert "4 posts, 1 categories, 3 placeholders" in out
    assert not Thread.objects.exists() and not Category.objects.exists()
    assert not User.objects.filter(status="placeholder").exists()
    assert not ImportedAddress.objects.exists()


def test_category_of_the_option_wins(tmp_path):
    make_category("Hardware")
    imported(tmp_path, TRANSCRIPT, "--category", "hardware")
    assert Thread.objects.get().category.slug == "hardware"
    assert not Category.objects.filter(name="Equipment").exists()


def test_unknown_category_names_those_there_are(tmp_path):
    make_category("Hardware")
    path = write_transcript(tmp_path / "t.txt")
    _out, failure = run("import_transcript", path, "--category", "tools")
    assert failure == "There is no category “tools”. There are: hardware."


def test_category_of_that_name_is_found(tmp_path):
    make_category("equipment")
    imported(tmp_path)
    assert Category.objects.count() == 1


def test_member_of_the_very_name_is_the_author(tmp_path):
    ana = make_user("Ana Moreau")
    out = imported(tmp_path)
    assert posts()[0].author == ana
    assert f"“Ana Moreau” is taken for @{ana.username}, because the name is the same." in out


def test_two_members_of_a_name_get_a_placeholder(tmp_path):
    make_user("Ana Moreau")
    make_user("Ana Moreau")
    out = imported(tmp_path)
    assert posts()[0].author.status == "placeholder"
    assert "Several members are called “Ana Moreau”" in out


def page(*posts, head="A title\nHome › Forums › Place › A title\nlast updated 1 year ago\n"):
    return head + "\n".join(posts)


AUTHORS = ["Ana Moreau", "Ravi Lund", "Bo Chen"]


@pytest.mark.parametrize(
    "text",
    [
        # the author below the number, above it, and each in turn
        page("#1\nAna Moreau\nHello all\n#2\nRavi Lund\nI agree\n#3\nBo Chen\nSo do I"),
        page("Ana Moreau\n#1\nHello all\nRavi Lund\n#2\nI agree\nBo Chen\n#3\nSo do I"),
        page("#1\nAna Moreau\n\nHello all\n\nRavi Lund\n#2\n\nI agree\n\n#3\nBo Chen\n\nSo do I"),
        # roles, handles, dates and bullets around them
        page(
            "May 3, 2016 at 3:42 pm #1\nAna Moreau\nParticipant\n\nHello all\n",
            "May 4, 2016 at 8:00 am #2\n•\nRavi Lund\n@ravi\nKeymaster\nI agree",
            "May 5, 2016 at 8:00 am\n#3\nBo Chen\nSo do I",
        ),
        page(
            "Ana Moreau\nMember\n#1\n•\nHello all\n",
            "Ravi Lund\nMember\n#2\nI agree\n",
            "Bo Chen\n#3\nMember\nSo do I",
        ),
        page("• Ana Moreau\n#1\nHello all\n• Ravi Lund\n#2\nI agree\n• Bo Chen\n#3\nSo do I"),
        # texts that end or begin like a name
        page(
            "#1\nAna Moreau\nHello all\n\nThanks\n\n#2\nRavi Lund\nI agree\nRavi\n#3\nBo Chen\nSo do I"
        ),
    ],
)
def test_author_stands_above_or_below_the_number(tmp_path, text):
    imported(tmp_path, text.replace("last updated", "This topic has 2 replies, last updated"))
    assert [str(post.author) for post in posts()] == AUTHORS
    first, second, third = (post.text for post in posts())
    assert first.splitlines()[0] == "Hello all"
    assert second.splitlines()[0] == "I agree"
    assert third == "So do I"
    assert Thread.objects.get().category.name == "Place"


def test_dates_of_posts_are_kept(tmp_path):
    text = page(
        "May 3, 2016 at 3:42 pm #1\nAna Moreau\nHello all",
        "#2\nRavi Lund\nI agree",
        "#3\nMay 5, 2016 at 8:00 am\nBo Chen\nSo do I",
    )
    out = imported(tmp_path, text)
    zone = timezone.get_default_timezone()
    assert [post.created_at for post in posts()] == [
        datetime(2016, 5, 3, 15, 42, tzinfo=zone),
        datetime(2016, 5, 3, 15, 43, tzinfo=zone),
        datetime(2016, 5, 5, 8, tzinfo=zone),
    ]
    assert "Posts without a date got one between those of their neighbors." in out


def test_without_any_date_it_is_refused(tmp_path):
    text = page("#1\nAna Moreau\nHello", head="A title\nHome › Forums › Place › A title\n")
    out, failure = run("import_transcript", write_transcript(tmp_path / "t.txt", text))
    assert "There are no dates. Say when it began with --date" in out
    assert failure == "1 thread was refused."


def test_counts_of_the_page_that_differ_are_noted(tmp_path):
    out = imported(tmp_path, TRANSCRIPT.replace("3 replies, has 3", "9 replies, has 8"))
    assert "The page speaks of 10 posts, the file holds 4." in out
    assert "The page speaks of 8 voices, the file has 3: Ana Moreau, Ravi Lund, Bo." in out


def test_heading_broken_over_lines(tmp_path):
    broken = TRANSCRIPT.replace("by  Ravi Lund 2", "by\n\nRavi Lund\n\n2")
    out = imported(tmp_path, broken)
    assert len(posts()) == 4
    assert "2 years, 3 months ago" in out


def test_number_in_a_text_is_text(tmp_path):
    text = TRANSCRIPT.replace(
        "A sheet on the door works here:",
        "See what this one says, please:\n#12\nIt is right, I think.",
    )
    imported(tmp_path, text)
    assert [post.source_number for post in posts()] == ["7001", "7019", "7015", "7008"]
    assert "\\#12" not in posts()[1].text and "#12" in posts()[1].text


def test_missing_author_refuses_the_thread(tmp_path):
    text = TRANSCRIPT.replace("Bo\n\n- ask", "- ask").replace("contains 3", "contains 9")
    text = text.replace("\n•\n#7015", "\nis long, long and ends with a dot.\n#7015")
    out, failure = run("import_transcript", write_transcript(tmp_path / "t.txt", text))
    assert "no author stands above or below #7015" in out
    assert failure == "1 thread was refused."
    assert not Thread.objects.exists() and not User.objects.filter(status="placeholder").exists()


def test_number_that_is_there_twice_refuses_all(tmp_path):
    out, failure = run(
        "import_transcript", write_transcript(tmp_path / "t", TRANSCRIPT.replace("#7015", "#7019"))
    )
    assert "The number #7019 is there twice." in out
    assert failure == "1 thread was refused."
    assert not Post.objects.exists()


def test_later_page_waits_for_the_first(tmp_path):
    later = TRANSCRIPT.replace("posts - 1 through 4 (of 4", "posts - 5 through 8 (of 8")
    for number in ("7001", "7019", "7015", "7008"):
        later = later.replace(number, f"8{number}")
    path = write_transcript(tmp_path / "later.txt", later)
    out, failure = run("import_transcript", path)
    assert "This is a later page of a thread." in out and failure
    imported(tmp_path)
    out, failure = run("import_transcript", path)
    assert (failure, len(posts())) == ("", 8)
    assert Thread.objects.count() == 1


def test_another_thread_of_the_same_title(tmp_path):
    imported(tmp_path)
    other = TRANSCRIPT.replace("#70", "#90")
    out = imported(tmp_path, other)
    assert "1 created" in out
    assert "leads to another thread already and still does" in out
    assert "1 unchanged" in imported(tmp_path, other)
    assert Thread.objects.count() == 2


def test_post_moved_since_is_not_added_again(tmp_path):
    imported(tmp_path)
    other = Thread.objects.create(
        category=make_category(), title="Split off", author=make_user(), created_at=timezone.now()
    )
    Post.objects.filter(source_number="7015").update(thread=other, number=1)
    assert "1 unchanged" in imported(tmp_path)
    assert Post.objects.count() == 4


def test_tags_come_along(tmp_path):
    imported(tmp_path, TRANSCRIPT.replace("Viewing 4", "Tagged: Laptops, field work\nViewing 4", 1))
    assert sorted(Thread.objects.get().tags.names()) == ["Laptops", "field work"]
