"""The benchmark of parsing runs, and its documents are read by the fast path. Nothing is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.feed_documents import made_up, well_formed
from benchmarks.parsing_run import ALONE, OURS, Measured, Run, wanted
from monitor.feeds.parse import Way, parse
from tests.feeds.documents import ATOM, JSON_FEED, RSS

ROOT = Path(__file__).resolve().parents[2]


def test_the_benchmark_runs_from_beginning_to_end(tmp_path: Path) -> None:
    """One command measures all kinds of documents, prints JSON and leaves figures and chart."""
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "one.xml").write_text(RSS, encoding="utf-8")
    command = [sys.executable, "benchmarks/parsing.py", "--quick", "--json", "--data", str(tmp_path)]
    asked = [*command, "--out", str(tmp_path)]
    done = subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "parsing.json").read_text(encoding="utf-8"))
    assert {row["parser"] for row in told["rows"]} == {OURS, ALONE}
    assert len(told["rows"]) == 2 * 7
    assert all(row["seconds"] > 0 and row["refused"] == 0 for row in told["rows"])
    assert len(told["left_out"]) == 1
    assert "</svg>" in (tmp_path / "parsing.svg").read_text(encoding="utf-8")


def test_made_up_documents_are_read_whole_by_the_fast_path() -> None:
    """Each holds its items, with a text where it is to have one."""
    for group, bodies in made_up(2, seed=5).items():
        for body in bodies:
            found = parse(body, way=Way.FAST)
            assert len(found.entries) == 40
            assert all(bool(entry.body) == group.endswith("HTML") for entry in found.entries)
            assert all(entry.title and entry.summary and entry.link for entry in found.entries)


def test_only_well_formed_feeds_of_xml_are_given(tmp_path: Path) -> None:
    """What is no feed, broken or JSON is not measured."""
    for number, text in enumerate((RSS, ATOM, JSON_FEED, RSS[:-20], "<html></html>", "")):
        (tmp_path / str(number)).write_text(text, encoding="utf-8")
    assert sorted(map(len, well_formed(tmp_path)["given, smaller"])) == sorted((len(RSS), len(ATOM.encode())))


def test_figures_are_judged_only_where_they_were_measured() -> None:
    """The ratio is that of all documents together, made-up and given ones apart."""
    assert {figure.reached for figure in wanted(Run({}))} == {None}
    rows = [
        Measured(name, group, 1, 1.0, seconds, 0)
        for group in ("RSS, short texts", "Atom, long HTML")
        for name, seconds in ((OURS, 1.0), (ALONE, 30.0))
    ]
    made, given = wanted(Run({}, rows))
    assert (made.measured, made.reached, given.reached) == (30.0, True, None)
