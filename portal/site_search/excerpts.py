"""The piece of a long text in which to look for a snippet.

Reading every word of twenty long articles would be most of what a page of results costs. A
regular expression finds roughly where the words stand, and only there they are read.
"""

import re
from dataclasses import replace

from portal.search import analysis
from portal.search.snippets import WIDTH, Marker, Snippet

#: Texts up to this length are read whole.
SHORT = 600
#: Letters kept before and behind the first word of the best piece.
BEFORE, BEHIND = 160, WIDTH + 160


class Excerpts:
    """Snippets for one query, quick also where texts are long."""

    def __init__(self, marker: Marker):
        self.marker = marker
        phrases = (terms for ways in marker.phrases.values() for terms, _number in ways)
        terms = {*marker.single, *(term for phrase in phrases for term in phrase)}
        begin = sorted(filter(None, map(analysis.forms_begin, terms)), key=len, reverse=True)
        words = "|".join(map(re.escape, begin))
        self.words = re.compile(rf"(?<![^\W_])(?:{words})", re.IGNORECASE) if words else None

    def mark(self, text: str) -> Snippet:
        return self.marker.mark(text)

    def snippet(self, fields) -> Snippet:
        """Return the most telling piece of `fields`, pairs of name and text; see Marker."""
        pieces, cut = [], {}
        for name, text in fields:
            start, stop = self._piece(text)
            pieces.append((name, text[start:stop]))
            cut[name] = (start > 0, stop < len(text))
        snippet = self.marker.snippet(pieces)
        left, right = cut.get(snippet.field, (False, False))
        return replace(
            snippet,
            clipped_left=snippet.clipped_left or left,
            clipped_right=snippet.clipped_right or right,
        )

    def _piece(self, text):
        """Return where to read: all of a short text, else around the most different words."""
        if len(text) <= SHORT:
            return 0, len(text)
        found = self.words.finditer(text) if self.words else ()
        places = [(match.start(), match.group().casefold()) for match in found]
        if not places:
            return 0, _space(text, BEHIND)
        best, most, behind = 0, 0, 0
        inside: dict[str, int] = {}
        for start, word in places:
            while behind < len(places) and places[behind][0] <= start + WIDTH:
                inside[places[behind][1]] = inside.get(places[behind][1], 0) + 1
                behind += 1
            if len(inside) > most:
                best, most = start, len(inside)
            inside[word] -= 1
            if not inside[word]:
                del inside[word]
        begin = text.rfind(" ", 0, max(best - BEFORE, 0)) + 1
        return begin, _space(text, best + BEHIND)


def _space(text, place):
    """Return the first space at or behind `place`, or the end."""
    space = text.find(" ", place)
    return len(text) if space == -1 else space
