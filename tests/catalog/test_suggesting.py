"""Suggestions: what a page says of itself, doubles by title, what editors decide."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog import fetching, outbound, suggestions
from catalog.models import KINDS, FetchedPage, FetchState, ResourcePage, Suggestion
from catalog.views.suggesting import READ_FOR_AN_ADDRESS
from tests import factories

from .misbehaving_server import running
from .test_pages import sent
from .test_resource_list import text_of

pytestmark = pytest.mark.django_db

PAGE = """<!doctype html><html lang="en-US"><head><title>Plain words | Agency</title>
<meta property="og:title" content="Plain &amp; short words">
<meta name="description" content="A course.  In two
lessons.\x00"><meta property="article:published_time" content="2024-05-06T10:00:00Z">
</head><body><time datetime="2020-01-01">then</time></body></html>"""


@pytest.fixture
def server():
    with running() as server, outbound.allowing("127.0.0.1", server.server_port):
        yield server


class TestReading:
    def test_what_a_page_says_of_itself(self):
        facts = fetching.read(PAGE.encode())
        assert facts.title == "Plain & short words"
        assert facts.description == "A course. In two lessons."
        assert facts.language == "en"
        assert facts.published == date(2024, 5, 6)
        assert facts.note == ""

    def test_what_stands_in_for_it(self):
        facts = fetching.read(b"<title> A\n b </title><time datetime='2021-02-03 10:00'>")
        assert (facts.title, facts.published) == ("A b", date(2021, 2, 3))
        assert (facts.description, facts.language) == ("", "")

    def test_long_texts_are_cut(self):
        facts = fetching.read(
            f"<title>{'t' * 999}</title><meta name=description content='{'d ' * 999}'>".encode()
        )
        assert len(facts.title) == 255
        assert len(facts.description) == 600

    @pytest.mark.parametrize(
        ("stated", "expected"),
        [
            ("en", "en"),
            ("en_GB", "en"),
            ("zh-hans-CN", "zh-Hans"),
            ("", ""),
            (None, ""),
            ("English please", ""),
            ("e\x00s", "es"),
        ],
    )
    def test_language(self, stated, expected):
        assert fetching.language_of(stated) == expected

    @pytest.mark.parametrize("stated", ["", None, "soon", "2024-13-01", "2999-01-01", "24-1-1"])
    def test_what_is_no_day_of_the_past(self, stated):
        assert fetching.day_of(stated) is None

    def test_other_letters(self):
        text = "<title>Schön für Ämter</title>"
        assert fetching.read(text.encode("latin-1"), "iso-8859-1").title == "Schön für Ämter"
        assert fetching.read(text.encode(), "no-such-charset").title == "Schön für Ämter"

    @pytest.mark.parametrize("piece", ["<a ", "<!--", "</", "<div>"])
    def test_a_page_made_to_keep_the_parser_is_left(self, piece, monkeypatch):
        monkeypatch.setattr(fetching, "MOST_PARSING_SECONDS", 0.2)
        body = (piece * (fetching.MOST_BYTES // len(piece))).encode()
        began = timezone.now()
        assert fetching.read(body).note == "empty"
        assert timezone.now() - began < timedelta(seconds=5)

    @pytest.mark.parametrize(
        ("path", "note"),
        [
            ("/status/404", "404"),
            ("/status/503", "503"),
            ("/loop", "redirects"),
            ("/to-private", "refused"),
            ("/no-head", "file"),
            ("/short", "connection"),
            ("/bomb", "file"),
        ],
    )
    def test_what_tells_nothing(self, server, path, note):
        assert fetching.ask(server.url + path).note == note

    def test_after_a_redirect(self, server):
        assert fetching.ask(server.url + "/moved").title == "Fine"

    def test_private_addresses_are_not_asked_and_not_told_apart(self):
        assert fetching.ask("http://127.0.0.1/").note == "refused"
        page = FetchedPage(state=FetchState.FAILED, note="refused")
        assert page.trouble == FetchedPage(state=FetchState.FAILED, note="name").trouble

    @pytest.mark.parametrize("note", ["timeout", "certificate", "file", "empty", "404", "name"])
    def test_each_trouble_has_words(self, note):
        assert FetchedPage(state=FetchState.FAILED, note=note).trouble.endswith(".")

    def test_a_reading_that_is_gone_is_no_matter(self):
        fetching.fetch_page.call(12345)

    def test_old_ones_are_forgotten(self):
        FetchedPage.objects.create(url="https://a.example/", created_at=timezone.now())
        FetchedPage.objects.create(
            url="https://b.example/", created_at=timezone.now() - timedelta(days=3)
        )
        assert fetching.forget_old() == 1
        assert FetchedPage.objects.get().url == "https://a.example/"


class TestFirstStep:
    def test_an_address_is_read_and_the_form_begins_with_it(self, client, server):
        response = client.post(
            "/suggest/", {"read": "1", "url": server.url + "/fine", "title": "Carried"}
        )
        content = client.get(response["Location"]).content.decode()
        assert 'value="Fine"' in content
        assert f'value="{server.url}/fine"' in content
        assert "This is what the page says of itself." in content

    def test_while_it_is_read_the_page_looks_again_by_itself(self, client):
        page = FetchedPage.objects.create(url="https://example.gov/x")
        response = client.get(f"/suggest/?fetch={page.key}")
        assert response["Refresh"] == "2"
        assert "Fetching" in text_of(response)
        assert "Paste the address" not in text_of(client.get(f"/suggest/?fetch={page.key}&now=1"))
        with time_machine.travel(timezone.now() + timedelta(seconds=11)):
            response = client.get(f"/suggest/?fetch={page.key}&title=Carried")
        assert "Refresh" not in response
        assert "has not answered yet" in text_of(response)
        assert 'value="Carried"' in response.content.decode()

    def test_what_fails_opens_the_form_with_what_was_typed(self, client, server):
        url = server.url + "/status/404"
        response = client.post("/suggest/", {"read": "1", "url": url}, follow=True)
        assert "answered with an error (404)" in text_of(response)
        assert f'value="{url}"' in response.content.decode()

    @pytest.mark.parametrize(
        "url",
        ["", "nonsense", "javascript:alert(1)", "http://[", "x" * 2000, "https://me:pw@e.org/"],
    )
    def test_a_wrong_address_comes_back_as_typed(self, client, url):
        response = client.post("/suggest/", {"read": "1", "url": url})
        assert 'id="form-errors"' in response.content.decode()
        assert not FetchedPage.objects.exists()

    def test_nul_in_address_and_key(self, client):
        response = client.post("/suggest/", {"read": "1", "url": "nonsense\x00"})
        assert response.status_code == 200
        assert client.get("/suggest/?fetch=a%00b")["Location"] == "/suggest/"

    def test_what_is_forgotten_is_pasted_again(self, client):
        old = FetchedPage.objects.create(
            url="https://example.gov/x", created_at=timezone.now() - timedelta(days=3)
        )
        response = client.get(f"/suggest/?fetch={old.key}", follow=True)
        assert "paste the address again" in text_of(response)

    def test_everything_by_hand(self, client):
        content = client.get("/suggest/").content.decode()
        assert "/suggest/?by-hand=1" in content
        assert "Why does it help?" in text_of(client.get("/suggest/?by-hand=1"))

    def test_many_addresses_lead_to_typing(self, client):
        for _number in range(READ_FOR_AN_ADDRESS.times):
            READ_FOR_AN_ADDRESS.take("127.0.0.1")
        response = client.post("/suggest/", {"read": "1", "url": "https://a.example"}, follow=True)
        assert "type the rest by hand" in text_of(response)
        assert 'value="https://a.example"' in response.content.decode()
        assert not FetchedPage.objects.exists()

    def test_programs_are_not_served(self, client):
        client.post("/suggest/", {"read": "1", "url": "https://a.example", "website": "x"})
        assert not FetchedPage.objects.exists()


class TestSending:
    def test_facts_are_kept_beside_what_was_typed(self, client):
        page = FetchedPage.objects.create(
            url="https://example.gov/training/",
            state=FetchState.DONE,
            title="Its own title",
            language="es",
        )
        client.post(
            "/suggest/",
            sent(
                fetch=page.key,
                description="What it is.",
                language="fr",
                published_on="2024-05-06",
            ),
        )
        row = Suggestion.objects.get()
        assert (row.title, row.fetched_title) == ("A training", "Its own title")
        assert (row.language, row.fetched_language) == ("fr", "es")
        assert (row.description, row.published_on) == ("What it is.", date(2024, 5, 6))
        assert row.fetch_state == FetchState.DONE

    def test_facts_of_another_address_are_not(self, client):
        page = FetchedPage.objects.create(
            url="https://example.org/", state=FetchState.DONE, title="Other"
        )
        client.post("/suggest/", sent(fetch=page.key))
        assert Suggestion.objects.get().fetched_title == ""
        assert Suggestion.objects.get().fetch_state == FetchState.NONE

    def test_an_unknown_key_is_no_matter(self, client):
        client.post("/suggest/", sent(fetch="made-up"))
        assert Suggestion.objects.count() == 1

    def test_facts_come_after_a_suggestion_that_did_not_wait(self, server):
        page = FetchedPage.objects.create(url=server.url + "/fine")
        row = suggestions.suggest(url=page.url, title="Mine", key=page.key)
        assert row.fetch_state == FetchState.WAITING
        fetching.fetch_page.call(page.pk)
        row.refresh_from_db()
        assert (row.fetch_state, row.title, row.fetched_title) == ("done", "Mine", "Fine")

    def test_a_language_of_its_own_may_be_chosen(self, client):
        page = FetchedPage.objects.create(
            url="https://example.gov/training", state=FetchState.DONE, title="T", language="haw"
        )
        assert 'value="haw" selected' in client.get(f"/suggest/?fetch={page.key}").content.decode()
        client.post("/suggest/", sent(fetch=page.key, language="haw"))
        assert Suggestion.objects.get().language == "haw"

    def test_wrong_facts_come_back_as_typed(self, client):
        response = client.post("/suggest/", sent(language="<b>", published_on="yesterday"))
        assert "published_on" in response.context["form"].errors
        assert "yesterday" in response.content.decode()
        assert not Suggestion.objects.exists()

    @pytest.mark.parametrize("title", ["Plain language basics", "PLAIN language  Basics"])
    def test_the_same_title_at_another_address_is_shown_first(self, client, title):
        page = factories.make_course("Plain language basics", link="https://example.org/1")
        factories.make_course("Plain language for lawyers")
        response = client.post("/suggest/", sent(title=title))
        content = response.content.decode()
        assert "something of that name" in text_of(response)
        assert f'href="{page.get_absolute_url()}"' in content
        assert "for lawyers" not in content
        assert not Suggestion.objects.exists()
        client.post("/suggest/", sent(title=title, anyway="1"))
        assert Suggestion.objects.count() == 1

    def test_what_is_almost_the_same(self, client, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            page = factories.make_course("Writing plain language for the web")
        (found,) = suggestions.titled_like("Writing plain language for the web!")
        assert found.pk == page.pk
        assert suggestions.titled_like("Writing for the web") == []

    @pytest.mark.parametrize("title", ['"', "AND OR NOT", "a:b", "*", "\U0001f600", "x" * 255])
    def test_any_title_may_be_looked_for(self, title):
        assert suggestions.titled_like(title) == []


@pytest.fixture
def editor(client):
    user = factories.make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


class TestDeciding:
    @pytest.fixture
    def row(self):
        return suggestions.suggest(
            url="https://example.gov/new",
            title="A new one",
            description="What it is.",
            language="es",
            published_on=date(2024, 5, 6),
            contributor=factories.make_user("Cora"),
        )

    @staticmethod
    def decide(client, row, action, **fields):
        data = {"kind": "", "resource": "", "answer": "", f"action-{action}": "1", **fields}
        return client.post(reverse("suggestions:edit", args=[row.pk]), data)

    def test_the_page_shows_what_was_fetched_and_changes_nothing(self, client, editor, row):
        Suggestion.objects.update(
            fetch_state="done", fetched_title="Its own", fetched_published=date(2023, 1, 2)
        )
        response = client.get(reverse("suggestions:edit", args=[row.pk]))
        text = text_of(response)
        assert "Its own" in text
        assert "What it is." in text
        assert "Spanish" in text
        assert "not stated" in text
        assert "None" not in text.partition("What was suggested")[2]
        assert "not yet" in text
        assert 'name="action-accept"' in response.content.decode()
        Suggestion.objects.update(fetch_state="failed", fetched_note="404")
        text = text_of(client.get(reverse("suggestions:edit", args=[row.pk])))
        assert "answered with an error (404)" in text
        row.refresh_from_db()
        assert row.is_waiting

    def test_an_editor_has_the_address_read(self, client, editor, server):
        row = suggestions.suggest(url=f"{server.url}/fine", title="A new one")
        where = reverse("suggestions:edit", args=[row.pk])
        assert 'name="action-fetch"' in client.get(where).content.decode()
        response = self.decide(client, row, "fetch")
        assert response["Location"] == where
        row.refresh_from_db()
        assert (row.fetch_state, row.is_waiting) == ("done", True)
        shown = client.get(where)
        assert row.fetched_title
        assert row.fetched_title in text_of(shown)
        assert 'name="action-fetch"' not in shown.content.decode()

    def test_an_address_is_not_read_twice_at_once(self, row):
        suggestions.fetch_again(suggestion=row)
        suggestions.fetch_again(suggestion=row)
        assert FetchedPage.objects.filter(suggestion=row).count() == 1
        row.refresh_from_db()
        assert row.fetch_state == "waiting"
        FetchedPage.objects.update(created_at=timezone.now() - timedelta(minutes=5))
        suggestions.fetch_again(suggestion=row)
        assert FetchedPage.objects.filter(suggestion=row).count() == 2

    def test_what_is_like_it_is_named(self, client, editor, row):
        draft = factories.make_kit("In work", link="https://www.example.gov/new/", live=False)
        factories.make_kit("A NEW ONE")
        suggestions.suggest(url="http://example.gov/new", title="Again, please")
        text = text_of(client.get(reverse("suggestions:edit", args=[row.pk])))
        assert "In work (kit, draft)" in text
        assert "A NEW ONE (kit)" in text
        assert "Again, please (waiting)" in text
        alone = suggestions.suggest(url="https://example.gov/alone", title="Alone")
        text = text_of(client.get(reverse("suggestions:edit", args=[alone.pk])))
        assert "listed already:" not in text
        assert draft

    def test_the_queue_costs_the_same_for_one_and_for_many(
        self, client, editor, django_assert_max_num_queries
    ):
        def suggest():
            suggestions.suggest(
                url="https://example.gov/x", title="X", contributor=factories.make_user()
            )

        suggest()
        client.get(reverse("suggestions:index"))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("suggestions:index"))
        for _number in range(5):
            suggest()
        with django_assert_max_num_queries(len(few)):
            client.get(reverse("suggestions:index"))

    @pytest.mark.parametrize("kind", KINDS)
    def test_accepting_makes_a_draft(self, client, editor, row, kind):
        response = self.decide(client, row, "accept", kind=kind)
        page = KINDS[kind].objects.get()
        assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert client.get(response["Location"]).status_code == 200
        assert (page.live, page.owner, page.title) == (False, editor, "A new one")
        assert (page.summary, page.language) == ("What it is.", "es")
        assert (page.link, page.published_on) == ("https://example.gov/new", date(2024, 5, 6))
        assert page.latest_revision.user == editor
        entry = PageLogEntry.objects.get(page=page.pk)
        assert (entry.action, entry.user) == ("wagtail.create", editor)
        row.refresh_from_db()
        assert (row.state, row.resource_id) == ("accepted", page.pk)
        assert (row.decided_by, row.decided_at is None) == (editor, False)
        assert client.get(page.get_absolute_url()).status_code == 404

    def test_facts_stand_in_for_what_was_not_typed(self, editor):
        row = suggestions.suggest(url="https://example.gov/n", title="N")
        Suggestion.objects.update(
            fetched_description="Fetched.", fetched_language="fr", fetched_published="2023-01-02"
        )
        page = suggestions.accept(suggestion=row, user=editor, kind="kit").resource
        assert (page.summary, page.language) == ("Fetched.", "fr")
        assert str(page.published_on) == "2023-01-02"

    def test_two_of_one_title_get_two_addresses(self, editor):
        first, second = (
            suggestions.accept(
                suggestion=suggestions.suggest(url=f"https://a.example/{n}", title="训练"),
                user=editor,
                kind="kit",
            ).resource
            for n in (1, 2)
        )
        assert first.slug != second.slug

    def test_a_listing_that_is_there_already(self, client, editor, row):
        page = factories.make_course()
        self.decide(client, row, "accept", resource=str(page.pk), answer="It is there.")
        row.refresh_from_db()
        assert (row.state, row.resource_id) == ("accepted", page.pk)
        assert ResourcePage.objects.count() == 1
        assert f"{page.get_absolute_url()}" in mail.outbox[0].body

    def test_accepting_needs_one_of_both(self, client, editor, row):
        page = factories.make_course()
        for fields in ({}, {"kind": "kit", "resource": str(page.pk)}, {"kind": "nonsense"}):
            response = self.decide(client, row, "accept", answer="Kept words", **fields)
            assert "kind" in response.context["form"].errors
            assert "Kept words" in response.content.decode()
        assert ResourcePage.objects.count() == 1
        assert not mail.outbox

    def test_declining_needs_a_reason(self, client, editor, row):
        assert "Say why in a sentence" in text_of(self.decide(client, row, "decline", answer=" "))
        self.decide(client, row, "decline", answer="It is <gone> & over.")
        row.refresh_from_db()
        assert (row.state, row.answer) == ("declined", "It is <gone> & over.")
        (message,) = mail.outbox
        assert message.to == [row.contributor.email]
        assert message.subject == "Your suggestion: A new one"
        assert "It is <gone> & over." in message.body
        assert "It is &lt;gone&gt; &amp; over." in message.alternatives[0].content
        assert "/me/" in message.body

    def test_without_a_button_nothing_happens(self, client, editor, row):
        response = client.post(reverse("suggestions:edit", args=[row.pk]), {"answer": "x"})
        assert "Choose Accept or Decline." in text_of(response)

    def test_nobody_decides_twice(self, client, editor, row):
        self.decide(client, row, "accept", kind="kit")
        assert "nothing was changed" in text_of(self.decide(client, row, "accept", kind="course"))
        assert "nothing was changed" in text_of(self.decide(client, row, "decline", answer="No."))
        with pytest.raises(suggestions.AlreadyDecided):
            suggestions.decline(suggestion=row, user=editor, answer="No.")
        assert ResourcePage.objects.count() == 1
        assert len(mail.outbox) == 1

    def test_what_was_decided_may_wait_again(self, client, editor, row):
        self.decide(client, row, "decline", answer="No.")
        page = client.get(reverse("suggestions:edit", args=[row.pk])).content.decode()
        assert 'name="action-reopen"' in page
        assert 'name="action-accept"' not in page
        self.decide(client, row, "reopen")
        row.refresh_from_db()
        assert (row.state, row.decided_at, row.decided_by) == ("waiting", None, None)

    def test_nobody_hears_who_cannot(self, editor):
        erased = factories.make_user(email=None, status="suspended")
        for contributor in (None, erased):
            row = suggestions.suggest(url="https://a.example/", title="A", contributor=contributor)
            suggestions.decline(suggestion=row, user=editor, answer="No.")
        assert not mail.outbox

    def test_who_may_add_no_page_makes_no_draft(self, client, row):
        user = factories.make_user()
        for codename in ("access_admin", "change_suggestion", "view_suggestion"):
            user.user_permissions.add(Permission.objects.get(codename=codename))
        client.force_login(user)
        page = client.get(reverse("suggestions:edit", args=[row.pk])).content.decode()
        assert 'name="kind"' not in page
        response = self.decide(client, row, "accept", kind="kit")
        assert "listing that is there already" in text_of(response)
        assert not ResourcePage.objects.exists()

    def test_who_is_no_editor_decides_nothing(self, client, row):
        client.force_login(row.contributor)
        assert self.decide(client, row, "accept", kind="kit").status_code == 403
        row.refresh_from_db()
        assert row.is_waiting
