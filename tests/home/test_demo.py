"""The demo: what issue and first five minutes promise of it, made once and never twice."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db.models import Count, Q
from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from catalog.facets import FACETS
from catalog.models import Bookmark, CheckedLink, GuidancePage, ResourcePage, Suggestion, Topic
from catalog.models.availability import availability
from forum.models import Category, Poll, Post, PostImage, Thread, ThreadRead
from forum.queue import counts_for
from portal.accounts.models import Agency, User
from portal.home.demo import content, conversations, days
from portal.home.demo.catalog import written_listings
from portal.home.editor_desk import groups
from portal.home.models import ContactMessage, HomePage


def make_demo():
    """Run the command and return what it printed."""
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def fingerprint():
    """What the database holds of the demo, as something to compare."""
    models = (User, Topic, ResourcePage, Category, Thread, Post, Suggestion, ContactMessage)
    return {model.__name__: sorted(model.objects.values_list("pk", flat=True)) for model in models}


@pytest.mark.slow
@override_settings(DEMO=True)
class TestDemo(TestCase):
    """One demo for all questions about it; each test sees it as it was made."""

    @classmethod
    @override_settings(DEMO=True)
    def setUpTestData(cls):
        cls.now = timezone.now()
        cls.said = make_demo()

    def current(self):
        return ResourcePage.objects.current(self.now)

    def test_every_line_of_the_editors_desk_has_something(self):
        assert [str(group["heading"]) for group in groups() if not group["total"]] == []
        assert Suggestion.objects.waiting().filter(fetch_state="done").exists()
        assert Suggestion.objects.waiting().filter(fetch_state="failed").exists()

    def test_has_real_listings_of_every_kind_and_topics_in_two_levels(self):
        invented = Q(title__contains="Demo") | Q(summary__contains="Demo")
        real = self.current().exclude(invented)
        assert real.count() >= 60
        assert set(real.values_list("kind", flat=True)) == set(ResourcePage.Kind.values)
        assert Topic.objects.count() >= 25
        assert Topic.objects.roots().count() >= 5
        assert Topic.objects.filter(parent__isnull=False).count() >= 15
        assert not Topic.objects.filter(resources=None, children=None).exists()

    def test_desk_has_links_that_broke_and_moved_but_only_invented_ones(self):
        asked = CheckedLink.objects.exclude(state="unchecked").select_related("resource")
        assert {link.state for link in asked} == {"moved", "broken", "unknown", "failing"}
        assert all("Demo" in link.resource.title for link in asked)
        assert CheckedLink.objects.to_correct().count() == 2

    def test_invented_listings_say_so_and_lead_nowhere_real(self):
        sample = r"//([a-z0-9-]+\.)*example\.(gov|org|edu|com)/"
        listings = ResourcePage.objects.filter(
            Q(title__contains="Demo") | Q(link__regex=sample)
        ).select_related("provider")
        for listing in listings:
            assert re.search(sample, listing.link), listing.title
            assert "Demo" in listing.title
            assert "(Demo)" in listing.provider.name

    def test_leaves_no_facet_empty(self):
        everything = ResourcePage.objects.live()
        for facet in FACETS:
            if facet.column:
                rows = everything if facet.key == "availability" else self.current()
                values = set(
                    rows.order_by()
                    .annotate(value=facet.column(self.now))
                    .values_list("value", flat=True)
                ) - {"", None}
                expected = {value for value, label in facet.choices}
                assert values >= expected, f"{facet.key}: {expected - values}"
            else:
                table, listing, term = facet.through
                values = set(
                    table.objects.filter(
                        **{f"{listing}__in": self.current().order_by().values("pk")}
                    ).values_list(term, flat=True)
                )
            least = 1 if facet.key == "required" else 2
            assert len(values) >= least, facet.key

    def test_lays_eight_events_ahead_and_one_of_each_other_sort(self):
        webinars = ResourcePage.objects.filter(kind="webinar", title__startswith="Demo event")
        found = {
            value: webinars.annotate(found=availability(self.now)).filter(found=value).count()
            for value in ResourcePage.Availability.values
        }
        assert found["upcoming"] == 8
        assert found["on-now"] == 1
        assert found["planned"] == webinars.filter(event_status="postponed").count() == 1
        assert webinars.filter(event_status="cancelled").count() == 1
        assert found["ended"] == 2, "the cancelled one, and one whose recording is asked after"
        coming = ResourcePage.objects.annotate(found=availability(self.now)).filter(
            found="upcoming"
        )
        assert coming.count() == 8, "a course would stand among the events to come"

    def test_checks_most_listings_lately_and_leaves_some_to_do(self):
        month = self.now - timedelta(days=30)
        checked = self.current().filter(reviewed_at__gte=month).count()
        assert 0.4 < checked / self.current().count() < 0.9
        assert self.current().filter(review_by__lt=self.now.date()).count() >= 3
        assert self.current().filter(reviewed_at=None).exists()
        assert ResourcePage.objects.archived().count() >= 10

    def test_shows_what_replaced_what(self):
        memo = GuidancePage.objects.get(number="M-23-22")
        assert memo.supersedes.number == "M-17-06"
        assert memo.supersedes.archived_on
        assert GuidancePage.objects.filter(supersedes__isnull=False).count() >= 3

    def test_courses_have_runs_of_all_sorts(self):
        runs = ResourcePage.objects.get(source_id="course-12-weeks").specific.runs.all()
        assert any(run.is_pilot and run.ends_at < self.now for run in runs)
        assert any(run.starts_at and run.starts_at < self.now < run.ends_at for run in runs)
        assert any(run.state == "open" and run.starts_at > self.now for run in runs)
        assert any(run.state == "planned" and run.starts_at is None for run in runs)

    def test_starting_points_lead_somewhere(self):
        for point in HomePage.objects.get().starting_points.all():
            rows = self.current()
            wanted = {}
            for part in point.query.split("&"):
                key, value = part.split("=")
                wanted.setdefault(key, []).append(value)
            for key, values in wanted.items():
                words = {
                    "kind": Q(kind__in=values),
                    "audience": Q(audiences__slug__in=values),
                    "time": Q(minutes__lte=values[0]),
                    "level": Q(level__in=values),
                    "cost": Q(cost__in=values),
                }
                rows = rows.filter(words[key])
            assert rows.distinct().count() >= 5, point.slug

    def test_the_first_question_has_nine_replies_of_eight_voices(self):
        thread = Thread.objects.get(title__startswith="What social media training")
        assert (thread.reply_count, thread.voice_count) == (9, 8)
        assert thread.posts.public().exclude(author=thread.author).count() >= 8
        assert thread.answer.number > 1
        named = ResourcePage.objects.filter(mentions__post__thread=thread).distinct()
        assert named.count() >= 4

    def test_forum_shows_what_it_can(self):
        poll = Poll.objects.get()
        assert poll.voter_count == sum(poll.options.values_list("vote_count", flat=True)) == 11
        image = PostImage.objects.get()
        assert image.alt
        assert "<img" in image.post.html
        thread = image.post.thread
        assert thread.answer.helpful_count == 5
        assert thread.answer.number in thread.helpful_numbers

    def test_talk_covers_ninety_days_and_every_category(self):
        threads = Thread.objects.all()
        assert threads.count() == 15
        assert Category.objects.count() == 8
        assert not Category.objects.filter(thread_count=0).exists()
        oldest = threads.order_by("created_at").first()
        assert timedelta(days=80) < self.now - oldest.created_at < timedelta(days=91)
        newest = threads.order_by("created_at").last()
        assert timedelta(0) < self.now - newest.created_at < timedelta(hours=1, minutes=5)
        questions = threads.filter(kind=Thread.Kind.QUESTION)
        assert questions.filter(reply_count=0).count() == 1
        assert questions.filter(answer__isnull=False).count() >= 5
        announcement = threads.get(kind=Thread.Kind.ANNOUNCEMENT)
        assert announcement.is_pinned
        assert announcement.author == User.objects.get(email="moderator@demo.example")

    def test_nobody_writes_before_joining_and_answers_follow_questions(self):
        for post in Post.objects.select_related("author", "thread"):
            assert post.author.date_joined < post.created_at, post
            assert post.thread.created_at <= post.created_at, post

    def test_every_name_in_brackets_is_a_listing(self):
        for post in Post.objects.prefetch_related("mentions"):
            typed = set(re.findall(r"\[\[(.+?)\]\]", post.text))
            assert typed == {mention.typed for mention in post.mentions.all()}, post

    def test_counters_hold(self):
        call_command("forum_recount", "--check", stdout=StringIO())

    def test_accounts_can_log_in_and_have_a_desk(self):
        people = {
            role: User.objects.get(email=f"{role}@demo.example")
            for role in ("member", "editor", "moderator", "admin")
        }
        for user in people.values():
            assert self.client.login(email=user.email, password="demo-only")
            assert EmailAddress.objects.get(user=user).verified
        assert people["admin"].is_superuser
        assert people["moderator"].has_perm("forum.moderate_post")
        assert people["editor"].has_perm("wagtailadmin.access_admin")
        member = people["member"]
        assert member.agency_label() == "Marlow County"
        assert member.threads.count() >= 2
        assert member.posts.filter(number__gt=1).count() >= 3
        states = set(member.suggestions.values_list("state", flat=True))
        assert states == set(Suggestion.State.values)
        assert Bookmark.objects.filter(user=member).count() >= 3
        assert ThreadRead.objects.filter(user=member).exists()
        assert {row.visibility for row in member.resource_collections.all()} >= {
            "public",
            "private",
        }
        assert all(row.items.count() >= 2 for row in member.resource_collections.all())
        assert member.saved_searches.count() >= 2
        assert Suggestion.objects.waiting().count() >= 3
        assert Post.objects.filter(state=Post.State.HELD).count() == 1
        counts = counts_for(people["moderator"])
        assert (counts["held"], counts["reported"]) == (1, 2)
        assert set(member.reports.values_list("state", flat=True)) == {"open", "refused"}
        assert Post.objects.get(state=Post.State.HIDDEN).hidden_by == people["moderator"]
        assert ContactMessage.objects.filter(about=ContactMessage.About.POST).exists()

    def test_the_others_are_invented_and_cannot_log_in(self):
        others = User.objects.exclude(email__endswith="@demo.example")
        assert others.count() >= 18
        assert not any(user.has_usable_password() for user in others)
        assert all(user.email.endswith(".example") for user in others)
        assert len({user.agency_label() for user in others}) >= 5
        used = Agency.objects.annotate(people=Count("members")).filter(people__gt=0)
        assert set(used.values_list("kind", flat=True)) == set(Agency.Kind.values)

    def test_a_second_run_changes_nothing(self):
        listing = ResourcePage.objects.get(source_id="course-101").specific
        listing.title = "Renamed by an editor"
        listing.save()
        Suggestion.objects.waiting().delete()
        before = fingerprint()
        said = make_demo()
        assert fingerprint() == before
        assert said.count("left as they are") == 5
        listing.refresh_from_db()
        assert listing.title == "Renamed by an editor"


@pytest.mark.django_db
def test_a_site_for_real_use_gets_no_demo(settings):
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo")
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo", "--reset", "--no-input")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_reset_asks_first(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr("builtins.input", lambda question: "no")
    keeper = User.objects.create_user("keeper@example.org", display_name="Keeper")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("demo", "--reset")
    assert User.objects.get() == keeper


class TestDays(SimpleTestCase):
    def test_events_fall_on_working_days_still_to_come(self):
        row = {"in_days": 2, "at": "14:00", "minutes": 60}
        for day in range(1, 29):
            now = datetime(2027, 3, day, 23, 30, tzinfo=UTC)
            starts, ends = days.event_times(row, now)
            assert starts.weekday() < 5
            assert starts.date() > now.date()
            assert ends - starts == timedelta(hours=1)
            assert (starts.hour, starts.tzinfo) == (14, None)

    def test_the_live_event_is_on_whatever_the_hour(self):
        for hour in range(24):
            now = datetime(2027, 3, 14, hour, 59, tzinfo=UTC)  # a night of a clock change
            starts, ends = days.event_times({"live": True, "zone": "America/Phoenix"}, now)
            local = now.replace(tzinfo=None) - timedelta(hours=7)
            assert starts <= local < ends - timedelta(hours=6)

    def test_spans_of_time(self):
        assert content.span("21d 4h") == timedelta(days=21, hours=4)
        assert content.span("40m") == timedelta(minutes=40)
        for wrong in ("", "3 days", "4x"):
            with pytest.raises(ValueError):
                content.span(wrong)


class TestContent(SimpleTestCase):
    def test_posts_stand_in_the_order_of_time(self):
        for thread in content.read_folder("threads"):
            spans = [content.span(post["ago"]) for post in thread["post"]]
            assert spans == sorted(spans, reverse=True), thread["title"]

    def test_in_order_begins_with_the_oldest(self):
        threads = [{"post": [{"ago": "2d"}, {"ago": "1h"}]}, {"post": [{"ago": "1d"}]}]
        order = [(number, place) for ago, number, place in conversations.in_order(threads)]
        assert order == [(0, 0), (1, 0), (0, 1)]

    def test_no_listing_is_written_twice(self):
        identities = [(row["source"], row["source_id"]) for row in written_listings()]
        assert len(set(identities)) == len(identities)
