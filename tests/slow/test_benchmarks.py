"""The benchmarks run at small size; their goals are for a quiet machine, here wider ones hold."""

import json
import subprocess
import sys

from tests.serving import ROOT


def test_a_kept_page_costs_no_rendering(tmp_path):
    # Rendering the page would reach a twentieth; a neighbour's load never takes half.
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.page_cache", "--seconds", "0.2"]
        + ["--goal", "0.5", "--json", str(tmp_path / "report.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "report.json").read_text())["ratio"] >= 0.5


def test_the_list_of_resources_is_measured_beside_a_stock_listing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.catalog", "--sizes", "120", "--seconds", "0.5"]
        + ["--no-goals", "--json", str(tmp_path / "report.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (report,) = json.loads((tmp_path / "report.json").read_text())
    assert report["listings"] == 120
    assert 0 < report["p50"] <= report["p95"]
    for site in ("ours", "ours, kept pages", "stock"):
        assert report[site]["list"]["rate"] > 0
        assert report[site]["search"]["rate"] > 0
    # No page load is judged here, but a page from memory always beats one that is made.
    assert report["ours, kept pages"]["list"]["rate"] > report["ours"]["list"]["rate"]
