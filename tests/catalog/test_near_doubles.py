import pytest

from catalog.near_doubles import are_near, near_doubles, singular, slips


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Video", "video"),
        ("videos", "video"),
        ("policy", "policies"),
        ("plain-language", "Plain language"),
        ("classes", "class"),
        ("captoining", "captioning"),
        ("gvoernment", "government"),
        ("moderaition", "moderation"),
        ("RÉSUMÉS", "résumé"),
    ],
)
def test_likely_the_same(one, other):
    assert near_doubles({1: one, 2: other}) == [{1, 2}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("map", "tap"),
        ("web 2", "web 3"),
        ("Section 508", "Section 509"),
        ("news", "new media"),
        ("basis", "bases of it"),
        ("status", "statue of liberty"),
        ("日本", "中国"),
    ],
)
def test_likely_two(one, other):
    assert near_doubles({1: one, 2: other}) == []


def test_chains_are_one_set_and_the_largest_comes_first():
    names = {1: "video", 2: "videos", 3: "Vidoe", 4: "policy", 5: "policies", 6: "alone"}
    assert near_doubles(names) == [{1, 2, 3}, {4, 5}]


def test_signs_alone_are_no_doubles_of_each_other():
    assert near_doubles({1: "C++", 2: "C#", 3: "!!!", 4: "???"}) == []


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbz", 2), ("", "ab", 2)],
)
def test_slips_are_counted(one, other, count):
    assert slips(one, other) == slips(other, one) == count


def test_short_words_are_near_only_when_equal():
    assert are_near(singular("maps"), singular("map"))
    assert not are_near("maps", "mops")
