"""`stories assign` and `stories similarity`: how stories are told apart, on any articles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.counting import counting
from monitor.cli.options import FINE, UNUSABLE, Now, lines_of, time_of


def add_to(app: typer.Typer) -> None:
    """Add these verbs to `stories`."""
    app.command()(assign)
    app.command("similarity")(similarity)


def assign(
    ends_after: Annotated[
        str, typer.Option("--ends-after", help="How long a story goes on without news.")
    ] = "72h",
    now: Now = None,
) -> None:
    """Tell articles from standard input apart by the stories they tell, one JSON object a line.

    Takes articles as `watchword match` does, in their order, and prints for each its id, the number of its
    story, and whether it is new, a copy, the same, or a follow-up. Each line is an article of its own, also
    where two have one id. Reads no rules and no archive, so that actors which rules would find play no part.
    Broken lines are reported on standard error, exit code 2.

    Example: watchword stories assign < articles.jsonl > stories.jsonl
    """
    from monitor.commands.assigning import assign_lines
    from monitor.values import parse_duration

    try:
        quiet = parse_duration(ends_after)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--ends-after") from None
    broken = False
    with counting("articles told apart") as advance:
        lines = assign_lines(sys.stdin.buffer, time_of(now), quiet, lambda said: typer.echo(said, err=True))
        for line in lines:
            broken |= line is None
            if line is not None:
                sys.stdout.buffer.write(line.encode() + b"\n")
            advance(1)
    sys.stdout.flush()
    raise typer.Exit(UNUSABLE if broken else FINE)


def similarity(
    pairs: Annotated[
        Path,
        typer.Argument(metavar="FILE.tsv", help="Columns left and right, tabs between; - for stdin."),
    ],
) -> None:
    """Say how alike the headlines of each pair are, from 0 to 1, one number a line.

    The first line of the file names the columns; others than left and right are passed over. For a broken
    line there is an empty one, so that the others stay beside their pairs; it is reported on standard error,
    exit code 2.

    Example: watchword stories similarity pairs.tsv
    """
    from monitor.commands.assigning import similarity_lines
    from monitor.errors import Malformed, SetupError

    def say(text: str) -> None:
        typer.echo(f"{pairs}: {text}", err=True)

    broken = False
    try:
        with lines_of(pairs, "FILE.tsv") as lines:
            for alike in similarity_lines(lines, say):
                broken |= alike is None
                typer.echo("" if alike is None else f"{alike:.4f}")
    except Malformed as error:
        raise SetupError(f"{pairs}: {error}") from None
    raise typer.Exit(UNUSABLE if broken else FINE)
