"""What the benchmark of delivery runs on: processes of Watchword or of a peer, and their stores."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from benchmarks.delivery_items import WORDS, rules
from monitor.stores.archive import Archive
from monitor.stores.embedded import EmbeddedServer
from monitor.stores.leases import DISPATCH, Lease, free_lease, take_lease

Store = Literal["SQLite", "PostgreSQL"]
Peer = Literal["rq", "arq"]
_PATIENCE = 60.0
_HERE = Path(__file__).resolve().parent


class Processes:
    """Processes that all write into one folder, and end together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[tuple[subprocess.Popen[bytes], Path]] = []

    def start(self, command: Sequence[str], **environment: str) -> Path:
        """Start a process; gives the file that it says everything into."""
        log = self._folder / f"process-{len(list(self._folder.glob('process-*.log')))}.log"
        with log.open("wb") as told:
            process = subprocess.Popen(
                command, cwd=self._folder, stdout=told, stderr=told, env=os.environ | environment
            )
        self._running.append((process, log))
        return log

    async def stop(self) -> None:
        """Ask all to end, and end those that do not."""
        for process, _ in self._running:
            process.send_signal(signal.SIGTERM)
        for process, _ in self._running:
            try:
                await asyncio.to_thread(process.wait, 15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def check(self) -> None:
        """See that none has ended by itself."""
        for process, log in self._running:
            if process.poll() is not None:
                said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"{process.args!r} ended with code {process.returncode}:\n{said}")


async def until(
    done: Callable[[], bool], what: str, processes: Processes, seconds: float = _PATIENCE
) -> None:
    """Wait until something is so; what stands still for `seconds` will not be so any more."""
    deadline = time.monotonic() + seconds
    while not done():
        processes.check()
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {seconds:.0f} s")
        await asyncio.sleep(0.02)


class Watchword:
    """A configuration over fresh stores, and the processes that work by it."""

    def __init__(
        self, folder: Path, archive: Archive, url: str, queue: str, *, sink: str, destinations: int, rate: str
    ) -> None:
        self._folder = folder
        self._sink = sink
        self._rate = rate
        self._words = WORDS[:destinations]
        self._lease: Lease | None = None
        self.archive = archive
        self.processes = Processes(folder)
        (folder / "rules").mkdir()
        (folder / "rules" / "bench.yaml").write_text(rules(destinations), encoding="utf-8")
        (folder / "archive-url").write_text(url, encoding="utf-8")
        for word in self._words:
            (folder / word).write_text(f"{sink}/hooks/{word}", encoding="utf-8")
        self._common = (
            "outbound: {allow: [127.0.0.0/8]}\nlisten: {bind: none}\n"
            f'archive: {{url: "file:archive-url"}}\nqueue: {{url: "{queue}"}}\n'
        )

    async def start(self, verb: str, *, feeds: Sequence[str] = ()) -> None:
        """Start a process and wait until it works."""
        config = self._folder / f"{verb}.yaml"
        config.write_text(self._common + self._feeds(feeds) + self._receivers(), encoding="utf-8")
        command = [sys.executable, "-m", "monitor", verb, "--config", config.name, "--log-format", "json"]
        log = self.processes.start(command)
        await until(lambda: b'"daemon.started"' in log.read_bytes(), f"{verb} begins", self.processes)

    async def hold_dispatch(self) -> None:
        """Take the lease of dispatch, so that matches wait until `let_dispatch`."""
        now, ttl = datetime.now(UTC), timedelta(hours=1)
        self._lease = await self.archive.write(lambda c: take_lease(c, DISPATCH, "benchmark", now, ttl))
        assert self._lease is not None

    async def let_dispatch(self) -> None:
        """Give the lease back."""
        lease = self._lease
        assert lease is not None
        await self.archive.write(lambda c: free_lease(c, lease, datetime.now(UTC)))

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the archive."""
        return self.archive.read_now(lambda c: [tuple(row) for row in c.execute(sa.text(sql))])

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        return int(str(self.ask(f"SELECT count(*) FROM {table}")[0][0]))  # noqa: S608 - the benchmark's own

    def _feeds(self, feeds: Sequence[str]) -> str:
        rows = "".join(
            f'  - {{id: {name}, url: "{self._sink}/feeds/{name}.xml", every: 1s, max_age: none, '
            "backfill: notify}\n"
            for name in feeds
        )
        return f"feeds:\n{rows}" if rows else "feeds: []\n"

    def _receivers(self) -> str:
        desks = "".join(
            f'  {word}: {{channels: [{{kind: slack, webhook: "file:{word}", rate: {self._rate}}}]}}\n'
            for word in self._words
        )
        routes = "".join(
            f"    - {{when: {{labels: {{desk: {word}}}}}, receiver: {word}}}\n" for word in self._words
        )
        operators = "  operators: {channels: [{kind: terminal}]}\n"
        return f"receivers:\n{operators}{desks}routes:\n  receiver: operators\n  routes:\n{routes}"


@asynccontextmanager
async def queue_server(folder: Path) -> AsyncIterator[str]:
    """Start the queue server that the daemon would start for itself; gives its address."""
    server = EmbeddedServer(folder)
    await server.start()
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def archive_url(folder: Path, store: Store, server: str | None) -> Iterator[str]:
    """Give the address of an archive that is not there yet, and take it away afterwards."""
    if store == "SQLite":
        yield f"sqlite:///{folder / 'archive.sqlite'}"
        return
    assert server is not None
    name = f"watchword_bench_{secrets.token_hex(4)}"
    address = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as c:
        c.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as c:
            c.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


class PeerWorkers:
    """Workers of a peer over a queue server, and a process that enqueues for them."""

    def __init__(self, folder: Path, peer: Peer, python: Path, queue: str) -> None:
        self.processes = Processes(folder)
        self._peer = peer
        self._command = [str(python.absolute()), "-c", "import peer_jobs; peer_jobs.main()"]
        self._environment = {"BENCH_QUEUE": queue, "PYTHONPATH": str(_HERE)}

    def start(self) -> None:
        """Start a worker."""
        self.processes.start([*self._command, "work", self._peer], **self._environment)

    @asynccontextmanager
    async def enqueuing(self) -> AsyncIterator[Callable[[str, bytes], None]]:
        """Give a function that enqueues a message for an address; at the end all are enqueued."""
        process = subprocess.Popen(  # noqa: ASYNC220 - started once, with the benchmark's own arguments
            [*self._command, "enqueue", self._peer],
            stdin=subprocess.PIPE,
            env=os.environ | self._environment,
        )
        pipe = process.stdin
        assert pipe is not None

        def enqueue(url: str, body: bytes) -> None:
            pipe.write(url.encode() + b" " + body + b"\n")
            pipe.flush()

        try:
            yield enqueue
        finally:
            with suppress(BrokenPipeError):
                pipe.close()
            if code := await asyncio.to_thread(process.wait, _PATIENCE):
                raise RuntimeError(f"{self._peer} could not enqueue: code {code}")
