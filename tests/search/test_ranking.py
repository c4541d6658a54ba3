"""What comes first. Whether the order is good is measured by benchmarks/relevance.py."""

from datetime import timedelta

import pytest
from django.utils import timezone
from modelsearch.backends import get_search_backend

from catalog.models import ResourcePage
from portal.search import outbox
from portal.search.backend.matching import groups_of
from portal.search.backend.ranking import RANKING, rarity
from portal.search.backend.snapshots import open_snapshot
from portal.search.query import MostWords
from tests.factories import make_guidance


def ranked(index, query):
    return index.titles(query, ResourcePage, operator="or")


@pytest.fixture
def others(index):
    """Enough texts that words are rare or frequent."""
    for number in range(20):
        make_guidance(f"Filler {number}", summary="About social things.")


def test_titles_before_summaries_before_texts(index, others):
    make_guidance("One", body="<p>Okapi.</p>")
    make_guidance("Two", summary="Okapi.")
    make_guidance("Okapi")
    assert ranked(index, "okapi") == ["Okapi", "Two", "One"]


def test_short_titles_before_long_ones(index, others):
    make_guidance("Everything that you ever wanted to know about the okapi in the forest")
    make_guidance("Okapi guide")
    assert ranked(index, "okapi")[0] == "Okapi guide"


def test_more_of_the_words_before_fewer(index, others):
    make_guidance("Okapi", summary="Okapi okapi okapi.")
    make_guidance("Okapi zebra giraffe")
    assert ranked(index, "okapi zebra giraffe")[0] == "Okapi zebra giraffe"


def test_rare_words_before_frequent_ones(index, others):
    make_guidance("Okapi")
    assert ranked(index, "filler okapi")[0] == "Okapi"


def test_neighbors_before_words_apart(index, others):
    make_guidance("Media training for social workers")
    make_guidance("Training for social media workers")
    assert ranked(index, "social media")[0] == "Training for social media workers"


def test_words_that_always_stand_together_count_little_more_than_one(index):
    for number in range(10):
        make_guidance(f"Social media {number}")
        make_guidance(f"Managing {number}", summary="Records, social or not.")
    make_guidance("Managing records")
    index.catch_up()
    with open_snapshot(index.folder()) as snapshot:
        social, media, records = RANKING.weights(snapshot, groups_of("social media records"))
        assert social == media == pytest.approx(1 - RANKING.collocation * 10 / 12)
        assert records == 1
        assert RANKING.weights(snapshot, groups_of("managing social")) == [1, 1]
        assert RANKING.weights(snapshot, groups_of("okapi")) == [1]
        assert RANKING.weights(snapshot, groups_of("okapi zebra")) == [1, 1]


def test_newer_before_older_if_all_else_is_equal(index, others):
    today = timezone.localdate()
    make_guidance("Okapi", summary="old", published_on=today - timedelta(days=4000))
    make_guidance("Okapi", summary="new", published_on=today)
    make_guidance("Okapi", summary="mid", published_on=today - timedelta(days=1000))
    index.catch_up()
    found = index.backend.search("okapi", ResourcePage)
    assert [page.summary for page in found] == ["new", "mid", "old"]


def test_age_does_not_beat_a_better_match(index, others):
    today = timezone.localdate()
    make_guidance("Okapi", published_on=today - timedelta(days=9000))
    make_guidance("Zebra", body="<p>Okapi.</p>", published_on=today)
    assert ranked(index, "okapi") == ["Okapi", "Zebra"]


def test_half_of_the_words_are_enough_and_fewer_are_not(index, others):
    make_guidance("Okapi zebra")
    make_guidance("Okapi giraffe lion")
    make_guidance("Okapi")
    make_guidance("Zebra")
    query = MostWords("okapi zebra giraffe lion unicorn")
    assert index.titles(query, ResourcePage) == ["Okapi giraffe lion", "Okapi zebra"]
    assert len(index.titles(MostWords("okapi zebra"), ResourcePage)) == 4
    assert index.titles(MostWords("unicorn"), ResourcePage) == []
    assert index.titles(MostWords("unicorn gryphon"), ResourcePage) == []


def test_to_other_engines_most_words_are_an_or(db, database_engine):
    make_guidance("Okapi")
    outbox.apply_pending()
    found = get_search_backend().search(MostWords("okapi unicorn"), ResourcePage)
    assert [page.title for page in found] == ["Okapi"]


def test_the_same_query_scores_the_same_again(index, others):
    make_guidance("Okapi")
    index.catch_up()
    for query in ("okapi", "okapi filler"):
        scores = [
            next(
                iter(index.backend.search(query, ResourcePage, operator="or").annotate_score("s"))
            ).s
            for _ in range(3)
        ]
        assert len(set(scores)) == 1


def test_rarity_never_falls_below_zero():
    assert rarity(10, 10) > 0
    assert rarity(10, 25) > 0  # deleted documents are counted for a while
    assert rarity(1000, 1) > rarity(1000, 100) > rarity(1000, 1000)


def test_repetition_saturates():
    once, twice, often = (RANKING.saturated(count) for count in (1, 2, 1000))
    assert once < twice < often < RANKING.k1 + 1
    assert twice - once < once
