"""The order in which delivery is measured."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from benchmarks.delivery_figures import Latency, Run, Throughput
from benchmarks.delivery_ground import (
    Peer,
    PeerWorkers,
    Processes,
    Store,
    Watchword,
    archive_url,
    queue_server,
    until,
)
from benchmarks.delivery_items import NUMBER, WORDS, word_of
from benchmarks.delivery_sink import Counter
from benchmarks.measuring import machine
from benchmarks.output import progress
from monitor.stores.archive import open_archive

_SHOWN: dict[Peer, str] = {"rq": "RQ", "arq": "arq"}
_FEEDS = 5
_HEAP = 300  # items of one feed in a heap
_STANDSTILL = 30.0
_ANY_RATE, _BURST_RATE = "100000/s", "1/s"


def measure(options: argparse.Namespace, console: Console) -> Run:
    """Measure all that the options ask for."""
    with (
        tempfile.TemporaryDirectory(prefix="watchword-bench-") as folder,
        progress(console) as bar,
    ):
        return asyncio.run(_Measuring(options, Path(folder), bar).run())


class _Measuring:
    def __init__(self, options: argparse.Namespace, folder: Path, bar: Progress) -> None:
        self._options, self._root, self._bar = options, folder, bar
        self._sink = Counter()
        self._run = Run(machine(), {})

    async def run(self) -> Run:
        """Go through all steps."""
        options, run = self._options, self._run
        stores: list[Store] = ["SQLite", "PostgreSQL"] if options.postgresql else ["SQLite"]
        peers: list[Peer] = ["rq", "arq"] if options.peers else []
        if not options.postgresql:
            run.left_out.append("PostgreSQL: name a server by --postgresql or WATCHWORD_TEST_POSTGRESQL")
        if not options.peers:
            run.left_out.append("RQ and arq: name a Python that has them by --peers; `make` does")
        async with self._sink:
            for store in stores:
                # An archive in SQLite serves one notifier.
                for workers in options.notifiers if store == "PostgreSQL" else [1]:
                    await self._heap(store, workers, options.destinations)
                    await self._heap(store, workers, options.destinations, _BURST_RATE)
                await self._heap(store, 1, 1)
                await self._pace(store)
            await self._pace_beside_dead(stores[0])
            for peer in peers:
                for workers in options.notifiers:
                    await self._peer_heap(peer, workers)
                await self._peer_pace(peer)
        return run

    @contextmanager
    def _step(self, said: str, total: int) -> Iterator[TaskID]:
        task = self._bar.add_task(said, total=total)
        yield task
        self._bar.update(task, completed=total)

    # Watchword

    @asynccontextmanager
    async def _watchword(
        self, store: Store, destinations: int, rate: str = _ANY_RATE
    ) -> AsyncIterator[Watchword]:
        """Give a daemon with stores of its own, of which nothing runs yet."""
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self._root)))
            queue = await stack.enter_async_context(queue_server(folder))
            url = stack.enter_context(archive_url(folder, store, self._options.postgresql))
            archive = stack.enter_context(open_archive(url))
            own = Watchword(
                folder, archive, url, queue, sink=self._sink.url, destinations=destinations, rate=rate
            )
            stack.push_async_callback(own.processes.stop)
            if store not in self._run.stores:
                self._run.stores[store] = _durability(own, store)
            yield own

    async def _heap(self, store: Store, workers: int, destinations: int, rate: str = _ANY_RATE) -> None:
        """Let matches pile up, then let notifiers that have nothing else to do tell of them."""
        sink, messages = self._sink, self._options.messages
        sink.begin(destinations)
        feeds = [f"heap-{number}" for number in range(-(-messages // _HEAP))]
        for number in range(messages):
            sink.publish(feeds[number % len(feeds)], number)
        system = f"Watchword, {store}" + (f", {rate} a destination" if rate != _ANY_RATE else "")
        said = f"{system}, notifiers: {workers}, destinations: {destinations}"
        with self._step(said, messages) as task:
            async with self._watchword(store, destinations, rate) as own:
                await own.hold_dispatch()
                await own.start("poll", feeds=feeds)
                await until(lambda: own.count("matches") == messages, "matches", own.processes)
                await own.processes.stop()
                for _ in range(workers):
                    await own.start("notify")
                await own.let_dispatch()
                await self._arrive(task, messages, own.processes)
                await until(lambda: own.count("receipts") >= len(sink.arrivals), "receipts", own.processes)
                ended = time.time()
                began = _seconds(own.ask("SELECT min(created_at) FROM alerts")[0][0])
        self._note_heap(system, workers, destinations, ended - began)

    async def _pace(self, store: Store) -> None:
        """Publish items one by one, and see how long each is on its way once it matched."""
        said = f"Watchword, {store}, at a steady pace"
        with self._step(said, self._items) as task:
            async with self._watchword(store, self._options.destinations) as own:
                await self._flow(own, task, lambda second: None)
                found = self._on_the_way(own)
        self._note_pace(f"Watchword, {store}", found)

    async def _pace_beside_dead(self, store: Store) -> None:
        """The same, while one destination never answers, and for the same time while it does."""
        dead = WORDS[self._options.destinations - 1]
        windows: dict[int, str] = {}

        def befall(number: int) -> None:
            window = "dead" if number * 4 // self._items % 2 else "fine"
            self._sink.silent = {dead} if window == "dead" else set()
            if word_of(number, self._options.destinations) != dead:
                windows[number] = window

        said = f"Watchword, {store}, beside a destination that never answers"
        with self._step(said, self._items) as task:
            async with self._watchword(store, self._options.destinations) as own:
                await self._flow(own, task, befall, but=dead)
                found = self._on_the_way(own)
        for window in ("fine", "dead"):
            of_window = {
                number: seconds for number, seconds in found.items() if windows.get(number) == window
            }
            self._note_pace(f"Watchword, {store}", of_window, window)

    @property
    def _items(self) -> int:
        return int(self._options.seconds * self._options.pace)

    async def _flow(self, own: Watchword, task: TaskID, befall: Callable[[int], None], but: str = "") -> None:
        """Publish at a steady pace; wait for all items but those of one destination."""
        sink, destinations = self._sink, self._options.destinations
        sink.begin(destinations)
        feeds = [f"feed-{number}" for number in range(_FEEDS)]
        await own.start("notify")
        await own.start("poll", feeds=feeds)
        awaited = set()
        for number in range(self._items):
            befall(number)
            sink.publish(feeds[number % _FEEDS], number)
            if word_of(number, destinations) != but:
                awaited.add(number)
            await asyncio.sleep(1 / self._options.pace)
            self._bar.update(task, completed=number)
        await self._arrive(task, len(awaited), own.processes, lambda: len(awaited & sink.arrivals.keys()))

    def _on_the_way(self, own: Watchword) -> dict[int, float]:
        """Give for each item how long it was from its match to its receiver."""
        joined = "matches JOIN articles ON articles.id = matches.article"
        rows = own.ask(f"SELECT articles.title, matches.created_at FROM {joined}")  # noqa: S608 - a constant
        found = ((NUMBER.search(str(row[0]).encode()), _seconds(row[1])) for row in rows)
        matched = {int(number[1]): at for number, at in found if number}
        return {number: at - matched[number] for number, at in self._sink.arrivals.items()}

    # Peers

    @asynccontextmanager
    async def _peer(self, peer: Peer) -> AsyncIterator[PeerWorkers]:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self._root)))
            queue = await stack.enter_async_context(queue_server(folder))
            workers = PeerWorkers(folder, peer, self._options.peers, queue)
            stack.push_async_callback(workers.processes.stop)
            yield workers

    def _message(self, number: int) -> tuple[str, bytes]:
        """Give what Watchword sent for an item: the address, and the body with the item's number in it."""
        destinations = self._options.destinations
        numbered = NUMBER.sub(f"Report {number:06d} ".encode(), self._sink.payload)
        return f"{self._sink.url}/hooks/{word_of(number, destinations)}", numbered

    async def _peer_heap(self, peer: Peer, workers: int) -> None:
        """The same heap of messages, in the peer's queue before the first worker starts."""
        messages = self._options.messages
        self._sink.begin(self._options.destinations)
        with self._step(f"{_SHOWN[peer]}, workers: {workers}", messages) as task:
            async with self._peer(peer) as own:
                async with own.enqueuing() as enqueue:
                    for number in range(messages):
                        enqueue(*self._message(number))
                for _ in range(workers):
                    own.start()
                await self._arrive(task, messages, own.processes)
        arrivals = self._sink.arrivals.values()
        self._note_heap(_SHOWN[peer], workers, self._options.destinations, max(arrivals) - min(arrivals))

    async def _peer_pace(self, peer: Peer) -> None:
        self._sink.begin(self._options.destinations)
        sent: dict[int, float] = {}
        with self._step(f"{_SHOWN[peer]}, at a steady pace", self._items) as task:
            async with self._peer(peer) as own:
                own.start()
                await asyncio.sleep(3)  # until it waits for work
                async with own.enqueuing() as enqueue:
                    await asyncio.sleep(1)
                    for number in range(self._items):
                        sent[number] = time.time()
                        enqueue(*self._message(number))
                        await asyncio.sleep(1 / self._options.pace)
                        self._bar.update(task, completed=number)
                await self._arrive(task, self._items, own.processes)
        found = {number: at - sent[number] for number, at in self._sink.arrivals.items()}
        self._note_pace(_SHOWN[peer], found)

    # Both

    async def _arrive(
        self, task: TaskID, awaited: int, processes: Processes, count: Callable[[], int] | None = None
    ) -> None:
        """Wait until so many items arrived, or none does any more."""
        count = count or (lambda: len(self._sink.arrivals))
        seen, last = 0, time.monotonic()
        while (now := count()) < awaited and time.monotonic() - last < _STANDSTILL:
            processes.check()
            if now > seen:
                seen, last = now, time.monotonic()
            self._bar.update(task, completed=now)
            await asyncio.sleep(0.02)

    def _note_heap(self, system: str, workers: int, destinations: int, seconds: float) -> None:
        messages, sink = self._options.messages, self._sink
        arrived = len(sink.arrivals)
        noted = Throughput(
            system, workers, destinations, messages, arrived, sink.repeats, sink.posts, seconds
        )
        self._run.throughputs.append(noted)

    def _note_pace(self, system: str, found: dict[int, float], beside: str = "") -> None:
        noted = Latency(system, self._options.pace, beside, self._sink.repeats, sorted(found.values()))
        noted.lost = 0 if beside else self._items - len(found)
        self._run.latencies.append(noted)


def _durability(own: Watchword, store: Store) -> str:
    """Say how a store writes, as it says itself."""
    asked = {
        "SQLite": ("PRAGMA synchronous", "PRAGMA journal_mode"),
        "PostgreSQL": ("SHOW synchronous_commit", "SHOW fsync"),
    }
    return ", ".join(f"{sql.split()[1]} {own.ask(sql)[0][0]}" for sql in asked[store])


def _seconds(at: object) -> float:
    """Give the seconds of the wall clock; archives keep UTC, SQLite as text."""
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return moment.replace(tzinfo=UTC).timestamp()
