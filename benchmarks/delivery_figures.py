"""The figures of the benchmark of delivery, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from typing import Any

from benchmarks.wanted import Kind, Wanted, at_least, at_most

BY_DEFAULT = "Watchword, SQLite, 1/s a destination"
_FEWEST = 100  # latencies that a 99th percentile is taken of


@dataclass(frozen=True)
class Throughput:
    """How many alerts of a heap arrived in how many seconds, by how many workers, in how many messages."""

    system: str
    workers: int
    destinations: int
    alerts: int
    arrived: int
    repeats: int
    messages: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Give the alerts a second."""
        return self.arrived / self.seconds


@dataclass
class Latency:
    """The seconds that messages took, one by one, when they came at a steady pace."""

    system: str
    per_second: float
    beside: str = ""
    repeats: int = 0
    seconds: list[float] = field(default_factory=list)
    lost: int = 0

    def percentile(self, number: int) -> float | None:
        """Give the seconds that `number` of a hundred messages did not exceed; None for too few messages."""
        if len(self.seconds) < _FEWEST:
            return None
        return quantiles(self.seconds, n=100, method="inclusive")[number - 1]


@dataclass
class Run:
    """All figures of a run."""

    machine: dict[str, Any]
    stores: dict[str, str]
    throughputs: list[Throughput] = field(default_factory=list)
    latencies: list[Latency] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Give everything for JSON."""
        told = asdict(self)
        for row, through in zip(told["throughputs"], self.throughputs, strict=True):
            row["per_second"] = through.per_second
        for row, latency in zip(told["latencies"], self.latencies, strict=True):
            row["messages"] = len(row.pop("seconds"))
            row |= {"p50": latency.percentile(50), "p99": latency.percentile(99)}
        return told | {"wanted": [figure.plain() for figure in wanted(self)]}


def wanted(run: Run) -> Sequence[Wanted]:
    """Give what is wanted of delivery."""
    own = [one for one in run.throughputs if one.system.startswith("Watchword") and one.destinations > 1]
    slow = [one.percentile(99) for one in run.latencies if one.system.startswith("Watchword")]
    known = [seconds for seconds in slow if seconds is not None]
    lost = [one.alerts - one.arrived for one in own]
    lost += [one.lost for one in run.latencies if one.system.startswith("Watchword")]
    found: list[Wanted] = []
    for system in dict.fromkeys(one.system for one in own):
        rate = max(one.per_second for one in own if one.system == system)
        what = f"dispatch → receipt, alerts/s, {system}"
        # As it is without a server of one's own, and by default, it must be so fast; the rest is told beside.
        wish: Kind = "must" if system == BY_DEFAULT else "aim"
        found += [at_least(wish, what, 300, rate), at_least("aim", what, 1_000, rate)]
    return (
        *found,
        at_most("must", "match → receiver, p99, the slowest", 1, max(known) if known else None, "{:,.3f} s"),
        at_most("must", "p99 beside a dead destination, to p99 without", 1.1, _beside_dead(run), "{:,.2f} ×"),
        at_most("must", "alerts lost", 0, sum(lost) if lost else None, "{:,.0f}"),
    )


def _beside_dead(run: Run) -> float | None:
    """Compare, where both were measured, the p99 of the others beside a dead destination and without one."""
    with_dead = next((one.percentile(99) for one in run.latencies if one.beside == "dead"), None)
    without = next((one.percentile(99) for one in run.latencies if one.beside == "fine"), None)
    return with_dead / without if with_dead and without else None
