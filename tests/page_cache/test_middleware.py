import gzip
import threading
import time

import brotli
import pytest
from django.conf import settings as django_settings
from django.test import Client

from portal.page_cache import store
from portal.page_cache.middleware import PageCacheMiddleware
from portal.page_cache.versions import increase_versions
from tests.page_cache import views

GONE = ("wagtail.contrib.redirects.middleware.RedirectMiddleware",)


@pytest.fixture(autouse=True)
def _pages(settings, tmp_path):
    """Turn the page cache on, over pages that need no database."""
    settings.PAGE_CACHE_BYTES = 1_000_000
    settings.VAR_DIR = tmp_path
    settings.ROOT_URLCONF = "tests.page_cache.views"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in GONE]
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    views.made.clear()
    views.meanwhile.clear()


@pytest.fixture
def browser():
    return Client()


def times_made(browser, path, times=2, **headers):
    """Ask `times` times and return how often the page was made."""
    for _ in range(times):
        browser.get(path, headers=headers)
    return views.made[path.partition("?")[0]]


def test_second_request_is_served_from_memory(browser):
    first, second = browser.get("/page/1/"), browser.get("/page/1/")
    assert first.content == second.content
    assert views.made["/page/1/"] == 1


def test_kept_page_carries_all_headers_of_the_stack(browser):
    first, second = browser.get("/page/1/"), browser.get("/page/1/")
    assert dict(first.items()) == dict(second.items())
    for name in (
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
    ):
        assert second[name]
    assert second["Cache-Control"] == "private, no-cache"
    assert second["Content-Length"] == str(len(second.content))


def test_own_headers_are_kept(browser):
    browser.get("/own-headers/")
    response = browser.get("/own-headers/")
    assert views.made["/own-headers/"] == 1
    assert response["Content-Type"] == "application/atom+xml"
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["X-Own"] == "kept"


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/page/2/"},
        {"path": "/page/1/?page=2"},
        {"path": "/page/1/", "headers": {"host": "localhost"}},
        {"path": "/page/1/", "secure": True},
    ],
)
def test_another_address_is_another_page(browser, change):
    browser.get("/page/1/")
    browser.get(**change)
    assert sum(views.made.values()) == 2


def test_language_is_part_of_the_key(browser, settings):
    settings.LANGUAGES = [("en-us", "English"), ("es", "Spanish")]
    for language in ("en", "es", "es-MX,es", "en"):
        browser.get("/page/1/", headers={"accept-language": language})
    assert views.made["/page/1/"] == 2


@pytest.mark.parametrize("name", ["sessionid", "messages"])
def test_member_and_waiting_message_pass_by(browser, name):
    browser.get("/page/1/")
    browser.cookies[name] = "anything"
    assert times_made(browser, "/page/1/") == 3


def test_other_cookies_do_not_matter(browser):
    browser.cookies["theme"] = "dark"
    assert times_made(browser, "/page/1/") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/form/post/",
        "/cookie/",
        "/session/",
        "/message/",
        "/streamed/",
        "/missing/",
        "/never/",
        "/by-agent/",
        "/search/",
        "/search/?q=kept",
        "/accounts/login/",
        "/admin/",
        "/demo/outbox/",
        "/page/1/?" + "q" * 600,
    ],
)
def test_never_kept(path):
    for _ in range(2):
        Client().get(path)  # a new browser: what one of them got as a cookie is not sent again
    assert views.made[path.partition("?")[0]] == 2


def test_get_form_is_kept(browser):
    assert times_made(browser, "/form/get/") == 1


def test_failure_is_not_kept(browser):
    browser.raise_request_exception = False
    assert browser.get("/failing/").status_code == 500
    assert times_made(browser, "/failing/", times=1) == 2


def test_post_is_not_served(browser):
    browser.get("/page/1/")
    browser.post("/page/1/")
    assert views.made["/page/1/"] == 2


@pytest.mark.parametrize(
    ("path", "raised", "made"),
    [
        ("/page/1/", "site", 2),
        ("/page/1/", "forum", 2),
        ("/page/1/", "catalog", 2),
        ("/page/1/", "thread:1", 1),
        ("/thread/1/", "site", 2),
        ("/thread/1/", "thread:1", 2),
        ("/thread/1/", "forum", 1),
        ("/thread/1/", "catalog", 1),
        ("/thread/1/", "thread:2", 1),
    ],
)
def test_page_holds_while_its_versions_stand(browser, path, raised, made):
    browser.get(path)
    increase_versions(raised)
    browser.get(path)
    assert views.made[path] == made


@pytest.mark.parametrize("path", ["/page/1/", "/thread/1/"])
def test_change_while_a_page_is_made_drops_it(browser, path):
    views.meanwhile.append(lambda: increase_versions("thread:1", "forum"))
    browser.get(path)
    views.meanwhile.clear()
    browser.get(path)
    assert views.made[path] == 2


def test_page_is_kept_for_a_minute_at_most(browser, monkeypatch):
    browser.get("/page/1/")
    now = store.monotonic()
    monkeypatch.setattr(store, "monotonic", lambda: now + 59)
    assert times_made(browser, "/page/1/", times=1) == 1
    monkeypatch.setattr(store, "monotonic", lambda: now + 61)
    assert times_made(browser, "/page/1/", times=1) == 2


def test_compressed_forms(browser):
    raw = browser.get("/page/1/")
    assert "Content-Encoding" not in raw.headers
    for encoding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        response = browser.get("/page/1/", headers={"accept-encoding": encoding})
        assert response["Content-Encoding"] == encoding
        assert "Accept-Encoding" in response["Vary"]
        assert unpack(response.content) == raw.content
        assert response["ETag"] == raw["ETag"]
        assert response["Content-Length"] == str(len(response.content))
    assert views.made["/page/1/"] == 1


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("GZIP ; Q=1.0", "gzip"),
        ("br;q=0.000", ""),
    ],
)
def test_best_encoding(accepted, best):
    assert store.best_encoding(accepted) == best


def test_not_modified(browser):
    tag = browser.get("/page/1/")["ETag"]
    for asked_for in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        response = browser.get("/page/1/", headers={"if-none-match": asked_for})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == tag
        assert response["Content-Security-Policy"]
    assert browser.get("/page/1/", headers={"if-none-match": '"other"'}).status_code == 200
    assert views.made["/page/1/"] == 1


def test_first_request_may_be_conditional_too(browser):
    tag = browser.get("/always-the-same/")["ETag"]
    fresh = Client()  # a new browser, and a worker without pages
    headers = {"if-none-match": tag, "accept-encoding": "gzip"}
    assert fresh.get("/always-the-same/", headers=headers).status_code == 304
    assert views.made["/always-the-same/"] == 2


def test_head_has_the_headers_and_no_body(browser):
    whole = browser.get("/page/1/")
    head = browser.head("/page/1/")
    assert head.content == b""
    assert dict(head.items()) == dict(whole.items())
    assert views.made["/page/1/"] == 1


def test_head_makes_no_page_to_keep(browser):
    browser.head("/page/1/")
    assert browser.get("/page/1/").content
    assert views.made["/page/1/"] == 2


def test_wrong_host_is_refused_before_and_after(browser):
    for _ in range(2):
        assert browser.get("/page/1/", headers={"host": "evil.example"}).status_code == 400
    assert not views.made


def test_plain_http_is_redirected_though_the_page_is_kept(browser, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert browser.get("/page/1/", secure=True).status_code == 200
    assert browser.get("/page/1/").status_code == 301


def test_a_crowd_has_a_page_made_once(browser):
    browser.get("/page/2/")  # loads the middleware
    views.meanwhile.append(lambda: time.sleep(0.2))
    crowd = [
        threading.Thread(target=browser.handler.get_response, args=(request_for(p),))
        for p in ["/page/1/"] * 8
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert views.made["/page/1/"] == 1


def test_nobody_waits_for_a_page_that_is_not_kept(browser):
    browser.get("/form/post/")  # from now on it is known
    views.meanwhile.append(lambda: time.sleep(0.2))
    crowd = [
        threading.Thread(target=browser.handler.get_response, args=(request_for("/form/post/"),))
        for _ in range(5)
    ]
    started = time.monotonic()
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert time.monotonic() - started < 0.8


def request_for(path):
    """Return a fresh visitor's request."""
    from django.test import RequestFactory

    return RequestFactory().get(path)


def test_bytes_are_bounded_and_the_least_used_goes_first(browser):
    middleware = PageCacheMiddleware(views.page)
    middleware.pages.max_bytes = 40_000
    for number in range(15):
        middleware(request_for(f"/page/{number}/"))
        middleware(request_for("/page/0/"))
    assert middleware.pages.bytes <= 40_000
    assert 2 < len(middleware.pages) < 10
    views.made.clear()
    middleware(request_for("/page/0/"))
    middleware(request_for("/page/1/"))
    assert views.made == {"/page/1/": 1}


def test_too_large_a_page_is_not_kept(browser, settings):
    settings.PAGE_CACHE_BYTES = 10_000
    assert times_made(browser, "/page/1/") == 2


def test_zero_bytes_turn_it_off(browser, settings):
    settings.PAGE_CACHE_BYTES = 0
    assert times_made(browser, "/page/1/") == 2


def test_it_comes_first():
    assert django_settings.MIDDLEWARE[0] == "portal.page_cache.middleware.PageCacheMiddleware"
