"""The figures of the benchmark of matching, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from benchmarks.measuring import MEGABYTE, Time, median_cost
from benchmarks.peers import PeerResult
from benchmarks.wanted import Wanted, at_least, at_most

Group = Literal["no match", "one match", "mix", "first sight"]
GROUPS: tuple[Group, ...] = ("no match", "one match", "mix", "first sight")
_REGEX = "loop of compiled regular expressions"
_MILLION = 1_000_000


@dataclass
class Figures:
    """What was measured with one rule set; memory in bytes, `portions` as (articles, seconds of CPU)."""

    rules: int
    files: int
    size: int
    cold: Time = field(default_factory=Time)
    cold_peak: int = 0
    again: Time = field(default_factory=Time)
    build: Time = field(default_factory=Time)
    peak: int = 0
    standing: int = 0
    edit: Time = field(default_factory=Time)
    matches: int = 0
    portions: dict[Group, list[tuple[int, float]]] = field(
        default_factory=lambda: {name: [] for name in GROUPS}
    )

    def cost(self, group: Group) -> float | None:
        """Give the seconds of CPU for an article; None where there was none of the group."""
        portions = self.portions[group]
        return median_cost(portions) if portions else None

    def rate(self, group: Group) -> float | None:
        """Give the articles a second on one core."""
        cost = self.cost(group)
        return 1 / cost if cost else None


@dataclass(frozen=True)
class Stream:
    """A run of `watchword match` over many items."""

    rules: int
    items: int
    jobs: int
    seconds: float


@dataclass
class Run:
    """All figures of a run."""

    machine: dict[str, Any]
    seed: int
    texts: str
    articles: dict[Group, int]
    length: float
    sizes: list[Figures] = field(default_factory=list)
    peers: list[PeerResult] = field(default_factory=list)
    stream: Stream | None = None

    def size(self, rules: int) -> Figures | None:
        """Give the figures of the set with so many rules, if there was one."""
        return next((figures for figures in self.sizes if figures.rules == rules), None)

    def times_the_peer(self, peer: PeerResult) -> float | None:
        """Tell how many times as many articles the matcher does in the same time, over the same rules."""
        figures = self.size(peer.rules)
        rate = figures.rate("mix") if figures else None
        return rate / peer.per_second if rate else None

    def plain(self) -> dict[str, Any]:
        """Give everything for JSON."""
        told = asdict(self)
        for size, figures in zip(told["sizes"], self.sizes, strict=True):
            del size["portions"]
            size["articles_per_second"] = {group: figures.rate(group) for group in GROUPS}
        for row, peer in zip(told["peers"], self.peers, strict=True):
            row |= {"articles_per_second": peer.per_second, "matcher_is_faster": self.times_the_peer(peer)}
        return told | {"wanted": [figure.plain() for figure in wanted(self)]}


def wanted(run: Run) -> Sequence[Wanted]:
    """Give what is wanted of matching."""
    middle, large, small = run.size(10_000), run.size(100_000), run.size(1_000)
    regex = next((peer for peer in run.peers if peer.name == _REGEX and peer.rules == 10_000), None)
    stream = run.stream
    million = stream.seconds if stream and stream.items >= _MILLION and stream.rules == 10_000 else None
    none, one = (middle.rate(group) if middle else None for group in ("no match", "one match"))
    at_last, at_first = (figures.cost("mix") if figures else None for figures in (large, small))
    grown = at_last / at_first if at_last and at_first else None
    built = middle.build.judged if middle else 0.0
    cold, again = (
        time.judged + built if time else None for time in (middle and middle.cold, middle and middle.again)
    )
    edit = middle.edit.judged if middle else None
    memory = max(large.cold_peak, large.peak) / MEGABYTE if large else None
    per_core = "articles/s on one core, 10,000 rules"
    return (
        at_least("must", f"without a match, {per_core}", 10_000, none),
        at_least("aim", f"without a match, {per_core}", 20_000, none),
        at_least("must", f"with one match and its evidence, {per_core}", 3_000, one),
        at_least("aim", f"with one match and its evidence, {per_core}", 5_000, one),
        at_least(
            "must", f"times a {_REGEX}, 10,000 rules", 1_000, run.times_the_peer(regex) if regex else None
        ),
        at_most("aim", "cost of an article, 100,000 to 1,000 rules", 3, grown, "{:,.2f} ×"),
        at_most("must", "10,000 rules loaded cold, matcher built", 15, cold, "{:,.2f} s"),
        at_most("must", "10,000 rules loaded again, matcher built", 2, again, "{:,.2f} s"),
        at_most("must", "an edited file among 10,000 rules", 0.5, edit, "{:,.2f} s"),
        at_most("must", "memory of a process with 100,000 rules", 1024, memory, "{:,.0f} MB"),
        at_most("must", "a million items, 10,000 rules, two cores", 120, million, "{:,.1f} s"),
    )
