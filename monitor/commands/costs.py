"""The costs of rules as people read them, and as programs do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from monitor.config import Settings
from monitor.errors import Malformed, SetupError
from monitor.matching.costs import BUDGET, Costs, RuleCost
from monitor.matching.jsonl import read_line
from monitor.model import Article
from monitor.stores import articles
from monitor.stores.archive import open_archive


def articles_of_file(reference: str, now: datetime) -> Iterator[Article]:
    """Give the articles of a file of JSON lines, `-` for standard input; broken lines are only said."""
    try:
        file = sys.stdin.buffer if reference == "-" else Path(reference).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise SetupError(f"{reference} cannot be read: {error.strerror}") from error
    with file:
        for number, raw in enumerate(file, 1):
            try:
                if raw.strip():
                    yield read_line(raw, number, now)
            except Malformed as error:
                sys.stderr.write(f"line {number}: {error}\n")


def nothing_to_measure(reference: str | None) -> SetupError:
    """Say that there is no article to take the time of, and where to find some."""
    if reference is None:
        return SetupError("the archive holds no article yet; give a FILE of them, or - for standard input")
    shown = "standard input" if reference == "-" else reference
    return SetupError(f"{shown} holds no article that can be read; one JSON object a line belongs there")


def no_archive_named(config: Path) -> SetupError:
    """Say that without a configuration there is no archive, and that articles may come from a file."""
    said = f"there is no {config}, which would name an archive (name yours with --config)"
    return SetupError(f"{said}; or give a FILE of articles, one JSON object a line, - for standard input")


def newest_of_archive(settings: Settings, limit: int) -> list[Article]:
    """Give the articles that came last."""
    with open_archive(settings.archive_url) as archive:
        return archive.read_now(lambda c: articles.newest(c, limit))


def print_costs(costs: Costs, top: int, console: Console) -> None:
    """Print the dearest rules, and what all rules share."""
    table = Table("rule", box=None, header_style="bold")
    for heading in ("articles asked", "matched", "share", "µs each", "slowest ms", "in article"):
        table.add_column(heading, justify="right")
    for cost in costs.rules[:top]:
        style = "bold red" if cost.over_budget else ""
        table.add_row(*_row(cost, costs), style=style)
    console.print(table)
    per_article = 1e6 * costs.seconds / costs.articles if costs.articles else 0.0
    shared = costs.shared / costs.seconds if costs.seconds else 1.0
    console.print(
        f"{costs.articles:,} articles, {per_article:,.0f} µs each; {shared:.0%} of it all rules share: "
        "cutting into words, finding literals and names",
        soft_wrap=True,
    )
    over = sum(cost.over_budget for cost in costs.rules)
    if over:
        who = "1 rule" if over == 1 else f"{over} rules"
        said = f"{who} took longer over an article than a rule may: {BUDGET * 1000:.0f} ms"
        console.print(said, style="bold red", soft_wrap=True)


def _row(cost: RuleCost, costs: Costs) -> tuple[str, ...]:
    return (
        cost.rule,
        f"{cost.asked:,}",
        f"{cost.matched:,}",
        f"{cost.seconds / costs.seconds:.1%}",
        f"{1e6 * cost.seconds / cost.asked:,.0f}",
        f"{1000 * cost.slowest:.2f}",
        cost.article,
    )


def costs_as_json(costs: Costs, rules: Iterable[RuleCost]) -> dict[str, object]:
    """Give the costs for programs; times are in seconds."""
    keys = ("rule", "asked", "matched", "seconds", "slowest", "article", "over_budget")
    return {
        "articles": costs.articles,
        "seconds": costs.seconds,
        "shared": costs.shared,
        "budget": BUDGET,
        "rules": [{key: getattr(cost, key) for key in keys} for cost in rules],
    }
