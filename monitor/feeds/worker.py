"""Parsing where it can be killed: a few worker processes, each with its limits.

feedparser needs minutes for some hostile input of a few hundred kilobytes. A worker that spends too much
CPU, memory or time ends with its document, and the next document gets a fresh one.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from monitor.errors import Malformed, Unreachable
from monitor.feeds.document import Document
from monitor.feeds.entry import ParsedFeed
from monitor.feeds.wire import ANSWER, FRAME, KILL, MOST_BYTES, REQUEST, SPAWN, pack_document, read_answer

CPU_SECONDS = 10
WALL_SECONDS = 60.0  # for a machine so busy that 10 s of CPU take longer
MEMORY_BYTES = 240 * 1024 * 1024  # with the code, 256 MiB in all; an honest document of 15 MB needs some 150
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[4]); "
    "from monitor.feeds.nursery import serve; serve(*map(int, sys.argv[1:4]))"
)


@dataclass(slots=True)
class _Worker:
    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class ParseWorkers:
    """A pool of at most `size` parsing workers; use it as `async with`, or call `close`."""

    def __init__(
        self,
        size: int = 2,
        *,
        cpu_seconds: int = CPU_SECONDS,
        wall_seconds: float = WALL_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._places = asyncio.Semaphore(size)
        self._for_suspects = asyncio.Semaphore(max(1, size // 2))
        self._idle: list[_Worker] = []
        self._cpu = cpu_seconds
        self._wall = wall_seconds
        self._memory = memory_bytes
        self._nursery: _Nursery | None = None
        self._birth = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def parse(self, document: Document, *, suspect: bool = False) -> ParsedFeed:
        """Parse a document; raises `Malformed` where it is no feed or costs more than the limits.

        Suspects, of feeds that failed last, have half of the places: others do not wait for their bombs.
        """
        async with self._for_suspects if suspect else nullcontext(), self._places:
            answer = await self._ask(document) or await self._ask(document)
        if not answer:
            raise Malformed("the parser crashed twice")
        return read_answer(answer)

    async def close(self) -> None:
        """End all workers."""
        for worker in self._idle:
            worker.writer.close()
        self._idle.clear()
        if self._nursery is not None:
            await self._nursery.close()
            self._nursery = None

    async def _ask(self, document: Document) -> bytes:
        """Give a worker's answer; empty where the worker ended for another reason than its limits."""
        worker = await self._rested()
        try:
            async with asyncio.timeout(self._wall):
                answer = await _exchange(worker, pack_document(document))
        except TimeoutError:
            await self._end(worker)
            raise Malformed(f"parsing took more than {self._wall:g} s") from None
        except (asyncio.IncompleteReadError, OSError):
            if await self._end(worker) == -signal.SIGPROF:
                raise Malformed(f"parsing took more than {self._cpu} s of CPU") from None
            return b""
        except BaseException:
            await self._end(worker)
            raise
        self._idle.append(worker)
        return answer

    async def _rested(self) -> _Worker:
        """Give a worker that waits for work, or a new one."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.reader.at_eof():
                return worker
            await self._end(worker)
        async with self._birth:
            if self._nursery is not None and not self._nursery.alive:
                await self._nursery.close()
                self._nursery = None
            try:
                if self._nursery is None:
                    self._nursery = _Nursery(self._cpu, self._memory)
                return await self._nursery.birth()
            except OSError as error:
                raise Unreachable(f"no parsing worker could be started: {error}") from error

    async def _end(self, worker: _Worker) -> int:
        worker.writer.close()
        return await self._nursery.end(worker.pid) if self._nursery is not None else 0


class _Nursery:
    """The daemon's side of the nursery process: births and ends, one at a time."""

    def __init__(self, cpu_seconds: int, memory_bytes: int) -> None:
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        limits = [str(number) for number in (theirs.fileno(), cpu_seconds, memory_bytes)]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own code
                [sys.executable, "-P", "-c", _START, *limits, json.dumps(sys.path)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._turn = asyncio.Lock()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    async def birth(self) -> _Worker:
        """Have a worker born, and hold the other end of its channel."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            pid = await self._order(SPAWN, 0, theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        return _Worker(pid, reader, writer)

    async def end(self, pid: int) -> int:
        """Make sure that a worker is no more; tells how it ended."""
        try:
            return await self._order(KILL, pid)
        except OSError:
            return 0  # the nursery is gone, and its workers with it

    async def close(self) -> None:
        """Let the nursery end, with all its workers."""
        self._control.close()
        try:
            await asyncio.to_thread(self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _order(self, verb: bytes, pid: int, channel: socket.socket | None = None) -> int:
        # Shielded: a cancelled caller must not leave an answer lying for the next one.
        return await asyncio.shield(asyncio.ensure_future(self._exchange(verb, pid, channel)))

    async def _exchange(self, verb: bytes, pid: int, channel: socket.socket | None) -> int:
        async with self._turn:
            fds = [channel.fileno()] if channel else []
            socket.send_fds(self._control, [REQUEST.pack(verb, pid)], fds)
            answer = await asyncio.get_running_loop().sock_recv(self._control, ANSWER.size)
            if len(answer) < ANSWER.size:
                raise ConnectionResetError("the parsing nursery is gone")
            return int(ANSWER.unpack(answer)[0])


async def _exchange(worker: _Worker, request: bytes) -> bytes:
    """Send a document and read the answer.

    A worker that dies closes its end, which breaks the write or ends the read.
    """
    worker.writer.write(request)
    await worker.writer.drain()
    (size,) = FRAME.unpack(await worker.reader.readexactly(FRAME.size))
    if size > MOST_BYTES:
        raise Malformed("the parsed feed is too large")
    return await worker.reader.readexactly(size)
