import pytest
from django.template import Context, Template
from django.utils.translation import override

from portal.page_cache import pieces
from portal.page_cache.pieces import Piece, Shelf, changing, gap


class Thing:
    def __init__(self, size=100):
        self.size = size


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.PAGE_CACHE_BYTES = 80_000


VERSIONS = (("site",), (1,))


def test_gaps_are_filled_for_each_reader():
    template = Template('{% load pieces %}<b title="{% gap "a" %}">{{ text }}{% gap "b" %}</b>')
    piece = Piece(lambda: template.render(Context({"text": "“<x>” \x00a\x00"})))
    assert piece.fill(a=b"1", b=b"2").decode() == '<b title="1">“&lt;x&gt;” \x00a\x002</b>'
    assert piece.fill(a=b"", b=b"") == '<b title="">“&lt;x&gt;” \x00a\x00</b>'.encode()
    with pytest.raises(KeyError):
        piece.fill(a=b"1")


def test_gap_outside_of_a_piece_is_a_mistake():
    with pytest.raises(LookupError, match="name"):
        gap("name")
    with pytest.raises(ZeroDivisionError):
        Piece(lambda: 1 / 0)
    with pytest.raises(LookupError):
        gap("name")


def test_words_of_now_are_said_anew(monkeypatch):
    said = iter(["<one>", "two"])
    assert changing(lambda: "at once") == "at once"
    piece = Piece(lambda: f"It is {changing(lambda: next(said))}.")
    assert piece.fill() == piece.fill() == b"It is &lt;one&gt;."
    then = pieces.monotonic()
    monkeypatch.setattr(pieces, "monotonic", lambda: then + 31)
    with override("en"):
        assert piece.fill() == piece.fill() == b"It is two."


def test_shelf_keeps_while_versions_stand():
    shelf, made = Shelf(), iter([Thing(), Thing(), Thing()])
    first = shelf.get("key", VERSIONS, lambda: next(made))
    assert shelf.get("key", VERSIONS, lambda: next(made)) is first
    second = shelf.get("key", (("site",), (2,)), lambda: next(made))
    assert second is not first
    assert shelf.get("key", (("site",), (2,)), lambda: next(made)) is second


def test_shelf_keeps_nothing_when_versions_are_unknown_or_it_is_turned_off(settings):
    shelf = Shelf()
    assert shelf.get("key", (("site",), None), Thing) is not shelf.get("key", VERSIONS, Thing)
    settings.PAGE_CACHE_BYTES = 0
    assert shelf.get("key", VERSIONS, Thing) is not shelf.get("key", VERSIONS, Thing)


def test_shelf_is_bounded_also_when_things_grow():
    shelf = Shelf()
    things = [shelf.get(number, VERSIONS, lambda: Thing(8_800)) for number in range(9)]
    assert [shelf.get(number, VERSIONS, Thing) for number in range(9)] == things
    things[8].size = 10_000
    assert shelf.get(8, VERSIONS, Thing) is things[8]
    assert shelf.get(0, VERSIONS, Thing) is not things[0]
