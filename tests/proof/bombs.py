"""The proof that a bomb costs its own feed only: what each may spend, and what is said about it.

Every one comes over real sockets through the real fetcher, and what is a document goes to a real parsing
worker. Linux tells what a process spent and how large it grew.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from monitor.errors import Malformed, Unreachable
from monitor.feeds.config import OutboundConfig
from monitor.feeds.document import Document
from monitor.feeds.fetch import Fetcher
from monitor.feeds.guard import open_session
from monitor.feeds.state import FeedState
from monitor.feeds.worker import CPU_SECONDS, ParseWorkers
from tests.proof.bomb_documents import BOMBS, Bomb
from tests.proof.tally import Tally, tally
from tests.proof.tarpits import RSS, Tarpit, digging, tarpits, whole

DEADLINE = 1.0  # seconds for one exchange of what goes on until then
PATIENT = 15.0  # seconds for one of what should end by itself, also on a busy machine
LATE = 1.0  # seconds that leaving may take
MOST_CPU = CPU_SECONDS + 0.1  # the system counts in hundredths, and the way to the worker and back costs
MOST_MEMORY = 256 * 1024 * 1024  # of a parsing worker, its code and all
MOST_GROWTH = 64 * 1024 * 1024  # of the daemon during one exchange
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """What one bomb cost, and how it ended; `reason` is empty where it was read."""

    name: str
    cpu: float = 0.0
    memory: int = 0  # of the parsing worker, all in all
    growth: int = 0  # of the daemon meanwhile
    seconds: float = 0.0
    reason: str = ""

    def __str__(self) -> str:
        cost = f"{self.cpu:6.2f} s CPU {(self.memory or self.growth) / 2**20:6.1f} MiB {self.seconds:6.2f} s"
        return f"{cost}  {self.name}: {self.reason or 'read'}"


Report = Callable[[Spent], object]


def unheard(_: Spent) -> None:
    """Report nothing."""


class Family:
    """The parsing workers of a pool, as the system sees them."""

    def __init__(self, workers: ParseWorkers) -> None:
        assert workers._nursery is not None
        self._nursery = workers._nursery._process.pid
        self._peak = 0

    def cpu(self) -> float:
        """Give the seconds of CPU of all workers so far, those that ended too."""
        ticks = sum(map(int, _stat(self._nursery)[13:15]))
        for worker in self._children():
            ticks += sum(map(int, _stat(worker)[11:13]))
        return ticks / _TICKS

    def begin(self) -> None:
        """Forget how large the workers were."""
        self._peak = 0
        for worker in self._children():
            forget_peak(worker)

    def peak(self) -> int:
        """Give the most bytes that a worker held since then, as far as anybody has looked."""
        self._peak = max([self._peak, *map(peak_of, self._children())])
        return self._peak

    def _children(self) -> list[int]:
        path = Path(f"/proc/{self._nursery}/task/{self._nursery}/children")
        return [int(pid) for pid in path.read_text(encoding="ascii").split()]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return ["0"] * 20


def peak_of(pid: int) -> int:
    """Give the most bytes that a process held in memory."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    held = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(held[0].split()[1]) * 1024 if held else 0


def forget_peak(pid: int) -> None:
    """Have the system count anew how large a process grows."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


@asynccontextmanager
async def _fetching(seconds: float) -> AsyncIterator[Fetcher]:
    outbound = OutboundConfig(allow=(ip_network("127.0.0.0/8"),), timeout=timedelta(seconds=seconds))
    async with open_session(outbound) as session, Fetcher(session, outbound) as fetcher:
        yield fetcher


async def _explode(name: str, body: bytes, workers: ParseWorkers, fetcher: Fetcher) -> str:
    """Serve, fetch and parse it; gives the reason where it was refused."""
    async with digging(Tarpit(name, whole(body))) as url:
        try:
            answer = await fetcher.fetch(FeedState("f", url))
            assert isinstance(answer, Document)
            await workers.parse(answer)
        except (Malformed, Unreachable) as error:
            return error.reason
    return ""


async def _watched(bomb: Bomb, workers: ParseWorkers, fetcher: Fetcher) -> Spent:
    family, body = Family(workers), bomb.body
    family.begin()
    forget_peak(os.getpid())
    size, before, begun = peak_of(os.getpid()), family.cpu(), time.monotonic()
    exploding = asyncio.ensure_future(_explode(bomb.name, body, workers, fetcher))
    while not exploding.done():
        await asyncio.wait([exploding], timeout=0.05)
        family.peak()
    spent, growth = family.cpu() - before, peak_of(os.getpid()) - size
    return Spent(bomb.name, spent, family.peak(), growth, time.monotonic() - begun, exploding.result())


async def documents(bombs: Iterable[Bomb] = BOMBS, report: Report = unheard) -> Tally:
    """Count the hostile documents that ended within the limits, as they should, and harmed nobody."""
    found = []
    async with _fetching(PATIENT) as fetcher, ParseWorkers(1) as workers:
        await _explode("a healthy feed", RSS, workers, fetcher)
        for bomb in bombs:
            spent = await _watched(bomb, workers, fetcher)
            report(spent)
            after = await _explode("a healthy feed", RSS, workers, fetcher)
            found.append((bomb.name, _wrong(bomb, spent) or (after and f"the next feed: {after}")))
    return tally("hostile documents that ended in time and harmed nobody", found)


def _wrong(bomb: Bomb, spent: Spent) -> str:
    if spent.cpu > MOST_CPU:
        return f"took {spent.cpu:.1f} s of CPU"
    if spent.memory > MOST_MEMORY:
        return f"took {spent.memory / 2**20:.0f} MiB"
    if spent.growth > MOST_GROWTH:
        return f"took {spent.growth / 2**20:.0f} MiB of the daemon"
    if spent.reason and not any(said in spent.reason for said in bomb.said):
        return f"ended with {spent.reason!r}"
    return ""


async def exchanges(pits: Iterable[Tarpit] | None = None, report: Report = unheard) -> Tally:
    """Count the tarpits that were left in time, with a reason, and with little memory."""
    found = []
    async with _fetching(DEADLINE) as brief, _fetching(PATIENT) as patient:
        for pit in tarpits() if pits is None else pits:
            spent, fine = await _dragged(pit, brief if pit.lasts else patient)
            report(spent)
            found.append((pit.name, _dragged_on(pit, spent, fine=fine)))
    return tally("tarpits and bombs on the wire that were left in time", found)


async def _dragged(pit: Tarpit, fetcher: Fetcher) -> tuple[Spent, bool]:
    forget_peak(os.getpid())
    size, cpu, begun = peak_of(os.getpid()), time.process_time(), time.monotonic()
    reason, fine = "", False
    async with digging(pit) as url:
        try:
            fine = isinstance(await fetcher.fetch(FeedState("f", url)), Document)
        except (Malformed, Unreachable) as error:
            reason = error.reason
    growth, seconds = peak_of(os.getpid()) - size, time.monotonic() - begun
    return Spent(pit.name, time.process_time() - cpu, 0, growth, seconds, reason), fine


def _dragged_on(pit: Tarpit, spent: Spent, *, fine: bool) -> str:
    if spent.seconds > (DEADLINE if pit.lasts else PATIENT) + LATE:
        return f"took {spent.seconds:.1f} s"
    if spent.growth > MOST_GROWTH:
        return f"took {spent.growth / 2**20:.0f} MiB"
    if pit.said not in spent.reason or (not pit.said and not fine):
        return f"ended with {spent.reason!r}"
    return ""
