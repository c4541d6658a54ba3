"""Pages of text: seeded, editable, and never in the way of the site's own addresses."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from wagtail.models import Page

from portal.home.addresses import RESERVED_SLUGS
from portal.home.models import HomePage, StandardPage
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SEEDED = ["about", "how-listings-are-chosen", "rules", "accessibility", "privacy"]


@pytest.mark.parametrize("slug", SEEDED)
def test_seeded_page_has_real_text_and_links_that_lead_somewhere(client, slug):
    page = StandardPage.objects.get(slug=slug)
    response = client.get(f"/{slug}/")
    assert response.status_code == 200
    text = response.content.decode()
    assert f"<h1>{page.title}</h1>" in text
    assert len(page.body) > 1000
    assert "<h2>" in text
    assert "TODO" not in text


def test_tree_is_whole(client):
    assert Page.find_problems() == ([], [], [], [], [])
    assert HomePage.objects.get().get_children().count() == 1 + len(SEEDED)


def test_seeded_page_is_edited_like_any_other(client):
    client.force_login(make_user(is_superuser=True))
    page = StandardPage.objects.get(slug="about")
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    page.introduction = "Other words."
    page.save_revision().publish()
    assert "Other words." in client.get("/about/").content.decode()


def test_page_below_a_page_has_a_way_back(client):
    about = StandardPage.objects.get(slug="about")
    about.add_child(instance=StandardPage(title="Team", slug="team"))
    text = client.get("/about/team/").content.decode()
    assert 'href="/about/">About</a>' in text
    assert 'href="/about/team/">Team</a>' in client.get("/about/").content.decode()


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_address_of_the_site_is_refused_below_home(slug):
    page = StandardPage(title="Mine", slug=slug)
    with pytest.raises(ValidationError, match="address of the site itself|already in use"):
        HomePage.objects.get().add_child(instance=page)


def test_address_of_the_site_is_free_further_down():
    about = StandardPage.objects.get(slug="about")
    about.add_child(instance=StandardPage(title="Forum", slug="forum"))
    assert Page.objects.filter(slug="forum").exists()


def test_every_first_part_of_an_address_is_reserved():
    """A new include in portal/urls.py must not be hidden by a page, nor hide one."""
    first_parts = set()

    def collect(patterns, prefix=""):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if "/" not in route and hasattr(pattern, "url_patterns"):
                collect(pattern.url_patterns, route)
                continue
            first = route.lstrip("^").partition("/")[0]
            if first and "<" not in first and "(" not in first and "[" not in first:
                first_parts.add(first.replace(".", "-").replace("\\", ""))

    collect(get_resolver().url_patterns)
    seeded = {"favicon-ico"}
    missing = {part for part in first_parts if part not in RESERVED_SLUGS | seeded}
    assert not missing
