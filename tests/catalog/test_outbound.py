import socket
import time

import pytest

from catalog import outbound

from .misbehaving_server import ELSEWHERE, HERE, running


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


@pytest.fixture
def ask(server):
    def ask(path, **options):
        with outbound.allowing("127.0.0.1", server.server_port):
            return outbound.fetch(server.url + path, **options)

    return ask


def resolve_to(monkeypatch, *addresses):
    def getaddrinfo(host, port, *args, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in addresses]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", getaddrinfo)


def test_page_is_fetched(ask):
    answer = ask("/fine")
    assert (answer.status, answer.body, answer.error) == (200, b"<title>Fine</title>", "")
    assert answer.headers["content-type"] == "text/html"


def test_redirect_is_followed_and_told(ask, server):
    answer = ask("/moved")
    assert answer.status == 200
    assert answer.redirects == [(301, server.url + "/fine")]


def test_loop_of_redirects_ends(ask):
    answer = ask("/loop")
    assert answer.error == "redirects"
    assert len(answer.redirects) == outbound.MOST_REDIRECTS + 1


def test_redirect_to_a_private_address_is_refused(ask):
    with pytest.raises(outbound.Refused):
        ask("/to-private")


def test_endless_body_is_cut(ask):
    answer = ask("/endless", most_bytes=200_000)
    assert answer.is_cut
    assert len(answer.body) == 200_000


def test_compressed_bomb_is_cut(ask):
    answer = ask("/bomb", most_bytes=100_000)
    assert answer.is_cut
    assert len(answer.body) == 100_000


def test_headers_that_drip_are_given_up(ask):
    began = time.monotonic()
    answer = ask("/slow-headers", most_seconds=0.5)
    assert answer.error == "timeout"
    assert time.monotonic() - began < 5


def test_body_shorter_than_said_is_an_error(ask):
    assert ask("/short").error == "connection"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/to-nonsense", "nonsense"),
        ("/silent", "connection"),
        ("/no-http", "connection"),
        ("/huge-header", "connection"),
        ("/odd-encoding", "connection"),
    ],
)
def test_nonsense_is_an_error(ask, path, error):
    assert ask(path).error == error


def test_redirect_out_of_the_web_is_refused(ask):
    with pytest.raises(outbound.Refused):
        ask("/to-mail")


def test_length_that_cannot_be_is_no_harm(ask):
    answer = ask("/odd-length")
    assert (answer.status, answer.body) == (200, b"")


def test_body_that_drips_is_given_up(ask):
    answer = ask("/slow-body", most_seconds=0.3)
    assert answer.error == "timeout"


def ask_safely(certificate):
    with running(certificate) as server, outbound.allowing("127.0.0.1", server.server_port):
        return outbound.fetch(server.url + "/fine")


def test_certificate_that_is_right_is_taken(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(HERE))
    assert ask_safely(HERE).status == 200


def test_certificate_signed_by_itself_is_an_error():
    assert ask_safely(HERE).error == "certificate"


def test_certificate_of_another_host_is_an_error(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(ELSEWHERE))
    assert ask_safely(ELSEWHERE).error == "certificate"


def test_name_that_answers_differently_the_second_time_gains_nothing(monkeypatch, server):
    """What a name leads to is asked once; the connection goes there."""
    answers = ["93.184.216.34", "127.0.0.1"]
    asked = []

    def getaddrinfo(host, port, *args, **kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    def create_connection(address, *args, **kwargs):
        raise ConnectionRefusedError(address[0])

    monkeypatch.setattr(outbound.socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr("urllib3.util.connection.create_connection", create_connection)
    answer = outbound.fetch("http://rebinding.example/")
    assert answer.error == "connection"
    assert asked == ["rebinding.example"]


def test_server_of_the_test_is_refused_outside_of_allowing(server):
    with pytest.raises(outbound.Refused):
        outbound.fetch(server.url + "/fine")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http://user:secret@example.org/",
        "http://example.org:22/",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://example.org/\r\nHost: other",
        "not an address",
    ],
)
def test_odd_addresses_are_refused(url):
    with pytest.raises(outbound.Refused):
        outbound.fetch(url)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::ffff:10.0.0.1",
        "fe80::1%eth0",
        "fc00::1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_private_addresses_are_refused(monkeypatch, ip):
    assert not outbound.is_public(ip)
    resolve_to(monkeypatch, ip)
    with pytest.raises(outbound.Refused):
        outbound.fetch("http://innocent.example/")


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    resolve_to(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(outbound.Refused):
        outbound.check_address("https://innocent.example/")


def test_connection_goes_to_the_address_that_was_checked(monkeypatch):
    resolve_to(monkeypatch, "93.184.216.34")
    parts, host, port, ip = outbound.check_address("https://innocent.example/page")
    assert (host, port, ip) == ("innocent.example", 443, "93.184.216.34")


def test_unknown_name_is_an_error_not_a_refusal(monkeypatch):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror

    monkeypatch.setattr(outbound.socket, "getaddrinfo", getaddrinfo)
    assert outbound.fetch("http://nowhere.example/").error == "name"
