"""How the figures of matching are shown: tables for the terminal, a chart for the eye."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.matching_figures import GROUPS, Figures, Run, wanted
from benchmarks.measuring import MEGABYTE, Time, machine_in_words
from benchmarks.output import save_chart
from benchmarks.wanted import wanted_table


def show(run: Run, console: Console) -> None:
    """Print all tables."""
    console.print(f"\n{machine_in_words(run.machine)}")
    counted = ", ".join(f"{number:,} {group}" for group, number in run.articles.items())
    console.print(f"{run.texts}, {run.length:.0f} characters on average: {counted}\n")
    for table in (_sizes(run), _peers(run), wanted_table(wanted(run))):
        console.print(table)
        console.print()
    if run.stream:
        stream = run.stream
        console.print(
            f"watchword match: {stream.items:,} items, {stream.rules:,} rules, jobs: {stream.jobs}, "
            f"{stream.seconds:,.1f} s, start and loading included ({stream.items / stream.seconds:,.0f}/s)\n"
        )


def _sizes(run: Run) -> Table:
    table = Table(title="The matcher (seconds: by the clock, of CPU in brackets; articles/s on one core)")
    table.add_column("")
    for figures in run.sizes:
        table.add_column(f"{figures.rules:,} rules", justify="right")
    for title, cells in _rows(run.sizes):
        table.add_row(title, *cells)
    return table


def _rows(sizes: list[Figures]) -> Iterator[tuple[str, list[str]]]:
    yield "rule files", [f"{one.files:,} ({one.size / MEGABYTE:,.1f} MB)" for one in sizes]
    yield "loaded cold", [_time(one.cold) for one in sizes]
    yield "loaded again, in a new process", [_time(one.again) for one in sizes]
    yield "matcher built", [_time(one.build) for one in sizes]
    yield "one edited file, until its matcher stands", [_time(one.edit) for one in sizes]
    yield "memory at most, loaded cold", [_memory(one.cold_peak) for one in sizes]
    yield "memory at most, loaded again", [_memory(one.peak) for one in sizes]
    yield "memory at rest", [_memory(one.standing) for one in sizes]
    for group in GROUPS:
        yield f"articles/s, {group}", [_number(one.rate(group)) for one in sizes]
    yield "matches in the mix", [f"{one.matches:,}" for one in sizes]


def _time(time: Time) -> str:
    return f"{time.wall:,.2f} ({time.cpu:,.2f})"


def _memory(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:,.0f}" if number >= 100 else f"{number:,.2f}"


def _peers(run: Run) -> Table:
    table = Table(title="Peers, over the literals of the same rules and the same mix of articles")
    for heading in ("peer", "rules", "ready in s", "articles", "articles/s", "matcher is faster", ""):
        table.add_column(heading, justify="left" if heading in ("peer", "") else "right")
    for peer in run.peers:
        faster = run.times_the_peer(peer)
        table.add_row(
            peer.name,
            f"{peer.rules:,}",
            f"{peer.ready:,.2f}",
            f"{peer.articles:,}",
            _number(peer.per_second),
            f"{_number(faster)} ×",
            peer.note,
        )
    return table


def draw(run: Run, path: Path) -> None:
    """Draw articles a second over the number of rules, both in powers of ten, into a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 5.5), layout="constrained")
    rules = [figures.rules for figures in run.sizes]
    for group, colour in zip(GROUPS, ("#00796b", "#4db6ac", "#004d40", "#b2dfdb"), strict=True):
        rates = [figures.rate(group) or float("nan") for figures in run.sizes]
        axes.plot(rules, rates, "o-", color=colour, linewidth=2.2, label=f"Watchword, {group}")
    for name, colour in zip(
        dict.fromkeys(peer.name for peer in run.peers),
        ("#e64a19", "#f9a825", "#5e35b1", "#757575"),
        strict=False,
    ):
        mine = [peer for peer in run.peers if peer.name == name]
        axes.plot(
            [peer.rules for peer in mine],
            [peer.per_second for peer in mine],
            "s--",
            color=colour,
            linewidth=1.4,
            label=name,
        )
    axes.set(xscale="log", yscale="log", xlabel="rules", ylabel="articles a second on one core")
    axes.set_title(f"Matching articles of {run.length:.0f} characters", loc="left", fontweight="bold")
    save_chart(figure, axes, path)
    pyplot.close(figure)
