"""All verbs of `watchword`, and how their errors are shown."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import (
    archive,
    authoring,
    backtesting,
    costing,
    daemon,
    dead_letters,
    examining,
    explaining,
    feeds,
    routing,
    schemas,
    starting,
    stories,
    why,
)
from monitor.cli.options import UNUSABLE
from monitor.cli.output import output_arrives
from monitor.errors import ConfigError, RuleError, WatchwordError

app = typer.Typer(
    name="watchword",
    help="Watch news feeds for what analysts care about; tell the right people about the right story once.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"watchword {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watch news feeds for what analysts care about; tell the right people about the right story once."""


rules_verbs = (authoring, costing, explaining, backtesting, schemas)
told_verbs = (why, stories, routing, dead_letters)
for part in (starting, daemon, examining, feeds, *rules_verbs, *told_verbs, archive):
    part.add_to(app)


def main() -> None:
    """Run a command; what a human must mend or wait for goes to standard error and exits with 2."""
    with output_arrives():
        try:
            app()
        except (ConfigError, RuleError) as error:
            for problem in error.problems:
                typer.echo(str(problem), err=True)
            sys.exit(UNUSABLE)
        except WatchwordError as error:
            typer.echo(f"watchword: {error}", err=True)
            sys.exit(UNUSABLE)
