"""The benchmark of relevance, on a handful of documents written for it."""

import json
import sys

import pytest

from benchmarks import relevance
from benchmarks.scratch import digitalgov

RESOURCE = {
    "summary": None,
    "deck": None,
    "body": "",
    "topics": [],
    "organization": None,
    "published": "2020-05-04",
    "expires": None,
    "starts": None,
    "ends": None,
    "draft": False,
}
RESOURCES = [
    {"id": "resources/garden", "kind": "guidance", "title": "How to keep a garden"},
    {"id": "resources/draft", "kind": "kit", "title": "Garden of drafts", "draft": True},
    {"id": "communities/bees", "kind": "community", "title": "Bees", "topics": ["gardening"]},
    {"id": "services/spade", "kind": "service", "title": "Spade", "summary": "For the garden."},
    {
        "id": "events/fair",
        "kind": "webinar",
        "title": "Fair &amp; market",
        "deck": "All about the garden",
        "organization": "Office of Plants",
        "starts": "2020-05-04T13:00:00-04:00",
        "ends": "2020-05-04T14:00:00-04:00",
    },
]
ARTICLES = [
    {"id": "news/old", "kind": "article", "title": "Old garden", "expires": "2021-01-01"},
    {"id": "news/river", "kind": "article", "title": "River", "body": "No *word* of it."},
]
TOPICS = [{"slug": "gardening", "title": "Gardening", "summary": None}]
QUERIES = [
    {"q": "garden", "class": "topical", "relevant": {"resources/garden": 2, "events/fair": 1}},
    {"q": "riiver", "class": "misspelled", "relevant": {"news/river": 3}},
    {"q": "mountain", "class": "topical", "relevant": {"communities/bees": 3}},
]


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path):
    lines(tmp_path / "resources.jsonl", [RESOURCE | row for row in RESOURCES])
    lines(tmp_path / "articles.jsonl", [RESOURCE | row for row in ARTICLES])
    lines(tmp_path / "topics.jsonl", TOPICS)
    lines(tmp_path / "queries.jsonl", QUERIES)
    return tmp_path


def test_a_run_asks_the_search_page_about_all_but_drafts(
    data, index, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(relevance, "open_site", lambda folder: None)  # the test's own is open
    report = tmp_path / "report.json"
    arguments = [data / "queries.jsonl", "--data", data, "--out", data / "run.jsonl"]
    monkeypatch.setattr(sys, "argv", ["relevance", *map(str, arguments), "--json", str(report)])

    relevance.main()

    run = {row["q"]: row["ids"] for row in digitalgov.read(data / "run.jsonl")}
    assert set(run["garden"]) == {
        "resources/garden",
        "communities/bees",
        "services/spade",
        "events/fair",
        "news/old",
    }
    assert run["mountain"] == []
    table = json.loads(report.read_text())
    assert [table[name]["queries"] for name in ("overall", "topical", "misspelled")] == [3, 2, 1]
    printed = capsys.readouterr().out
    assert "6 documents, 3 queries" in printed and f"{table['overall']['nDCG@10']:.4f}" in printed


def test_without_documents_it_is_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["relevance", "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        relevance.main()
    assert ended.value.code == digitalgov.LEFT_OUT
    assert "Left out" in capsys.readouterr().out


def scores(found, relevant, **query):
    figures = relevance.scores({"class": "topical", "relevant": relevant, **query}, found)
    return [round(value, 4) for value in figures.values()]


def test_figures():
    graded = {"a": 3, "b": 2, "c": 1}
    assert scores(["a", "b", "c"], graded) == [1, 1, 1]
    # (3/1 + 7/log2(4)) / (7/1 + 3/log2(3) + 1/log2(4))
    assert scores(["b", "x", "a"], graded) == [0.692, 1, 1]
    assert scores(["x", "x", "c", "b"], graded) == [0.2269, 0.3333, 0.5]  # doubles count once
    assert scores([], graded) == [0, 0, 0]
    assert scores(["b", "a"], graded, **{"class": "known-item"})[1] == 0.5
    assert scores(["c"], {"c": 1, "d": 1})[1:] == [1, 0.5]  # nothing is better than related
    assert scores(["draft", "a"], {"a": 3}, ignore=["draft"]) == [1, 1, 1]
    # Places beyond the tenth do not count for the first two, beyond the twentieth for none.
    rest = [str(number) for number in range(15)]
    assert scores([*rest, "a"], {"a": 3}) == [0, 0, 1]
    assert scores([*rest, *"qrstu", "a"], {"a": 3}) == [0, 0, 0]
