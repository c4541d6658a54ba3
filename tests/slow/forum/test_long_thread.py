"""A thread of ten thousand posts is read at its end as at its beginning."""

from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.markup import render
from forum.models import Post
from forum.posting import lock, reply
from forum.recount import recount_category, recount_thread
from tests.factories import make_kit, make_thread, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
POSTS = 10_000
TEXT = "What we do here, in eighty words or so. " * 10


@pytest.fixture
def thread():
    make_kit("The Kit")
    thread = make_thread("A long talk", text="See [[The Kit]].")
    people = [make_user() for _ in range(20)]
    html, now = render(TEXT), timezone.now()
    Post.objects.bulk_create(
        (
            Post(
                thread=thread,
                number=number,
                author=people[number % 20],
                text=TEXT,
                html=html,
                created_at=now,
            )
            for number in range(2, POSTS + 1)
        ),
        batch_size=500,
    )
    thread = lock(thread)
    recount_thread(thread)
    recount_category(thread.category)
    assert (thread.last_number, thread.reply_count) == (POSTS, POSTS - 1)
    return thread


def cost(client, url):
    """The number of queries and the median time of a page in seconds."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).content.count(b'class="post"') == 20
    times = []
    for _ in range(15):
        start = perf_counter()
        client.get(url)
        times.append(perf_counter() - start)
    return len(queries), median(times)


@pytest.mark.parametrize("is_member", [False, True])
def test_last_page_costs_what_the_first_does(client, thread, settings, is_member):
    settings.PAGE_CACHE_BYTES = 0
    client.force_login(make_user()) if is_member else client.logout()
    url = thread.get_absolute_url()
    first_queries, first_time = cost(client, f"{url}?page=1")
    last_queries, last_time = cost(client, f"{url}?page={POSTS // 20}")
    assert last_queries == first_queries
    # The pages are alike; a machine shared with others is given some room.
    assert last_time < first_time * 1.5


def test_reply_costs_what_it_does_in_a_short_thread(thread):
    short = make_thread()
    with CaptureQueriesContext(connection) as in_short:
        reply(thread=short, author=make_user(), text="One more")
    with CaptureQueriesContext(connection) as in_long:
        assert reply(thread=thread, author=make_user(), text="One more").number == POSTS + 1
    assert len(in_long) == len(in_short)
