"""`archive`: how large it is, what may go, and carrying it from one database into another."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, duration_of, settings_of

archive_app = typer.Typer(help="Measure the archive, prune it, and carry it into another database.")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command."""
    app.add_typer(archive_app, name="archive", no_args_is_help=True)


@archive_app.command("stats")
def stats(config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show rows and bytes of each table, the oldest and newest article, and how many came each day.

    Example: watchword archive stats
    """
    from monitor.commands.archive import read_statistics, show_statistics, statistics_as_json
    from monitor.stores.engines import shown

    settings = settings_of(config)
    found = read_statistics(settings)
    if as_json:
        typer.echo(json.dumps(statistics_as_json(found), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    show_statistics(found, shown(settings.archive_url), Console())


@archive_app.command("prune")
def prune(
    keep: Annotated[
        str | None,
        typer.Option("--keep", help="How much to keep, such as 30d; by default what archive.keep says."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only count what would go.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Forget what is older than the archive keeps, as a running daemon does each hour.

    What waits to be told stays, and so do the keys by which entries are known again. It may run beside a
    daemon. The file does not shrink: the room in it is used again.

    Example: watchword archive prune --keep 30d --dry-run
    """
    import asyncio

    from monitor.commands.archive import prune_now

    kept = duration_of(keep, "--keep") if keep is not None else None
    found = asyncio.run(prune_now(settings_of(config), kept, dry_run=dry_run))
    if as_json:
        typer.echo(json.dumps(found))
        return
    counted = ", ".join(f"{number:,} {what}" for what, number in found.items())
    typer.echo(f"{'would forget' if dry_run else 'forgot'} {counted}")


@archive_app.command("export")
def export(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="Where to write; packed when the name ends in .gz.")
    ] = "-",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write the whole archive as lines of JSON: a backup, and the way from SQLite to PostgreSQL and back.

    It may run beside a daemon, and holds what was stored when it began.

    Example: watchword archive export archive.jsonl.gz
    """
    from monitor.commands.archive import export_archive

    number = export_archive(settings_of(config), file, overwrite=overwrite)
    typer.echo(f"exported {number:,} rows to {'standard output' if file == '-' else file}", err=True)


@archive_app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="What `archive export` wrote.")],
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Read an exported archive into the empty one of the configuration: all of it, or nothing.

    No daemon may run on it meanwhile.

    Example: watchword archive import archive.jsonl.gz --config postgresql.yaml
    """
    from monitor.commands.archive import import_archive

    counts = import_archive(settings_of(config), file)
    shown = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
    typer.echo(
        f"imported {sum(counts.values()):,} rows: {shown or 'the file was of an empty archive'}", err=True
    )
