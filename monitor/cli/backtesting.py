"""`backtest`: what rules would have told of articles of the past."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.counting import counting
from monitor.cli.options import (
    DEFAULT_CONFIG,
    FINE,
    UNUSABLE,
    AsJson,
    Now,
    as_json_line,
    rule_folders,
    say_errors,
    settings_of,
    time_of,
)

if TYPE_CHECKING:
    from monitor.commands.backtest import Ground


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command()(backtest)


def backtest(
    rules: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RULES]...", help="Folders of rule files, else those configured."),
    ] = None,
    articles: Annotated[
        Path,
        typer.Option(
            "--articles", "-a", exists=True, dir_okay=False, allow_dash=True, help="JSON lines, - for stdin."
        ),
    ] = Path("-"),
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="For its routes, receivers and stories; else one is told of all."
        ),
    ] = None,
    as_live: Annotated[
        bool, typer.Option("--as-live", help="Reckon as if rules on draft and shadow were live.")
    ] = False,
    samples: Annotated[int, typer.Option(help="How many stories to show.", min=0)] = 10,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Show what rules would have told of past articles: articles, matches, stories, alerts, notifications.

    Takes articles as `watchword match` does, in the order of their published times, through the same
    matching, stories, routes and updates as the daemon. Nobody is told, and no archive is touched. Exit code
    2 where a line or a rule file cannot be used; the rest is reckoned all the same.

    Example: watchword backtest rules --articles last-month.jsonl
    """
    from rich.console import Console

    from monitor.commands.backtest import backtest as reckon
    from monitor.commands.backtest import read_articles, show
    from monitor.commands.rulebook import read_rulebook

    moment = time_of(now)
    if rules is None and config is None and DEFAULT_CONFIG.exists():
        config = DEFAULT_CONFIG
    book = read_rulebook(rule_folders(rules or None, config or DEFAULT_CONFIG), moment)
    say_errors(book)
    with nullcontext(sys.stdin.buffer) if str(articles) == "-" else articles.open("rb") as lines:
        read = list(read_articles(lines, moment, lambda text: typer.echo(f"{articles}:{text}", err=True)))
    usable = [article for article in read if article is not None]
    with counting("articles taken") as advance:
        found = reckon(book, usable, _ground(config), as_live=as_live, advance=advance)
    if as_json:
        typer.echo(as_json_line(found.as_json()))
    else:
        show(found, Console(), samples)
    raise typer.Exit(UNUSABLE if book.unusable or len(usable) < len(read) else FINE)


def _ground(config: Path | None) -> Ground:
    """Give the routes, receivers and stories of a configuration, or one receiver of everything."""
    from monitor.commands.backtest import Ground

    if config is None:
        return Ground()
    from monitor.app.stories import story_rules

    settings = settings_of(config)
    receivers = settings.config.receivers
    return Ground(
        routes=settings.config.routes,
        destinations={name: max(1, len(receiver.channels)) for name, receiver in receivers.items()},
        stories=story_rules(settings),
        update_wait=settings.config.stories.update_wait,
    )
