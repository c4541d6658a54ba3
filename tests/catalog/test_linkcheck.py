from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog import linkcheck, outbound
from catalog.models import CheckedLink
from catalog.outbound import Answer
from tests import factories

from .misbehaving_server import running

pytestmark = pytest.mark.django_db

STATE = CheckedLink.State


@pytest.fixture
def server():
    with running() as server, outbound.allowing("127.0.0.1", server.server_port):
        yield server


def run(**options):
    linkcheck.collect()
    return linkcheck.check(pause=0, at_once=2, **options)


def state_of(url):
    return CheckedLink.objects.get(url=url).state


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer("u", 200), STATE.FINE),
        (Answer("u", 204), STATE.FINE),
        (Answer("u", 404), STATE.BROKEN),
        (Answer("u", 410), STATE.BROKEN),
        (Answer("u", 401), STATE.UNKNOWN),
        (Answer("u", 403), STATE.UNKNOWN),
        (Answer("u", 429), STATE.UNKNOWN),
        (Answer("u", 500), STATE.UNKNOWN),
        (Answer("u", 503), STATE.UNKNOWN),
        (Answer("u", error="name"), STATE.BROKEN),
        (Answer("u", error="certificate"), STATE.BROKEN),
        (Answer("u", 200, redirects=[(301, "v")]), STATE.MOVED),
        (Answer("u", 200, redirects=[(302, "v")]), STATE.FINE),
        (Answer("u", 200, redirects=[(301, "v"), (302, "w")]), STATE.FINE),
    ],
)
def test_verdict(answer, verdict):
    assert linkcheck.judge(answer)["verdict"] == verdict


def test_broken_only_after_two_failures_a_day_apart(server):
    url = server.url + "/status/404"
    factories.make_guidance(link=url)
    now = timezone.now()
    run(now=now)
    assert state_of(url) == STATE.FAILING
    # An hour later it is not even asked again.
    asked = len(server.asked)
    run(now=now + timedelta(hours=1))
    assert len(server.asked) == asked
    run(now=now + timedelta(hours=25))
    assert state_of(url) == STATE.BROKEN


def test_cannot_tell_neither_breaks_nor_mends(server):
    link = CheckedLink.objects.create(
        resource_id=factories.make_guidance().pk, url="https://example.org/", host="example.org"
    )
    now = timezone.now()
    for hours, verdict, expected in (
        (0, STATE.BROKEN, STATE.FAILING),
        (25, STATE.UNKNOWN, STATE.UNKNOWN),
        (50, STATE.BROKEN, STATE.BROKEN),
        (75, STATE.UNKNOWN, STATE.BROKEN),
        (100, STATE.FINE, STATE.FINE),
    ):
        link.record(verdict=verdict, detail="", now=now + timedelta(hours=hours))
        assert link.state == expected, hours


def test_get_is_tried_where_head_is_not_served(server):
    url = server.url + "/no-head"
    factories.make_guidance(link=url)
    run()
    assert state_of(url) == STATE.FINE
    assert ("GET", "/no-head") in server.asked


def test_permanent_move_proposes_the_new_address(server):
    factories.make_guidance(link=server.url + "/moved")
    run()
    link = CheckedLink.objects.get()
    assert (link.state, link.moved_to) == (STATE.MOVED, server.url + "/fine")


def test_move_in_several_steps_is_one(server):
    factories.make_guidance(link=server.url + "/in-two-steps")
    run()
    assert CheckedLink.objects.get().moved_to == server.url + "/fine"


def test_endless_and_bursting_pages_are_fine(server):
    for path in ("/endless", "/bomb"):
        factories.make_guidance(link=server.url + path)
    run()
    assert set(CheckedLink.objects.values_list("state", flat=True)) == {STATE.FINE}


def test_robots_txt_is_kept(server):
    server.robots = (200, b"User-agent: *\nDisallow: /fine\n")
    url = server.url + "/fine"
    factories.make_guidance(link=url)
    factories.make_guidance(link=server.url + "/moved")
    run()
    link = CheckedLink.objects.get(url=url)
    assert (link.state, link.detail) == (STATE.UNKNOWN, "robots.txt")
    assert ("HEAD", "/moved") in server.asked
    assert [path for _method, path in server.asked].count("/robots.txt") == 1


def test_site_whose_robots_txt_fails_is_left_in_peace(server):
    server.robots = (503, b"")
    factories.make_guidance(link=server.url + "/fine")
    run()
    assert CheckedLink.objects.get().state == STATE.UNKNOWN
    assert server.asked == [("GET", "/robots.txt")]


def test_site_that_has_enough_is_asked_another_night(server):
    for path in ("/status/429", "/fine", "/no-head"):
        factories.make_guidance(link=server.url + path)
    linkcheck.collect()
    linkcheck.check(pause=0)
    assert state_of(server.url + "/status/429") == STATE.UNKNOWN
    assert state_of(server.url + "/fine") == STATE.UNCHECKED


def answer_by_name(monkeypatch, **errors):
    def fetch(url, **options):
        error = errors.get(linkcheck.host_of(url).partition(".")[0], "")
        return Answer(url, None if error else 200, error=error)

    monkeypatch.setattr(outbound, "fetch", fetch)


def test_nothing_is_broken_when_our_own_way_out_is_closed(monkeypatch):
    answer_by_name(monkeypatch, a="name", b="timeout", c="connection")
    for name in "abc":
        factories.make_guidance(link=f"https://{name}.example.org/")
    assert run() == {}
    assert set(CheckedLink.objects.values_list("state", flat=True)) == {STATE.UNCHECKED}
    answer_by_name(monkeypatch, a="name", b="timeout")
    assert run() == {"failing": 2, "fine": 1}


def test_one_silent_host_is_its_own_trouble(monkeypatch):
    answer_by_name(monkeypatch, a="name")
    factories.make_guidance(link="https://a.example.org/")
    assert run() == {"failing": 1}


def test_each_host_has_its_pause(monkeypatch):
    now, slept = [100.0], []
    monkeypatch.setattr(linkcheck.time, "monotonic", lambda: now[0])
    asker = linkcheck.Asker(pause=2)
    asker.stopped.wait = slept.append
    asker.wait("http://a.example/1", "a.example")
    asker.wait("http://b.example/1", "b.example")
    assert slept == []
    now[0] += 0.5
    asker.wait("http://a.example/2", "a.example")
    assert slept == [1.5]


def test_run_ends_when_its_time_is_over(server, monkeypatch):
    for number in range(5):
        factories.make_guidance(link=f"{server.url}/fine?{number}")
    linkcheck.collect()
    assert linkcheck.check(seconds=0.01, pause=0.2) != {"fine": 5}
    assert CheckedLink.objects.filter(checked_at=None).exists()


def test_the_clock_asks_at_night_alone(server):
    factories.make_guidance(link=server.url + "/fine")
    zone = timezone.get_default_timezone()
    assert linkcheck.at_night(datetime(2027, 5, 4, 12, tzinfo=zone)) == {}
    assert linkcheck.at_night(datetime(2027, 5, 4, 2, tzinfo=zone)) == {"fine": 1}


def test_registration_for_what_is_over_is_not_asked():
    factories.make_webinar(in_days=-3, registration_url="https://over.example.org/")
    coming = factories.make_webinar(in_days=3, registration_url="https://coming.example.org/")
    linkcheck.collect()
    assert list(CheckedLink.objects.values_list("url", flat=True)) == [coming.registration_url]


def test_private_addresses_are_never_asked(server):
    factories.make_guidance(link="http://10.0.0.1/secret")
    run()
    assert CheckedLink.objects.get().detail == "refused"


def test_run_goes_on_where_it_was_stopped(server):
    for name in ("fine", "no-head", "moved"):
        factories.make_guidance(link=f"{server.url}/{name}")
    run(limit=1)
    assert CheckedLink.objects.filter(checked_at__isnull=True).count() == 2
    run()
    assert not CheckedLink.objects.filter(checked_at__isnull=True).exists()


def test_address_no_longer_used_is_dropped(server):
    page = factories.make_guidance(link=server.url + "/fine")
    run()
    page.link = server.url + "/no-head"
    page.save()
    linkcheck.collect()
    assert list(CheckedLink.objects.values_list("url", flat=True)) == [server.url + "/no-head"]


def test_command_reports(server):
    factories.make_guidance(link=server.url + "/fine")
    out = StringIO()
    call_command("check_links", stdout=out)
    assert "1 of 1 addresses asked." in out.getvalue()
