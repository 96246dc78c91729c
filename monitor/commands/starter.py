"""Writing the first configuration and rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from monitor.commands.schema import SCHEMAS, write_schema
from monitor.errors import SetupError

_FILES = Path(__file__).with_name("starter_files")


def write_starter(folder: Path) -> Iterator[Path]:
    """Write the example files into `folder`; giving each path; SetupError rather than overwrite."""
    wanted = {source: folder / source.relative_to(_FILES) for source in sorted(_FILES.rglob("*.yaml"))}
    if there := [target for target in wanted.values() if target.exists()]:
        raise SetupError(f"{there[0]} is there already; name another folder")
    for source, target in wanted.items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        except OSError as error:
            raise SetupError(f"{target} cannot be written: {error.strerror}") from error
        yield target
    yield from _write_schemas(folder / ".schemas")
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("/state/\n/secrets/\n", encoding="utf-8")
        yield ignore


def _write_schemas(folder: Path) -> Iterator[Path]:
    """Write what the first line of each example file names to editors; one that is there is left alone."""
    for which in SCHEMAS:
        target = folder / f"{which}.json"
        if not target.exists():
            write_schema(which, target)
            yield target
