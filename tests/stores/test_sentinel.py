"""The queue behind Redis Sentinel: another master is found where the first one dies."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from monitor.errors import StoreUnavailable
from monitor.stores.connection import sentinel_parts
from monitor.stores.queue import Queue
from tests.conftest import absent

RECOVERY_SECONDS = 10


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Servers:
    """A master, a replica and a Sentinel that watches them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master, self.replica, self.sentinel = free_port(), free_port(), free_port()
        self.running = {
            self.master: self._start(self.master, []),
            self.replica: self._start(self.replica, ["--replicaof", "127.0.0.1", str(self.master)]),
        }
        config = folder / "sentinel.conf"
        config.write_text(
            f"port {self.sentinel}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor news 127.0.0.1 {self.master} 1\n"
            "sentinel down-after-milliseconds news 500\nsentinel failover-timeout news 2000\n"
        )
        self.running[self.sentinel] = self._run([str(config), "--sentinel"])

    def _start(self, port: int, more: list[str]) -> subprocess.Popen[bytes]:
        return self._run(
            ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder), *more]
        )

    @staticmethod
    def _run(words: list[str]) -> subprocess.Popen[bytes]:
        found = shutil.which("redis-server")
        if found is None:
            absent("no redis-server for tests of Sentinel")
        return subprocess.Popen([found, *words], stdout=subprocess.DEVNULL)

    def end(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    found = Servers(tmp_path)
    yield found
    found.end()


async def until(true: Callable[[], object], seconds: float) -> float:
    """Wait until a call raises nothing and gives something true; gives the seconds that it took."""
    begun = monotonic()
    while True:
        try:
            if await true():
                return monotonic() - begun
        except StoreUnavailable:
            if monotonic() - begun > seconds:
                raise
        assert monotonic() - begun < seconds
        await asyncio.sleep(0.05)


async def test_another_master_serves_within_seconds(servers: Servers) -> None:
    """After the master was killed, what is offered again is in the queue of the new one within 10 s."""
    queue = Queue(f"redis+sentinel://127.0.0.1:{servers.sentinel}/news/0", "t", block=0.2)
    stream = queue.keys.matches
    await until(lambda: queue.offer(stream, [1]), 15)

    async def replica_is_known() -> bool:
        asked = ["redis-cli", "-p", str(servers.sentinel), "sentinel", "replicas", "news"]
        told = await asyncio.to_thread(subprocess.run, asked, capture_output=True, text=True)
        return f":{servers.replica}" in told.stdout and "s_down" not in told.stdout

    await until(replica_is_known, 20)
    servers.running[servers.master].kill()
    took = await until(lambda: queue.offer(stream, [1, 2]), RECOVERY_SECONDS)
    assert took < RECOVERY_SECONDS
    assert await queue.depth(stream) == 2
    await queue.close()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("redis+sentinel://a,b:7/news/3", ([("a", 26379), ("b", 7)], "news", 3)),
        ("rediss+sentinel://u:p@a/news", ([("a", 26379)], "news", 0)),
    ],
)
def test_addresses_of_sentinels(url: str, parts: object) -> None:
    """Hosts, service and database are read."""
    assert sentinel_parts(url) == parts


@pytest.mark.parametrize("url", ["redis+sentinel:///news", "redis+sentinel://a", "redis+sentinel://a:x/news"])
def test_wrong_addresses_of_sentinels(url: str) -> None:
    """What is missing is said."""
    with pytest.raises(ValueError, match=r"missing|could not be cast"):
        sentinel_parts(url)
