"""Ask whether the addresses in the catalog still lead anywhere.

HEAD first, GET where a server dislikes HEAD; robots.txt is respected; each host is asked one
request at a time with a pause between. A run that is stopped goes on where it was: each answer
is kept at once, and the longest unasked come first.
"""

import threading
import time
from collections import defaultdict
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.utils import timezone

from . import outbound
from .linked import addresses_of_listings
from .models import CheckedLink
from .models.link import LONGEST_ADDRESS

CANNOT_TELL = {401, 403, 407, 408, 425, 429, 451}
DISLIKES_HEAD = {400, 403, 404, 405, 406, 500, 501, 503}
PERMANENT = {301, 308}
AT_ONCE = 4
PAUSE_SECONDS = 1.0
# A site may ask for a longer pause (Crawl-delay), up to this.
LONGEST_PAUSE = 10
# What is heard when nothing is heard, and of how many hosts before it is our own trouble.
NO_WAY_OUT = {"name", "connection", "timeout"}
SEVERAL_HOSTS = 3
# When the clock asks (hours of the site's time zone), and for how long at a time: its other
# jobs wait meanwhile.
NIGHT = range(1, 5)
SECONDS_AT_NIGHT = 40


def at_night(now=None):
    """Ask for some of the links that are due; the clock calls this. Returns {state: how many}."""
    if timezone.localtime(now).hour not in NIGHT:
        return {}
    collect()
    return check(seconds=SECONDS_AT_NIGHT)


def collect():
    """Make the rows of all addresses that live listings have, and drop those no longer used.

    Returns how many addresses there are. Archived listings are left out: nobody mends them.
    """
    wanted = addresses_of_listings()
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


def check(
    *, limit=None, seconds=None, at_once=AT_ONCE, pause=PAUSE_SECONDS, now=None, progress=None
):
    """Ask for the links that are due, record the answers, and return {state: how many}.

    `limit` and `seconds` bound a run; `progress()` is called after each answer. The network is
    asked by `at_once` threads, each with one host at a time; the database only by this one.
    """
    due = CheckedLink.objects.due(now or timezone.now())
    links = defaultdict(list)
    for link in due[:limit] if limit else due:
        links[link.url].append(link)
    counts = defaultdict(int)
    given = answers(links, seconds=seconds, at_once=at_once, pause=pause)
    for url, answer in without_own_trouble(given):
        for link in links[url]:
            link.record(**answer, now=now or timezone.now())
            counts[link.state] += 1
            if progress:
                progress()
    return dict(counts)


def without_own_trouble(given):
    """Yield the answers; but none where several hosts are silent and nobody answers at all.

    Then it is our own way out that is closed, and no link is to be called broken for it.
    """
    held, is_out = [], False
    for url, answer in given:
        if is_out or answer["detail"] not in NO_WAY_OUT:
            is_out = is_out or answer["detail"] != "refused"
            yield from held
            held.clear()
            yield url, answer
        else:
            held.append((url, answer))
    if len({host_of(url) for url, _answer in held}) < SEVERAL_HOSTS:
        yield from held


def answers(urls, *, seconds=None, at_once=AT_ONCE, pause=PAUSE_SECONDS):
    """Yield (address, what `CheckedLink.record` takes) as the answers come in.

    Threads take whole hosts, so that a slow one keeps one thread and no other host waiting.
    After `seconds` no further address is asked.
    """
    hosts, found = defaultdict(list), SimpleQueue()
    for url in urls:
        hosts[host_of(url)].append(url)
    asker = Asker(pause, deadline=time.monotonic() + seconds if seconds else None)
    waiting = SimpleQueue()
    for host in hosts.values():
        waiting.put(host)

    def work():
        try:
            while not asker.is_over:
                for url, answer in asker.ask_host(waiting.get_nowait()):
                    found.put((url, answer))
        except Empty:
            pass
        finally:
            found.put(None)

    # Daemons: a worker that is told to stop does not wait for somebody else's server.
    threads = [
        threading.Thread(target=work, name="links", daemon=True)
        for _number in range(min(at_once, len(hosts)))
    ]
    for thread in threads:
        thread.start()
    try:
        for _thread in threads:
            while answer := found.get():
                yield answer
    finally:
        asker.stop()


def host_of(url):
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


class Asker:
    """One run: what it knows of each site, shared by its threads."""

    def __init__(self, pause, deadline=None):
        self.pause = pause
        self.deadline = deadline
        self.stopped = threading.Event()
        self.robots = {}
        self.last = {}

    @property
    def is_over(self):
        is_late = self.deadline is not None and time.monotonic() >= self.deadline
        return is_late or self.stopped.is_set()

    def stop(self):
        self.stopped.set()

    def ask_host(self, urls):
        """Yield (address, answer) for the addresses of one host, until it has had enough."""
        for url in urls:
            if self.is_over:
                return
            answer = self.ask(url)
            yield url, answer
            if answer["detail"] == "429":
                return  # The rest is due still, and asked for another night.

    def ask(self, url):
        """Return what `CheckedLink.record` takes, for one address."""
        try:
            host = host_of(url)
            if not self.may_ask(url, host):
                return verdict(CheckedLink.State.UNKNOWN, "robots.txt")
            self.wait(url, host)
            answer = outbound.fetch(url, method="HEAD", most_bytes=0)
            if answer.error or answer.status in DISLIKES_HEAD:
                self.wait(url, host)
                answer = outbound.fetch(url, most_bytes=4096)
        except outbound.Refused:
            return verdict(CheckedLink.State.UNKNOWN, "refused")
        except ValueError:
            return verdict(CheckedLink.State.BROKEN, "nonsense")
        return judge(answer)

    def wait(self, url, host):
        """Wait until the host may be asked again."""
        rules = self.robots.get(site_of(url))
        delay = float((rules and rules.crawl_delay(outbound.ROBOT)) or 0)
        pause = max(self.pause, min(delay, LONGEST_PAUSE))
        rest = self.last.get(host, 0) + pause - time.monotonic()
        if rest > 0:
            self.stopped.wait(rest)
        self.last[host] = time.monotonic()

    def may_ask(self, url, host):
        site = site_of(url)
        if site not in self.robots:
            self.robots[site] = self.read_robots(site, host)
        rules = self.robots[site]
        return rules is None or rules.can_fetch(outbound.ROBOT, url)

    def read_robots(self, site, host):
        """The rules of a site, or None where it has none (RFC 9309: nor can it keep them)."""
        self.wait(site, host)
        answer = outbound.fetch(f"{site}/robots.txt", most_bytes=200_000)
        rules = RobotFileParser()
        if answer.status is not None and answer.status >= 500:
            rules.disallow_all = True
            return rules
        if answer.status != 200:
            return None
        rules.parse(answer.body.decode("utf-8", "replace").splitlines())
        return rules


def site_of(url):
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def verdict(state, detail, moved_to=""):
    """Return the words of `CheckedLink.record` for an answer."""
    return {"verdict": state, "detail": detail, "moved_to": moved_to}


def judge(answer):
    """Return what an Answer says of a link, in the words of `CheckedLink.record`."""
    state = CheckedLink.State
    if answer.error:
        return verdict(state.BROKEN, answer.error)
    if answer.status in CANNOT_TELL or answer.status >= 500:
        return verdict(state.UNKNOWN, str(answer.status))
    if answer.status >= 400:
        return verdict(state.BROKEN, str(answer.status))
    hops = answer.redirects
    is_for_good = hops and all(status in PERMANENT for status, _to in hops)
    if is_for_good and len(hops[-1][1]) <= LONGEST_ADDRESS:
        return verdict(state.MOVED, str(hops[0][0]), hops[-1][1])
    return verdict(state.FINE, str(answer.status))
