"""Locks of files: which processes of this machine may work with what, and by which name.

SQLite serves one poller and one notifier, the embedded queue one process. Where both are servers, any number
of processes may run; each holds a slot of its own, so that it has the same name after a restart and takes up
what it left.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

from monitor.errors import SetupError

Role = Literal["poll", "notify"]

_MOST_SLOTS = 1000
_MACHINE_ID = Path("/etc/machine-id")
_WAY_OUT = (
    "stop it first; an SQLite archive serves one poller and one notifier, for more name a PostgreSQL one "
    "and a queue server (archive: {url: postgresql://…}, queue: {url: redis://…})"
)


@contextmanager
def hold_roles(state: Path, archive: Path | None, roles: Iterable[Role]) -> Iterator[None]:
    """Hold the locks of `roles` on a state folder and on an archive's file, where there is one.

    The system frees them however we end. An archive outside the state folder has locks of its own, for two
    state folders may name the same one. Raises SetupError where another process holds one.
    """
    with ExitStack() as held:
        for role in roles:
            held.enter_context(_hold(state / f"{role}.lock", f"the state folder {state}", role))
            if archive is not None and archive.parent != state:
                beside = archive.with_name(f"{archive.name}.{role}.lock")
                held.enter_context(_hold(beside, f"the archive {archive}", role))
        yield


@contextmanager
def hold_name(state: Path) -> Iterator[str]:
    """Hold a name that no other process bears: of this machine, of this state folder, of the first free slot.

    It is the same after a restart. Raises SetupError where the state folder cannot be used.
    """
    for slot in range(1, _MOST_SLOTS + 1):
        handle = _lock(state / f"worker-{slot}.lock")
        if handle is not None:
            try:
                yield f"{socket.gethostname()}-{_fingerprint(state)}-{slot}"
            finally:
                os.close(handle)
            return
    raise SetupError(f"{_MOST_SLOTS} processes work with the state folder {state} already")


def _fingerprint(state: Path) -> str:
    """Tell machines of one host name apart, and state folders of one machine.

    The folder's own mark tells machines apart that are copies of each other, the rest copies of the folder.
    """
    machine = b""
    with suppress(OSError):
        machine = _MACHINE_ID.read_bytes()
    return hashlib.sha256(machine + os.fsencode(state.resolve()) + _mark(state)).hexdigest()[:8]


def _mark(state: Path) -> bytes:
    """Give the random mark of a state folder, made by whoever uses it first."""
    path = state / "mark"
    with suppress(OSError), path.open("xb") as new:
        new.write(secrets.token_hex(8).encode())
    try:
        return path.read_bytes()
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error


@contextmanager
def _hold(path: Path, place: str, role: Role) -> Iterator[None]:
    handle = _lock(path)
    if handle is None:
        raise SetupError(_taken(place, role, path))
    try:
        yield
    finally:
        os.close(handle)


def _lock(path: Path) -> int | None:
    """Lock a file and write our process number into it; None where another process holds the lock."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"the folder {path.parent} cannot be made: {error.strerror}") from error
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SetupError(f"{path} cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    with suppress(OSError):  # a full disk: the lock holds, only its holder is not named
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
    return handle


def _taken(place: str, role: Role, path: Path) -> str:
    process = "unknown"
    with suppress(OSError):
        process = path.read_text("ascii", "replace").strip() or process
    doing = {"poll": "polls", "notify": "notifies"}[role]
    return f"another Watchword (process {process}) {doing} with {place}: {_WAY_OUT}"
