"""Synonyms in Wagtail's admin, as an editor who is no administrator."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from portal.search.models import Synonym
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("Edith")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    return user


def address(name, *args):
    return reverse(f"wagtailsnippets_portal_search_synonym:{name}", args=args)


def test_an_editor_keeps_synonyms(client, editor):
    form = {"words": "CX", "others": "customer experience\n\n client experience", "both_ways": "on"}
    assert client.post(address("add"), form).status_code == 302
    synonym = Synonym.objects.get()
    assert synonym.others == "customer experience\nclient experience"
    listing = client.get(address("list"))
    assert "CX" in listing.content.decode()
    assert client.get(address("edit", synonym.pk)).status_code == 200
    client.post(address("edit", synonym.pk), {**form, "both_ways": ""})
    synonym.refresh_from_db()
    assert not synonym.both_ways
    client.post(address("delete", synonym.pk))
    assert not Synonym.objects.exists()


def test_words_without_letters_are_refused_with_what_was_typed(client, editor):
    answer = client.post(address("add"), {"words": "—", "others": "customer experience"})
    assert answer.status_code == 200
    assert "at least one letter or digit" in answer.content.decode()
    assert "customer experience" in answer.content.decode()


def test_others_keep_none(client):
    client.force_login(make_user())
    assert client.get(address("list")).status_code == 403
