"""Where figures go: a JSON file and a chart for keeping, tables or the JSON for whoever asked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

OUT = Path(__file__).resolve().parents[1] / "build" / "benchmarks"


class Run(Protocol):
    """All figures of a benchmark."""

    def plain(self) -> dict[str, Any]:
        """Give everything for JSON."""


def progress(console: Console) -> Progress:
    """Make a bar for each step, with what is done of it and for how long it has run."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


R = TypeVar("R", bound=Run)


def tell(
    run: R,
    name: str,
    options: argparse.Namespace,
    show: Callable[[R, Console], None],
    draw: Callable[[R, Path], None],
) -> None:
    """Write the figures and the chart of a run into `options.out`, and print them as `options.json` says."""
    told = json.dumps(run.plain(), ensure_ascii=False, indent=1)
    options.out.mkdir(parents=True, exist_ok=True)
    figures, chart = options.out / f"{name}.json", options.out / f"{name}.svg"
    figures.write_text(told + "\n", encoding="utf-8")
    draw(run, chart)
    if options.json:
        print(told)
    else:
        console = Console(width=None if sys.stdout.isatty() else 120)
        show(run, console)
        console.print(f"{figures} and {chart} are written")


def save_chart(figure: Any, axes: Any, path: Path) -> None:
    """Give a chart of matplotlib the common look, and write it."""
    axes.grid(visible=True, which="major", color="#dddddd")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
