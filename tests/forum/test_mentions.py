import pytest
from django.urls import reverse

from forum.models import OutsideLink, PostMention
from forum.moderation import hide_post
from forum.posting import edit_post
from tests.factories import (
    make_category,
    make_course,
    make_kit,
    make_reply,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)


def html_of(post):
    post.refresh_from_db()
    return post.html


def test_title_slug_and_address_name_a_listing():
    kit = make_kit("Social Kit", slug="social-kit", link="https://www.kit.gov/social/?utm_source=x")
    text = (
        "[[social kit]] [[SOCIAL-KIT]] http://kit.gov/social "
        "http://testserver/resources/social-kit/ [here](/resources/social-kit/) [[unknown]]"
    )
    post = make_thread(text=text).posts.get()
    assert post.html.count('href="/resources/social-kit/"') == 5
    assert post.html.count(">Social Kit</a>") == 4
    assert "[[unknown]]" in post.html
    assert PostMention.objects.filter(post=post, resource=kit).count() == 5
    assert not OutsideLink.objects.exists()


def test_draft_is_not_named():
    kit = make_kit("Hidden Kit", live=False)
    post = make_thread(text=f"[[Hidden Kit]] {kit.link}").posts.get()
    assert "[[Hidden Kit]]" in post.html


def test_current_listing_goes_before_archived_one_of_same_title():
    make_kit("Twin", slug="twin-old", archived_on="2020-01-01")
    make_kit("Twin", slug="twin-new")
    make_kit("Twin", slug="twin-older", archived_on="2019-01-01")
    assert "/resources/twin-new/" in make_thread(text="[[Twin]]").posts.get().html


def test_member_is_named_whatever_the_case():
    user = make_user("Jane Doe", username="Jane-Doe")
    post = make_thread(text="Ask @jane-doe or @nobody-here").posts.get()
    assert '<a href="/members/Jane-Doe/" class="member">@Jane Doe</a>' in post.html
    assert "@nobody-here" in post.html
    assert post.member_mentions.get().user == user


def test_title_of_today_is_shown_after_a_change():
    kit = make_kit("Old Title", slug="kit")
    post = make_thread(text="[[Old Title]]").posts.get()
    kit.title = "New Title"
    kit.slug = "kit-two"
    kit.save_revision().publish()
    assert html_of(post) == '<p><a href="/resources/kit-two/" class="mention">New Title</a></p>'
    kit.unpublish()
    assert html_of(post) == "<p>[[Old Title]]</p>"


def test_deleted_listing_leaves_what_was_typed():
    kit = make_kit("Gone", link="https://gone.gov/x")
    post = make_thread(text="[[Gone]] https://gone.gov/x").posts.get()
    kit.delete()
    assert "class" not in html_of(post)
    assert "[[Gone]]" in post.html


def test_archived_listing_says_so():
    from catalog.changes import announce

    kit = make_kit("Kit", slug="kit")
    post = make_thread(text="[[Kit]]").posts.get()
    kit.archived_on = "2020-01-01"
    kit.save()
    kit.refresh_from_db()
    announce(kit)
    assert ">Kit (archived)</a>" in html_of(post)


def test_outside_link_is_suggested_to_members_and_becomes_a_title(client):
    post = make_thread(
        text="See https://new.gov/course?a=1&b=2 and [this](https://new.gov/b)."
    ).posts.get()
    url = post.thread.get_absolute_url()
    assert "Not in the catalog yet" not in client.get(url).content.decode()
    client.force_login(make_user())
    page = client.get(url).content.decode()
    assert page.count("Not in the catalog yet") == 2
    assert "/suggest/?url=https%3A%2F%2Fnew.gov%2Fcourse%3Fa%3D1%26b%3D2" in page

    make_course(
        "New Course", slug="new", link="https://www.new.gov/course/?b=2&a=1"
    ).save_revision().publish()
    assert '<a href="/resources/new/" class="mention">New Course</a>' in html_of(post)
    assert client.get(url).content.decode().count("Not in the catalog yet") == 1


def test_edit_names_anew():
    make_kit("One")
    make_kit("Two")
    post = make_thread(text="[[One]] https://one.gov").posts.get()
    edit_post(post=post, editor=post.author, text="[[Two]] https://two.gov")
    assert [mention.typed for mention in post.mentions.all()] == ["Two"]
    assert [link.typed for link in post.outside_links.all()] == ["https://two.gov"]


def test_resources_of_a_thread_are_those_of_public_posts(client):
    make_kit("Shown Kit")
    make_kit("Veiled Kit")
    thread = make_thread(text="[[Shown Kit]] [[shown kit]]")
    hidden = make_reply(thread, text="[[Veiled Kit]]")
    hide_post(post=hidden, by=make_user(is_superuser=True), reason="spam")
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Resources in this thread (1)" in page
    assert "Veiled Kit" not in page


def test_naming_takes_few_queries(django_assert_max_num_queries):
    from forum.mentions import look_up

    for number in range(20):
        make_kit(f"Kit {number}")
    text = " ".join(f"[[Kit {n}]] https://a{n}.gov @user-{n}" for n in range(20))
    with django_assert_max_num_queries(4):
        assert len(look_up(text).resources) == 20


def test_address_that_cannot_be_read_is_left_alone(client):
    text = "http://[::1 https://exa mple.gov [x](http://[bad) https://" + "a" * 1500 + ".gov"
    thread = make_thread(text=text)
    assert client.get(reverse("forum:thread", args=[thread.pk, thread.slug])).status_code == 200


def test_pasted_address_of_a_thread_shows_its_title(settings):
    settings.BASE_URL = "https://forum.example"
    thread = make_thread("Which day?", category=make_category("Planning"))
    post = make_reply(thread)
    address = f"https://forum.example{thread.get_absolute_url()}?page=1#post-2"
    html = make_reply(thread, f"{address}\n\nand /forum/p/{post.pk}/").html
    assert '<p class="link-card"><a href="/forum/t/' in html
    assert '?page=1#post-2" class="mention">Which day?</a><br>\nThread in Planning</p>' in html
    html = make_reply(thread, f"https://forum.example/forum/p/{post.pk}/").html
    assert "Which day?, post 2</a>" in html


def test_title_of_a_closed_thread_is_told_to_nobody(settings):
    settings.BASE_URL = "https://forum.example"
    secret = make_thread("A secret", category=make_category(read="members"))
    post = secret.posts.get()
    for path in (secret.get_absolute_url(), post.get_absolute_url()):
        assert "A secret" not in make_reply(make_thread(), f"https://forum.example{path}").html
