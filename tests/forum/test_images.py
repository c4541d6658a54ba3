from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from forum import drafts, images
from forum.image_files import MOST_BYTES, NotShown, remake
from forum.models import PostImage, Standing
from forum.moderation import hide_post
from forum.posting import edit_post, reply
from tests.factories import make_category, make_reply, make_thread, make_user

pytestmark = pytest.mark.django_db
UNSAID = "Say in a few words what the image shows, or tick that it only decorates."


@pytest.fixture(autouse=True)
def _own_folder(tmp_path):
    storage = PostImage._meta.get_field("file").storage
    before, storage._location = storage._location, str(tmp_path)
    storage.__dict__.pop("base_location", None), storage.__dict__.pop("location", None)
    yield
    storage._location = before
    storage.__dict__.pop("base_location", None), storage.__dict__.pop("location", None)


@pytest.fixture
def member(client):
    user = make_user("Jane Doe", date_joined=timezone.now() - timedelta(days=30))
    # Images of newcomers wait for a moderator, see test_holding.
    Standing.objects.create(user=user, posts=30)
    client.force_login(user)
    return user


def picture(size=(40, 30), kind="PNG", name="chart.png", mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 1).save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue(), content_type="text/html")


def upload(member, **options):
    return images.upload(file=picture(**options), by=member)


def reply_url(thread):
    return f"{thread.get_absolute_url()}reply/"


def fetch(client, url):
    """Ask for an image as a browser does, to the end."""
    answer = client.get(url)
    if answer.streaming:
        answer.body = b"".join(answer.streaming_content)
        # Not the whole answer: closing that would close the test's database, too.
        for close in answer._resource_closers:
            close()
    return answer


# The file --------------------------------------------------------------------------------------


def test_image_is_made_anew_without_what_its_file_said():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    made = remake(picture((400, 200), "JPEG", exif=exif))
    assert (made.width, made.height) == (200, 400)
    data = made.file.read()
    assert b"SecretCamera" not in data
    with Image.open(BytesIO(data)) as shown:
        assert shown.format == "WEBP"
        assert not shown.getexif()


@pytest.mark.parametrize(
    ("kind", "mode"), [("GIF", "P"), ("PNG", "RGBA"), ("PNG", "I;16"), ("WEBP", "RGB")]
)
def test_what_browsers_know_is_taken(kind, mode):
    file = picture(kind=kind, mode=mode) if mode != "I;16" else _sixteen_bits()
    assert remake(file).width == 40


def _sixteen_bits():
    out = BytesIO()
    Image.new("I;16", (40, 30), 700).save(out, "PNG")
    return SimpleUploadedFile("x.png", out.getvalue())


def test_large_image_is_made_smaller():
    made = remake(picture((3000, 2000), "JPEG"))
    assert (made.width, made.height) == (1600, 1067)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"",
        picture().read()[:60],
    ],
)
def test_what_is_no_image_is_refused(data):
    with pytest.raises(NotShown, match="no image that can be shown"):
        remake(SimpleUploadedFile("chart.png", data, content_type="image/png"))


def test_bomb_and_heavy_file_are_refused():
    with pytest.raises(NotShown, match="too many pixels"):
        remake(picture((6000, 5000), mode="L"))
    with pytest.raises(NotShown, match="at most|may have 8 MB"):
        remake(SimpleUploadedFile("x.png", b"x" * (MOST_BYTES + 1)))


# Who sees it -----------------------------------------------------------------------------------


def test_image_is_private_until_its_post_is_public_and_again_when_hidden(client):
    author, thread = make_user(), make_thread()
    image = upload(author)
    url = image.get_absolute_url()
    assert fetch(client, url).status_code == 404
    client.force_login(author)
    assert fetch(client, url)["Cache-Control"] == "private, no-cache"
    client.logout()
    post = reply(thread=thread, author=author, text=f"![A red field]({url})")
    shown = fetch(client, url)
    assert shown["Content-Type"] == "image/webp"
    assert shown["Cache-Control"] == "private, max-age=31536000, immutable"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert b"WEBP" in shown.body[:16]
    page = client.get(thread.get_absolute_url()).content.decode()
    assert f'<img src="{url}" alt="A red field" width="40" height="30" loading="lazy">' in page
    hide_post(post=post, by=make_user(is_superuser=True), reason="sensitive")
    assert fetch(client, url).status_code == 404


def test_image_of_a_closed_category_is_for_its_readers(client):
    thread = make_thread(category=make_category(read="members"))
    image = upload(thread.author)
    make_reply(thread, f"![x]({image.get_absolute_url()})", author=thread.author)
    assert fetch(client, image.get_absolute_url()).status_code == 404
    client.force_login(make_user())
    assert fetch(client, image.get_absolute_url()).status_code == 200


def test_nobody_posts_an_image_that_another_has_not_posted():
    image, thread = upload(make_user()), make_thread()
    post = make_reply(thread, f"![x]({image.get_absolute_url()})")
    image.refresh_from_db()
    assert image.post is None
    assert "<img" not in post.html


def test_posted_image_may_be_quoted():
    thread = make_thread()
    image = upload(thread.author)
    first = make_reply(thread, f"![x]({image.get_absolute_url()})", author=thread.author)
    second = make_reply(thread, f"> ![x]({image.get_absolute_url()})")
    assert "<img" in second.html
    image.refresh_from_db()
    assert image.post == first


def test_image_taken_out_of_a_post_is_out_of_sight_and_may_come_back(client):
    thread = make_thread()
    image = upload(thread.author)
    text = f"See ![x]({image.get_absolute_url()})"
    post = make_reply(thread, text, author=thread.author)
    post = edit_post(post=post, editor=thread.author, text="Nothing")
    assert fetch(client, image.get_absolute_url()).status_code == 404
    edit_post(post=post, editor=thread.author, text=text)
    assert fetch(client, image.get_absolute_url()).status_code == 200


# The form --------------------------------------------------------------------------------------


def test_image_comes_with_a_reply_without_a_script(client, member):
    thread = make_thread()
    sent = {"text": "Look:", "image": picture(), "image_alt": "A [red] field"}
    client.post(reply_url(thread), sent)
    post = thread.posts.get(number=2)
    image = post.images.get()
    assert post.text == f"Look:\n\n![A \\[red\\] field]({image.get_absolute_url()})"
    assert 'alt="A [red] field"' in post.html


def test_image_in_a_held_post_is_for_its_author_and_moderators(client, member):
    Standing.objects.update(posts=0)
    thread = make_thread()
    client.post(reply_url(thread), {"text": "Look:", "image": picture(), "image_alt": "Red"})
    image = PostImage.objects.get()
    assert image.post.state == "held"
    url = image.get_absolute_url()
    assert fetch(client, url).status_code == 200
    client.force_login(make_user())
    assert fetch(client, url).status_code == 404
    client.force_login(make_user(is_superuser=True))
    assert fetch(client, url).status_code == 200


def test_image_without_words_is_kept_and_asked_about(client, member):
    thread = make_thread()
    answer = client.post(reply_url(thread), {"text": "Look:", "image": picture()})
    image = PostImage.objects.get()
    page = answer.content.decode()
    assert UNSAID in page
    assert f'src="{image.get_absolute_url()}"' in page
    assert thread.posts.count() == 1
    again = {"text": "Look:", "image_key": str(image.key), "image_is_decorative": "on"}
    client.post(reply_url(thread), again)
    assert f'<img src="{image.get_absolute_url()}" alt=""' in thread.posts.get(number=2).html


def test_image_that_waits_may_be_left_out(client, member):
    thread = make_thread()
    client.post(reply_url(thread), {"text": "Look:", "image": picture()})
    key = str(PostImage.objects.get().key)
    client.post(reply_url(thread), {"text": "Look:", "image_key": key, "image_drop": "on"})
    assert "<img" not in thread.posts.get(number=2).html


def test_preview_and_errors_keep_the_image_in_the_text(client, member):
    thread = make_thread()
    sent = {"text": "", "image": picture(), "image_alt": "Red", "preview": "1"}
    page = client.post(reply_url(thread), sent).content.decode()
    address = PostImage.objects.get().get_absolute_url()
    assert f"![Red]({address})" in page
    assert f'<img src="{address}" alt="Red"' in page
    assert member.forum_drafts.get().text.strip() == f"![Red]({address})"


def test_what_is_no_image_is_said_and_nothing_posted(client, member):
    thread = make_thread()
    sent = {"text": "Look:", "image": SimpleUploadedFile("a.png", b"no"), "image_alt": "Red"}
    page = client.post(reply_url(thread), sent).content.decode()
    assert "This is no image that can be shown." in page
    assert "Look:" in page
    assert thread.posts.count() == 1


def test_script_gets_what_to_put_into_the_text(client, member):
    url = reply_url(make_thread())
    sent = {"attach_image": "1", "image": picture(), "image_alt": "Red"}
    found = client.post(url, sent, headers={"Accept": "application/json"}).json()
    image = PostImage.objects.get()
    assert found == {"text": f"![Red]({image.get_absolute_url()})", "said": ""}
    sent = {"attach_image": "1", "image": picture()}
    answer = client.post(url, sent, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["said"]) == (409, UNSAID)
    assert PostImage.objects.count() == 1


def test_post_shows_ten_images_at_most(client, member):
    thread = make_thread()
    keys = [upload(member).get_absolute_url() for _ in range(11)]
    page = client.post(reply_url(thread), {"text": " ".join(f"![]({url})" for url in keys)})
    assert "A post may show 10 images; yours has 11." in page.content.decode()


def test_limits_of_a_member(member, monkeypatch):
    monkeypatch.setattr(images, "MOST_WAITING", 1)
    upload(member)
    with pytest.raises(NotShown, match="that no post uses"):
        upload(member)
    monkeypatch.setattr(images, "UPLOADS", images.Limit("image", 1, 86400))
    with pytest.raises(NotShown, match="in a day"):
        upload(member)


# Clearing away ---------------------------------------------------------------------------------


def test_images_of_no_post_and_no_draft_are_removed(member, django_capture_on_commit_callbacks):
    now = timezone.now()
    long_ago = now - timedelta(days=4)
    thread = make_thread()
    images_of = {name: images.upload(file=picture(), by=member, now=long_ago) for name in "abcd"}
    new = upload(member)
    reply(thread=thread, author=member, text=images_of["a"].markdown)
    text = images_of["b"].markdown
    drafts.save(user=member, place=drafts.reply_place(thread), fields={"text": text})
    path = Path(images_of["c"].file.path)
    with django_capture_on_commit_callbacks(execute=True):
        assert images.purge_waiting(now) == 2
    left = set(PostImage.objects.values_list("pk", flat=True))
    assert left == {images_of["a"].pk, images_of["b"].pk, new.pk}
    assert not path.exists()
    assert images.purge_waiting(now) == 0
