"""`schema`: what editors need to check and complete the files while they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import one_of


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command()(schema)


def schema(
    which: Annotated[
        str, typer.Argument(metavar="config|rules", help="Of the configuration, or of rule files.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write it to this file; one that is there is replaced."),
    ] = None,
) -> None:
    """Print the JSON Schema of the configuration or of rule files, for editors and other programs.

    `watchword init` writes both into a new folder. What one value alone does not show (ids used twice,
    references, expressions) is found by `watchword check`.

    Example: watchword schema rules --output .schemas/rules.json
    """
    from monitor.commands.schema import SCHEMAS, schema_text, write_schema

    one_of(which, list(SCHEMAS), "config|rules")
    if output is None:
        typer.echo(schema_text(which), nl=False)
        return
    write_schema(which, output)
    typer.echo(f"wrote {output}")
