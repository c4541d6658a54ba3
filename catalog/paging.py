"""Numbered pages of a list."""

from dataclasses import dataclass

# How many pages stand on each side of the one that is shown.
NEIGHBORS = 2


@dataclass(frozen=True)
class PageLink:
    number: int = 0
    url: str = ""
    is_current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Pages:
    """One page of a list of `total` rows, and the links to the others."""

    number: int
    last: int
    start: int
    stop: int
    links: list
    previous_url: str
    next_url: str


def paged(total, *, per_page, number, url):
    """Return the Pages around page `number`, or the last one where there are fewer.

    `url` makes the address of a page from its number.
    """
    last = max(1, -(-total // per_page))
    number = max(1, min(number, last))
    shown = {1, last, *range(max(1, number - NEIGHBORS), min(last, number + NEIGHBORS) + 1)}
    links, before = [], 0
    for each in sorted(shown):
        if each == before + 2:
            links.append(PageLink(each - 1, url(each - 1)))
        elif each > before + 1:
            links.append(PageLink(gap=True))
        links.append(PageLink(each, url(each), is_current=each == number))
        before = each
    return Pages(
        number=number,
        last=last,
        start=(number - 1) * per_page,
        stop=number * per_page,
        links=links,
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < last else "",
    )


def page_number(query, name="page"):
    """Read a page number from a QueryDict; 1 for what is none."""
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 1
