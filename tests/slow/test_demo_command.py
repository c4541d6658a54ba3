"""The demo's command in a process of its own: made, written in, made again, started over."""

import sqlite3

from tests.serving import Site


def count(site, table):
    """Return the number of rows of `table` in the site's database."""
    with sqlite3.connect(site.var_dir / "db.sqlite3") as database:
        return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_starting_over_forgets_what_was_written(tmp_path):
    site = Site(tmp_path)
    site.manage("migrate", "--verbosity", "0")
    site.manage("createcachetable")
    site.manage("demo", "--verbosity", "0")
    threads, listings = count(site, "forum_thread"), count(site, "catalog_resourcepage")
    assert threads == 15
    with sqlite3.connect(site.var_dir / "db.sqlite3") as database:
        database.execute("UPDATE forum_thread SET title = 'Written by a visitor'")
    site.manage("demo", "--verbosity", "0")
    with sqlite3.connect(site.var_dir / "db.sqlite3") as database:
        titles = database.execute("SELECT DISTINCT title FROM forum_thread").fetchall()
    assert titles == [("Written by a visitor",)]
    said = site.manage("demo", "--reset", "--no-input")
    assert "Conversations: 15 made." in said
    assert (count(site, "forum_thread"), count(site, "catalog_resourcepage")) == (threads, listings)
    with sqlite3.connect(site.var_dir / "db.sqlite3") as database:
        written = database.execute(
            "SELECT count(*) FROM forum_thread WHERE title = 'Written by a visitor'"
        ).fetchone()
    assert written == (0,)
