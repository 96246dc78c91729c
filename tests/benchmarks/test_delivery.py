"""The benchmark of delivery runs, and judges only what it measured. Nothing is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.delivery_figures import BY_DEFAULT, Latency, Run, Throughput, wanted

ROOT = Path(__file__).resolve().parents[2]


def test_the_benchmark_runs_from_beginning_to_end(tmp_path: Path) -> None:
    """Every message of the heap and of the steady pace arrives once; figures and chart are left."""
    command = [sys.executable, "benchmarks/delivery.py", "--quick", "--json", "--postgresql", ""]
    asked = [*command, "--messages", "24", "--destinations", "3", "--seconds", "2", "--out", str(tmp_path)]
    done = subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == json.loads((tmp_path / "delivery.json").read_text(encoding="utf-8"))
    assert told["stores"] == {"SQLite": "synchronous 2, journal_mode wal"}
    heaps = [(one["workers"], one["destinations"], one["arrived"]) for one in told["throughputs"]]
    assert heaps == [(1, 3, 24), (1, 3, 24), (1, 1, 24)]
    assert all(one["repeats"] == 0 for one in (*told["throughputs"], *told["latencies"]))
    paces = [(one["beside"], one["messages"], one["lost"]) for one in told["latencies"]]
    assert paces[0] == ("", 20, 0)
    assert [beside for beside, *_ in paces[1:]] == ["fine", "dead"]
    assert len(told["left_out"]) == 2
    assert "</svg>" in (tmp_path / "delivery.svg").read_text(encoding="utf-8")


def test_figures_are_judged_only_where_they_were_measured() -> None:
    """The best number of workers counts for each store, the slowest percentile for all."""
    heaps = [
        Throughput(BY_DEFAULT, 1, 16, 3000, 3000, 0, 300, 10.0),
        Throughput(BY_DEFAULT, 2, 16, 3000, 3000, 0, 300, 2.0),
        Throughput("Watchword, SQLite", 1, 1, 3000, 3000, 0, 3000, 1.0),
        Throughput("RQ", 1, 16, 3000, 3000, 0, 3000, 0.1),
    ]
    paces = [
        Latency("Watchword, SQLite", 10, seconds=[0.1] * 98 + [2.0] * 2, lost=1),
        Latency("Watchword, SQLite", 10, "fine", seconds=[0.1] * 100),
        Latency("Watchword, SQLite", 10, "dead", seconds=[0.1] * 90 + [0.2] * 10),
        Latency("arq", 10, seconds=[9.0] * 200),
        Latency("Watchword, PostgreSQL", 10, seconds=[5.0] * 99),  # too few for a percentile
    ]
    assert {figure.reached for figure in wanted(Run({}, {}))} == {None}
    reached = {(one.kind, one.what.split(",")[0]): one for one in wanted(Run({}, {}, heaps, paces))}
    rate = "dispatch → receipt"
    assert reached["must", rate].measured == 1500
    assert reached["aim", rate].reached is True
    assert reached["must", "match → receiver"].measured == 2.0
    assert reached["must", "p99 beside a dead destination"].found == "2.00 ×"
    assert reached["must", "alerts lost"].reached is False
