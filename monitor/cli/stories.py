"""`stories`: which articles tell the same event, and who has it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from monitor.cli import assigning, regrouping
from monitor.cli.options import DEFAULT_CONFIG, FOUND, AsJson, ConfigPath, settings_of

stories_app = typer.Typer(help="See which articles tell one story, who has it, and who was told of it.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="A story's number.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    regrouping.add_to(stories_app)
    assigning.add_to(stories_app)
    app.add_typer(stories_app, name="stories", no_args_is_help=True)


@stories_app.command("list")
def list_stories(
    config: ConfigPath = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option("--limit", help="How many at most.", min=1, max=10_000)] = 20,
    as_json: AsJson = False,
) -> None:
    """List the stories that went on last: their articles, independent sources and alerts.

    Example: watchword stories list --limit 50
    """
    from monitor.commands.plain import as_plain
    from monitor.commands.stories import read_stories, show_stories

    found = read_stories(settings_of(config), limit)
    if as_json:
        _print_json([as_plain(one) for one in found])
        return
    from rich.console import Console

    show_stories(found, Console(highlight=False))


@stories_app.command("show")
def show_story(number: Number, config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show a story: its articles in the order in which they came, how each stands to it, and its alerts.

    For each article there is the one that it is most like and how much, its publisher, and whose word it is
    where that is another's, such as an agency's. Exit code 1 where there is no such story.

    Example: watchword stories show 7
    """
    from monitor.commands.stories import read_story
    from monitor.commands.stories import show_story as show

    found = read_story(settings_of(config), number)
    if found is None:
        typer.echo(f"watchword: there is no story {number}; see: watchword stories list", err=True)
        raise typer.Exit(FOUND)
    if as_json:
        _print_json(found.as_json())
        return
    from rich.console import Console

    show(found, Console(highlight=False))


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
