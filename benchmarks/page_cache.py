"""A kept page against its floor: the same bytes from a bare Django view without middleware.

    python -m benchmarks.page_cache [--seconds 2] [--goal 0.8] [--json FILE]

Both are asked through the WSGI handler in one process, one after the other and several times, so
that only the ratio counts. A visitor's browser is imitated: Accept-Encoding, no cookie. Ends with
status 1 when a hit reaches less than the goal, 0.8 of the floor.
"""

import argparse
import gzip
import io
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

GOAL = 0.8
ROUNDS = 7
PAGE = ("<p>" + "A thread page of twenty posts is about this long. " * 400 + "</p>").encode()


def environ(path, encoding):
    """Return a visitor's request, as granian hands it over."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9",
        "HTTP_ACCEPT_ENCODING": encoding,
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }


def rate(application, seconds, *, expected, encoding):
    """Return answers a second; each must have the expected body and status 200."""
    statuses = []
    count, deadline = 0, time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        response = application(
            environ("/page/", encoding), lambda status, headers: statuses.append(status)
        )
        body = b"".join(response)
        response.close()
        if body != expected or statuses.pop() != "200 OK":
            raise SystemExit("The answer is not the page.")
        count += 1
    return count / seconds


def measure(seconds):
    """Return the medians of the rates: floor, hit, hit compressed, and the ratio of the hit."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    views = type("urls", (), {})
    views.urlpatterns = [path("page/", lambda request: HttpResponse(PAGE))]
    settings.ROOT_URLCONF = views
    whole = get_wsgi_application()
    settings.MIDDLEWARE = []
    bare = get_wsgi_application()
    packed = gzip.compress(PAGE, 6)
    found = {"floor": [], "hit": [], "hit_gzip": []}
    for _ in range(ROUNDS):
        found["floor"].append(rate(bare, seconds, expected=PAGE, encoding=""))
        found["hit"].append(rate(whole, seconds, expected=PAGE, encoding=""))
        found["hit_gzip"].append(gzip_rate(whole, seconds, packed))
    report = {name: round(statistics.median(rates)) for name, rates in found.items()}
    ratios = [hit / floor for hit, floor in zip(found["hit"], found["floor"], strict=True)]
    report["ratio"] = round(statistics.median(ratios), 2)
    return report


def gzip_rate(application, seconds, packed):
    """Return the rate of the compressed form; its header holds the time, the rest must agree."""
    first = b"".join(application(environ("/page/", "gzip"), lambda status, headers: None))
    if gzip.decompress(first) != PAGE or abs(len(first) - len(packed)) > 16:
        raise SystemExit("The answer is not the page.")
    return rate(application, seconds, expected=first, encoding="gzip")


def main():
    """Measure, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1, help="length of each measurement")
    parser.add_argument("--goal", type=float, default=GOAL, help="the ratio asked for")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as var_dir:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="portal.settings.demo", VAR_DIR=var_dir, ENV_FILE=os.devnull
        )
        (Path(var_dir) / "static").mkdir()
        report = measure(options.seconds)
    print(f"bare view           {report['floor']:>7} a second")
    print(f"kept page           {report['hit']:>7} a second, {report['ratio']} of the bare view")
    print(f"kept page, gzip     {report['hit_gzip']:>7} a second")
    if options.json:
        options.json.write_text(json.dumps(report) + "\n")
    if report["ratio"] < options.goal:
        sys.exit(f"A kept page must reach {options.goal} of a bare view.")


if __name__ == "__main__":
    main()
