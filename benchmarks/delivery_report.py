"""How the figures of delivery are shown: tables for the terminal, a chart for the eye."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.delivery_figures import Run, wanted
from benchmarks.measuring import machine_in_words
from benchmarks.output import save_chart
from benchmarks.wanted import wanted_table

_COLOURS = ("#00796b", "#4db6ac", "#e64a19", "#f9a825")


def show(run: Run, console: Console) -> None:
    """Print all tables."""
    console.print(f"\n{machine_in_words(run.machine)}")
    for store, durability in run.stores.items():
        console.print(f"{store}: {durability}")
    console.print()
    for table in (_throughputs(run), _latencies(run), wanted_table(wanted(run))):
        console.print(table)
        console.print()
    for left_out in run.left_out:
        console.print(f"Left out: {left_out}")


def _throughputs(run: Run) -> Table:
    table = Table(title="A heap of matches (for the peers: of jobs), told by so many workers")
    for heading in ("", "workers", "to", "alerts", "arrived", "repeats", "messages", "seconds", "alerts/s"):
        table.add_column(heading, justify="right" if heading else "left")
    for one in run.throughputs:
        counts = (one.workers, one.destinations, one.alerts, one.arrived, one.repeats, one.messages)
        shown = [f"{count:,}" for count in counts]
        table.add_row(one.system, *shown, f"{one.seconds:,.2f}", f"{one.per_second:,.0f}")
    return table


def _latencies(run: Run) -> Table:
    table = Table(
        title="From the match (for the peers: from enqueuing) to the receiver, at a steady pace, one worker"
    )
    for heading in ("", "messages/s", "messages", "lost", "repeats", "p50, s", "p99, s", "longest, s"):
        table.add_column(heading, justify="right" if heading else "left")
    for one in run.latencies:
        named = {"dead": ", beside a dead destination", "fine": ", before and after"}.get(one.beside, "")
        figures = (one.percentile(50), one.percentile(99), one.seconds[-1] if one.seconds else None)
        shown = ["–" if seconds is None else f"{seconds:,.3f}" for seconds in figures]
        counts = (f"{one.per_second:g}", f"{len(one.seconds):,}", f"{one.lost:,}", f"{one.repeats:,}")
        table.add_row(one.system + named, *counts, *shown)
    return table


def draw(run: Run, path: Path) -> None:
    """Draw messages a second over the number of workers into a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    most = max((one.destinations for one in run.throughputs), default=0)
    compared = [one for one in run.throughputs if one.destinations == most]
    for system, colour in zip(dict.fromkeys(one.system for one in compared), _COLOURS, strict=False):
        rows = [one for one in compared if one.system == system]
        style = "o-" if system.startswith("Watchword") else "s--"
        points = ([one.workers for one in rows], [one.per_second for one in rows])
        axes.plot(*points, style, color=colour, linewidth=2, label=system)
    axes.set(xlabel="workers", ylabel="alerts a second", xticks=sorted({one.workers for one in compared}))
    axes.set_ylim(bottom=0)
    axes.set_title("A heap of alerts, told", loc="left", fontweight="bold")
    save_chart(figure, axes, path)
    pyplot.close(figure)
