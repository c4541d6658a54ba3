"""Snippets, corrections, synonyms, acronyms and the log of queries."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import ResourcePage
from portal.search import acronyms, querylog, rebuilding, spelling, synonyms
from portal.search.backend.matching import Alternative, Group, groups_of
from portal.search.backend.schema import layout_of
from portal.search.models import QueryLog, Synonym
from portal.search.snippets import LEAD_IN, Marker
from tests.factories import make_guidance

# Snippets


def marked(snippet):
    return [text for text, is_marked in snippet.pieces if is_marked]


def test_words_are_marked_in_all_their_forms():
    marker = Marker(groups_of("policy cafe e-mail"))
    snippet = marker.mark("Policies of the Café: EMAIL, e-mail and e mail")
    assert marked(snippet) == ["Policies", "Café", "EMAIL", "e-mail", "e mail"]


def test_everything_else_is_escaped():
    snippet = Marker(groups_of("bold")).mark("<b>bold</b> & <script>")
    assert snippet.html == ("&lt;b&gt;<mark>bold</mark>&lt;/b&gt; &amp; &lt;script&gt;")


def test_the_field_with_most_words_is_shown():
    fields = [("summary", "About policy."), ("body", "First the policy, then social media.")]
    snippet = Marker(groups_of("social media policy")).snippet(fields)
    assert snippet.field == "body"
    assert marked(snippet) == ["policy", "social", "media"]


def test_the_first_of_equal_fields_is_shown():
    fields = [("summary", "About policy."), ("body", "Policy again and again: policy.")]
    assert Marker(groups_of("policy")).snippet(fields).field == "summary"


def test_the_piece_with_most_words_is_cut_out():
    text = "policy " + "filler " * 60 + "the social media policy of the agency " + "more " * 60
    snippet = Marker(groups_of("social media policy")).snippet([("body", text)], width=100)
    assert marked(snippet) == ["social", "media", "policy"]
    assert snippet.clipped_left
    assert snippet.clipped_right
    assert str(snippet).startswith("… ")
    assert str(snippet).endswith(" …")
    before = snippet.pieces[0][0].split()
    assert len(before) <= LEAD_IN + 1


def test_a_text_without_the_words_shows_its_beginning():
    snippet = Marker(groups_of("nothing")).snippet([("summary", ""), ("body", "Some text.")])
    assert snippet.field == "body"
    assert str(snippet) == "Some text."
    assert str(Marker(groups_of("nothing")).snippet([])) == ""


def test_what_an_acronym_stands_for_is_marked():
    group = groups_of("wcag")[0]
    words = Alternative(("web", "content", "access", "guidelin"), 0.5)
    marker = Marker([Group(group.word, (*group.alternatives, words))])
    snippet = marker.mark("The Web Content Accessibility Guidelines (WCAG) on the web")
    assert marked(snippet) == ["Web Content Accessibility Guidelines", "WCAG"]


@given(st.text(max_size=200), st.text(max_size=30), st.integers(10, 80))
def test_a_snippet_is_part_of_its_text(text, query, width):
    snippet = Marker(groups_of(query)).snippet([("body", text)], width=width)
    assert "".join(piece for piece, _ in snippet.pieces) in " ".join(text.split())


# Corrections


@pytest.fixture
def vocabulary():
    vocabulary = spelling.Vocabulary()
    vocabulary.similar.update(
        {"social": 60, "media": 60, "policy": 60, "customer": 60, "care": 60, "socail": 1}
        | {"captions": 3, "caption": 2, "design": 3, "language": 3, "makes": 50, "fakes": 1}
        | {"the": 900, "costumes": 1}
    )
    vocabulary.halves.update({"plain": 3, "language": 3, "pla": 1, "inlanguage": 0})
    return vocabulary


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("socail", "social"),  # occurs once itself
        ("langauge", "language"),
        ("captoins", "captions"),
        ("desgin", "design"),
        ("costumer", "customer"),  # two letters swapped, and no word in one text alone
        ("plainlanguage", "plain language"),
        ("social", None),
        ("policies", None),  # another form of a word is no mistake
        ("fakes", None),  # occurs, and nobody misses the first letter
        ("thee", None),  # stop words are no correction
        ("zzzzzz", None),
        ("cat", None),  # too short to say
        ("m2323", None),
        ("e-mial", None),
    ],
)
def test_corrections(vocabulary, typed, meant):
    (word,) = spelling.analysis.read_words(typed)
    assert vocabulary.better(word) == meant


def test_queries_are_corrected_by_the_words_of_the_index(index):
    for number in range(3):
        make_guidance("Plain language", slug=f"plain-{number}", summary="Web design.")
    index.catch_up()
    path = index.backend.path
    assert spelling.correct("Plain  langauge!", [ResourcePage], base=path) == "Plain  language!"
    assert spelling.correct("wbe desgin", [ResourcePage], base=path) == "wbe design"
    assert spelling.correct("plainlanguage", [ResourcePage], base=path) == "plain language"
    for query in ("plain language", "", '"', "508", "\0"):
        assert spelling.correct(query, [ResourcePage], base=path) is None


def test_without_an_index_nothing_is_corrected(db, tmp_path):
    assert spelling.correct("socail", [ResourcePage], base=tmp_path / "none") is None


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [
        ("a", "a", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "abcd", 1),
        ("abc", "axc", 1),
        ("abcd", "badc", 2),
        ("abc", "xyz", 3),
        ("abc", "abcdef", 3),
    ],
)
def test_distance(left, right, steps):
    assert min(spelling.distance(left, right, 2), 3) == steps
    assert min(spelling.distance(right, left, 2), 3) == steps


# Synonyms


def test_synonyms_work_at_once_and_both_ways(index):
    make_guidance("Customer experience")
    make_guidance("CX in practice")
    assert index.titles("cx", ResourcePage) == ["CX in practice"]
    synonym = Synonym.objects.create(words="CX", others="customer experience")
    assert sorted(index.titles("cx", ResourcePage)) == ["CX in practice", "Customer experience"]
    assert sorted(index.titles("customer experience", ResourcePage)) == [
        "CX in practice",
        "Customer experience",
    ]
    synonym.both_ways = False
    synonym.save()
    assert index.titles("customer experience", ResourcePage) == ["Customer experience"]
    assert len(index.titles("cx", ResourcePage)) == 2
    synonym.delete()
    assert index.titles("cx", ResourcePage) == ["CX in practice"]


def test_synonyms_stand_for_their_words_among_others(index):
    make_guidance("Measuring customer experience")
    make_guidance("Measuring something else")
    Synonym.objects.create(words="CX", others="customer experience\nclient experience")
    assert index.titles("measuring cx", ResourcePage) == ["Measuring customer experience"]
    assert index.titles("measuring client experience", ResourcePage) == [
        "Measuring customer experience"
    ]


def test_a_synonym_needs_words():
    with pytest.raises(ValidationError):
        Synonym(words="—", others="customer experience").full_clean()
    with pytest.raises(ValidationError):
        Synonym(words="CX", others="ok\n...").full_clean()
    synonym = Synonym(words="CX", others="\n customer experience \n\n\0")
    synonym.full_clean()
    assert synonym.others == "customer experience"


def test_acronyms_explained_in_texts_are_synonyms(index):
    for number in range(2):
        make_guidance(f"Law {number}", body="<p>Mind the Paperwork Reduction Act (PRA).</p>")
    make_guidance("Reduction of paperwork: the act")
    make_guidance("The Paperwork Reduction Act")
    make_guidance("Guide to the PRA")
    index.catch_up()
    rebuilding.rebuild(index.backend, layout_of("wagtailcore.page"))
    synonyms._found.clear()
    assert index.titles("pra", ResourcePage)[0] == "Guide to the PRA"
    assert "The Paperwork Reduction Act" in index.titles("pra", ResourcePage)
    assert "Reduction of paperwork: the act" not in index.titles("pra", ResourcePage)
    assert "Guide to the PRA" in index.titles("paperwork reduction act", ResourcePage)


# Acronyms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Web Content Accessibility Guidelines (WCAG)", "Web Content Accessibility Guidelines"),
        ("the Office of Management and Budget (OMB)", "Office of Management and Budget"),
        ("better customer experience (CX)", "customer experience"),
        ("the U.S. Web Design System (USWDS)", "U S Web Design System"),
        ("human-centered design (HCD)", "human centered design"),
        ("an application programming interface (API)s", "application programming interface"),
        ("Terms of Service (TOS)", "Terms of Service"),
        ("nothing of the kind (ABC)", None),
        ("(WCAG)", None),
        ("a word in brackets (Like this)", None),
        ("Plan (A)", None),
    ],
)
def test_acronyms_are_explained_by_the_words_before(text, found):
    assert [words for _, words in acronyms.explained(text)] == ([found] if found else [])


def test_rare_explanations_are_not_trusted(tmp_path):
    collection = acronyms.Collection()
    for _ in range(9):
        collection.read("the General Services Administration (GSA)")
    collection.read("a Google Search Appliance (GSA)")
    collection.read("once Only (OO)")
    assert collection.trusted() == {"gsa": [("general", "servic", "administr")]}
    collection.save(tmp_path)
    assert acronyms.load(tmp_path) == collection.trusted()
    (tmp_path / acronyms.FILE).write_text('["spoiled"]')
    assert acronyms.load(tmp_path) == {}


def test_an_acronym_that_is_an_ordinary_word_has_to_be_typed_in_capitals(index):
    for number in range(3):
        make_guidance(
            f"Plain {number}",
            summary="Ask the Plain Language Action and Information Network (PLAIN).",
            body="<p>Write in plain words, talk in plain words.</p>",
        )
    for number in range(3):
        make_guidance(f"Field {number}", summary="It is plain and simple.")
    index.catch_up()
    rebuilding.rebuild(index.backend, layout_of("wagtailcore.page"))
    synonyms._found.clear()
    network = ("plain", "languag", "action", "and", "inform", "network")

    def meant(query):
        groups = index.backend.expand(query)
        return {way.terms for group in groups for way in group.alternatives if way.weight != 1}

    assert meant("PLAIN members") == {network}
    assert meant("plain words") == set()
    assert meant("plain language action and information network") == {("plain",)}


def test_an_acronym_and_its_words_count_as_one_word(index):
    for number in range(2):
        make_guidance(f"Law {number}", body="<p>Mind the Paperwork Reduction Act (PRA).</p>")
    for number in range(30):
        make_guidance(f"Paperwork {number}", body="<p>Paperwork reduction act.</p>")
    make_guidance("PRA clearance")
    index.catch_up()
    rebuilding.rebuild(index.backend, layout_of("wagtailcore.page"))
    synonyms._found.clear()
    rows = index.backend.search("pra", ResourcePage).annotate_score("score")
    scores = {row.title: row.score for row in rows}
    assert len(scores) == 33
    # As rare as what was typed, so what only has the words scores too, but below.
    assert scores["PRA clearance"] > scores["Law 0"] > scores["Paperwork 7"] > 0
    assert list(index.titles("pra", ResourcePage, fields=["title"])) == ["PRA clearance"]


@given(st.text())
def test_any_text_can_be_read_for_acronyms(text):
    list(acronyms.explained(text + " (ABC)"))


# The log of queries


def test_queries_are_counted_by_day_and_not_by_person(db):
    for query in ("Alt  Text", "alt text", "ALT TEXT"):
        querylog.record(query, 3)
    querylog.record("nothing here", 0)
    row = QueryLog.objects.get(query="alt text")
    assert (row.searches, row.found, row.day) == (3, 3, timezone.localdate())
    today = timezone.localdate()
    assert [row["query"] for row in QueryLog.objects.top(since=today)] == [
        "alt text",
        "nothing here",
    ]
    (missing,) = QueryLog.objects.without_results(since=today)
    assert missing["query"] == "nothing here"


@pytest.mark.parametrize(
    "query", ["", "  ", "\0", "ann@example.org", "call 555-123-4567", "x" * 101]
)
def test_what_may_name_a_person_is_not_logged(db, query):
    querylog.record(query, 1)
    assert not QueryLog.objects.exists()


def test_old_rows_are_purged(db):
    today = timezone.localdate()
    QueryLog.objects.create(query="old", day=today - timedelta(days=querylog.KEPT + 1))
    QueryLog.objects.create(query="new", day=today - timedelta(days=querylog.KEPT - 1))
    assert querylog.purge() == 1
    assert QueryLog.objects.get().query == "new"
