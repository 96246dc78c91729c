"""What `watchword doctor` looks at: everything that the daemon needs, tried without sending a message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.text import Text

from monitor.app.heartbeat import heartbeat_addresses
from monitor.app.parts import Address, close_channels, open_channels, utc_now
from monitor.commands.rulebook import read_rulebook
from monitor.config import Settings, Stores, load_settings, load_stores
from monitor.errors import Bury, ConfigError, Problem, RetryLater, SetupError, StoreUnavailable
from monitor.feeds.guard import open_session
from monitor.notify.channel import Wires
from monitor.operations.heartbeat import HeartbeatChannel
from monitor.runtime.space import Space
from monitor.stores.archive import open_reader
from monitor.stores.embedded import announced_socket, find_server
from monitor.stores.examination import MOST_APART, clock_apart, examine_archive
from monitor.stores.queue import Queue
from monitor.stores.troubles import open_troubles
from monitor.text.display import displayable

Level = Literal["fine", "remark", "finding", "unusable"]
_PATIENCE = 30.0
_MARKS: dict[Level, tuple[str, str]] = {
    "fine": ("ok", "green"),
    "remark": ("note", "cyan"),
    "finding": ("FINDING", "yellow"),
    "unusable": ("UNUSABLE", "red"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one look: what was looked at, how it is, and what to do where it is not fine."""

    subject: str
    level: Level
    said: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All results, in the order of looking."""

    results: tuple[Result, ...]

    @property
    def exit_code(self) -> int:
        """0 where all is fine, 1 where something was found, 2 where something cannot be used."""
        levels = {result.level for result in self.results}
        return 2 if "unusable" in levels else 1 if "finding" in levels else 0

    def as_json(self) -> dict[str, Any]:
        """Give it all for programs."""
        return {"exit_code": self.exit_code, "results": [asdict(result) for result in self.results]}


async def examine(path: Path) -> Report:
    """Look at all that a configuration names. Raises ConfigError where not even its stores can be read."""
    results: list[Result] = []
    settings: Settings | None = None
    try:
        settings = load_settings(path)
        stores: Stores = settings
        results.append(Result("configuration", "fine", f"{path}: {len(settings.config.feeds)} feeds"))
    except ConfigError as error:
        stores = load_stores(path)
        results += (_of_problem("configuration", "unusable", problem) for problem in error.problems)
    if settings is not None:
        results += _rules(settings)
    results += [result async for result in _queue(stores)]
    results += _archive(stores)
    results += _troubles(stores)
    if settings is not None:
        results += await _channels(settings)
        results += [result async for result in _heartbeat(settings)]
    return Report(tuple(results))


def _of_problem(subject: str, level: Level, problem: Problem) -> Result:
    return Result(subject, level, str(problem), "`watchword check` shows the place")


def _rules(settings: Settings) -> Iterator[Result]:
    book = read_rulebook(settings.rule_folders, utc_now())
    errors = [problem for problem in book.problems if problem.level == "error"]
    yield from (_of_problem("rules", "finding", problem) for problem in errors)
    if not book.rules:
        yield Result("rules", "finding", "there are no rules", "write some: docs/rules, or `watchword init`")
    elif not errors:
        yield Result("rules", "fine", f"{len(book.rules)} rules")


async def _queue(stores: Stores) -> AsyncIterator[Result]:
    url = stores.queue_url
    if url is None:
        yield _embedded(stores)
        return
    queue = Queue(url, stores.config.queue.namespace)
    try:
        await queue.ping()
        faults = [fault async for fault in _server_faults(queue)]
        for fault in faults:
            yield fault
        if not faults:
            yield Result("queue", "fine", "the server answers and is set up rightly")
    except StoreUnavailable as error:
        yield Result(
            "queue", "unusable", str(error), "start the server that queue.url names, or mend the address"
        )
    finally:
        await queue.close()


async def _server_faults(queue: Queue) -> AsyncIterator[Result]:
    if problem := await queue.version_problem():
        yield Result("queue", "unusable", problem, "install a newer Redis or Valkey")
    if problem := await queue.policy_problem():
        yield Result(
            "queue", "finding", problem, "CONFIG SET maxmemory-policy noeviction, and in its configuration"
        )
    if problem := await queue.memory_problem():
        yield Result("queue", "finding", problem, "give the server more maxmemory")
    if await queue.forgets():
        said = "the server writes nothing to its disk; a restart costs some seconds, and loses nothing"
        yield Result("queue", "remark", said, "appendonly yes, where others share the server")


def _embedded(stores: Stores) -> Result:
    try:
        binary = find_server()
    except SetupError as error:
        return Result("queue", "unusable", str(error), "install one, or set queue.url")
    running = announced_socket(stores.state)
    if running is not None and running.exists():
        return Result("queue", "fine", "embedded, and running")
    return Result("queue", "fine", f"embedded; `watchword run` starts {binary.name}")


def _archive(stores: Stores) -> Iterator[Result]:
    url = stores.archive_url
    faults = examine_archive(url)
    for fault in faults:
        yield Result("archive", "unusable" if fault.unusable else "finding", fault.said, fault.to_do)
    if not faults:
        made = stores.archive_path is None or stores.archive_path.exists()
        yield Result("archive", "fine", "it can be written and is whole" if made else "not made yet")
    if stores.archive_path is not None:
        yield _space(stores, stores.archive_path)
    apart = clock_apart(url)
    if apart is not None and abs(apart) > MOST_APART:
        said = f"the clock of the archive's server is {apart:+.0f} s from ours"
        yield Result("clock", "finding", said, "see on both machines whether time is kept: timedatectl")
    elif apart is not None:
        yield Result("clock", "fine", f"{abs(apart):.1f} s from that of the archive's server")


def _space(stores: Stores, path: Path) -> Result:
    while not path.parent.exists():
        path = path.parent
    shortage = Space(path, lambda: stores.config.archive.reserve).shortage()
    if shortage:
        to_do = "free space there, or lower archive.keep and run `watchword archive prune`"
        return Result("disk", "finding", f"{shortage}: nothing is polled", to_do)
    return Result("disk", "fine", f"more than archive.reserve is free in {path.parent}")


def _troubles(stores: Stores) -> Iterator[Result]:
    """Add what the daemon itself found."""
    try:
        with open_reader(stores.archive_url) as archive:
            for one in archive.read_now(open_troubles) if archive else ():
                yield Result("daemon", "finding", one.what, one.what_to_do)
    except StoreUnavailable:
        return  # said of the archive already


async def _channels(settings: Settings) -> list[Result]:
    async with open_session(settings.config.outbound) as http:
        addresses = open_channels(settings, Wires(http=http, clock=utc_now, console=Console()))
        try:
            each = {id(address.channel): address for address in addresses}
            return await asyncio.gather(*(_shake(address, addresses) for address in each.values()))
        finally:
            await close_channels(addresses)


async def _heartbeat(settings: Settings) -> AsyncIterator[Result]:
    """Try the heartbeat's address, whose server knows the time, too."""
    async with open_session(settings.config.outbound) as http:
        wires = Wires(http=http, clock=utc_now, console=Console())
        for address in heartbeat_addresses(settings, wires):
            shaken = await _shake(address, [address])
            yield replace(shaken, to_do="mend heartbeat.url" if shaken.to_do else "")
            if shaken.level == "fine" and isinstance(address.channel, HeartbeatChannel):
                yield _by_their_clock(await address.channel.date())


def _by_their_clock(date: str) -> Result:
    try:
        apart = (parsedate_to_datetime(date) - utc_now()).total_seconds()
    except (ValueError, TypeError):
        return Result("clock", "remark", "the heartbeat's server does not tell the time")
    if abs(apart) <= MOST_APART:
        return Result("clock", "fine", "as that of the heartbeat's server")
    said = f"the clock of the heartbeat's server is {apart:+.0f} s from ours"
    return Result("clock", "finding", said, "see whether this machine's time is kept: timedatectl")


async def _shake(address: Address, addresses: Sequence[Address]) -> Result:
    same = [other.shown for other in addresses if other.channel is address.channel]
    subject = f"{address.receiver}: {', '.join(same)}"
    if not hasattr(address.channel, "handshake"):  # one of somebody else's, for an earlier version
        said = "this kind of channel cannot be tried without a message"
        return Result(subject, "remark", said, f"watchword receivers test {address.receiver}")
    to_do = f"mend that, then: watchword receivers test {address.receiver}"
    try:
        async with asyncio.timeout(_PATIENCE):
            return Result(subject, "fine", await address.channel.handshake())
    except TimeoutError:
        return Result(subject, "finding", f"no answer within {_PATIENCE:.0f} s", to_do)
    except (RetryLater, Bury) as error:
        return Result(subject, "finding", error.reason, to_do)


def show_report(report: Report, console: Console) -> None:
    """Print it for people: a line for each look, and what to do below what is not fine."""
    for result in report.results:
        word, colour = _MARKS[result.level]
        line = Text.assemble((f"{word:<9}", colour), (f"{displayable(result.subject)}: ", "bold"))
        console.print(line.append(displayable(result.said)), soft_wrap=True)
        if result.to_do:
            console.print(Text(f"{'':9}→ {displayable(result.to_do)}"), soft_wrap=True)
