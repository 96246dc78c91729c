"""`init` and `demo`: the first things a newcomer runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.command()(init)
    app.command()(demo)


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to write into; made if it is not there.")],
) -> None:
    """Write a commented configuration and an example rules folder.

    Nothing that is there already is overwritten.

    Example: watchword init my-watch && cd my-watch && watchword check
    """
    from monitor.commands.starter import write_starter

    for path in write_starter(folder):
        typer.echo(f"wrote {path}")
    typer.echo(f"\nNext: cd {folder}, edit watchword.yaml and rules/, then: watchword check && watchword run")


def demo(
    speed: Annotated[
        float, typer.Option(help="How many times faster than planned the day goes.", min=0.1)
    ] = 1.0,
    keep: Annotated[
        Path | None, typer.Option(help="Keep configuration, archive and mails in this folder.")
    ] = None,
) -> None:
    """Replay a news day through the real daemon on this machine; ends by itself.

    Feeds, a mail server and a Slack-shaped webhook run here; nothing leaves the machine.

    Example: watchword demo --speed 2
    """
    from monitor.errors import SetupError

    try:
        from monitor.demo.show import run_demo
    except ModuleNotFoundError as error:
        if error.name != "aiosmtpd":
            raise
        raise SetupError("the demonstration needs a mail server: pip install 'watchword[demo]'") from None
    raise typer.Exit(run_demo(speed=speed, keep=keep))
