import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from portal.client_address import ClientAddressMiddleware, client_address


def request(peer, forwarded=None):
    meta = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded
    return RequestFactory().get("/", **meta)


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ([], "203.0.113.9", None, "203.0.113.9"),
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),  # anybody can write a header
        (["127.0.0.1"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["127.0.0.1"], "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["127.0.0.1"], "127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (
            ["127.0.0.1", "10.0.0.0/8"],
            "127.0.0.1",
            "1.1.1.1, 198.51.100.1, 10.2.3.4",
            "198.51.100.1",
        ),
        (["10.0.0.0/8"], "10.1.1.1", "10.2.2.2", "10.2.2.2"),
        (["127.0.0.1"], "127.0.0.1", "", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "nonsense", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "1.1.1.1, nonsense", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "198.51.100.1:55100", "198.51.100.1"),
        (["::1"], "::1", '"[2001:db8::7]:443"', "2001:db8::7"),
        (["127.0.0.1"], "::ffff:127.0.0.1", "2001:db8::7", "2001:db8::7"),
        (["127.0.0.1"], "", "198.51.100.1", "198.51.100.1"),  # a socket file
        ([], "", "198.51.100.1", ""),
    ],
)
def test_client_address(settings, trusted, peer, forwarded, client):
    settings.TRUSTED_PROXIES = trusted
    assert client_address(request(peer, forwarded)) == client


def test_everything_further_in_sees_the_client(settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    seen = request("127.0.0.1", "198.51.100.1")
    ClientAddressMiddleware(lambda request: None)(seen)
    assert seen.META["REMOTE_ADDR"] == "198.51.100.1"
    assert "HTTP_X_FORWARDED_FOR" not in seen.META


def test_a_wrong_setting_stops_the_start(settings):
    settings.TRUSTED_PROXIES = ["not-an-address"]
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES: 'not-an-address'"):
        ClientAddressMiddleware(lambda request: None)
