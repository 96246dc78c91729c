"""The queue server under proof, and all that can happen to it."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from os import kill
from pathlib import Path
from typing import Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

# What a queue server goes through, and for how many seconds it lasts; the others are over at once.
OUTAGES = {
    "killed, back empty": 1.0,
    "killed, back from an old snapshot": 3.0,
    "flushed": 0.0,
    "out of memory": 3.0,
    "read-only replica": 3.0,
    "clients paused": 3.0,
    "frozen": 3.0,
    "slow wire": 3.0,
    "replies lost": 3.0,
    "connections reset": 0.0,
    "connections half-closed": 0.0,
    "unreachable": 3.0,
}
# What can be done to a server that `watchword run` keeps for itself, behind no proxy of ours.
EMBEDDED_OUTAGES = (
    "killed, back empty",
    "flushed",
    "out of memory",
    "read-only replica",
    "clients paused",
    "frozen",
)
KILLS = ("killed, back empty", "killed, back from an old snapshot")


class QueueServer(Protocol):
    """A server that can be killed and asked."""

    def client(self) -> Redis: ...
    def signal(self, number: int) -> None: ...


def connect(**place: object) -> Redis:
    """Open a client that never repeats a request by itself."""
    return Redis(socket_timeout=5, decode_responses=True, retry=Retry(NoBackoff(), 0), **place)  # type: ignore[arg-type]


class SharedServer:
    """Debian's redis-server on a free port, with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("redis-server")
        assert binary, "no redis-server on PATH: `source .ci/servers` installs one"
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "save": "",
            "appendonly": "no",
            "dir": self._folder,
        }
        options = [str(part) for name, value in settings.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not answers(self):
            assert time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.02)

    def client(self) -> Redis:
        return connect(host="127.0.0.1", port=self.port)

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def snapshot(self) -> None:
        """Write down what it holds now."""
        with self.client() as client:
            client.save()

    def forget(self) -> None:
        (self._folder / "dump.rdb").unlink(missing_ok=True)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):
                self.signal(signal.SIGCONT)
            self.kill()


class EmbeddedServer:
    """The server that the daemon of a state folder keeps, found as `watchword status` finds it."""

    def __init__(self, state: Path) -> None:
        self._note = state / "queue.json"

    def client(self) -> Redis:
        return connect(unix_socket_path=json.loads(self._note.read_text())["socket"])

    def signal(self, number: int) -> None:
        kill(json.loads(self._note.read_text())["pid"], number)


def answers(server: QueueServer) -> bool:
    """Tell whether the server does what it is asked."""
    try:
        with server.client() as client:
            return bool(client.ping())
    except (RedisError, OSError, ValueError, KeyError):
        return False
