import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search import analysis


def terms(text):
    return [part.term for word in analysis.read_words(text) for part in word.parts]


def surfaces(text):
    return [part.surface for word in analysis.read_words(text) for part in word.parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café Résumé naïve", ["cafe", "resume", "naive"]),
        ("e\u0301tude", ["etude"]),  # a letter and a combining accent
        ("Straße Øresund łódź æon", ["strasse", "oresund", "lodz", "aeon"]),
        ("Digital&nbsp;first &#8211; Q&amp;A", ["digital", "first", "q", "a"]),
        ("nul\0byte", ["nulbyte"]),
        ("so\u00adcial \u200fme\u200bdia", ["social", "media"]),
        ("snake_case", ["snake", "case"]),
        ("😀 — … ¿?", []),
        ("", []),
        ("x" * 500, ["x" * analysis.LONGEST_TERM]),
    ],
)
def test_text_is_read_without_case_accents_and_unseen_signs(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("policies", "policy"),
        ("trainings", "training"),
        ("agency's", "agencies"),
        ("agency’s", "agency"),
        ("Don’t", "don't"),
        ("using", "used"),
        ("usability", "usable"),
    ],
)
def test_forms_of_a_word_share_a_term(left, right):
    assert terms(left) == terms(right)


@pytest.mark.parametrize(
    ("text", "parts", "joined"),
    [
        ("e-mail", ["e", "mail"], "email"),
        ("login.gov", ["login", "gov"], "logingov"),
        ("U.S.", ["u", "s"], "us"),
        ("A/B", ["a", "b"], "ab"),
        ("R&D", ["r", "d"], "rd"),
        ("COVID-19", ["covid", "19"], "covid19"),
        ("web/mobile", ["web", "mobile"], None),
    ],
)
def test_compounds_are_read_in_parts_and_as_one(text, parts, joined):
    (word,) = analysis.read_words(text)
    assert [part.surface for part in word.parts] == parts
    assert (word.joined and word.joined.surface) == joined


def test_of_an_address_only_the_host_is_read():
    text = "See https://www.digital.gov/resources/plain-language?x=1#top, please"
    assert surfaces(text) == ["see", "digital", "gov", "please"]


def test_places_are_those_of_the_words_in_the_text():
    text = "The café — e-mail!"
    found = [text[place.start : place.end] for place in analysis.places(text)]
    assert found == ["The", "café", "e-mail"]


@pytest.mark.parametrize("word", ["policies", "using", "usability", "goes", "going", "organized"])
def test_all_forms_of_a_stem_are_looked_for_where_they_begin(word):
    stem = analysis.stem(word)
    if len(stem) < 3:
        assert word in analysis.short_forms(stem)
    else:
        assert word.startswith(analysis.forms_begin(stem))


@given(st.text())
def test_any_text_can_be_read(text):
    for word in analysis.read_words(text):
        for part in (*word.parts, *filter(None, [word.joined])):
            assert part.term
            assert part.surface == analysis.fold(part.surface)
            assert len(part.surface) <= analysis.LONGEST_TERM
    for place in analysis.places(text):
        assert 0 <= place.start < place.end <= len(text)
