"""The address of the client, told by proxies that we trust and by nobody else.

Behind a proxy the peer is the proxy, and X-Forwarded-For is a list to which each hop adds the
address it saw. Only the hops that TRUSTED_PROXIES names are believed: reading from the right,
the first address that is none of them is the client. Anything further left was written by the
client itself.
"""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@lru_cache(maxsize=8)
def networks(names):
    """Return the networks that `names` (addresses or prefixes) stand for."""
    return tuple(ip_network(name, strict=False) for name in names)


def parsed(text):
    """Return the address that `text` is, without port and zone, or None."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def client_address(request):
    """Return the client's address as text, "" where there is none (a socket file, a test)."""
    peer = parsed(request.META.get("REMOTE_ADDR", ""))
    trusted = networks(tuple(settings.TRUSTED_PROXIES))
    client = peer
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and is_trusted(client, trusted):
        hop = parsed(hops.pop())
        if hop is None:
            break
        client = hop
    return str(client) if client else ""


def is_trusted(address, trusted):
    """Tell whether what this hop says is believed; a socket file has no address but a neighbor."""
    if address is None:
        return bool(trusted)
    return any(address in network for network in trusted)


class ClientAddressMiddleware:
    """Make REMOTE_ADDR the client's address and drop the header that could not be checked."""

    def __init__(self, get_response):
        self.get_response = get_response
        try:
            networks(tuple(settings.TRUSTED_PROXIES))
        except ValueError as error:
            raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error

    def __call__(self, request):
        request.META["REMOTE_ADDR"] = client_address(request)
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return self.get_response(request)
