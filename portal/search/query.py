"""A kind of query that modelsearch does not have."""

from modelsearch.query import PlainText


class MostWords(PlainText):
    """Plain words, of which a text must have at least the share `least`; the more the better.

    People who type five words rarely mean that all of them must occur, nor that a single one
    suffices. Words that occur nowhere are not counted. To other engines this is an "or".
    """

    def __init__(self, query_string: str, *, least: float = 0.5):
        super().__init__(query_string, operator="or")
        self.least = least

    def __repr__(self):
        return f"<MostWords {self.query_string!r} least={self.least}>"
