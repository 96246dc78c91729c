"""`run`, `poll`, `notify`, `status`: the daemon and a look at it."""

from __future__ import annotations

import json
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    AsJson,
    ConfigPath,
    LogLevel,
    LogShape,
    one_of,
    settings_of,
)

T = TypeVar("T")

if TYPE_CHECKING:
    from monitor.config import Settings, Stores
    from monitor.console.config import Bind
    from monitor.runtime.locks import Role


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.command()(run)
    app.command()(poll)
    app.command()(notify)
    app.command()(status)


Listen = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="Serve health and metrics here, or none; instead of listen.bind."),
]


def run(
    config: ConfigPath = DEFAULT_CONFIG,
    listen: Listen = None,
    log_level: LogLevel = "info",
    log_format: LogShape = "auto",
) -> None:
    """Poll, match and notify in one process, until stopped with Ctrl-C or SIGTERM.

    Changed rules and configuration are in force within seconds; SIGHUP has them read at once.

    Example: watchword run --config watchword.yaml
    """
    _daemon(config, ["poll", "notify"], listen, log_level, log_format)


def poll(
    config: ConfigPath = DEFAULT_CONFIG,
    once: Annotated[bool, typer.Option("--once", help="Poll everything that is due, then exit.")] = False,
    listen: Listen = None,
    log_level: LogLevel = "info",
    log_format: LogShape = "auto",
) -> None:
    """Poll and match only; `watchword notify` elsewhere tells people. Needs a shared queue (queue.url).

    With an archive in PostgreSQL any number may run, also on many machines: each feed is polled by one.

    Example: watchword poll --once
    """
    if not once:
        _daemon(config, ["poll"], listen, log_level, log_format)
        return
    from monitor.app.daemon import poll_once

    settings = settings_of(config)
    _logs(log_level, log_format)
    _tell_remarks(settings)
    polled = _run(poll_once(settings, console=_console()))
    typer.echo(f"{polled} feeds were due and polled", err=True)


def notify(
    config: ConfigPath = DEFAULT_CONFIG,
    listen: Listen = None,
    log_level: LogLevel = "info",
    log_format: LogShape = "auto",
) -> None:
    """Dispatch and deliver only; `watchword poll` elsewhere fetches. Needs a shared queue (queue.url).

    With an archive in PostgreSQL any number may run, also on many machines: all deliver, one dispatches.

    Example: watchword notify --config watchword.yaml
    """
    _daemon(config, ["notify"], listen, log_level, log_format)


def status(config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show processes, feeds, queue depths, the last alerts, and the sums: where everything ended.

    Where the configuration cannot be used, what it says of its stores is enough; then the exit code is 2.

    Example: watchword status --json
    """
    from monitor.commands.status import read_status, show_status
    from monitor.config import load_stores
    from monitor.errors import ConfigError

    problem = None
    try:
        stores: Stores = settings_of(config)
    except ConfigError as error:
        problem, stores = error, load_stores(config)
    found = _run(read_status(stores))
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        show_status(found, Console())
    if problem:
        raise problem


def _daemon(config: Path, roles: list[Role], listen: str | None, log_level: str, log_format: str) -> None:
    from monitor.app.daemon import run_daemon
    from monitor.runtime.shutdown import listen_to_signals

    settings = settings_of(config)
    bind = settings.config.listen.bind if listen is None else _bind(listen)
    _logs(log_level, log_format)
    _tell_remarks(settings)

    async def work() -> None:
        await run_daemon(settings, roles, bind=bind, signals=listen_to_signals(), console=_console())

    _run(work())


def _bind(listen: str) -> Bind | None:
    from monitor.console.config import parse_bind

    try:
        return parse_bind(listen)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--listen") from None


def _tell_remarks(settings: Settings) -> None:
    from monitor import events

    for remark in settings.remarks:
        events.config_remarked(remark=str(remark))


def _logs(level: str, shape: str) -> None:
    from monitor.runtime.logs import LEVELS, configure_logs

    one_of(shape, ["auto", "pretty", "json"], "--log-format")
    configure_logs(one_of(level, list(LEVELS), "--log-level"), shape)  # type: ignore[arg-type]


def _console() -> Any:
    from rich.console import Console

    return Console()


def _run(work: Coroutine[Any, Any, T]) -> T:
    import asyncio

    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
