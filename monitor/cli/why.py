"""`why`: what happened to an article or an alert, from the poll to the receipt."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, FOUND, AsJson, ConfigPath, settings_of


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command()(why)


def why(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="ARTICLE|URL|ALERT",
            help="An article's number or URL; an alert's id, one revision of it as ID/2, or the line of a "
            "message that begins with “Watchword alert”.",
        ),
    ],
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show why somebody was told of an article, or why nobody was: the whole chain from poll to receipt.

    When it was seen, how it was edited, which rules matched it, where each match ended and why, the story
    that it tells and who else has that, each revision of each alert, and what became of these at every
    destination. A URL is found whatever its tracking parameters; where several articles have it, the newest
    is shown whole.
    Exit code 1 where the archive has nothing of that name.

    Example: watchword why https://example.org/news/12 (or: watchword why 12; watchword why a2b3c4d5e6/2)
    """
    import asyncio

    from monitor.commands.why import NotFound, find_answer

    try:
        found = asyncio.run(find_answer(settings_of(config), reference))
    except NotFound as error:
        typer.echo(f"watchword: {error}", err=True)
        raise typer.Exit(FOUND) from None
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from monitor.commands.why_shown import show_answer

    show_answer(found, Console(highlight=False))
