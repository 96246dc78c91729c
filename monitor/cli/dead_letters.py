"""`dead-letters`: what could not be delivered, and what to do with it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import (
    DEFAULT_CONFIG,
    FINE,
    FOUND,
    AsJson,
    ConfigPath,
    settings_of,
    time_or_ago,
)

if TYPE_CHECKING:
    from monitor.commands.dead_letters import Done, Listing, Wish

dead_letters_app = typer.Typer(
    help="See the notifications that were given up; have them sent again, or end them for good."
)

Ids = Annotated[
    list[int] | None,
    typer.Argument(metavar="ID", help="Numbers, as `dead-letters list` shows them."),
]
Destination = Annotated[
    str | None, typer.Option("--destination", "-d", help="Those to this destination, by id or name.")
]
Receiver = Annotated[str | None, typer.Option("--receiver", "-r", help="Those to this receiver.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.add_typer(dead_letters_app, name="dead-letters", no_args_is_help=True)


@dead_letters_app.command("list")
def list_letters(
    config: ConfigPath = DEFAULT_CONFIG,
    receiver: Receiver = None,
    destination: Destination = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Given up since a time (2026-03-01) or for as long (7d).")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many at most.", min=1, max=2**31)] = 50,
    as_json: AsJson = False,
) -> None:
    """List the notifications that were given up, the newest first, with the reason.

    Example: watchword dead-letters list --receiver iran-desk --since 7d
    """
    from monitor.commands.dead_letters import Wish, show_listing

    moment = time_or_ago(since, "--since") if since else None
    wish = Wish(destination=destination, receiver=receiver, since=moment)
    found = asyncio.run(_listing(config, wish, limit))
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    show_listing(found, Console())


@dead_letters_app.command("show")
def show(
    number: Annotated[int, typer.Argument(metavar="ID", help="A notification's number.")],
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show a notification: its alert with the matches, and every attempt to deliver it.

    Example: watchword dead-letters show 17
    """
    from monitor.commands.dead_letters import open_desk, show_letter
    from monitor.commands.plain import as_plain

    async def work() -> None:
        async with open_desk(settings_of(config)) as desk:
            letter = await desk.show(number)
            if as_json:
                typer.echo(json.dumps(as_plain(letter), ensure_ascii=False, indent=2))
                return
            from rich.console import Console

            show_letter(letter, desk.names.get(letter.destination, "not configured"), Console())

    asyncio.run(work())


@dead_letters_app.command("replay")
def replay(
    ids: Ids = None,
    everything: All = False,
    destination: Destination = None,
    receiver: Receiver = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Have dead letters sent again; a running daemon takes them up within seconds, else the next one does.

    What the ledger has as delivered is not repeated. Each gets seven new days before it is given up again.
    Exit code 1 when one of them cannot be sent.

    Example: watchword dead-letters replay 17 18 (or: watchword dead-letters replay --receiver iran-desk)
    """
    from monitor.commands.dead_letters import open_desk

    wish = _wish(ids, destination, receiver, everything=everything)

    async def work() -> list[Done]:
        async with open_desk(settings_of(config)) as desk:
            return await desk.replay((await desk.find(wish, None)).letters)

    _tell(asyncio.run(work()), as_json=as_json)


@dead_letters_app.command("drop")
def drop(
    ids: Ids = None,
    everything: All = False,
    destination: Destination = None,
    receiver: Receiver = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """End dead letters for good: nobody will be told of them. They stay counted, as dropped.

    Example: watchword dead-letters drop 17 --yes
    """
    from monitor.commands.dead_letters import open_desk

    wish = _wish(ids, destination, receiver, everything=everything)

    async def work() -> list[Done]:
        async with open_desk(settings_of(config)) as desk:
            letters = (await desk.find(wish, None)).letters
            if letters and not yes:
                _confirm(len(letters))
            return await desk.drop(letters)

    _tell(asyncio.run(work()), as_json=as_json)


@dead_letters_app.command("quarantined")
def list_quarantined(config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the articles whose dispatch ended the process, or failed, five times: nobody was told of them.

    Example: watchword dead-letters quarantined
    """
    from monitor.commands.dead_letters import open_desk, show_quarantine
    from monitor.commands.plain import as_plain

    async def work() -> None:
        async with open_desk(settings_of(config)) as desk:
            found = await desk.quarantined()
        if as_json:
            typer.echo(json.dumps([as_plain(one) for one in found], ensure_ascii=False, indent=2))
            return
        from rich.console import Console

        show_quarantine(found, Console())

    asyncio.run(work())


@dead_letters_app.command("release")
def release(
    ids: Annotated[
        list[int] | None,
        typer.Argument(metavar="ARTICLE", help="Numbers, as `dead-letters quarantined` shows them."),
    ] = None,
    everything: All = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Have articles in quarantine dispatched once more. Exit code 1 when one of them is in no quarantine.

    Example: watchword dead-letters release 17 (or: watchword dead-letters release --all)
    """
    from monitor.commands.dead_letters import open_desk

    if bool(ids) == everything:
        raise typer.BadParameter("say which: their numbers, or --all", param_hint="ARTICLE")

    async def work() -> list[tuple[int, bool]]:
        async with open_desk(settings_of(config)) as desk:
            return await desk.release(ids or [one.article for one in await desk.quarantined()])

    done = asyncio.run(work())
    for number, released in done:
        typer.echo(f"{number}: {'will be dispatched again' if released else 'is in no quarantine'}")
    if not done:
        typer.echo("no article is in quarantine")
    raise typer.Exit(FINE if all(released for _, released in done) else FOUND)


async def _listing(config: Path, wish: Wish, limit: int) -> Listing:
    from monitor.commands.dead_letters import open_desk

    async with open_desk(settings_of(config)) as desk:
        return await desk.find(wish, limit)


def _wish(ids: list[int] | None, destination: str | None, receiver: str | None, *, everything: bool) -> Wish:
    from monitor.commands.dead_letters import Wish

    named = destination is not None or receiver is not None
    if sum((bool(ids), everything, named)) != 1:
        said = "say which: their numbers, or --all, or --destination and --receiver"
        raise typer.BadParameter(f"{said}; `watchword dead-letters list` shows them", param_hint="ID")
    return Wish(tuple(ids or ()), destination, receiver)


def _confirm(number: int) -> None:
    counted = "1 dead letter" if number == 1 else f"{number} dead letters"
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"{counted} would end for good; say --yes", param_hint="--yes")
    typer.confirm(f"{counted} will end for good, and nobody will be told of them. Go on?", abort=True)


def _tell(done: list[Done], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in done], ensure_ascii=False, indent=2))
    elif not done:
        typer.echo("no dead letters")
    else:
        for one in done:
            mark = typer.style("ok", fg="green") if one.ok else typer.style("REFUSED", fg="red")
            typer.echo(f"{mark} {one.letter.id}: {one.said}")
    raise typer.Exit(FINE if all(one.ok for one in done) else FOUND)
