"""Ask whether the addresses in the catalog still lead anywhere.

HEAD first, GET where a server dislikes HEAD; robots.txt is respected; each host is asked one
request at a time with a pause between. A run that is stopped goes on where it was: each answer
is kept at once, and the longest unasked come first.
"""

import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.utils import timezone

from . import outbound
from .models import CheckedLink, KitItem, RequiredBy, ResourcePage, WebinarPage

CANNOT_TELL = {401, 403, 407, 408, 425, 429, 451}
DISLIKES_HEAD = {400, 403, 404, 405, 406, 500, 501, 503}
PERMANENT = {301, 308}
AT_ONCE = 4
PAUSE_SECONDS = 1.0
ROBOT = "CommonPracticeLinkCheck"


def collect():
    """Make the rows of all addresses that live listings have, and drop those no longer used.

    Returns how many addresses there are. Archived listings are left out: nobody mends them.
    """
    live = ResourcePage.objects.live().filter(archived_on__isnull=True)
    wanted = set()
    for model, path, fields in (
        (ResourcePage, "pk", ("link", "accessibility_link")),
        (WebinarPage, "pk", ("recording_url", "slides_url")),
        (KitItem, "page_id", ("link",)),
        (RequiredBy, "page_id", ("link",)),
    ):
        rows = model.objects.filter(**{f"{path}__in": live.order_by().values("pk")})
        for pk, *urls in rows.values_list(path, *fields):
            wanted.update((pk, url) for url in urls if url)
    known = {
        (resource_id, url): pk
        for pk, resource_id, url in CheckedLink.objects.values_list("pk", "resource_id", "url")
    }
    CheckedLink.objects.bulk_create(
        [
            CheckedLink(resource_id=pk, url=url, host=host_of(url))
            for pk, url in sorted(wanted - known.keys())
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    gone = [pk for key, pk in known.items() if key not in wanted]
    for start in range(0, len(gone), 500):
        CheckedLink.objects.filter(pk__in=gone[start : start + 500]).delete()
    return len(wanted)


def check(*, limit=None, at_once=AT_ONCE, pause=PAUSE_SECONDS, now=None, progress=None):
    """Ask for the links that are due, record the answers, and return {state: how many}.

    `limit` bounds a run; `progress()` is called after each answer. The network is asked by
    `at_once` threads, the database only by this one.
    """
    asker = Asker(pause)
    due = CheckedLink.objects.due(now or timezone.now())
    links = list(due[:limit] if limit else due)
    by_url = defaultdict(list)
    for link in links:
        by_url[link.url].append(link)
    counts = defaultdict(int)
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="links") as pool:
        # `map` would hold all answers until the first is in; small groups keep them soon.
        urls = list(by_url)
        for start in range(0, len(urls), at_once * 4):
            group = urls[start : start + at_once * 4]
            for url, (verdict, detail, moved_to) in zip(
                group, pool.map(asker.ask, group), strict=True
            ):
                for link in by_url[url]:
                    link.record(
                        verdict=verdict,
                        detail=detail,
                        moved_to=moved_to,
                        now=now or timezone.now(),
                    )
                    counts[link.state] += 1
                    if progress:
                        progress()
    return dict(counts)


def host_of(url):
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


class Asker:
    """One run: what it knows of each host, shared by its threads."""

    def __init__(self, pause):
        self.pause = pause
        self.locks = defaultdict(threading.Lock)
        self.guard = threading.Lock()
        self.robots = {}
        self.last = {}

    def ask(self, url):
        """Return (verdict, detail, new address or "") for one address."""
        host = host_of(url)
        with self.guard:
            lock = self.locks[host]
        with lock:
            if not self.may_ask(url, host):
                return CheckedLink.State.UNKNOWN, "robots.txt", ""
            try:
                self.wait(host)
                answer = outbound.fetch(url, method="HEAD", most_bytes=0)
                if answer.error or answer.status in DISLIKES_HEAD:
                    self.wait(host)
                    answer = outbound.fetch(url, most_bytes=4096)
            except outbound.Refused:
                return CheckedLink.State.UNKNOWN, "refused", ""
            return judge(answer)

    def wait(self, host):
        rest = self.last.get(host, 0) + self.pause - time.monotonic()
        if rest > 0:
            time.sleep(rest)
        self.last[host] = time.monotonic()

    def may_ask(self, url, host):
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self.robots:
            self.robots[site] = self.read_robots(site, host)
        rules = self.robots[site]
        return rules is None or rules.can_fetch(ROBOT, url)

    def read_robots(self, site, host):
        """The rules of a site, or None where it has none that can be read."""
        try:
            self.wait(host)
            answer = outbound.fetch(f"{site}/robots.txt", most_bytes=200_000)
        except outbound.Refused:
            return None
        if answer.status != 200:
            return None
        rules = RobotFileParser()
        rules.parse(answer.body.decode("utf-8", "replace").splitlines())
        return rules


def judge(answer):
    """Return (verdict, detail, new address or "") of an Answer."""
    state = CheckedLink.State
    if answer.error:
        return state.BROKEN, answer.error, ""
    if answer.status in CANNOT_TELL or answer.status >= 500:
        return state.UNKNOWN, str(answer.status), ""
    if answer.status >= 400:
        return state.BROKEN, str(answer.status), ""
    hops = answer.redirects
    if hops and all(status in PERMANENT for status, _to in hops):
        return state.MOVED, str(hops[0][0]), hops[-1][1]
    return state.FINE, str(answer.status), ""
