"""An import of the size of the first real one: within three minutes, then nothing to do."""

import json
import time

import pytest

from catalog.models import ResourcePage
from tests.catalog.importers.files import run

KINDS = ["webinar", "guidance", "guidance", "kit", "course"]


def a_row(number):
    kind = KINDS[number % len(KINDS)]
    row = {
        "id": f"row/{number}",
        "kind": kind,
        "title": f"Resource {number % 600} for everybody",
        "summary": f"What number {number} is about.",
        "body": "## Part\n\nSome **text** with a [link](https://example.org/).\n\n- item\n" * 12,
        "link": f"https://example.org/{number}",
        "provider": f"Office {number % 25}",
        "topics": [f"topic-{number % 40}", f"topic-{number % 7}"],
        "tags": [f"tag {number % 60}"],
        "source": "generated",
    }
    if kind == "webinar":
        row |= {"starts": f"20{10 + number % 20}-06-15 14:00", "zone": "America/New_York"}
    return row


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_seven_hundred_rows(tmp_path):
    path = tmp_path / "list.jsonl"
    path.write_text("".join(json.dumps(a_row(number)) + "\n" for number in range(700)))
    topics = [{"slug": f"topic-{number}", "title": f"Topic {number}"} for number in range(40)]
    (tmp_path / "topics.jsonl").write_text("".join(json.dumps(topic) + "\n" for topic in topics))
    started = time.monotonic()
    out, failure = run(path)
    assert not failure
    assert "700 created" in out
    assert time.monotonic() - started < 180
    assert len(set(ResourcePage.objects.values_list("slug", flat=True))) == 700
    out, failure = run(path)
    assert "Nothing changed." in out
    assert "700 unchanged" in out
