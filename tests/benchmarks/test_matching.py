"""The benchmark of matching runs, and its rules and articles are what it says they are. Nothing is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.articles import items
from benchmarks.matching_figures import Figures, Run, wanted
from benchmarks.peers import PeerResult
from benchmarks.rule_sets import FEWEST, write_rules
from benchmarks.rulebook_process import NOW
from monitor.matching.engine import Matcher
from monitor.matching.jsonl import read_article
from monitor.rules.book import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
SEED = 5


def test_the_benchmark_runs_from_beginning_to_end(tmp_path: Path) -> None:
    """One command measures a small set with all peers, prints JSON and leaves figures and chart."""
    command = [sys.executable, "benchmarks/matching.py", "--quick", "--json", "--rules", str(FEWEST)]
    asked = [*command, "--articles", "160", "--items", "210", "--budget", "0.05", "--out", str(tmp_path)]
    done = subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "matching.json").read_text(encoding="utf-8"))
    (size,) = told["sizes"]
    assert (size["rules"], told["stream"]["items"]) == (FEWEST, 210)
    assert size["matches"] > 0
    assert all(rate > 0 for rate in size["articles_per_second"].values())
    assert {peer["name"].split()[0] for peer in told["peers"]} >= {"loop", "SQLite", "bare"}
    assert all(peer["articles"] > 0 for peer in told["peers"])
    assert "</svg>" in (tmp_path / "matching.svg").read_text(encoding="utf-8")


def test_more_rules_make_no_more_matches(tmp_path: Path) -> None:
    """Every article matches the same rules in a set twice as large, and the rules are in order."""
    articles = [read_article(item.line(), 0, NOW) for item in items(120, SEED, None)]
    found = []
    for number in (FEWEST, 2 * FEWEST):
        made = write_rules(tmp_path / str(number), number, SEED)
        book = load_rulebook([made.folder], now=NOW)
        assert [str(problem) for problem in book.problems] == []
        assert (len(book.rules), len(book.files), len(made.literals)) == (number, made.files, number)
        matcher = Matcher(book)
        found.append([[match.rule for match in matcher.match(article)] for article in articles])
    assert found[0] == found[1]
    assert any(found[0])


def test_given_articles_are_cut_to_length(tmp_path: Path) -> None:
    """Long texts are cut between words, short ones joined, and nothing is longer than what is measured."""
    texts = ["word " * 200, "brief", "news " * 30, "short " * 30]
    lines = [json.dumps({"title": text, "lang": "en"}) for text in texts]
    (tmp_path / "given.jsonl").write_text("\n".join(lines), encoding="utf-8")
    cut = items(40, SEED, tmp_path)
    words = [word for item in cut for word in f"{item.title} {item.summary}".split()]
    assert set(words) == {"word", "brief", "news", "short"}
    assert all(160 <= len(item.title) + len(item.summary) <= 240 for item in cut)


def test_figures_are_judged_only_where_they_were_measured() -> None:
    """A run without ten thousand rules reaches nothing and fails nothing; one with them is judged."""
    figures = Figures(10_000, 1, 1)
    figures.portions["no match"] = [(100, 0.02), (100, 0.005), (100, 0.008)]
    figures.portions["mix"] = [(10, 0.001)]
    peer = PeerResult("loop of compiled regular expressions", 10_000, 4, 2.0, 0, 0.0)
    empty = Run({}, 1, "", {}, 240.0, [Figures(500, 1, 1)])
    judged = Run({}, 1, "", {}, 240.0, [figures], [peer])
    assert {figure.reached for figure in wanted(empty)} == {None}
    reached = {(figure.kind, figure.what.split(",")[0]): figure for figure in wanted(judged)}
    assert reached["must", "without a match"].found == "12,500"
    assert reached["must", "without a match"].reached is True
    assert reached["aim", "without a match"].reached is False
    assert reached["must", "times a loop of compiled regular expressions"].found == "5,000"
