import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from portal.csp import PolicyMiddleware
from tests.factories import make_user


def policy(response):
    """Return the policy of a response as a dict of sets."""
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(values) for name, *values in parts}


def test_the_site_allows_its_own_files_alone(client):
    site = policy(client.get("/healthz"))
    assert site["default-src"] == {"'none'"}
    assert site["script-src"] == site["style-src"] == {"'self'"}
    assert site["frame-ancestors"] == {"'none'"}
    assert not any("unsafe" in value for values in site.values() for value in values)


@pytest.mark.django_db
def test_the_admin_may_write_inline(client):
    client.force_login(make_user(is_superuser=True))
    admin = policy(client.get("/admin/"))
    assert admin["script-src"] == admin["style-src"] == {"'self'", "'unsafe-inline'"}
    assert admin["frame-ancestors"] == admin["default-src"] == {"'self'"}


def test_a_preview_may_stand_in_the_admins_frame():
    """A preview is answered below /admin/ by a page that has its own policy already."""

    def preview(request):
        return HttpResponse(headers={"Content-Security-Policy": "frame-ancestors 'none'"})

    response = PolicyMiddleware(preview)(RequestFactory().get("/admin/pages/1/edit/preview/"))
    assert policy(response)["frame-ancestors"] == {"'self'"}


def test_an_answers_own_policy_is_left_elsewhere():
    def document(request):
        return HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})

    response = PolicyMiddleware(document)(RequestFactory().get("/documents/1/plan.pdf"))
    assert response["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("path", ["/administration/", "/x/admin/"])
def test_only_below_admin(path):
    response = PolicyMiddleware(lambda request: HttpResponse())(RequestFactory().get(path))
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
