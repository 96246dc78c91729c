"""What is wanted of the figures: each with what was measured beside it, and whether that reaches it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.table import Table

Kind = Literal["must", "aim"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure that is wanted; `measured` is None where this run did not measure it."""

    kind: Kind
    what: str
    bound: float
    measured: float | None
    more_is_better: bool
    shown: Callable[[float], str] = "{:,.0f}".format

    @property
    def reached(self) -> bool | None:
        """Tell whether the measured figure is as good as the wanted one; None where it was not measured."""
        if self.measured is None:
            return None
        return self.measured >= self.bound if self.more_is_better else self.measured <= self.bound

    @property
    def wanted(self) -> str:
        """Give the wanted figure as people read it."""
        return f"{'≥' if self.more_is_better else '≤'} {self.shown(self.bound)}"

    @property
    def found(self) -> str:
        """Give the measured figure as people read it."""
        return "not in this run" if self.measured is None else self.shown(self.measured)

    def plain(self) -> dict[str, object]:
        """Give all of it for JSON."""
        return {
            "kind": self.kind,
            "what": self.what,
            "wanted": self.wanted,
            "measured": self.measured,
            "reached": self.reached,
        }


def at_least(kind: Kind, what: str, bound: float, measured: float | None, shown: str = "{:,.0f}") -> Wanted:
    """Want a figure that is at least as high as `bound`."""
    return Wanted(kind, what, bound, measured, more_is_better=True, shown=shown.format)


def at_most(kind: Kind, what: str, bound: float, measured: float | None, shown: str = "{:,.2f}") -> Wanted:
    """Want a figure that is at most as high as `bound`."""
    return Wanted(kind, what, bound, measured, more_is_better=False, shown=shown.format)


def wanted_table(figures: Sequence[Wanted]) -> Table:
    """Show what is wanted beside what was measured."""
    table = Table(title="What is wanted")
    for heading in ("", "figure", "wanted", "measured", "reached"):
        table.add_column(heading, justify="right" if heading in ("wanted", "measured") else "left")
    colours = {True: "[green]yes[/]", False: "[red]no[/]", None: "[dim]–[/]"}
    for figure in figures:
        table.add_row(figure.kind, figure.what, figure.wanted, figure.found, colours[figure.reached])
    return table
