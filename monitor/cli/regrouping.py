"""`stories split` and `stories join`: what people do where articles were joined wrongly, or not at all."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, as_json_line, can_be_number, settings_of


def add_to(app: typer.Typer) -> None:
    """Add these verbs to `stories`."""
    app.command()(split)
    app.command()(join)


def split(
    articles: Annotated[
        list[str], typer.Argument(metavar="ARTICLE...", help="Numbers or URLs of articles of one story.")
    ],
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Make a story of its own of articles that were joined wrongly.

    An alert that began with one of them goes along, and nothing that was told is told again; what nobody was
    told of, because it was taken for the other story, is dispatched again. May be done while the daemon runs.

    Example: watchword stories split 4711 4712
    """
    from dataclasses import asdict

    from monitor.commands.regrouping import split_story

    asked = split_story(settings_of(config), articles)
    typer.echo(as_json_line(asdict(asked.done)) if as_json else asked.said)


def join(
    story: Annotated[int, typer.Argument(metavar="STORY", help="The story that stays.")],
    others: Annotated[
        list[int], typer.Argument(metavar="OTHER...", help="The stories that become part of it.")
    ],
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Put stories together that tell the same.

    Whoever was told of both hears what is new in the thread of the story that stays. May be done while the
    daemon runs.

    Example: watchword stories join 12 15
    """
    from dataclasses import asdict

    from monitor.commands.regrouping import join_stories
    from monitor.errors import SetupError

    for number in (story, *others):
        if not can_be_number(number):
            raise SetupError(f"there is no story {number}; see: watchword stories list")
    for asked in join_stories(settings_of(config), story, others):
        typer.echo(as_json_line(asdict(asked.done)) if as_json else asked.said)
