"""One spelling for one address, so that doubles are found."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from url_normalize import url_normalize

# Parameters that say where a reader came from, not which page it is.
TRACKING = ("utm_", "mc_cid", "mc_eid", "fbclid", "gclid", "msclkid", "igshid")


def normalize(url):
    """Return `url` without scheme, www., default port, fragment, tracking and last slash.

    Only for comparing; never shown and never linked. "" for what is no web address.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url_normalize(url.strip()))
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    if port and port not in {80, 443}:
        host = f"{host}:{port}"
    query = urlencode(
        sorted(
            (key, value)
            for key, value in parse_qsl(parts.query, keep_blank_values=True)
            if not key.lower().startswith(TRACKING)
        )
    )
    return (host + parts.path.rstrip("/") + ("?" + query if query else ""))[:1000]
