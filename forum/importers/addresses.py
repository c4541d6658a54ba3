"""The addresses of a former site, spelled in one way.

Kept are path and, where the path alone does not say which post it was, one parameter:
`/forums/topic/travel-cards/`, `/?p=481`. Host and fragment never reach this site.
"""

import re
import unicodedata
from urllib.parse import parse_qs, unquote, urlsplit

# By which parameters WordPress finds a topic or reply: its number, or its name.
PARAMETERS = ("p", "topic", "reply")
# Pages and feeds of a thread lead to the thread.
_TAIL = re.compile(r"(?:/(?:page|paged)/\d+|/feed(?:/\w+)?)/$")
_FRAGMENT = re.compile(r"post-(\d{1,19})")
LONGEST = 500


def former_path(url):
    """Return what is kept of an address of a former site; "" for what is none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return spelled(unquote(parts.path), parse_qs(parts.query))


def spelled(path, parameters):
    """Return a decoded path with the parameter that counts; `parameters` maps to lists."""
    path = unicodedata.normalize("NFC", path.replace("\x00", ""))
    path = "/" + path.strip("/") + "/" if path.strip("/") else "/"
    for name in PARAMETERS:
        value = (parameters.get(name) or [""])[0].replace("\x00", "")
        if value:
            path = f"{path}?{name}={value}"
            break
    return path if len(path) <= LONGEST else ""


def candidates(path, parameters):
    """Return the kept addresses that a request may mean, the most exact first."""
    exact, plain = spelled(path, parameters), spelled(path, {})
    return list(dict.fromkeys(filter(None, [exact, plain, _TAIL.sub("/", plain)])))


def post_number(url):
    """Return the number in a fragment such as `#post-481`, "" without one."""
    try:
        found = _FRAGMENT.fullmatch(urlsplit(url).fragment)
    except ValueError:
        return ""
    return found[1] if found else ""


def by_number(base, number):
    """The short address that WordPress gives to every post; `base` is the path of the site."""
    return f"{base}?p={number}"


def of_reply(root, number):
    """bbPress's address of a reply; `root` is the path of its forums, mostly `/forums/`."""
    return f"{root}reply/{number}/"
