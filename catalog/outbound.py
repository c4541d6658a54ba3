"""Every request the site itself sends out, and which addresses it may be sent to.

Links come from members and imports, so a request must never reach a machine that only this
server can reach. The name is looked up once, every address it has must be public, and the
connection goes to one of those very addresses: a name that answers differently the second time
gains nothing. Redirects are followed here, each checked like the first address. Size and time
are capped, whatever the other side does.
"""

import ipaddress
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import urllib3
from django.conf import settings

MOST_REDIRECTS = 5
MOST_BYTES = 2 * 1024 * 1024
MOST_SECONDS = 15
PORTS = {80, 443, 8080, 8443}
REDIRECTS = {301, 302, 303, 307, 308}
# What robots.txt may call us.
ROBOT = "CommonPracticeBot"

# The single (host, port) a test may add for its own server; no setting can.
_server_of_a_test = None


class Refused(Exception):
    """The address is not one that the site may ask: private, odd, or not on the web."""


@dataclass
class Answer:
    """What came back. `error` is set, and `status` None, where nothing usable did."""

    url: str
    status: int | None = None
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    is_cut: bool = False
    # The addresses passed on the way, with the status that sent us on: [(status, to), …].
    redirects: list = field(default_factory=list)
    error: str = ""


@contextmanager
def allowing(host, port):
    """Let the tests reach one server of their own."""
    global _server_of_a_test
    _server_of_a_test = (host, port)
    try:
        yield
    finally:
        _server_of_a_test = None


def fetch(url, *, method="GET", most_bytes=MOST_BYTES, most_seconds=MOST_SECONDS, accept="*/*"):
    """Ask for `url`, follow redirects, and return an Answer; never raises for the network.

    Raises Refused where the address, or one that it redirects to, may not be asked.
    """
    deadline = time.monotonic() + most_seconds
    answer = Answer(url=url)
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            _ask(answer, method, most_bytes, deadline, accept)
        except urllib3.exceptions.SSLError:
            answer.error = "certificate"
        except (urllib3.exceptions.HTTPError, OSError):
            answer.error = "timeout" if time.monotonic() >= deadline else "connection"
        except (ValueError, UnicodeError):
            answer.error = "nonsense"
        if answer.error:
            answer.status = None
            return answer
        target = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not target:
            return answer
        try:
            target = urljoin(answer.url, target)
        except ValueError:
            answer.status, answer.error = None, "nonsense"
            return answer
        answer.redirects.append((answer.status, target))
        answer.url = answer.redirects[-1][1]
    answer.status, answer.error = None, "redirects"
    return answer


def check_address(url):
    """Return (parts, host, port, ip) of an address that may be asked, else raise Refused."""
    if any(ord(character) <= 32 for character in url):
        raise Refused("The address holds a space or a control character.")
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").rstrip(".")
        name = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError) as error:
        raise Refused("This is no address.") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise Refused("Only addresses that begin with http:// or https:// are asked.")
    if parts.username or parts.password:
        raise Refused("The address holds a user name or password.")
    if (name, port) == _server_of_a_test:
        return parts, name, port, name
    if port not in PORTS:
        raise Refused(f"Port {port} is not one that pages are served on.")
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LookupError("The name is unknown.") from error
    addresses = [entry[4][0] for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise Refused("The address leads to a private network.")
    return parts, name, port, addresses[0]


def is_public(address):
    """Whether an IP address belongs to the public internet, also inside IPv6 wrappings."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _ask(answer, method, most_bytes, deadline, accept):
    """Send one request, without following redirects, and fill `answer`."""
    try:
        parts, host, port, ip = check_address(answer.url)
    except LookupError:
        answer.error = "name"
        return
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        answer.error = "timeout"
        return
    options = {
        "timeout": urllib3.Timeout(connect=min(seconds, 10), read=seconds),
        "retries": False,
        "maxsize": 1,
    }
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            ip, port, server_hostname=host, assert_hostname=host, **options
        )
    else:
        pool = urllib3.HTTPConnectionPool(ip, port, **options)
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": user_agent(),
        "Accept": accept,
        "Accept-Encoding": "identity",
    }
    target = parts.path or "/"
    if parts.query:
        target += "?" + parts.query
    sockets = []
    pool.ConnectionCls = _remembering(pool.ConnectionCls, sockets)
    # A server that sends a byte now and then would keep a read alive for ever.
    watch = threading.Timer(max(0.05, seconds), _cut_off, [sockets])
    watch.daemon = True
    watch.start()
    try:
        with pool:
            response = pool.request(
                method, target, headers=headers, redirect=False, preload_content=False
            )
            answer.status = response.status
            answer.headers = {key.lower(): value for key, value in response.headers.items()}
            if method != "HEAD" and response.status not in REDIRECTS:
                answer.body, answer.is_cut = _read(response, most_bytes, deadline)
            response.close()
    finally:
        watch.cancel()


def _remembering(connection_class, sockets):
    """Return the class of connections with one thing more: its socket goes to `sockets`."""

    class Remembered(connection_class):
        def connect(self):
            super().connect()
            sockets.append(self.sock)

    return Remembered


def _read(response, most_bytes, deadline):
    """Return (body, whether it was cut), decompressed, at most `most_bytes` long."""
    chunks, size = [], 0
    while True:
        if time.monotonic() >= deadline:
            raise TimeoutError
        chunk = response.read(16 * 1024, decode_content=True)
        if not chunk:
            return b"".join(chunks), False
        size += len(chunk)
        chunks.append(chunk)
        if size >= most_bytes:
            return b"".join(chunks)[:most_bytes], True


def _cut_off(sockets):
    for sock in sockets:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def user_agent():
    """Say who asks and where to complain, as robots should."""
    return f"{ROBOT}/1.0 ({settings.SITE_NAME}; +{settings.BASE_URL}/contact/)"
