"""What stands under a placeholder's name goes to the member who wrote it."""

import io

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from forum.importers.claiming import NotClaimable, claim
from forum.models import Post, Thread, ThreadVoice
from portal.accounts.models import User
from tests.factories import make_reply, make_user

from .files import run, write_transcript

pytestmark = pytest.mark.django_db


@pytest.fixture
def ravi(tmp_path):
    assert run("import_transcript", write_transcript(tmp_path / "t.txt"))[1] == ""
    return User.objects.get(username="ravi-lund")


def test_posts_threads_and_voices_go_over(ravi):
    member, moderator = make_user("Ravi L."), make_user()
    assert claim(placeholder=ravi, user=member, by=moderator) == 2
    thread = Thread.objects.get()
    assert not Post.objects.filter(author=ravi).exists()
    assert thread.last_post_by == member
    assert member.standing.posts == 2
    assert ThreadVoice.objects.get(thread=thread, user=member).posts == 2
    assert thread.voice_count == 3
    call_command("forum_recount", "--check", stdout=io.StringIO())


def test_two_voices_of_one_person_become_one(ravi):
    thread, member = Thread.objects.get(), make_user("Ravi L.")
    make_reply(thread, author=member)
    thread.refresh_from_db()
    assert thread.voice_count == 4
    claim(placeholder=ravi, user=member)
    thread.refresh_from_db()
    assert thread.voice_count == 3
    assert ThreadVoice.objects.get(thread=thread, user=member).posts == 3
    call_command("forum_recount", "--check", stdout=io.StringIO())


def test_opening_goes_over(ravi):
    ana, member = User.objects.get(username="ana-moreau"), make_user()
    claim(placeholder=ana, user=member)
    assert Thread.objects.get().author == member


def test_former_name_leads_to_the_member_and_nobody_sees_the_rest(ravi, client):
    member = make_user("Ravi L.")
    claim(placeholder=ravi, user=member)
    ravi.refresh_from_db()
    assert (ravi.status, ravi.display_name) == ("erased", "Former placeholder")
    response = client.get("/members/ravi-lund/")
    assert response.status_code in (301, 302)
    assert response.headers["Location"] == member.get_absolute_url()
    assert client.get(f"/members/former-{ravi.pk}/").status_code == 404


def test_log_says_who_gave_what_to_whom(ravi):
    member, moderator = make_user(), make_user()
    claim(placeholder=ravi, user=member, by=moderator)
    entry = ModelLogEntry.objects.get(action="forum.claim")
    assert (entry.user, entry.object_id) == (moderator, str(member.pk))
    assert entry.data == {"placeholder": "Ravi Lund", "handle": "ravi-lund", "posts": 2}


def test_import_after_the_claim_adds_nothing(ravi, tmp_path):
    claim(placeholder=ravi, user=make_user("Ravi L."))
    out, failure = run("import_transcript", tmp_path / "t.txt")
    assert (failure, Post.objects.count()) == ("", 4)
    assert "1 unchanged" in out


def test_only_placeholders_are_claimed_and_only_by_members(ravi):
    member, other = make_user(), make_user()
    with pytest.raises(NotClaimable, match="is no placeholder"):
        claim(placeholder=member, user=other)
    with pytest.raises(NotClaimable, match="is no active member"):
        claim(placeholder=ravi, user=ravi)
    claim(placeholder=ravi, user=member)
    with pytest.raises(NotClaimable, match="is no placeholder"):
        claim(placeholder=ravi, user=other)


def test_search_learns_of_the_new_author(ravi):
    from portal.search.models import PendingChange

    PendingChange.objects.all().delete()
    claim(placeholder=ravi, user=make_user())
    changed = set(PendingChange.objects.values_list("label", "key"))
    wanted = {
        str(pk)
        for pk in Post.objects.filter(source_number__in=["7019", "7008"]).values_list(
            "pk", flat=True
        )
    }
    assert wanted <= {str(pk) for label, pk in changed if label.lower().endswith("post")}


def test_command(ravi):
    member, out = make_user(), io.StringIO()
    call_command("claim_placeholder", "@ravi-lund", member.email, stdout=out)
    assert out.getvalue() == "2 posts changed hands.\n"
    with pytest.raises(CommandError, match="is no placeholder"):
        call_command("claim_placeholder", member.username, member.username)
    with pytest.raises(CommandError, match="There is no member “nobody”"):
        call_command("claim_placeholder", "nobody", member.username)
