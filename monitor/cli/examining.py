"""`doctor`: is everything there that the daemon needs?"""

from __future__ import annotations

import json

import typer

from monitor.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command()(doctor)


def doctor(config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Try everything that the daemon needs, and say for each what to do; no message is sent.

    Looked at are the configuration, the rules, the queue server, the archive with its disk and its clock,
    what the daemon found itself, and each channel: it connects and logs in as for an alert. Exit code 1
    where something is to be done, 2 where something cannot be used.

    Example: watchword doctor
    """
    import asyncio

    from rich.console import Console

    from monitor.commands.doctor import examine, show_report

    report = asyncio.run(examine(config))
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        show_report(report, Console())
    raise typer.Exit(report.exit_code)
