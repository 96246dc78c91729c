"""How a simulated month is shown: its funnel, where matches ended and why, what was told, what went wrong."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table

from tests.proof.month import Simulated
from tests.proof.tally import Tally


def show_month(found: Simulated, days: int, console: Console) -> None:
    """Print the funnel of a month and the reasons."""
    console.print(
        f"{days} days of made-up news in {found.seconds:.0f} s, {found.events} events: pairs of articles "
        f"joined though of different events {found.merged:,}, parted though of one {found.parted:,}",
        highlight=False,
    )
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for stage, number in found.funnel.items():
        table.add_row(stage, f"{number:,}")
    console.print(table)
    ends = Counter({f"{state} ({reason})": number for (state, reason), number in found.ends.items()})
    console.print(f"matches ended: {_listed(ends)}", highlight=False)
    console.print(f"revisions: {_listed(found.revisions)}", highlight=False)


def invariants(found: Simulated) -> Tally:
    """Count what was promised of a month and holds."""
    return Tally(
        "a month in which all was told once, each match had one end, and the sums added up",
        max(len(found.wrong), 1),
        tuple(found.wrong),
    )


def _listed(counted: Counter[str]) -> str:
    return " · ".join(f"{name} {number:,}" for name, number in counted.most_common())
