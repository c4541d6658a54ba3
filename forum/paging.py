"""Which page of a thread a post stands on: arithmetic on its number, no query."""

from django.conf import settings


def page_count(thread):
    return page_of(thread.last_number)


def page_of(number):
    """The page on which the post of this number stands."""
    return max(1, -(-number // settings.POSTS_PER_PAGE))


def read_page(asked, count):
    """Return the page that stands behind `?page=`: a number, or "last"; 1 for nonsense."""
    if asked == "last":
        return count
    if not (asked.isascii() and asked.isdigit()):
        return 1
    return count if len(asked) > 9 else min(max(1, int(asked)), count)


def page_url(url, number):
    return url if number == 1 else f"{url}?page={number}"


def post_url(thread_url, number):
    """The address of a post within its thread's pages."""
    return f"{page_url(thread_url, page_of(number))}#post-{number}"


def page_links(url, page):
    """Return the links that components/pagination.html shows: ends, neighbours and gaps."""
    shown = {1, page.count, *range(page.number - 1, page.number + 2)}
    links, before = [], 0
    for number in sorted(number for number in shown if 1 <= number <= page.count):
        if number - before == 2:
            links.append(_page_link(url, number - 1, page.number))
        elif number - before > 2:
            links.append({"gap": True})
        links.append(_page_link(url, number, page.number))
        before = number
    return links


def _page_link(url, number, current):
    return {"number": number, "url": page_url(url, number), "is_current": number == current}
