"""What the engine-neutral BackendTests ask, with the site's own models, and more."""

import pytest
from django.db.models import F
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from modelsearch.backends.base import FilterFieldError, OrderByFieldError, SearchFieldError
from modelsearch.query import MATCH_ALL, MATCH_NONE, Boost, Fuzzy, Phrase, PlainText
from wagtail.models import Page

from catalog.models import GuidancePage, ResourcePage, WebinarPage
from tests.factories import make_guidance, make_kit, make_provider, make_topic, make_webinar
from tests.search.standalone import process

HOSTILE = [
    '"',
    '"unbalanced',
    "'",
    "\0",
    "nul\0inside",
    "[a TO",
    "title:plain",
    "*",
    "pl*n",
    "?",
    "plain~2",
    "plain^9",
    "(((",
    "AND OR NOT",
    "NOT plain",
    "NEAR(",
    "{!func}",
    "-plain",
    "+plain -language",
    "\u202eplain\u200f",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "😀 👩‍👩‍👧",
    "the of and to",
    "   ",
    "\t\n",
    "x" * 5000,
    "word " * 1000,
    "a'b\"c`d;--",
    "%s %(x)s {0}",
    "\\",
    "/",
    "٣ ３ ½",
    "日本語 العربية हिन्दी",
    "\ufeff",
    "&#8211;&quot;&nosuch;",
]


@pytest.fixture
def guide(index):
    return make_guidance(
        "Plain language guide",
        summary="How to write so that people understand.",
        body="<p>Café owners &amp; agencies use the <b>Federal Register</b>.</p>",
    )


def test_hostile_queries_are_plain_words(index, guide):
    index.catch_up()
    for query in HOSTILE:
        for operator in ("and", "or"):
            results = index.backend.search(query, Page, operator=operator)
            assert results.count() == len(list(results)) <= Page.objects.count()
        index.backend.autocomplete(query, Page).count()
        index.backend.search(Phrase(query), Page).count()
        index.backend.search(query, Page.objects.all(), fields=["title"]).count()


def test_signs_of_query_languages_mean_nothing(index, guide):
    other = make_guidance("Another title", summary="Nothing in common.")
    for query in ('"plain" language', "plain* [language", "+plain (language", "plain -language"):
        assert index.titles(query, ResourcePage) == [guide.title]
    assert index.titles("title:plain", ResourcePage) == []  # "title" is a word like others
    assert index.titles("title:another", ResourcePage) == [other.title]
    assert index.titles("pla*", ResourcePage) == []


@hypothesis_settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=60))
@example("0")
def test_no_query_raises(index, guide, query):
    for operator in ("and", "or"):
        index.backend.search(query, Page, operator=operator).count()
    index.backend.autocomplete(query, Page).count()


def test_case_accents_entities_and_endings_do_not_matter(index, guide):
    for query in ("cafe", "CAFÉ", "agency", "registers", "guides languages"):
        assert index.titles(query, ResourcePage) == [guide.title], query


def test_only_stop_words_find_titles_with_them(index):
    make_guidance("To be or not to be", summary="Drama.")
    make_guidance("Something else", summary="To be in the summary is enough.")
    assert index.titles("to be or not to be", ResourcePage) == ["To be or not to be"]
    assert index.titles("zzz", ResourcePage) == []


def test_stop_words_do_not_have_to_occur(index, guide):
    assert index.titles("a guide to the plain language", ResourcePage) == [guide.title]


def test_compounds_are_found_in_all_spellings(index):
    make_guidance("Sending e-mail", summary="About mail.")
    make_guidance("Sending email", summary="About mail.")
    for query in ("email", "e-mail"):
        assert sorted(index.titles(query, ResourcePage)) == ["Sending e-mail", "Sending email"]


def test_child_is_found_through_its_parents_and_comes_as_what_was_asked(index, guide):
    kit = make_kit("Plain toolkit")
    for model in (Page, ResourcePage, GuidancePage):
        (found,) = index.backend.search("understand", model) if index.catch_up() or True else ()
        assert type(found) is model
        assert found.pk == guide.pk
    assert index.titles("plain", GuidancePage) == [guide.title]
    assert sorted(index.titles("plain", Page)) == [guide.title, kit.title]
    assert index.titles(MATCH_ALL, WebinarPage) == []


def test_words_of_a_child_field_are_found_from_the_parent(index):
    make_guidance("Numbered", number="M-23-22")
    assert index.titles("M-23-22", Page) == ["Numbered"]


def test_saving_through_the_parent_class_keeps_the_childs_words(index):
    guide = make_guidance("Numbered", number="M-23-22")
    Page.objects.get(pk=guide.pk).save()
    assert index.titles("M-23-22", Page) == ["Numbered"]


def test_words_of_relations_are_found(index):
    topic = make_topic("Accessibility")
    provider = make_provider("General Services Administration")
    make_guidance("First", topics=[topic])
    make_guidance("Second", provider=provider)
    make_guidance("Third", tags=["Okapi"])
    assert index.titles("accessibility", ResourcePage) == ["First"]
    assert index.titles("services", ResourcePage) == ["Second"]
    assert index.titles("okapi", ResourcePage) == ["Third"]


def test_rows_deleted_behind_the_indexs_back_drop_out(index, guide):
    make_kit("Plain toolkit")
    index.catch_up()
    GuidancePage.objects.filter(pk=guide.pk)._raw_delete("default")
    results = index.backend.search("plain", GuidancePage)
    assert list(results) == []
    assert results.count() == 0
    results = index.backend.search("plain", Page.objects.exclude(pk=guide.pk))
    assert [page.title for page in results[:1]] == ["Plain toolkit"]


def test_what_the_queryset_leaves_out_is_neither_shown_nor_counted(index):
    pages = [make_guidance(f"Plain {number}") for number in range(8)]
    pages[0].unpublish()
    Page.objects.filter(pk=pages[1].pk).update(live=False)  # unknown to the index
    index.catch_up()
    results = index.backend.search("plain", ResourcePage.objects.live())
    assert results.count() == len(list(results)) == 6
    first, second = results[:4], results[4:8]
    assert first.count() == 4
    assert second.count() == 2
    assert len({page.pk for page in (*first, *second)}) == 6


def test_a_selective_filter_finds_what_ranks_far_behind(index):
    for number in range(70):
        make_guidance("Plain plain plain", slug=f"often-{number}", cost="free")
    make_guidance("A long title with plain somewhere in it", cost="paid")
    index.catch_up()
    results = index.backend.search("plain", ResourcePage.objects.filter(cost="paid"))[:1]
    assert [page.title for page in results] == ["A long title with plain somewhere in it"]


def test_and_needs_all_words_in_any_fields_and_or_some(index, guide):
    make_kit("Plain toolkit")
    assert index.titles("plain register", ResourcePage) == [guide.title]
    assert index.titles("plain register", ResourcePage, operator="or") == [
        guide.title,
        "Plain toolkit",
    ]


def test_a_phrase_stands_side_by_side_in_one_field(index):
    make_guidance("Federal agencies", summary="One.")
    make_guidance("Agencies, federal", summary="Two.")
    make_guidance("The federal", summary="Agencies three.")
    assert index.titles(Phrase("federal agencies"), ResourcePage) == ["Federal agencies"]


def test_a_phrase_minds_the_gap_of_a_stop_word(index):
    make_guidance("One", body="<p>Terms of service apply.</p>")
    make_guidance("Two", body="<p>Terms service.</p>")
    assert index.titles(Phrase("terms of service"), ResourcePage) == ["One"]


def test_fields_restrict_where_words_are_looked_for(index, guide):
    assert index.titles("understand", ResourcePage, fields=["title"]) == []
    assert index.titles("understand", ResourcePage, fields=["summary"]) == [guide.title]
    assert index.titles("plain", ResourcePage, fields=["title"]) == [guide.title]
    assert index.titles("plain language", ResourcePage, fields=[]) == []
    assert index.titles(Phrase("plain language"), ResourcePage, fields=["title"]) == [guide.title]
    assert index.titles(Phrase("plain language"), ResourcePage, fields=["summary"]) == []
    with pytest.raises(SearchFieldError):
        index.titles("plain", ResourcePage, fields=["slug"])


def test_not_means_all_others(index, guide):
    kit = make_kit("Plain toolkit")
    query = PlainText("plain") & ~PlainText("toolkit")
    assert index.titles(query, ResourcePage) == [guide.title]
    assert index.titles(~PlainText("toolkit"), ResourcePage) == [guide.title]
    assert index.titles(~PlainText("!!!") & PlainText("toolkit"), ResourcePage) == [kit.title]
    assert index.titles(MATCH_NONE, ResourcePage) == []
    assert index.titles(PlainText("!!!"), ResourcePage) == []


def test_boost_moves_up(index):
    make_guidance("Apples")
    make_guidance("Oranges")
    for favored, other in (("Apples", "Oranges"), ("Oranges", "Apples")):
        query = Boost(PlainText(favored), 3) | PlainText(other)
        assert index.titles(query, ResourcePage) == [favored, other]


def test_fuzzy_finds_what_is_misspelled(index, guide):
    assert index.titles(Fuzzy("langauge"), ResourcePage) == [guide.title]


def test_beginnings_of_words_complete(index, guide):
    index.catch_up()
    for query in ("p", "pl", "pla", "plain la", "langua", "guide p", "PLAIN-"):
        results = index.backend.autocomplete(query, ResourcePage)
        assert [page.title for page in results] == [guide.title], query
    assert not list(index.backend.autocomplete("understand", ResourcePage))
    assert not list(index.backend.autocomplete("lain", ResourcePage))
    results = index.backend.autocomplete("pla", ResourcePage, fields=["title"])
    assert [page.title for page in results] == [guide.title]


def test_order_by_columns_and_expressions(index):
    first = make_guidance("Plain one", cost="paid")
    second = make_guidance("Plain two", cost="free")
    index.catch_up()

    def found(queryset):
        return list(index.backend.search("plain", queryset, order_by_relevance=False))

    assert found(GuidancePage.objects.order_by("cost")) == [second, first]
    assert found(GuidancePage.objects.order_by(F("cost").desc())) == [first, second]
    assert found(GuidancePage.objects.order_by()) == [second, first]  # the newest key first
    with pytest.raises(OrderByFieldError):
        found(GuidancePage.objects.order_by("search_description"))
    with pytest.raises(FilterFieldError):
        found(GuidancePage.objects.filter(search_description="x"))


def test_facets_count_all_results(index):
    for cost in ("free", "free", "paid", ""):
        make_guidance(
            "Plain", slug=f"plain-{cost}-{id(cost)}-{GuidancePage.objects.count()}", cost=cost
        )
    make_guidance("Other", cost="paid")
    index.catch_up()
    facets = index.backend.search("plain", ResourcePage)[:1].facet("cost")
    assert list(facets.items()) == [("free", 2), ("", 1), ("paid", 1)]
    with pytest.raises(FilterFieldError):
        index.backend.search("plain", ResourcePage).facet("nothing")


def test_a_sliced_or_distinct_queryset_can_be_searched(index):
    pages = [make_guidance(f"Plain {number}") for number in range(5)]
    index.catch_up()
    results = index.backend.search("plain", GuidancePage.objects.order_by("pk")[:2])
    assert {page.pk for page in results} == {page.pk for page in pages[:2]}
    assert results.count() == 2
    assert index.backend.search("plain", GuidancePage.objects.distinct()).count() == 5


def test_equal_results_keep_their_order_over_pages(index):
    for _ in range(12):
        make_guidance("Plain")
    index.catch_up()
    pages = [index.backend.search("plain", ResourcePage)[n : n + 3] for n in range(0, 12, 3)]
    assert len({page.pk for results in pages for page in results}) == 12


def test_scores_come_with_results(index, guide):
    index.catch_up()
    (found,) = index.backend.search("plain", ResourcePage).annotate_score("score")
    assert isinstance(found.score, float)
    assert found.score > 0


def test_a_page_of_results_takes_the_same_queries_for_2_and_20(index, django_assert_num_queries):
    def search():
        results = index.backend.search("plain", ResourcePage.objects.live())
        return results.count(), len(list(results[:20]))

    make_guidance("Plain")
    make_guidance("Plain", slug="plain-2")
    index.catch_up()
    search()  # what is kept of synonyms is read once
    with django_assert_num_queries(4):  # synonyms' state, count, keys, rows
        assert search() == (2, 2)
    for number in range(18):
        make_webinar(f"Plain {number}", in_days=number)
    index.catch_up()
    with django_assert_num_queries(4):
        assert search() == (20, 20)


def test_more_keys_than_a_database_takes_parameters(index, guide):
    from portal.search.backend.querysets import with_keys

    keys = [*range(10_000_000, 10_040_000), guide.pk]
    assert list(with_keys(GuidancePage.objects.all(), keys)) == [guide]
    assert list(with_keys(GuidancePage.objects.all(), [])) == []


def test_keys_that_are_no_numbers(tmp_path):
    process.migrate(tmp_path)
    out = process.run(
        """
from modelsearch.backends import get_search_backend
from tests.search.standalone.models import Note
backend = get_search_backend()
notes = [Note.objects.create(title=f"Plain {n}", number=n) for n in range(3)]
for note in notes:
    backend.add(note)
found = backend.search("plain", Note)
assert {note.pk for note in found} == {note.pk for note in notes}, found
assert found.count() == 3
assert found.facet("number") == {0: 1, 1: 1, 2: 1}
assert list(backend.search("plain", Note.objects.filter(number__gt=1))) == [notes[2]]
notes[0].title = "Changed"
notes[0].save()
backend.add(notes[0])
assert list(backend.search("changed", Note)) == [notes[0]]
assert backend.search("plain", Note).count() == 2
backend.delete(notes[1])
assert list(backend.search("plain", Note)) == [notes[2]]
print("done")
""",
        tmp_path,
    )
    assert out.endswith("done\n")
