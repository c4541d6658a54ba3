"""Two web workers, writers in other processes: no page begun after a change shows the state before."""

import http.client
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

from tests.serving import ROOT

# Writes as a verb does: changes a row and raises its versions in one transaction; then says so.
WRITER = """
import sys, django
django.setup()
from django.db import transaction
from forum.models import Thread
from portal.page_cache.versions import raise_version
thread = Thread.objects.order_by("pk").first()
print(thread.pk, thread.get_absolute_url(), flush=True)
for line in sys.stdin:
    with transaction.atomic():
        Thread.objects.filter(pk=thread.pk).update(title=line.strip())
        raise_version(f"thread:{thread.pk}", "forum")
    print("written", flush=True)
"""


class Reader(threading.Thread):
    """A visitor who reloads a page over one connection until told to stop.

    `seen` lists (when the request began, which change the page showed).
    """

    def __init__(self, url, path):
        super().__init__(daemon=True)
        self.netloc = urlsplit(url).netloc
        self.path = path
        self.seen = []
        self.stopping = False

    def run(self):
        connection = http.client.HTTPConnection(self.netloc, timeout=20)
        while not self.stopping:
            began = time.monotonic()
            connection.request("GET", self.path)
            response = connection.getresponse()
            body = response.read().decode()
            assert response.status == 200, response.status
            self.seen.append((began, int(body.partition("Change number ")[2].partition(" ")[0])))
        connection.close()


def test_no_page_begun_after_a_change_is_stale(site):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER],
        cwd=ROOT,
        env=site.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    path = writer.stdout.readline().split()[1]

    def write(number):
        writer.stdin.write(f"Change number {number} of many\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "written\n"
        return time.monotonic()

    written = [write(0)]
    readers = [Reader(site.url, path) for _ in range(8)]
    for reader in readers:
        reader.start()
    for number in range(1, 60):
        time.sleep(0.05)
        written.append(write(number))
    for reader in readers:
        reader.stopping = True
    for reader in readers:
        reader.join()
    writer.communicate()
    pages = [seen for reader in readers for seen in reader.seen]
    stale = [
        (began, number)
        for began, number in pages
        if number + 1 < len(written) and began > written[number + 1]
    ]
    assert len(pages) > 500  # most of them from memory, or it would take minutes
    assert stale == []
