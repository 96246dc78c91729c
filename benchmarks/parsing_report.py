"""How the figures of parsing are shown: tables for the terminal, a chart for the eye."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import machine_in_words
from benchmarks.output import save_chart
from benchmarks.parsing_run import ALONE, Run, wanted
from benchmarks.wanted import wanted_table

_COLOURS = ("#00796b", "#e64a19", "#f9a825", "#4db6ac")


def show(run: Run, console: Console) -> None:
    """Print all tables."""
    console.print(f"\n{machine_in_words(run.machine)}\n")
    for table in (_rows(run), wanted_table(wanted(run))):
        console.print(table)
        console.print()
    for left_out in run.left_out:
        console.print(f"Left out: {left_out}")


def _rows(run: Run) -> Table:
    table = Table(title="Documents parsed, a second of one processor")
    headings = ("documents", "parser", "number", "refused", "documents/s", "MB/s", "× feedparser")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number < 2 else "right")
    for group in dict.fromkeys(row.group for row in run.rows):
        rows = [row for row in run.rows if row.group == group]
        alone = next(row.seconds for row in rows if row.parser == ALONE)
        for row in rows:
            rates = (row.documents / row.seconds, row.megabytes / row.seconds, alone / row.seconds)
            shown = (f"{rates[0]:,.0f}", f"{rates[1]:,.1f}", f"{rates[2]:,.1f}")
            table.add_row(group, row.parser, f"{row.documents:,}", f"{row.refused:,}", *shown)
        table.add_section()
    return table


def draw(run: Run, path: Path) -> None:
    """Draw megabytes a second of each parser into a picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
    groups = list(dict.fromkeys(row.group for row in run.rows))
    parsers = list(dict.fromkeys(row.parser for row in run.rows))
    width = 0.8 / max(1, len(parsers))
    for number, (parser, colour) in enumerate(zip(parsers, _COLOURS, strict=False)):
        rates = [row.megabytes / row.seconds for row in run.rows if row.parser == parser]
        places = [place + number * width for place in range(len(rates))]
        axes.bar(places, rates, width, color=colour, label=parser)
    axes.set_xticks(
        [place + 0.4 - width / 2 for place in range(len(groups))], groups, rotation=20, ha="right"
    )
    axes.set(ylabel="MB a second of one processor", yscale="log")
    axes.set_title("Feeds, parsed", loc="left", fontweight="bold")
    save_chart(figure, axes, path)
    pyplot.close(figure)
