"""Locks on the state folder and the archive: SQLite and the embedded queue serve one poller, one notifier."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

from monitor.errors import SetupError

Role = Literal["poll", "notify"]


@contextmanager
def hold_roles(state: Path, archive: Path, roles: Iterable[Role]) -> Iterator[None]:
    """Hold the locks of `roles` on a state folder and on an archive; the system frees them however we end.

    An archive outside the state folder has locks of its own, for two state folders may name the same one.
    Raises SetupError where another process holds one.
    """
    with ExitStack() as held:
        for role in roles:
            held.enter_context(_hold(state / f"{role}.lock", f"the state folder {state}", role))
            if archive.parent != state:
                beside = archive.with_name(f"{archive.name}.{role}.lock")
                held.enter_context(_hold(beside, f"the archive {archive}", role))
        yield


@contextmanager
def _hold(path: Path, place: str, role: Role) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"the folder {path.parent} cannot be made: {error.strerror}") from error
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SetupError(f"{path} cannot be opened: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(_taken(place, role, handle)) from None
        with suppress(OSError):  # a full disk: the lock holds, only its holder is not named
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _taken(place: str, role: Role, handle: int) -> str:
    process = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
    doing = {"poll": "polls", "notify": "notifies"}[role]
    return (
        f"another Watchword (process {process}) {doing} with {place}; stop it first, "
        "or give this one another (in the configuration)"
    )
