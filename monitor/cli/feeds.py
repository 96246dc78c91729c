"""`feeds`: the feeds of the configuration, in from a list, out as one, how each is doing, and checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import DEFAULT_CONFIG, FINE, FOUND, AsJson, ConfigPath, settings_of

if TYPE_CHECKING:
    from monitor.commands.feeds import FeedView, Import
    from monitor.config import Settings
    from monitor.feeds.config import FeedConfig

feeds_app = typer.Typer(
    help="List the feeds, look at one, check them, take feeds in from OPML and give them out as OPML."
)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.add_typer(feeds_app, name="feeds", no_args_is_help=True)


@feeds_app.command("list")
def list_feeds(config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the feeds: how each is doing, its tags and its address.

    Example: watchword feeds list
    """
    from monitor.commands.feeds import feed_views

    views = feed_views(settings_of(config))
    if as_json:
        _print_json([view.as_json() for view in views])
        return
    from rich.console import Console

    from monitor.commands.feed_tables import feeds_table

    Console().print(feeds_table(views))
    typer.echo(_counted(len(views)))


@feeds_app.command("show")
def show_feed(
    feed: Annotated[str, typer.Argument(metavar="ID", help="The id of a feed.")],
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show one feed: its settings without secrets, its state, and when it is polled next and why.

    Example: watchword feeds show iranpress
    """
    from monitor.commands.feeds import feed_views

    [view] = feed_views(settings_of(config), feed)
    if as_json:
        _print_json(view.as_json())
    else:
        _show(view)


def _show(view: FeedView) -> None:
    from rich.console import Console

    from monitor.commands.feed_tables import feed_table

    Console().print(feed_table(view))


@feeds_app.command("check")
def check(
    feeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]…", help="Feeds by id; none for those that are not known to work."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Look at every feed.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Fetch feeds now and give a verdict on each: what it is, what is wrong with it, and what to do.

    Many are looked at side by side, few of one site at a time. Nothing is stored, and nobody is told. Exit
    code 1 where something is wrong with one.

    Example: watchword feeds check --all
    """
    import asyncio

    from monitor.commands.feed_check import chosen_feeds

    settings = settings_of(config)
    chosen = chosen_feeds(settings, feeds or (), everything=everything)
    if not chosen and not as_json:
        typer.echo("every feed works, as of its last poll; --all looks at each again")
    found = asyncio.run(_check(chosen, settings, as_json=as_json))
    if as_json:
        _print_json(sorted(found, key=lambda one: one["id"]))
    elif chosen:
        _count_verdicts([one["verdict"] for one in found])
    raise typer.Exit(FINE if all(one["verdict"] == "fine" for one in found) else FOUND)


async def _check(chosen: list[FeedConfig], settings: Settings, *, as_json: bool) -> list[dict[str, Any]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from monitor.commands import feed_check

    found, console = [], Console()
    columns = (TextColumn("feeds"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True) if as_json else console, transient=True)
    with bar as progress:
        task = progress.add_task("", total=len(chosen))
        async for one in feed_check.check_feeds(chosen, settings.config.outbound):
            found.append(feed_check.as_json(one))
            if not as_json:
                feed_check.show_checkup(one, console)
            progress.advance(task)
    return found


def _count_verdicts(grades: list[str]) -> None:
    counts = ((grades.count(grade), grade) for grade in ("fine", "doubtful", "broken"))
    said = ", ".join(f"{number} {grade}" for number, grade in counts if number)
    typer.echo(f"{_counted(len(grades))}: {said}")


@feeds_app.command("reset")
def reset(
    feed: Annotated[str, typer.Argument(metavar="ID", help="The id of a feed.")],
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Forget what was learned of a feed's address and server, and have it polled at once.

    For a feed that was gone (410), that moved where it should not have, or that answers wrongly. The
    articles that it brought stay known, so none of them is told again.

    Example: watchword feeds reset iranpress
    """
    import asyncio

    from monitor.commands.feeds import reset_feed

    typer.echo(asyncio.run(reset_feed(settings_of(config), feed)))


@feeds_app.command("import")
def import_opml(
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="An OPML file.")],
    config: ConfigPath = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be added.")] = False,
) -> None:
    """Add the feeds of an OPML file to the configuration, of which everything else stays as it is.

    Feeds that are there already, by their address, are left alone. The file is replaced in one step after
    the result was checked. Exit code 1 when a feed of the list cannot be watched; the others are added.

    Example: watchword feeds import subscriptions.opml --dry-run
    """
    import asyncio

    from monitor.commands.feeds import import_feeds

    found = asyncio.run(import_feeds(settings_of(config), source, dry_run=dry_run))
    _report(found, config, "would be added to" if dry_run else "added to")
    raise typer.Exit(FOUND if any(problem.level == "error" for problem in found.problems) else FINE)


def _report(found: Import, config: Path, done: str) -> None:
    from monitor.text.display import displayable

    for problem in found.problems:
        typer.echo(f"{problem.level}: {problem}", err=True)
    typer.echo(f"{_counted(len(found.added))} {done} {config}")
    for feed in found.added:
        typer.echo(f"  {feed.id}  {displayable(feed.url)}")
    if found.there:
        typer.echo(f"{_counted(len(found.there))} there already")
        for shown, name in found.there:
            typer.echo(f"  {name}  {displayable(shown)}")


@feeds_app.command("export")
def export_opml(
    config: ConfigPath = DEFAULT_CONFIG,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write into this file, not to standard output.")
    ] = None,
) -> None:
    """Write all feeds as OPML 2.0, for feed readers or for another Watchword.

    Secrets, headers and proxies stay out of it.

    Example: watchword feeds export --output feeds.opml
    """
    from monitor.commands.feeds import exported
    from monitor.errors import SetupError

    text = exported(settings_of(config))
    if output is None:
        typer.echo(text.encode(), nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{output} cannot be written: {error.strerror}") from error
    typer.echo(f"wrote {output}")


def _counted(number: int) -> str:
    return f"{number} feed" if number == 1 else f"{number} feeds"


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
