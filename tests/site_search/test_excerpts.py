"""Snippets of long texts are those that reading all of the text would give."""

import pytest

from portal.search.backend.matching import groups_of
from portal.search.snippets import Marker
from portal.site_search.excerpts import SHORT, Excerpts

FILLER = "Nothing to see in this part of the text, whoever reads it. " * 40


def snippet(words, *fields):
    return str(Excerpts(Marker(groups_of(words))).snippet(fields))


def test_words_deep_in_a_long_text_are_found_and_marked():
    html = snippet("walrus tusks", ("body", f"{FILLER}The walrus has long tusks. {FILLER}"))
    assert "The <mark>walrus</mark> has long <mark>tusks</mark>." in html
    assert html.startswith("… ") and html.endswith(" …")


def test_place_with_more_different_words_is_preferred():
    text = f"{FILLER}One walrus, another walrus. {FILLER}A walrus with tusks. {FILLER}"
    assert "A <mark>walrus</mark> with <mark>tusks</mark>" in snippet("walrus tusks", ("b", text))


def test_text_begins_where_it_begins():
    html = snippet("walrus", ("body", f"A walrus. {FILLER}"))
    assert html.startswith("A <mark>walrus</mark>.")
    assert html.endswith(" …")


def test_long_text_without_the_words_gives_its_beginning():
    html = snippet("walrus", ("body", FILLER))
    assert html.startswith("Nothing to see") and html.endswith(" …")
    assert "<mark>" not in html


def test_short_field_with_the_words_wins_over_a_long_one_without():
    html = snippet("walrus", ("body", FILLER), ("tags", "walrus, otter"))
    assert html == "<mark>walrus</mark>, otter"


@pytest.mark.parametrize(
    ("typed", "written"),
    [("policy", "policies"), ("using", "use"), ("e-mail", "email"), ("Agencies", "AGENCY")],
)
def test_other_forms_of_a_word_are_found(typed, written):
    text = f"{FILLER}Here are {written} again. {FILLER}"
    assert len(text) > SHORT
    assert f"Here are <mark>{written}</mark> again" in snippet(typed, ("body", text))


def test_no_words_at_all():
    assert snippet("", ("body", FILLER)).startswith("Nothing")
    assert snippet("walrus") == ""
