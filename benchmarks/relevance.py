"""Measure how good the search page's answers are, on queries with judged documents.

    python -m benchmarks.relevance [QUERIES.jsonl] [--data FOLDER] [--out RUN.jsonl] [--json FILE]

Makes a site of its own in a temporary folder: every resource and article of FOLDER that is no
draft becomes a page, communities and services as guidance, articles as pages of text. Then it
asks, as a visitor, what the search page itself asks (`portal.site_search.finding.find_ids`), and
prints nDCG@10, MRR@10 and recall@20 by class of query. RUN gets one line per query:
{"q": ..., "ids": [best first]}.
"""

import argparse
import json
import math
import os
import sys
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path

if __package__ in {None, ""}:  # run as a file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch import digitalgov

#: How many documents are asked for, and how many of them count for nDCG and MRR.
ASKED, COUNTED = 20, 10
KINDS = {"community": "guidance", "service": "guidance"}


def main():
    options = read_options()
    if not digitalgov.are_in(options.data) or not options.queries.exists():
        print(
            f"Left out: {options.queries} and the documents in {options.data} are not both there. "
            "Name the queries, and the folder with --data."
        )
        sys.exit(digitalgov.LEFT_OUT)
    queries = digitalgov.read(options.queries)
    with tempfile.TemporaryDirectory() as folder:
        open_site(folder)
        ids = fill_site(options.data)
        print(f"{len(ids)} documents, {len(queries)} queries")
        run = [{"q": query["q"], "ids": ask(query["q"], ids)} for query in queries]
    if options.out:
        options.out.write_text("".join(json.dumps(line) + "\n" for line in run), encoding="utf-8")
    table = summary(queries, run)
    show(table)
    if options.json:
        options.json.write_text(json.dumps(table, indent=1) + "\n")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("queries", type=Path, nargs="?", help="queries with judged documents")
    parser.add_argument("--data", type=Path, default=digitalgov.DATA)
    parser.add_argument("--out", type=Path, help="write what was found to this file")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    if options.queries is None:
        options.queries = options.data / "queries_public.jsonl"
    return options


# The site ------------------------------------------------------------------------------------


def open_site(folder):
    """Let this process be that of an empty site in `folder`."""
    os.environ |= {
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": "",
        "SEARCH_URL": "",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False
    call_command("migrate", verbosity=0)


def fill_site(data):
    """Add and index the documents in `data`; return their ids by primary key."""
    from django.core.management import call_command
    from django.db import transaction

    with transaction.atomic():
        pages = add_documents(digitalgov.documents(data), digitalgov.read(data / "topics.jsonl"))
    call_command("search_index", "rebuild", verbosity=0)
    return pages


def add_documents(documents, topics):
    from catalog.models import Provider, ResourceIndexPage, ResourcePage, Topic
    from portal.home.models import HomePage, StandardPage
    from portal.search.models import PendingChange

    # The pages that every new site has are no documents.
    for page in StandardPage.objects.all():
        page.delete()
    topics = {
        topic.slug: topic
        for topic in Topic.objects.bulk_create(
            Topic(title=row["title"], slug=row["slug"], summary=row["summary"] or "")
            for row in topics
        )
    }
    names = sorted({row["organization"] for row in documents if row.get("organization")})
    providers = {
        provider.name: provider
        for provider in Provider.objects.bulk_create(
            Provider(name=name, slug=f"provider-{number}") for number, name in enumerate(names)
        )
    }
    listings = [row for row in documents if row["kind"] != "article"]
    articles = [row for row in documents if row["kind"] == "article"]
    pages = [listing_of(row, providers) for row in listings]
    texts = [text_of(row) for row in articles]
    from benchmarks.scratch.pages import add

    add(ResourceIndexPage.objects.get(), pages)
    add(HomePage.objects.get(), texts)
    through = ResourcePage.topics.through
    through.objects.bulk_create(
        through(resourcepage_id=page.pk, topic_id=topics[slug].pk)
        for page, row in zip(pages, listings, strict=True)
        for slug in row["topics"]
        if slug in topics
    )
    PendingChange.objects.all().delete()
    found = zip([*pages, *texts], [*listings, *articles], strict=True)
    return {page.pk: row["id"] for page, row in found}


def listing_of(row, providers):
    """Return the unsaved page of one resource."""
    from catalog.importers.bodies import to_plain_text, to_rich_text
    from catalog.models import ResourcePage

    kind = KINDS.get(row["kind"], row["kind"])
    models = {model.KIND: model for model in ResourcePage.__subclasses__()}
    published = day_of(row["published"])
    starts = datetime.fromisoformat(row["starts"]) if row.get("starts") else None
    ends = datetime.fromisoformat(row["ends"]) if row.get("ends") else None
    return models[kind](
        kind=kind,
        title=to_plain_text(row["title"])[:255],
        summary=to_plain_text(row["summary"] or row["deck"] or ""),
        body=to_rich_text(row["body"] or ""),
        provider=providers.get(row.get("organization")),
        published_on=published,
        first_published_at=moment_of(published),
        next_starts_at=starts,
        next_ends_at=ends or starts,
        archived_on=day_of(row["expires"]),
        source_id=row["id"],
    )


def text_of(row):
    """Return the unsaved page of one article."""
    from catalog.importers.bodies import to_plain_text, to_rich_text
    from portal.home.models import StandardPage

    return StandardPage(
        title=to_plain_text(row["title"])[:255],
        introduction=to_plain_text(row["summary"] or row["deck"] or ""),
        body=to_rich_text(row["body"] or ""),
        first_published_at=moment_of(day_of(row["published"])),
    )


def day_of(text):
    return date.fromisoformat(text[:10]) if text else None


def moment_of(day):
    return datetime.combine(day, time(12), UTC) if day else None


def ask(words, ids):
    """Return the ids of what the search page lists for a visitor, best first."""
    from portal.site_search.finding import find_ids

    return [ids[key] for key in find_ids(words, limit=ASKED) if key in ids]


# The figures ---------------------------------------------------------------------------------


def scores(query, found):
    """Return nDCG@10, MRR@10 and recall@20 of the ids `found` for one judged `query`.

    Gains are 2^grade - 1 and the ideal counts all judged documents. A good result is one of
    grade 2 or better (3 for known-item queries; any, where none is as good). Ids to be ignored
    do not take a place.
    """
    grades, ignored = query["relevant"], set(query.get("ignore", ()))
    found = [name for name in dict.fromkeys(found) if name not in ignored]
    ideal = _gain(sorted(grades.values(), reverse=True))
    least = 3 if query["class"] == "known-item" else 2
    if max(grades.values(), default=0) < least:
        least = 1
    good = {name for name, grade in grades.items() if grade >= least}
    places = [place for place, name in enumerate(found[:COUNTED], 1) if name in good]
    reachable = min(len(good), ASKED)
    return {
        "nDCG@10": _gain([grades.get(name, 0) for name in found]) / ideal if ideal else 0.0,
        "MRR@10": 1 / places[0] if places else 0.0,
        "recall@20": len(good.intersection(found[:ASKED])) / reachable if reachable else 0.0,
    }


def _gain(grades):
    """Return the discounted gain of the first ten of `grades`."""
    return sum(
        (2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades[:COUNTED], 1)
    )


def summary(queries, run):
    """Return {class: {"queries": how many, figure: its mean}}, "overall" first."""
    found = {line["q"]: line["ids"] for line in run}
    by_class = {"overall": []}
    for query in queries:
        each = scores(query, found.get(query["q"], []))
        by_class["overall"].append(each)
        by_class.setdefault(query["class"], []).append(each)
    return {
        name: {
            "queries": len(rows),
            **{figure: round(sum(r[figure] for r in rows) / len(rows), 4) for figure in rows[0]},
        }
        for name, rows in by_class.items()
        if rows
    }


def show(table):
    figures = ["queries", "nDCG@10", "MRR@10", "recall@20"]
    print(f"{'':12}" + "".join(f"{figure:>11}" for figure in figures))
    for name, row in table.items():
        values = "".join(
            f"{row[figure]:>11}" if figure == "queries" else f"{row[figure]:>11.4f}"
            for figure in figures
        )
        print(f"{name:12}{values}")


if __name__ == "__main__":
    main()
