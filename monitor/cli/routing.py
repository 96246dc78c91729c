"""`receivers` and `routes`: who is told, and does it work."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, settings_of

receivers_app = typer.Typer(help="List the receivers, and send one a test alert.")
routes_app = typer.Typer(help="See who would get an alert, and why.")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.add_typer(receivers_app, name="receivers", no_args_is_help=True)
    app.add_typer(routes_app, name="routes", no_args_is_help=True)


@receivers_app.command("list")
def list_receivers(config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the receivers with their destinations.

    Example: watchword receivers list
    """
    import asyncio

    from monitor.commands.receivers import destinations_of

    rows = asyncio.run(destinations_of(settings_of(config)))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for name, shown in rows.items():
        typer.echo(f"{name}: {', '.join(shown)}")


@receivers_app.command("test")
def try_receiver(
    name: Annotated[str, typer.Argument(help="The receiver's name.")], config: ConfigPath = DEFAULT_CONFIG
) -> None:
    """Send a real test alert to every channel of a receiver, and say what each answered.

    Exit code 1 when one did not take it.

    Example: watchword receivers test operators
    """
    import asyncio

    from monitor.commands.receivers import send_test

    outcomes = asyncio.run(send_test(settings_of(config), name))
    for outcome in outcomes:
        mark = typer.style("ok", fg="green") if outcome.ok else typer.style("FAILED", fg="red")
        typer.echo(f"{mark} {outcome.shown}: {outcome.said}")
    raise typer.Exit(0 if all(outcome.ok for outcome in outcomes) else 1)


@routes_app.command("test")
def try_route(
    subject: Annotated[
        str, typer.Argument(metavar="RULE|ARTICLE", help="A rule's id, or an article's number or URL.")
    ],
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Say who would be told of a rule's matches, or of a stored article, and by which way through the tree.

    Example: watchword routes test brics-membership
    """
    from monitor.commands.receivers import explain_routes

    ways = explain_routes(settings_of(config), subject)
    if as_json:
        typer.echo(json.dumps([way.as_json() for way in ways], ensure_ascii=False))
        return
    for way in ways:
        typer.echo(str(way))
