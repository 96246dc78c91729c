"""How the figures of stories are shown: tables for the terminal, a chart for the eye."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import machine_in_words
from benchmarks.output import save_chart
from benchmarks.stories_run import Run, wanted
from benchmarks.wanted import wanted_table

_COLOURS = ("#00796b", "#e64a19", "#f9a825")


def show(run: Run, console: Console) -> None:
    """Print all tables."""
    console.print(f"\n{machine_in_words(run.machine)}\n")
    tables = [_speeds(run)] + ([_qualities(run)] if run.qualities else []) + [wanted_table(wanted(run))]
    for table in tables:
        console.print(table)
        console.print()
    for left_out in run.left_out:
        console.print(f"Left out: {left_out}")


def _speeds(run: Run) -> Table:
    table = Table(title="Articles told apart, a second of one processor")
    for number, heading in enumerate(("stream", "by", "held", "asked", "articles/s", "MB")):
        table.add_column(heading, justify="left" if number < 2 else "right")
    for row in run.speeds:
        shown = (f"{row.held:,}", f"{row.asked:,}", f"{row.per_second:,.0f}", f"{row.megabytes:,.0f}")
        table.add_row(row.stream, row.teller, *shown)
    return table


def _qualities(run: Run) -> Table:
    table = Table(title=f"Events told apart ({run.qualities[0].articles:,} articles in shuffled order)")
    for number, heading in enumerate(("by", "bound", "precision", "recall", "F1", "siblings merged")):
        table.add_column(heading, justify="left" if number < 1 else "right")
    for row in run.qualities:
        shown = (f"{value:.3f}" for value in (row.precision, row.recall, row.f1, row.siblings))
        table.add_row(row.teller, "its own" if row.bound is None else f"{row.bound:.2f}", *shown)
    return table


def draw(run: Run, path: Path) -> None:
    """Draw articles a second of each way into a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4), layout="constrained")
    streams = list(dict.fromkeys(row.stream for row in run.speeds))
    tellers = list(dict.fromkeys(row.teller for row in run.speeds))
    width = 0.8 / len(tellers)
    for number, (teller, colour) in enumerate(zip(tellers, _COLOURS, strict=False)):
        rates = [row.per_second for row in run.speeds if row.teller == teller]
        places = [place + number * width for place in range(len(rates))]
        axes.bar(places, rates, width, color=colour, label=teller)
    axes.set_xticks([place + 0.4 - width / 2 for place in range(len(streams))], streams)
    axes.set(ylabel="articles a second of one processor")
    axes.set_title("Stories, told apart", loc="left", fontweight="bold")
    save_chart(figure, axes, path)
    pyplot.close(figure)
