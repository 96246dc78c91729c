"""Watching files: the configuration and the rules, so that an edit is in force within seconds.

Folders are watched rather than files, for editors, git and Kubernetes replace files instead of writing them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from watchfiles import Change, awatch

from monitor.errors import Unreachable

_SETTLE = 100  # milliseconds without a further change, so that a checkout of many files is read once
_LONGEST = 2000  # milliseconds after which changes that do not end are told all the same
Wanted = Callable[[Change, str], bool]


async def watch_files(
    files: Sequence[Path], folders: Sequence[Path], changed: asyncio.Event, until: asyncio.Event
) -> None:
    """Set `changed` when one of the files, or a YAML file below the folders, changes, until `until` is set.

    Links on the way to a folder are watched too: what they lead to may be swapped. Raises Unreachable where a
    folder is gone.
    """
    roots = [folder.resolve() for folder in folders]
    named = [*files, *(link for path in (*files, *folders) for link in links_to(path))]
    try:
        async with asyncio.TaskGroup() as group:
            beside = {path.parent for path in named}
            group.create_task(_watch(beside, partial(_is_named, _names(named)), changed, until, deep=False))
            group.create_task(_watch(roots, partial(_is_of_rules, roots), changed, until, deep=True))
    except* (FileNotFoundError, NotADirectoryError) as gone:
        raise Unreachable(f"a folder cannot be watched: {gone.exceptions[0]}") from None


def links_to(path: Path) -> list[Path]:
    """List the links among a path and the folders above it."""
    return [part for part in (path, *path.parents) if part.is_symlink()]


async def _watch(
    folders: Iterable[Path], wanted: Wanted, changed: asyncio.Event, until: asyncio.Event, *, deep: bool
) -> None:
    async for _ in awatch(
        *folders,
        watch_filter=wanted,
        stop_event=until,
        recursive=deep,
        debounce=_LONGEST,
        step=_SETTLE,
        raise_interrupt=False,
    ):
        changed.set()


def _names(files: Sequence[Path]) -> frozenset[str]:
    return frozenset(path.name for path in files)


def _is_named(names: frozenset[str], change: Change, path: str) -> bool:
    """Tell the changes of some files; where they are links, what they lead to is swapped beside them."""
    name = Path(path).name
    return name in names or name.startswith("..")


def _is_of_rules(roots: Sequence[Path], change: Change, path: str) -> bool:
    """Tell rule files and folders from what else happens there, such as git's own files and backups."""
    found = Path(path)
    root = next((root for root in roots if found.is_relative_to(root)), None)
    inside = found.relative_to(root).parts if root else found.parts
    hidden = any(part.startswith(".") and not part.startswith("..") for part in inside)
    swapped = found.name.startswith("..")
    return not hidden and (swapped or found.suffix in (".yaml", ".yml", ""))
