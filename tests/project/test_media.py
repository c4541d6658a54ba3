import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


@pytest.fixture
def stored():
    """Store a file under a name; it goes when the test ends."""
    names = []

    def store(name):
        names.append(default_storage.save(name, ContentFile(b"bytes")))
        return names[-1]

    yield store
    for name in names:
        default_storage.delete(name)


def test_a_published_picture_is_served_with_its_own_policy(client, stored):
    response = client.get(f"/media/{stored('images/tree.width-300.webp')}")
    assert b"".join(response.streaming_content) == b"bytes"
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=86400"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["documents/plan.pdf", "original_images/tree.png", "images/page.html", "images/x.svg"]
)
def test_nothing_else_that_was_uploaded_is(client, stored, name):
    assert client.get(f"/media/{stored(name)}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "images/none.png",
        "images/../documents/x.png",
        "images/%2e%2e/%2e%2e/db.png",
        "images/%00.png",
    ],
)
def test_what_is_not_there_is_not_found(client, name):
    assert client.get(f"/media/{name}").status_code == 404
