"""Is there room for what a poll would bring? Where not, nothing is fetched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from monitor import events
from monitor.errors import in_system_words

_LOOK_EVERY = 1.0


class Space:
    """The file system of an archive's file; of a server's archive we cannot see the space."""

    def __init__(self, archive: Path | None, reserve: Callable[[], int]) -> None:
        self._folder = archive.parent if archive else None
        self._reserve = reserve
        self._looked = float("-inf")
        self._shortage = ""

    def shortage(self) -> str:
        """Say that less than the reserve is free; empty where there is enough."""
        if self._folder is not None and monotonic() - self._looked > _LOOK_EVERY:
            self._shortage = self._look(self._folder)
            self._looked = monotonic()
        return self._shortage

    def _look(self, folder: Path) -> str:
        try:
            found = os.statvfs(folder)
        except OSError as error:
            return f"The free space of {folder} cannot be seen: {in_system_words(error)}"
        free, reserve = found.f_bavail * found.f_frsize, self._reserve()
        if free >= reserve:
            return ""
        short = f"less than archive.reserve ({in_megabytes(reserve)})"
        return f"Only {in_megabytes(free)} are free in {folder}, {short}"


class Brake:
    """Holds polling while there is no room, or the archive cannot be written; says when that changes."""

    def __init__(self, reason: Callable[[], str]) -> None:
        self._reason = reason
        self._held = False

    def holds(self) -> bool:
        """Tell whether nothing may be fetched now."""
        reason = self._reason()
        if reason and not self._held:
            events.polling_paused(reason=reason)
        elif self._held and not reason:
            events.polling_resumed()
        self._held = bool(reason)
        return self._held


def in_megabytes(size: int) -> str:
    """Write a size for people."""
    return f"{size / 1e6:.1f} MB" if size < 10e6 else f"{size / 1e6:.0f} MB"
