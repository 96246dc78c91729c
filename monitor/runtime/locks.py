"""Locks on the state folder: SQLite and the embedded queue serve one poller and one notifier."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from monitor.errors import SetupError

Role = Literal["poll", "notify"]


@contextmanager
def hold_roles(state: Path, roles: Iterable[Role]) -> Iterator[None]:
    """Hold the locks of `roles` on a state folder; the system frees them however we end.

    Raises SetupError where another process holds one.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"the state folder {state} cannot be made: {error.strerror}") from error
    with ExitStack() as held:
        for role in roles:
            held.enter_context(_hold(state, role))
        yield


@contextmanager
def _hold(state: Path, role: Role) -> Iterator[None]:
    path = state / f"{role}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SetupError(f"{path} cannot be opened: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(_taken(state, role, handle)) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _taken(state: Path, role: Role, handle: int) -> str:
    process = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
    doing = {"poll": "polls", "notify": "notifies"}[role]
    return (
        f"another Watchword (process {process}) {doing} with the state folder {state}; stop it first, "
        "or give this one another folder (state: in the configuration)"
    )
