"""What is found, in which order, and for whom."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from forum.models import Category, Post
from portal.home.models import StandardPage
from portal.search.models import Synonym
from portal.site_search.asking import Filters, ForumFilters
from portal.site_search.finding import find, find_ids
from portal.site_search.listing import FIRST_PAGE
from portal.site_search.ranking import rank
from tests.factories import (
    make_category,
    make_course,
    make_guidance,
    make_kit,
    make_provider,
    make_reply,
    make_thread,
    make_topic,
    make_user,
    make_webinar,
)

pytestmark = pytest.mark.django_db


def make_page(title, **fields):
    home = Page.objects.get(depth=2)
    page = StandardPage(title=title, slug=title.lower().replace(" ", "-"), **fields)
    return home.add_child(instance=page)


def keys(found, kind):
    return [key for kind_, key, _ in found.rows if kind_ == kind]


def test_totals_count_all_kinds_of_results(indexed):
    make_course("Walrus training")
    make_kit("Walrus kit")
    make_page("Walrus rules")
    make_thread("Who trains a walrus?")
    indexed()
    found = find("walrus")
    totals = found.totals
    assert (totals.resources, totals.pages, totals.conversations) == (2, 1, 1)
    assert found.total == totals.all == found.complete == 4
    assert not found.is_rough
    for tab, total in (("resources", 2), ("pages", 1), ("forum", 1)):
        narrowed = find("walrus", tab=tab)
        assert narrowed.total == len(narrowed.rows) == total
        assert narrowed.totals == totals


def test_archived_resources_and_past_events_are_found(indexed):
    archived = make_guidance("Walrus memo", archived_on=date(2020, 1, 1))
    past = make_webinar("Walrus talk", in_days=-30)
    indexed()
    assert set(keys(find("walrus"), "resource")) == {archived.pk, past.pk}


def test_drafts_are_neither_shown_nor_counted(indexed):
    make_course("Walrus draft", live=False)
    page = make_page("Walrus secrets")
    indexed()
    page.unpublish()  # and the index has not heard of it yet
    found = find("walrus")
    assert (found.total, found.totals.all, found.rows) == (0, 0, [])
    assert find_ids("walrus") == []


def test_hidden_and_held_posts_are_neither_shown_nor_counted(indexed):
    thread = make_thread("About animals", text="Nothing here.")
    post = make_reply(thread, text="The walrus is mentioned.")
    indexed()
    assert find("walrus").total == 1
    for state in (Post.State.HIDDEN, Post.State.HELD, Post.State.DELETED):
        Post.objects.filter(pk=post.pk).update(state=state)
        assert find("walrus").totals.all == 0
        assert find("walrus", user=post.author).totals.all == 0


def test_restricted_categories_are_found_by_those_who_may_read(indexed):
    category = make_category(read=Category.Access.MEMBERS)
    inside = make_category(read=Category.Access.EVERYONE, parent=category)
    make_thread("A walrus among members", category=category)
    make_thread("A walrus one level below", category=inside)
    indexed()
    assert find("walrus").totals.all == 0
    assert find("walrus", user=make_user()).totals.conversations == 2


def test_suggested_spelling_never_tells_what_one_may_not_read(indexed):
    category = make_category(read=Category.Access.MEMBERS)
    for _ in range(3):
        make_thread("Operation narwhal", text="Narwhal it is.", category=category)
    indexed()
    found = find("narwhale")
    assert (found.words, found.suggestion, found.total) == ("narwhale", "", 0)
    assert find("narhwal", user=make_user()).words == "narwhal"


def test_thread_is_one_result_with_its_best_post(indexed):
    thread = make_thread("About animals", text="A walrus, once, in a long text about the sea.")
    best = make_reply(thread, text="Walrus! Walrus! Walrus!")
    make_reply(thread, text="Nothing about it.")
    indexed()
    found = find("walrus")
    [(kind, key, post)] = found.rows
    assert (kind, key, post.pk) == ("thread", thread.pk, best.pk)


def test_thread_is_found_by_title_alone(indexed):
    topic = make_topic("Marine mammals")
    thread = make_thread("A question", text="Hello.")
    thread.topics.add(topic)
    thread.save()
    indexed()
    assert keys(find("marine mammals"), "thread") == [thread.pk]


def test_all_words_come_first_and_some_words_fill_the_page(indexed):
    both = make_course("Walrus and otter together")
    one = make_course("Walrus alone")
    indexed()
    found = find("walrus otter")
    assert keys(found, "resource") == [both.pk, one.pk]
    assert (found.total, found.complete) == (2, 1)


def test_some_words_do_not_go_beyond_the_first_page(indexed):
    for number in range(FIRST_PAGE + 5):
        make_kit(f"Otter {number}")
    make_course("Walrus and otter")
    indexed()
    found = find("walrus otter")
    assert found.complete == 1
    assert found.totals.resources == FIRST_PAGE
    assert find("otter").totals.resources == FIRST_PAGE + 6


def test_words_nobody_wrote_find_nothing(indexed):
    make_course("Walrus training")
    indexed()
    assert find("xylophone").total == 0


def test_misspelled_words_find_what_was_meant(indexed):
    for number in range(3):
        make_course(f"Chinchilla {number}")
    indexed()
    found = find("chinchila")
    assert (found.words, found.typed, found.is_corrected) == (
        "chinchilla",
        "chinchila",
        True,
    )
    assert (found.total, found.complete_as_typed) == (3, 0)
    as_typed = find("chinchila", as_typed=True)
    assert (as_typed.total, as_typed.suggestion) == (0, "chinchilla")
    assert len(find_ids("chinchila")) == 3


def test_synonym_of_an_editor_counts_at_once(indexed):
    course = make_course("Customer experience basics")
    indexed()
    assert find("zx").total == 0
    Synonym.objects.create(words="ZX", others="customer experience")
    assert keys(find("zx"), "resource") == [course.pk]


def test_newest_first_mixes_all_kinds_by_date(indexed):
    old = make_guidance("Walrus old", published_on=date(2001, 1, 1))
    new = make_guidance("Walrus new", published_on=timezone.localdate() - timedelta(days=3))
    thread = make_thread("Walrus today")
    indexed()
    found = find("walrus", sort="newest")
    assert [key for _, key, _ in found.rows] == [thread.pk, new.pk, old.pk]


def test_pages_do_not_overlap_and_end(indexed):
    for number in range(FIRST_PAGE + 3):
        make_kit(f"Walrus {number}")
    indexed()
    first, second, beyond = (find("walrus", page=page) for page in (1, 2, 99))
    assert (len(first.rows), len(second.rows), first.page_count) == (FIRST_PAGE, 3, 2)
    assert not set(keys(first, "resource")) & set(keys(second, "resource"))
    assert (beyond.page, beyond.rows) == (2, second.rows)


def test_facets_narrow_rows_and_not_totals(indexed):
    free = make_course("Walrus course", cost="free")
    make_course("Walrus school", cost="paid")
    make_kit("Walrus kit", cost="paid")
    indexed()
    filters = Filters.read(_query("cost=free&kind=course"))
    found = find("walrus", tab="resources", filters=filters)
    assert keys(found, "resource") == [free.pk]
    assert (found.total, found.totals.resources) == (1, 3)
    counts = {
        facet["key"]: {option.value: option.count for option in facet["options"]}
        for facet in found.resources.facets()
    }
    assert counts["cost"] == {"free": 1, "paid": 1}  # of courses
    assert counts["kind"] == {"course": 1}  # of what is free


def _query(text):
    from django.http import QueryDict

    return QueryDict(text)


def test_forum_filters_narrow_by_thread_and_post(indexed):
    dana, omar = make_user("Dana"), make_user("Omar")
    here, there = make_category("Here"), make_category("There")
    asked = make_thread("Walrus?", author=dana, category=here, kind="question")
    told = make_thread("Walrus!", text="One walrus.", author=omar, category=there)
    told.tags.add("tusks")
    answer = make_reply(asked, text="The walrus answers.", author=omar)
    asked.answer = answer
    asked.save()
    Post.objects.filter(thread=told).update(created_at=timezone.now() - timedelta(days=100))
    indexed()

    def narrowed(**chosen):
        filters = Filters(forum=ForumFilters(**chosen))
        found = find("walrus", tab="forum", filters=filters)
        return {key: post.pk for _, key, post in found.rows}, found

    assert set(narrowed(category="here")[0]) == {asked.pk}
    assert set(narrowed(tag="tusks")[0]) == {told.pk}
    assert set(narrowed(solved="yes")[0]) == {asked.pk}
    assert set(narrowed(since="month")[0]) == {asked.pk}
    rows, found = narrowed(author=omar.username)
    assert set(rows) == {asked.pk, told.pk}
    assert rows[asked.pk] == answer.pk  # the best of his own posts
    assert found.totals.conversations == 2
    selects = {select["key"]: select["options"] for select in found.forum.selects()}
    assert {option["label"]: option["count"] for option in selects["category"]} == {
        "Here": 1,
        "There": 1,
    }
    assert {option["value"]: option["count"] for option in selects["since"]} == {
        "week": 1,
        "month": 1,
        "year": 2,
    }


def test_search_inside_of_a_thread_gives_posts(indexed):
    thread, other = make_thread("Walrus one"), make_thread("Walrus two", text="A walrus.")
    post = make_reply(thread, text="Here is a walrus.")
    make_reply(other, text="And a walrus elsewhere.")
    indexed()
    found = find("here walrus", filters=Filters(thread=thread.pk))
    assert found.rows[0][:2] == ("post", post.pk)
    assert {post.thread for _, _, post in found.rows} == {thread.pk}
    # The title of the thread is not among the words of its posts.
    assert [key for _, key, _ in find("walrus", filters=Filters(thread=thread.pk)).rows] == [
        post.pk
    ]
    later = make_reply(thread, text="One more walrus.")
    indexed()
    newest = find("walrus", sort="newest", filters=Filters(thread=thread.pk))
    assert [key for _, key, _ in newest.rows] == [later.pk, post.pk]
    assert find("walrus", filters=Filters(thread=999_999)).total == 0


def test_search_inside_of_a_category_includes_those_in_it(indexed):
    parent = make_category("Parent")
    inside = make_category("Inside", parent=parent)
    above, below = (make_thread("Walrus", category=row) for row in (parent, inside))
    make_thread("Walrus", category=make_category("Elsewhere"))
    make_course("Walrus course")
    indexed()
    found = find("walrus", tab="forum", filters=Filters(category="parent"))
    assert set(keys(found, "thread")) == {above.pk, below.pk}
    assert found.totals.all == 2


def test_resources_and_pages_are_ranked_together(indexed):
    page = make_page("Walrus walrus", introduction="Walrus.")
    course = make_course("A course", summary="About a walrus among other animals of the sea.")
    indexed()
    assert find_ids("walrus") == [page.pk, course.pk]
    assert find_ids("walrus", limit=1) == [page.pk]


def test_provider_and_topic_of_a_resource_are_found(indexed):
    provider = make_provider("Institute of Tusks", former_names="Bureau of Tusks")
    course = make_course("One", provider=provider, topics=[make_topic("Whiskers")])
    indexed()
    for words in ("institute of tusks", "bureau", "whiskers"):
        assert find_ids(words) == [course.pk]


@pytest.mark.parametrize("words", ["walrus", "walrus training"])
def test_database_engine_gives_the_same_results(words, database_engine, indexed):
    course = make_course("Walrus training")
    make_course("Walrus draft training", live=False)
    thread = make_thread("Walrus?", text="Walrus training, anybody?")
    hidden = make_thread("Walrus training", category=make_category(read=Category.Access.MEMBERS))
    indexed()
    found = find(words)
    assert (found.totals.resources, found.totals.conversations) == (1, 1)
    assert keys(found, "resource") == [course.pk]
    assert keys(found, "thread") == [thread.pk]
    assert find(words, user=hidden.author).totals.conversations == 2
    assert not found.is_rough


def test_unreadable_index_leaves_titles_and_summaries(unreadable_index):
    course = make_course("Training", summary="With a walrus.", body="<p>And an otter.</p>")
    make_course("Draft", summary="With a walrus.", live=False)
    page = make_page("Walrus page")
    thread = make_thread("Walrus?", text="An otter.")
    found = find("walrus")
    assert found.is_rough
    assert set(keys(found, "resource")) == {course.pk}
    assert keys(found, "page") == [page.pk]
    assert keys(found, "thread") == [thread.pk]
    assert find("otter").total == 0


def test_new_site_without_anything_misses_nothing(unreadable_index):
    found = find("walrus")
    assert (found.total, found.is_rough) == (0, False)


def test_lost_index_is_told_even_where_nothing_is_found(indexed, index_path):
    (index_path / "wagtailcore.page" / "current").unlink()
    found = find("walrus")
    assert (found.total, found.is_rough) == (0, True)


def test_keys_come_best_first_from_the_index(indexed):
    best = make_course("Social media", summary="Social media for all.")
    for number in range(3):
        make_guidance(f"Gardens {number}", summary="A garden, and social media once.")
    indexed()
    ranked = rank(Page, "social media")
    assert ranked.keys[0] == best.pk
    assert ranked.best == max(ranked.scores.values())
