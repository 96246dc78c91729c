"""`backtest`: what rules would have told of articles of the past."""

from __future__ import annotations

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
    lines_of,
    rule_folders,
    say_errors,
    settings_of,
    time_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.commands.backtest import Ground
    from monitor.model import Article


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command()(backtest)


Articles = Annotated[Path, typer.Option("--articles", "-a", metavar="FILE", help="JSON lines; - for stdin.")]
AsLive = Annotated[bool, typer.Option("--as-live", help="Reckon as if rules on draft and shadow were live.")]


def backtest(
    rules: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[RULES]...", help="Rule files or folders of them, else those configured."),
    ] = None,
    articles: Articles = Path("-"),
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="For its routes, receivers, stories; else one is told of all."),
    ] = None,
    as_live: AsLive = False,
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
    from monitor.commands.backtest import show
    from monitor.commands.rulebook import read_rulebook

    moment = time_of(now)
    if rules is None and config is None and DEFAULT_CONFIG.exists():
        config = DEFAULT_CONFIG
    book = read_rulebook(rule_folders(rules or None, config or DEFAULT_CONFIG, "RULES"), moment)
    say_errors(book)
    usable, broken = _read(articles, moment)
    with counting("articles taken") as advance:
        found = reckon(book, usable, _ground(config), as_live=as_live, advance=advance)
    if as_json:
        typer.echo(as_json_line(found.as_json()))
    else:
        show(found, Console(), samples)
    raise typer.Exit(UNUSABLE if book.unusable or broken else FINE)


def _read(path: Path, now: datetime) -> tuple[list[Article], bool]:
    """Read the articles of a file, or of standard input; says what is broken, and whether anything is."""
    from monitor.commands.backtest import read_articles

    with lines_of(path, "--articles") as lines:
        read = list(read_articles(lines, now, lambda text: typer.echo(f"{path}:{text}", err=True)))
    return [article for article in read if article is not None], None in read


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
        publishers={feed.id: feed.publisher for feed in settings.config.feeds},
    )
